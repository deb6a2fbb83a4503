import fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import * as Y from "yjs";
import type { AcetateProvider } from "../../src/client/yjs/index.ts";
import { openProvider, textOf, untilEqual, untilSynced } from "./support/providers.ts";
import { useService } from "./support/service.ts";

const service = useService({ args: ["--var", "SNAPSHOT_EVERY:30"] });

const place = fc.double({ min: 0, max: 1, noNaN: true });
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("insert" as const), place }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("delete" as const), place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("format" as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("undo", "redo") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("reconnect", "disconnect", "connect") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), place }) },
);
type Act = { who: number } & (typeof act extends fc.Arbitrary<infer A> ? A : never);

interface Writer {
  provider: AcetateProvider;
  undo: Y.UndoManager;
}

async function perform({ provider, undo }: Writer, step: Act, number: number): Promise<void> {
  const text = textOf(provider);
  const index = "place" in step ? Math.floor(step.place * text.length) : 0;
  switch (step.do) {
    case "insert":
      // Never deleted: what is lost is seen.
      provider.doc.getMap("all").set(String(number), step.who);
      return text.insert(index, `${number} `);
    case "delete":
      return text.delete(index, Math.min(3, text.length - index));
    case "format":
      return text.format(index, Math.min(5, text.length - index), { bold: number % 2 === 0 });
    case "undo":
      return void undo.undo();
    case "redo":
      return void undo.redo();
    case "reconnect":
      return provider.room.reconnect();
    case "disconnect":
      return provider.disconnect();
    case "connect":
      return provider.connect();
    case "wait":
      // Whatever is on its way comes in between.
      return void ("place" in step && (await sleep(step.place * 20)));
  }
}

it("ends with three equal documents, whatever three people do while their connections come and go", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(fc.nat(2), act).map(([who, one]): Act => ({ who, ...one })),
        { minLength: 100, maxLength: 200 },
      ),
      async (steps) => {
        const { id } = await service.api.createDocument();
        const writers = [0, 1, 2].map((): Writer => {
          const provider = openProvider(service.url, id);
          return { provider, undo: new Y.UndoManager(textOf(provider), { captureTimeout: 0 }) };
        });
        for (const [number, step] of steps.entries()) {
          const writer = writers[step.who];
          if (writer) await perform(writer, step, number);
        }
        const providers = writers.map(({ provider }) => provider);
        for (const provider of providers) provider.connect();
        await untilEqual(...providers);
        // Who joins now, and has no part in it, has the same.
        const eve = await untilSynced(openProvider(service.url, id));
        await untilEqual(...providers, eve);
        const inserted = steps.flatMap((step, number) => (step.do === "insert" ? [String(number)] : []));
        for (const provider of [...providers, eve]) {
          expect(new Set(provider.doc.getMap("all").keys())).toEqual(new Set(inserted));
          expect(textOf(provider).toDelta()).toEqual(textOf(eve).toDelta());
          expect(provider.room.refused.value).toEqual([]);
          provider.destroy();
        }
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
});

it("loses nothing where the service is killed and comes back, time and again, while three people write", async () => {
  const { id } = await service.api.createDocument();
  const providers = [0, 1, 2].map(() => openProvider(service.url, id));
  let number = 0;
  const writing = setInterval(() => {
    const provider = providers[number % 3];
    if (!provider) return;
    textOf(provider).insert((number * 7) % (textOf(provider).length + 1), `${number} `);
    provider.doc.getMap("all").set(String(number++), "");
  }, 20);
  for (let i = 0; i < 2; i++) {
    for (const provider of providers) await untilSynced(provider);
    await sleep(200);
    await service.crash();
    await sleep(200);
    await service.start();
    for (const provider of providers) provider.room.reconnect();
  }
  clearInterval(writing);
  await untilEqual(...providers);
  const wanted = new Set(Array.from({ length: number }, (_, i) => String(i)));
  for (const provider of providers) expect(new Set(provider.doc.getMap("all").keys())).toEqual(wanted);
});
