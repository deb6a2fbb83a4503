import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { annotationSchema } from "../../src/protocol/model/annotation.ts";
import type { ServerMessage } from "../../src/protocol/wire/down.ts";
import { RoomSocket, roomUrl, type JoinOptions } from "../../tools/room-socket.ts";
import { useSharedService } from "../client/support/service.ts";

const box = { type: "box", geometry: { x: 10, y: 20, width: 30, height: 40 } };

function update(opId: string, baseVersion: number, text = opId): object {
  return { type: "update", opId, baseVersion, deltaB64: btoa(text) };
}

/** The seq that a message brings, if it brings one. */
function seqOf(message: ServerMessage): number[] {
  if (message.type === "reset" || !("seq" in message)) return [];
  return [message.seq];
}

function hasSeq(message: ServerMessage): boolean {
  return seqOf(message).length > 0;
}

function relayedFrom(actorId: string, { messages }: RoomSocket): number[] {
  return messages.flatMap((message) =>
    message.type === "remote_update" && message.actorId === actorId ? [message.seq] : [],
  );
}

/** The seqs of this connection's own CRDT updates. */
function ackedTo({ messages }: RoomSocket): number[] {
  return messages.flatMap((message) => (message.type === "ack" && !message.annotation ? [message.seq] : []));
}

describe("the room, through the network", () => {
  const service = useSharedService();
  const { api } = service;

  function join(documentId: string, options: JoinOptions = {}): Promise<RoomSocket> {
    return RoomSocket.join(roomUrl(service.url, documentId, options));
  }

  it("is the same by both routes: an update is acked to its sender and relayed to the other", async () => {
    const { id } = await api.createDocument();
    const ada = await join(id, { route: "/ws/documents", actorId: "ada" });
    const bob = await join(id, { route: "/v1/realtime", actorId: "bob" });
    expect(ada.state).toMatchObject({ documentId: id, resumed: false, more: false, snapshotB64: null });

    ada.send(update("op-1", ada.state.version, "hello"));
    const ack = await ada.next("ack");
    expect(ack).toEqual({ type: "ack", opId: "op-1", seq: ada.state.version + 1 });
    const relayed = await bob.next("remote_update");
    expect(relayed).toEqual({ type: "remote_update", seq: ack.seq, deltaB64: btoa("hello"), actorId: "ada" });
    await Promise.all([ada.close(), bob.close()]);
  });

  it("R1 R3 R5 shows edits over REST and over the socket to everyone, in one order without gap", async () => {
    const { id } = await api.createDocument();
    const ada = await join(id, { actorId: "ada" });
    const bob = await join(id, { actorId: "bob" });
    const head = ada.state.version;
    const perPerson = 50;
    for (let turn = 0; turn < perPerson; turn++) {
      ada.send(update(`ada-${turn}`, head));
      bob.send(update(`bob-${turn}`, head));
    }
    const create = { type: "annotation.create", opId: "note", annotation: box };
    ada.send(create);
    await api.ask("POST", "/v1/annotations", annotationSchema, { ...box, document_id: id });

    const total = 2 * perPerson + 2;
    const expected = Array.from({ length: total }, (_, index) => head + 1 + index);
    for (const room of [ada, bob]) {
      expect((await room.collect(total, hasSeq)).flatMap(seqOf)).toEqual(expected);
    }
    expect(relayedFrom("ada", bob)).toEqual(ackedTo(ada));
    expect(relayedFrom("bob", ada)).toEqual(ackedTo(bob));
    await Promise.all([ada.close(), bob.close()]);
  });

  it("R7 R8 gives a repeated opId its first seq on another connection, and refuses it with other content", async () => {
    const { id } = await api.createDocument();
    const first = await join(id);
    const witness = await join(id);
    first.send(update("same", 0, "content"));
    const { seq } = await first.next("ack");
    await first.close();

    const second = await join(id);
    second.send(update("same", 0, "content"));
    expect(await second.next("ack")).toMatchObject({ opId: "same", seq, duplicate: true });
    second.send(update("same", 0, "other"));
    expect(await second.next("error")).toMatchObject({
      code: "op_id_reused",
      opId: "same",
      retryable: false,
    });
    second.send(update("new", 0));
    await witness.next("remote_update", (message) => message.seq > seq);
    const relayed = witness.messages.filter(({ type }) => type === "remote_update");
    expect(relayed).toHaveLength(2);
    await Promise.all([second.close(), witness.close()]);
  });

  it("R15 R16 resumes with exactly what was missed", async () => {
    const { id } = await api.createDocument();
    const ada = await join(id, { actorId: "ada" });
    const bob = await join(id, { actorId: "bob" });
    ada.send(update("seen", 0));
    const { seq: since } = await bob.next("remote_update");
    await bob.close();
    ada.send(update("missed", 0));
    const missed = await ada.next("ack", ({ opId }) => opId === "missed");
    ada.send({ type: "annotation.create", opId: "note", annotation: box });
    const note = await ada.next("ack", ({ opId }) => opId === "note");

    const back = await join(id, { actorId: "bob", since });
    expect(back.state).toMatchObject({
      resumed: true,
      version: note.seq,
      annotations: [],
      updates: [{ seq: missed.seq, deltaB64: btoa("missed"), actorId: "ada" }],
      events: [{ type: "annotation.created", seq: note.seq, annotation: note.annotation }],
    });
    const ahead = await join(id, { since: note.seq + 1 });
    expect(ahead.state).toMatchObject({ resumed: false, version: note.seq });
    expect(ahead.state.annotations).toEqual([note.annotation]);
    await Promise.all([ada.close(), back.close(), ahead.close()]);
  });

  it("R26 shows who is there, and who has left", async () => {
    const { id } = await api.createDocument();
    const ada = await join(id, { actorId: "ada", name: "Ada" });
    const bob = await join(id, { actorId: "bob" });
    expect(bob.state.presence).toMatchObject([
      { actorId: "ada", name: "Ada", state: {} },
      { actorId: "bob" },
    ]);
    expect(await ada.next("presence")).toMatchObject({ event: "join", actorId: "bob" });
    ada.send({ type: "presence", state: { cursor: [1, 2] } });
    expect(await bob.next("presence")).toMatchObject({ event: "update", actorId: "ada", name: "Ada" });
    const carol = await join(id);
    expect(carol.state.presence).toMatchObject([
      { actorId: "ada", state: { cursor: [1, 2] } },
      { actorId: "bob", state: {} },
      { connectionId: carol.state.connectionId },
    ]);
    await ada.close();
    await bob.next("presence", ({ event }) => event === "leave");
    await Promise.all([bob.close(), carol.close()]);
  });

  it("R10 R13 answers what is wrong with an error and goes on", async () => {
    const { id } = await api.createDocument();
    const ada = await join(id);
    ada.send({ type: "annotation.dance", opId: "x" });
    expect(await ada.next("error")).toMatchObject({ code: "unknown_type" });
    ada.send(update("ahead", ada.state.version + 10));
    expect(await ada.next("error", ({ opId }) => opId === "ahead")).toMatchObject({ code: "base_ahead" });
    ada.send(update("fine", ada.state.version));
    await ada.next("ack");
    await ada.close();
  });

  it("R14 R20 takes a snapshot and gives it to the next who joins", async () => {
    const { id } = await api.createDocument();
    const ada = await join(id);
    ada.send(update("one", 0));
    const { seq } = await ada.next("ack");
    ada.send({ type: "snapshot", version: seq, snapshotB64: btoa("everything") });
    expect(await ada.next("snapshot_ack")).toMatchObject({ version: seq });
    const bob = await join(id);
    expect(bob.state).toMatchObject({ snapshotVersion: seq, snapshotB64: btoa("everything"), updates: [] });
    await Promise.all([ada.close(), bob.close()]);
  });

  it("R31 closes the room of a deleted document", async () => {
    const { id } = await api.createDocument();
    const ada = await join(id);
    // The local runtime leaves a connection that never sent anything half open.
    ada.send(update("last", 0));
    await ada.next("ack");
    expect((await api.send("DELETE", `/v1/documents/${id}`)).status).toBe(204);
    await ada.next("document.deleted");
    expect((await ada.untilClosed()).code).toBe(4410);
  });

  it("R31 refuses a document that does not exist", async () => {
    await expect(join(randomUUID())).rejects.toThrow("4404 There is no such document");
  });
});
