import { setTimeout as sleep } from "node:timers/promises";
import { changesSchema } from "../../../src/protocol/model/changes.ts";
import type { Random } from "../../crash/random.ts";
import { read, write } from "../../crash/rest-client.ts";
import type { Expectations } from "./expectations.ts";
import type { TortureClient } from "./torture-client.ts";
import type { TorturedService } from "./tortured-service.ts";

export type Mishap = keyof typeof mishaps;

export interface Scene {
  service: TorturedService;
  documentId: string;
  clients: readonly TortureClient[];
  expectations: Expectations;
  random: Random;
  /** Seqs are given anew from here on. */
  forgetSeqs: () => void;
}

/** What is said over a cut connection may be read for a moment. */
const ECHO_MS = 200;

const PUSHED_AT_ONCE = 20;
const LOOK_MS = 20;

/** Everything that can go wrong around clients. */
const mishaps = {
  /** A connection ends. */
  cut: async ({ clients, random }: Scene) => random.pick(clients).proxy.cut(),
  /** Connections end in the middle of what is on the way. */
  cutWithin: async ({ clients, random }: Scene) => {
    for (const { proxy } of random.sample(clients, 3)) proxy.cutAfter(random.int(1, 3_000));
  },
  /** A client's network is slow from now on, and gives what comes in small pieces. */
  slow: async ({ clients, random }: Scene) => {
    const weather = { delayMs: random.int(1, 10), pieceBytes: random.int(100, 5_000) };
    random.pick(clients).proxy.weather = weather;
  },
  /** Every network is fine again. */
  clear: async ({ clients }: Scene) => {
    for (const { proxy } of clients) proxy.weather = {};
  },
  /** A client has no network for a while, and is not told. */
  standStill: async ({ clients, random }: Scene) => {
    const { proxy } = random.pick(clients);
    proxy.standStill();
    await sleep(random.int(100, 2_000));
    proxy.goOn();
  },
  /** A client can't reach the service for a while. */
  shutOut: async ({ clients, random }: Scene) => {
    const { proxy } = random.pick(clients);
    proxy.shut();
    await sleep(random.int(100, 2_000));
    proxy.open();
  },
  /** A client's program ends, and is started again. */
  crash: async ({ clients, random }: Scene) => random.pick(clients).crash(),
  crashAll: async ({ clients }: Scene) => {
    await Promise.all(clients.map((client) => client.crash()));
  },
  /** The service stands still. */
  freeze: async ({ service, random }: Scene) => service.freeze(random.int(100, 1_500)),
  /** The service is killed and started again. */
  kill: async (scene: Scene) => {
    await scene.service.kill();
    await comeBack(scene);
  },
  /** The same, and its state is copied meanwhile. */
  killAndCopy: async (scene: Scene) => {
    await scene.service.kill();
    await scene.service.copyState();
    scene.expectations.copied();
    await comeBack(scene);
    // So that there is something to lose before the copy comes back.
    await reconnect(scene);
  },
  /**
   * The service is killed, and comes back with the state that was copied. Some clients knew more than that. Some hear of
   * it at once. The others come back when so many changes were made that no seq tells of it any more.
   */
  rollBack: async (scene: Scene) => {
    const { service, documentId, clients, expectations, random } = scene;
    await reconnect(scene);
    const before = await readVersion(service.url, documentId);
    await pushOn(scene, before);
    for (const client of random.sample(clients, random.int(1, clients.length))) {
      while ((await client.report()).head <= before) await sleep(LOOK_MS);
    }
    await service.kill();
    for (const { proxy } of clients) proxy.shut();
    // All that the service had said must be known to the test before what it said is undone.
    await sleep(ECHO_MS);
    const reports = await Promise.all(clients.map((client) => client.report()));
    const known = Math.max(...reports.map(({ head }) => head));
    await service.rollBack();
    expectations.rolledBack((await Promise.all(clients.map((client) => client.listStored()))).flat());
    scene.forgetSeqs();
    await service.restart();
    const version = await readVersion(service.url, documentId);
    for (const client of clients) {
      client.rolledBackTo(version);
      client.proxy.target = service.url;
    }
    const early = random.sample(clients, random.int(0, clients.length - 1));
    for (const { proxy } of early) proxy.open();
    await reconnect({ clients: early });
    await pushOn(scene, known);
    for (const { proxy } of clients) proxy.open();
    await reconnect(scene);
  },
} satisfies Record<string, (scene: Scene) => Promise<void>>;

export const mishapNames = Object.keys(mishaps) as Mishap[];

export function playMishap(mishap: Mishap, scene: Scene): Promise<void> {
  return mishaps[mishap](scene);
}

async function readVersion(service: URL, documentId: string): Promise<number> {
  const { version } = await read(
    service,
    `/v1/documents/${documentId}/changes?since=0&limit=1`,
    changesSchema,
  );
  return version;
}

/** Somebody else makes changes, until the head is beyond `known`. */
async function pushOn({ service, documentId }: Scene, known: number): Promise<void> {
  while ((await readVersion(service.url, documentId)) <= known) {
    const operations = Array.from({ length: PUSHED_AT_ONCE }, () => ({
      method: "POST",
      route: "/v1/annotations",
      body: { document_id: documentId, type: "box", geometry: { x: 1, y: 1, width: 1, height: 1 } },
    }));
    await Promise.all(operations.map((operation) => write(service.url, operation)));
  }
}

async function reconnect({ clients }: Pick<Scene, "clients">): Promise<void> {
  await Promise.all(clients.map((client) => client.reconnect()));
}

async function comeBack({ service, clients }: Scene): Promise<void> {
  await service.restart();
  for (const { proxy } of clients) proxy.target = service.url;
}
