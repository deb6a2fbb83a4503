import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ServerMessage } from "../../src/protocol/wire/down.ts";
import { appendUpdate } from "../../src/room/decide/append-update.ts";
import { stopClock } from "../support/clock.ts";
import { type TestSocket, box, connect, good, newDocument, open } from "../support/room.ts";
import { wakeRoom } from "../support/wake-room.ts";

/** Everything that plays through a room once, step by step. Each step waits for what it brings. */
interface Play {
  document: Awaited<ReturnType<typeof newDocument>>;
  ann: TestSocket;
  bob: TestSocket;
  annotationId: string;
  versionId: string;
}

const b64 = (text: string) => new TextEncoder().encode(text).toBase64();

function last(socket: TestSocket, type: ServerMessage["type"]) {
  return socket.messages.findLast((message) => message.type === type);
}

async function seen(socket: TestSocket, seq: number): Promise<void> {
  await socket.until(() => socket.ordered().at(-1) === seq, `seq ${seq}`);
}

const steps: [name: string, play: (play: Play) => Promise<void>][] = [
  [
    "both have joined",
    async ({ ann, bob }) => {
      await ann.next("state");
      await bob.next("state");
    },
  ],
  [
    "presence was shown",
    async ({ ann, bob }) => {
      ann.send({ type: "presence", state: { x: 1 } });
      expect(await bob.next("presence")).toMatchObject({
        event: "update",
        actorId: "ann",
        state: { x: 1 },
      });
    },
  ],
  [
    "an update was acknowledged",
    async ({ ann, bob }) => {
      ann.update("u2", "two", 1);
      await seen(ann, 2);
      await seen(bob, 2);
    },
  ],
  [
    "it was sent again",
    async ({ bob }) => {
      bob.update("u2", "two", 1);
      await bob.until(() => last(bob, "ack") !== undefined);
      expect(last(bob, "ack")).toEqual({ type: "ack", opId: "u2", seq: 2, duplicate: true });
    },
  ],
  [
    "an annotation was made",
    async (play) => {
      play.ann.send({ type: "annotation.create", opId: "a3", annotation: box });
      await seen(play.bob, 3);
      const ack = await play.ann.next("ack");
      play.annotationId = ack.annotation?.id ?? (await play.ann.next("ack")).annotation?.id ?? "";
    },
  ],
  [
    "it was changed over REST",
    async ({ document: { room }, annotationId, ann, bob }) => {
      good(await room.updateAnnotation(open, annotationId, 1, { text: "changed" }, {}));
      await seen(ann, 4);
      await seen(bob, 4);
    },
  ],
  [
    "a snapshot was taken",
    async ({ bob }) => {
      bob.send({ type: "snapshot", version: 4, snapshotB64: b64("two") });
      expect(await bob.next("snapshot_ack")).toMatchObject({ version: 4 });
    },
  ],
  [
    "a version was made",
    async (play) => {
      play.versionId = good(await play.document.room.createVersion(open, {}, {})).id;
      await seen(play.bob, 5);
    },
  ],
  [
    "received was told",
    async ({ ann }) => {
      ann.send({ type: "received", seq: 5 });
      ann.update("u6", "six", 5);
      await seen(ann, 6);
    },
  ],
  [
    "one left and came back",
    async (play) => {
      await seen(play.bob, 6);
      await play.bob.close();
      play.ann.update("u7", "seven", 6);
      await seen(play.ann, 7);
      play.bob = await connect(play.document.id, { actorId: "bob", since: 6, batch: true });
      expect(await play.bob.next("state")).toMatchObject({ resumed: true, updates: [{ seq: 7 }] });
    },
  ],
  [
    "it was reverted",
    async ({ document: { room }, versionId, ann, bob }) => {
      good(await room.revertVersion(open, versionId, {}));
      for (const socket of [ann, bob]) {
        expect(await socket.next("reset")).toMatchObject({ seq: 9, crdtChanged: true });
        expect(await socket.next("state")).toMatchObject({
          version: 9,
          snapshotB64: b64("two"),
          updates: [],
        });
      }
    },
  ],
  [
    "a stale update was refused",
    async ({ ann }) => {
      ann.update("stale", "stale", 7);
      expect(await ann.next("error")).toMatchObject({ code: "stale_base", opId: "stale" });
    },
  ],
  [
    "an update came after it",
    async ({ ann, bob }) => {
      ann.update("u10", "ten", 9);
      await seen(bob, 10);
      await seen(ann, 10);
    },
  ],
];

/** What everyone has in the end. */
async function outcome({ document: { id, room }, ann, bob }: Play) {
  const state = await (await connect(id, { presence: "hidden" })).next("state");
  return {
    ann: ann.ordered(),
    bob: bob.ordered(),
    updates: state.updates.map(({ seq, deltaB64 }) => [seq, deltaB64]),
    annotations: state.annotations.map(({ version, text, seq }) => [version, text, seq]),
    presence: new Map(state.presence.map(({ actorId, state: shown }) => [actorId, shown])),
    versions: good(await room.listVersions(open, { page: 1, size: 10 })).items.map(({ seq }) => seq),
  };
}

/** Plays every step, and evicts the object after those in `evictAfter`. */
async function playAll(evictAfter: ReadonlySet<number>) {
  const document = await newDocument();
  const play: Play = {
    document,
    ann: await connect(document.id, { actorId: "ann" }),
    bob: await connect(document.id, { actorId: "bob", batch: true }),
    annotationId: "",
    versionId: "",
  };
  for (const [index, [, step]] of steps.entries()) {
    await step(play);
    if (evictAfter.has(index)) await evictDurableObject(document.stub);
  }
  return outcome(play);
}

describe("an eviction", () => {
  for (const [index, [name]] of steps.entries()) {
    it(`R1 R3 R7 R26 changes nothing after ${name}`, async () => {
      expect(await playAll(new Set([index]))).toEqual(await playAll(new Set()));
    });
  }

  it("R1 R3 R7 R26 changes nothing after each step", async () => {
    const plain = await playAll(new Set());
    expect(await playAll(new Set(steps.keys()))).toEqual(plain);
    expect(plain.updates).toEqual([[10, b64("ten")]]);
    expect(plain.presence).toEqual(
      new Map([
        ["ann", { x: 1 }],
        ["bob", {}],
      ]),
    );
  });

  it("brings no connection back that was ended, also before its client has answered the close", async () => {
    const { id, stub } = await newDocument();
    await (await connect(id)).next("state");
    await runInDurableObject(stub, (_room, state) => {
      const { hub } = wakeRoom(state);
      expect(hub.size).toBe(1);
      hub.closeAll("internal", "The room ends it");
      expect(state.getWebSockets()).toHaveLength(1);
      expect(wakeRoom(state).hub.size).toBe(0);
    });
  });

  describe("while clients wait for their state", () => {
    afterEach(() => vi.restoreAllMocks());

    it("R37 lets them in, each as it came", async () => {
      // Else those that wait are let in before, after JOIN_ARRIVED_MS.
      stopClock();
      const { id, stub } = await newDocument();
      const writer = await connect(id);
      writer.update("u2", "two");
      await seen(writer, 2);
      // Two states of 16 MiB in base64 are all that may be on their way.
      const snapshotB64 = new Uint8Array(12 * 1024 * 1024).toBase64();
      writer.send({ type: "snapshot", version: 2, snapshotB64 });
      await writer.next("snapshot_ack");
      const first = [await connect(id), await connect(id)];
      await first[1]?.until(() => last(first[1] as TestSocket, "state_page") !== undefined);
      const [fresh, resuming] = [await connect(id), await connect(id, { since: 2 })];
      writer.update("u3", "three", 2);
      await seen(writer, 3);
      expect([...fresh.messages, ...resuming.messages]).toEqual([]);
      await runInDurableObject(stub, (_room, state) => {
        const room = wakeRoom(state);
        const four = appendUpdate({ baseVersion: 3, actorId: "ann", deltaB64: b64("four") });
        room.write(room.toWrite(open, four, { origin: null }), () => {});
      });
      expect(await fresh.next("state")).toMatchObject({ version: 3, resumed: false, more: true });
      expect(await resuming.next("state")).toMatchObject({
        version: 3,
        resumed: true,
        updates: [{ seq: 3, deltaB64: b64("three") }],
      });
      for (const socket of [fresh, resuming]) {
        await seen(socket, 4);
        expect(socket.ordered()).toEqual([4]);
      }
    });
  });
});
