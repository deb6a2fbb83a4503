import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { DUE_OP_IDS } from "../../src/room/store/dedupe.ts";
import { type TestSocket, box, connect, good, newDocument, open } from "../support/room.ts";

const b64 = (text: string) => new TextEncoder().encode(text).toBase64();

/** Updates `u<seq>`, each in a commit of its own or all in one frame. */
async function sendUpdates(socket: TestSocket, from: number, to: number, { together = false } = {}) {
  const updates = Array.from({ length: to - from + 1 }, (_, index) => ({
    type: "update" as const,
    opId: `u${from + index}`,
    baseVersion: from - 1,
    deltaB64: b64(`delta ${from + index}`),
  }));
  for (const frame of together ? [updates] : updates.map((update) => [update])) {
    socket.send(frame);
    const last = frame.at(-1)?.opId;
    await socket.until(() =>
      socket.messages.some((message) => message.type === "ack" && message.opId === last),
    );
  }
}

async function sendSnapshot(socket: TestSocket, version: number): Promise<void> {
  socket.send({ type: "snapshot", version, snapshotB64: b64(`up to ${version}`) });
  expect(await socket.next("snapshot_ack")).toMatchObject({ version });
}

describe("compaction", () => {
  it("R7 R21 leaves what opIds stand for, also where they are too few to be indexed", async () => {
    const { id, stub } = await newDocument();
    const socket = await connect(id);
    await sendUpdates(socket, 2, 6);
    await sendSnapshot(socket, 6);
    await sendUpdates(socket, 7, 8);
    // The second snapshot makes the updates before the first one unneeded.
    await sendSnapshot(socket, 8);
    await sendUpdates(socket, 9, 9);
    await evictDurableObject(stub);
    socket.update("u3", "delta 3", 9);
    const acks = () => socket.messages.filter((message) => message.type === "ack" && message.opId === "u3");
    await socket.until(() => acks().length === 2, "the second ack");
    expect(acks()[1]).toEqual({ type: "ack", opId: "u3", seq: 3, duplicate: true });
    socket.update("u4", "something else", 9);
    expect(await socket.next("error")).toMatchObject({ code: "op_id_reused", opId: "u4" });
  });

  it("R23 R24 a revert to before dropped updates knows that they changed the content", async () => {
    const { id, room } = await newDocument();
    const socket = await connect(id);
    await sendUpdates(socket, 2, 3);
    const version = good(await room.createVersion(open, {}, {}));
    expect(version.seq).toBe(4);
    // Enough to be indexed, so that their commits may go.
    const last = 4 + DUE_OP_IDS;
    await sendUpdates(socket, 5, last, { together: true });
    await sendSnapshot(socket, last);
    good(await room.createAnnotation(open, box, {}));
    await sendSnapshot(socket, last + 1);
    // There is no update after the version any more, and none may be missed.
    const revert = good(await room.getDocument(open, false)).seq + 2;
    good(await room.revertVersion(open, version.id, {}));
    expect(await socket.next("reset")).toEqual({ type: "reset", seq: revert, crdtChanged: true });
    expect(await socket.next("state")).toMatchObject({
      version: revert,
      snapshotB64: null,
      updates: [
        { seq: 2, deltaB64: b64("delta 2") },
        { seq: 3, deltaB64: b64("delta 3") },
      ],
    });
  });
});
