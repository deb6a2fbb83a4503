import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryStore } from "../../src/client/outbox/memory-store.ts";
import type { Comment } from "../../src/protocol/model/comment.ts";
import type { ClientMessageDraft } from "../../src/protocol/wire/up.ts";
import type { FakeSocket } from "./support/fake-socket.ts";
import { documentId, goLive, openFakeRoom, sentTo, stateOf } from "./support/room-on-fake.ts";

beforeEach(() => {
  // Real locks come in real time.
  vi.stubGlobal("navigator", {});
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const AT = "2026-11-26T09:00:00.000Z";
const box = crypto.randomUUID();

function said(text: string, seq: number, more: Partial<Comment> = {}): Comment {
  return {
    id: crypto.randomUUID(),
    document_id: documentId,
    annotation_id: box,
    reply_to: null,
    text,
    author: "bob",
    author_name: "Bob",
    updated_by: "bob",
    resolved: false,
    resolved_by: null,
    resolved_by_name: null,
    resolved_at: null,
    status: "active",
    version: 1,
    seq,
    ordinal: seq * 512,
    created_at: AT,
    updated_at: AT,
    edited_at: null,
    ...more,
  };
}

function tokenOf(sub: string): string {
  return `e30.${btoa(JSON.stringify({ sub }))}.`;
}

type Operation = Extract<ClientMessageDraft, { opId: string }>;

function operations(socket: FakeSocket): Operation[] {
  return sentTo(socket).flatMap((message) => ("opId" in message ? [message as Operation] : []));
}

async function lastOperation(socket: FakeSocket): Promise<Operation> {
  await vi.advanceTimersByTimeAsync(1);
  const last = operations(socket).at(-1);
  if (!last) throw new Error("nothing was sent");
  return last;
}

describe("the comments of a room", () => {
  it("tell what of one is not durable yet, part by part", async () => {
    const room = openFakeRoom();
    const one = said("one", 2);
    const socket = await goLive({ comments: [one], version: 2 });
    const unsaved: string[][] = [];
    room.comments.subscribe(() => unsaved.push([...room.comments.unsaved(one.id)]));
    room.comments.edit(one.id, "one, edited");
    room.comments.resolve(one.id);
    for (const seq of [3, 4]) {
      const { opId } = await lastOperation(socket);
      const comment = { ...one, text: "one, edited", resolved: seq === 4, version: seq - 1, seq };
      socket.tell({ type: "ack", opId, seq, comment });
    }
    expect(unsaved).toEqual([[], ["text"], ["text", "resolved"], ["resolved"], []]);
    const { id } = room.comments.create({ annotation_id: box, reply_to: one.id, text: "two" });
    expect(room.comments.unsaved(id)).toEqual(new Set(["comment"]));
    room.comments.delete(id);
    expect(room.comments.unsaved(id)).toEqual(new Set(["comment", "deletion"]));
    room.close();
  });

  it("are those of the state and of what others do, in order", async () => {
    const room = openFakeRoom();
    const [one, two] = [said("one", 2), said("two", 3)];
    const socket = await goLive({ comments: [one], version: 2 });
    expect(room.comments.value).toEqual([one]);
    const told: string[][] = [];
    room.comments.subscribe((list) => told.push(list.map(({ text }) => text)));
    socket.tell({ type: "comment.created", seq: 3, comment: two });
    const edited = { ...one, text: "one, edited", version: 2, seq: 4 };
    socket.tell({ type: "comment.updated", seq: 4, comment: edited });
    // What comes late is older than what is known.
    socket.tell({ type: "comment.updated", seq: 5, comment: one });
    const reply = said("reply", 6, { reply_to: two.id });
    socket.tell({ type: "comment.created", seq: 6, comment: reply });
    expect(room.comments.value).toEqual([edited, two, reply]);
    // Its thread goes on; when that has ended, too, it is gone.
    const gone: Comment = { ...two, text: "", status: "deleted", version: 2, seq: 7 };
    socket.tell({ type: "comment.deleted", seq: 7, comment: gone });
    expect(room.comments.value).toEqual([edited, gone, reply]);
    const replyGone: Comment = { ...reply, text: "", status: "deleted", version: 2, seq: 8 };
    socket.tell({ type: "comment.deleted", seq: 8, comment: replyGone });
    expect(room.comments.value).toEqual([edited]);
    expect(told.at(-1)).toEqual(["one, edited"]);
    socket.tell(stateOf({ version: 9, comments: [] }));
    expect(room.comments.value).toEqual([]);
    room.close();
  });

  it("show what this client does at once, and as the service has it once that is known", async () => {
    const room = openFakeRoom({ token: tokenOf("ann") });
    const first = said("one", 2);
    const socket = await goLive({ comments: [first], version: 2 });
    const { id, saved } = room.comments.create({ annotation_id: box, reply_to: first.id, text: "yes" });
    const shown = room.comments.value.at(-1);
    expect(shown).toMatchObject({ id, text: "yes", reply_to: first.id, author: "ann", version: 0 });
    room.comments.resolve(first.id);
    expect(room.comments.value[0]).toMatchObject({ text: "one", resolved: true });
    expect(room.unsaved.value).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    const [create] = operations(socket);
    // It waits for the comment before it in the thread.
    expect(operations(socket)).toMatchObject([
      {
        type: "comment.create",
        comment: { id, annotation_id: box, reply_to: first.id, text: "yes" },
      },
    ]);
    // What is shown stays what it is.
    expect(room.comments.value.at(-1)).toEqual(shown);
    const comment = said("yes", 3, { id, reply_to: first.id, author: "ann" });
    socket.tell({ type: "ack", opId: create?.opId ?? "", seq: 3, comment });
    await saved;
    expect(room.comments.value.at(-1)).toEqual(comment);
    const resolve = await lastOperation(socket);
    expect(resolve).toMatchObject({ type: "comment.update", id: first.id, patch: { resolved: true } });
    const resolved = { ...first, resolved: true, resolved_by: "ann", resolved_at: AT, version: 2, seq: 4 };
    socket.tell({ type: "ack", opId: resolve.opId, seq: 4, comment: resolved });
    expect(room.comments.value).toEqual([resolved, comment]);
    room.comments.reopen(first.id);
    room.comments.edit(id, "no");
    expect(room.comments.value.map(({ text, resolved }) => [text, resolved])).toEqual([
      ["one", false],
      ["no", false],
    ]);
    room.comments.delete(id);
    expect(room.comments.value).toMatchObject([{ text: "one" }, { id, text: "", status: "deleted" }]);
    room.close();
  });

  it("take back what was refused, and tell of it", async () => {
    const room = openFakeRoom();
    const first = said("one", 2);
    const socket = await goLive({ comments: [first], version: 2 });
    const { saved } = room.comments.edit(first.id, "mine now");
    const { opId } = await lastOperation(socket);
    expect(room.comments.value[0]?.text).toBe("mine now");
    socket.tell({ type: "error", code: "forbidden", message: "Only its author", opId, retryable: false });
    await expect(saved).rejects.toMatchObject({ code: "forbidden" });
    expect(room.comments.value).toEqual([first]);
    expect(room.refused.value).toMatchObject([{ opId, message: { type: "comment.update" } }]);
    room.close();
  });

  it("wait for their annotation, and are not shown again by a late answer", async () => {
    const room = openFakeRoom();
    const socket = await goLive();
    const point = room.annotations.create({ type: "point", geometry: { x: 1, y: 2 } });
    const { id } = room.comments.create({ annotation_id: point.id, text: "here" });
    await vi.advanceTimersByTimeAsync(1);
    expect(operations(socket).map(({ type }) => type)).toEqual(["annotation.create"]);
    // Over the next connection both go again, and in between the comment was made and deleted.
    socket.end(1006);
    const gone = said("", 5, { id, status: "deleted", reply_to: crypto.randomUUID() });
    const next = await goLive({ version: 5, comments: [], resumed: false });
    const [create] = operations(next);
    next.tell({ type: "error", code: "invalid", message: "", opId: create?.opId ?? "", retryable: false });
    const comment = await lastOperation(next);
    // Of what the service has already, that is shown, whatever waits.
    const known = said("as the service has it", 4, { id });
    next.tell({ type: "comment.created", seq: 6, comment: { ...known, seq: 6 } });
    expect(room.comments.value.map(({ text }) => text)).toEqual(["as the service has it"]);
    next.tell({ type: "comment.deleted", seq: 7, comment: { ...gone, seq: 7 } });
    expect(comment).toMatchObject({ type: "comment.create", comment: { id } });
    next.tell({
      type: "ack",
      opId: comment.opId,
      seq: 4,
      duplicate: true,
      comment: { ...gone, status: "active", seq: 4 },
    });
    expect(room.comments.value).toEqual([]);
    room.close();
  });

  it("that wait are shown by the next room of the same store, and sent", async () => {
    const store = new MemoryStore();
    const before = openFakeRoom({ store });
    const { id } = before.comments.create({ annotation_id: box, text: "left" });
    before.comments.edit(id, "left behind");
    await vi.advanceTimersByTimeAsync(1);
    const [left] = before.comments.value;
    before.close();
    await vi.advanceTimersByTimeAsync(1);
    const room = openFakeRoom({ store });
    await vi.advanceTimersByTimeAsync(1);
    expect(room.comments.value).toEqual([left]);
    expect(left?.text).toBe("left behind");
    const socket = await goLive();
    expect(await lastOperation(socket)).toMatchObject({ type: "comment.create", comment: { text: "left" } });
    room.close();
  });
});
