import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { COMMENT_MAX } from "../../src/protocol/limits.ts";
import { type Comment, type CommentInput, commentInputSchema } from "../../src/protocol/model/comment.ts";
import type { Access } from "../../src/room/access.ts";
import { listEvents } from "../../src/room/store/event-marks.ts";
import type { RoomApi } from "../../src/room/room-api.ts";
import { box, claims, connect, good, newDocument, open, readChanges, readVersion } from "../support/room.ts";

const page = { page: 1, size: 100 };

function say(annotation: string, text: string, more: Partial<CommentInput> = {}): CommentInput {
  return { annotation_id: annotation, reply_to: null, text, ...more };
}

/** A document with a box, whose id is `box`, and its first comment at seq 3. */
async function newThread(access: Access = open) {
  const sheet = await newDocument();
  const annotation = good(await sheet.room.createAnnotation(open, box, {})).value.id;
  const first = good(
    await sheet.room.createComment(access, say(annotation, "Is it straight?", { author: "ann" }), {}),
  ).value;
  return { ...sheet, annotation, first };
}

async function codeOf(result: Promise<{ ok: boolean; error?: { code: string } }>): Promise<string> {
  return (await result).error?.code ?? "ok";
}

describe("a comment", () => {
  it("R69 is made, answered and told of with a seq, and is there for those who come later", async () => {
    const { id, annotation, first } = await newThread();
    const a = await connect(id);
    const b = await connect(id);
    expect((await b.next("state")).comments).toEqual([first]);
    a.send({ type: "comment.create", opId: "1", comment: say(annotation, "Yes", { reply_to: first.id }) });
    const ack = await a.next("ack");
    const reply = ack.comment;
    expect(reply).toMatchObject({ reply_to: first.id, text: "Yes", version: 1, seq: 4, author: null });
    expect(await b.next("comment.created")).toEqual({ type: "comment.created", seq: 4, comment: reply });
    a.send({ type: "comment.update", opId: "2", id: first.id, patch: { text: "Is it level?" } });
    const edited = (await a.next("ack")).comment;
    expect(edited).toEqual({
      ...first,
      text: "Is it level?",
      updated_by: null,
      updated_by_name: null,
      version: 2,
      seq: 5,
      updated_at: edited?.updated_at,
      edited_at: edited?.updated_at,
    });
    expect(await b.next("comment.updated")).toMatchObject({ seq: 5, comment: edited });
    a.send({ type: "comment.delete", opId: "3", id: reply?.id ?? "", version: 1 });
    expect(await b.next("comment.deleted")).toMatchObject({ seq: 6, comment: { text: "", version: 2 } });
    const fresh = await connect(id);
    expect((await fresh.next("state")).comments).toEqual([edited]);
    const resumed = await connect(id, { since: 3 });
    const { events, comments } = await resumed.next("state");
    expect(comments).toEqual([]);
    expect(events.map(({ type, seq }) => [type, seq])).toEqual([
      ["comment.created", 4],
      ["comment.updated", 5],
      ["comment.deleted", 6],
    ]);
    expect(events[0]).toEqual({ type: "comment.created", seq: 4, comment: reply });
    expect(b.ordered()).toEqual([4, 5, 6]);
  });

  it("R69 that was sent again changes nothing, and other content under its opId is refused", async () => {
    const { id, room, annotation, first } = await newThread();
    const a = await connect(id);
    const message = { type: "comment.create", opId: "1", comment: say(annotation, "Yes") } as const;
    a.send(message);
    const ack = await a.next("ack");
    a.send(message);
    expect(await a.next("ack")).toEqual({ ...ack, duplicate: true });
    const again = good(await room.createComment(open, message.comment, { opId: "1" }));
    expect(again).toEqual({ value: ack.comment, created: false });
    a.send({ ...message, comment: say(annotation, "No") });
    expect(await a.next("error")).toMatchObject({ code: "op_id_reused", opId: "1" });
    const resolve = { type: "comment.update", opId: "2", id: first.id, patch: { resolved: true } } as const;
    a.send(resolve);
    const resolved = await a.next("ack");
    // It is so already: no seq is taken, and the opId is known from now on.
    a.send({ ...resolve, opId: "3" });
    expect(await a.next("ack")).toEqual({ ...resolved, opId: "3", duplicate: true });
    good(await room.updateComment(open, first.id, undefined, { resolved: false }, {}));
    a.send({ ...resolve, opId: "3" });
    expect(await a.next("ack")).toEqual({ ...resolved, opId: "3", duplicate: true });
    expect(good(await room.getComment(open, first.id))).toMatchObject({ resolved: false, version: 3 });
    good(await room.deleteComment(open, first.id, undefined, { opId: "4" }));
    expect(good(await room.deleteComment(open, first.id, 1, {}))).toMatchObject({ seq: 7, version: 4 });
    expect(good(await room.getDocument(open, false)).seq).toBe(7);
  });

  it("R69 settles its thread and opens it again; replies have no say in that", async () => {
    const { id, room, annotation, first } = await newThread();
    const reply = good(await room.createComment(open, say(annotation, "Yes", { reply_to: first.id }), {}));
    const a = await connect(id);
    a.send({
      type: "comment.update",
      opId: "1",
      id: first.id,
      patch: { resolved: true, resolved_by: "ben" },
    });
    const resolved = (await a.next("ack")).comment;
    expect(resolved).toMatchObject({ resolved: true, resolved_by: "ben", edited_at: null });
    expect(resolved?.resolved_at).toBe(resolved?.updated_at);
    a.send({ type: "comment.update", opId: "2", id: reply.value.id, patch: { resolved: true } });
    expect(await a.next("error")).toMatchObject({ code: "invalid", errors: [{ path: "resolved" }] });
    const list = async (resolved?: boolean) =>
      good(await room.listComments(open, { resolved, status: "active" }, page)).items.map(({ text }) => text);
    expect([await list(true), await list(false)]).toEqual([["Is it straight?", "Yes"], []]);
    a.send({ type: "comment.update", opId: "3", id: first.id, patch: { resolved: false } });
    const { text, version } = first;
    expect((await a.next("ack")).comment).toMatchObject({
      text,
      version: version + 2,
      resolved: false,
      resolved_by: null,
      resolved_at: null,
    });
    expect([await list(true), await list(false)]).toEqual([[], ["Is it straight?", "Yes"]]);
  });

  it("R69 is refused where its annotation or its thread is not there, and changes nothing", async () => {
    const { room, annotation, first } = await newThread();
    const other = good(await room.createAnnotation(open, box, {})).value.id;
    const reply = good(await room.createComment(open, say(annotation, "Yes", { reply_to: first.id }), {}));
    const before = good(await room.getDocument(open, false)).seq;
    const create = (input: CommentInput) => codeOf(room.createComment(open, input, {}));
    expect(await create(say(crypto.randomUUID(), "x"))).toBe("annotation_not_found");
    expect(await create(say(annotation, "x", { reply_to: crypto.randomUUID() }))).toBe("comment_not_found");
    expect(await create(say(other, "x", { reply_to: first.id }))).toBe("invalid");
    expect(await create(say(annotation, "x", { reply_to: reply.value.id }))).toBe("invalid");
    expect(await create(say(annotation, "x", { id: first.id }))).toBe("id_taken");
    const update = (version?: number, ifMatch?: number[]) =>
      room.updateComment(open, first.id, version, { text: "y" }, { ifMatch });
    expect(await update(2)).toMatchObject({ error: { code: "stale_version", current: first } });
    expect(await codeOf(update(undefined, [2]))).toBe("precondition_failed");
    expect(await codeOf(room.deleteComment(open, first.id, 2, {}))).toBe("stale_version");
    const nobody = crypto.randomUUID();
    expect(await codeOf(room.updateComment(open, nobody, undefined, { text: "y" }, {}))).toBe(
      "comment_not_found",
    );
    expect(await codeOf(room.deleteComment(open, nobody, undefined, {}))).toBe("comment_not_found");
    expect(await codeOf(room.getComment(open, nobody))).toBe("comment_not_found");
    expect(good(await room.getDocument(open, false)).seq).toBe(before);
    expect(good(await update(1, [1]))).toMatchObject({ text: "y", version: 2 });
  });

  it("R69 has 1 to 4,000 characters", () => {
    const takes = (text: string) =>
      commentInputSchema.safeParse({ annotation_id: crypto.randomUUID(), text }).success;
    expect([takes("x"), takes("x".repeat(COMMENT_MAX))]).toEqual([true, true]);
    expect([takes(""), takes(" \n"), takes("x".repeat(COMMENT_MAX + 1)), takes("\0")]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("many comments", () => {
  it("R17 R53 come in pages, to who joins and in a version, each as it was when the first page went", async () => {
    const { id, room, annotation, first } = await newThread();
    const made = [first];
    for (let n = 0; n < 400; n++) {
      const text = `${n} ${"x".repeat(COMMENT_MAX - 10)}`;
      made.push(good(await room.createComment(open, say(annotation, text), {})).value);
    }
    const socket = await connect(id);
    const state = await socket.next("state");
    expect(state).toMatchObject({ more: true, comments: [], annotations: [] });
    const pages = () =>
      socket.messages.flatMap((message) =>
        message.type === "state_page" && message.part === "comments" ? [message] : [],
      );
    await socket.until(() => pages().some(({ last }) => last), "the last page");
    expect(pages().length).toBeGreaterThan(1);
    expect(pages().flatMap(({ items }) => items)).toEqual(made);
    const version = good(await room.createVersion(open, {}, {}));
    expect(good(await readVersion(room, version.id)).state.comments).toEqual(made);
    const head = version.seq;
    const page = good(await room.readCommentsAt(head, null));
    // Changed between two pages: the second one has it as it was.
    const last = made.at(-1);
    good(await room.deleteComment(open, last?.id ?? "", undefined, {}));
    good(await room.createComment(open, say(annotation, "Later"), {}));
    const found = [...page.comments];
    for (let { next } = page; next !== null;) {
      const more = good(await room.readCommentsAt(head, next));
      found.push(...more.comments);
      ({ next } = more);
    }
    expect(found).toEqual(made);
  });

  it("R15 are read back among other events, some at a time, and none is passed over", async () => {
    const { room, stub, annotation, first } = await newThread();
    for (let n = 0; n < 30; n++) {
      good(await room.updateAnnotation(open, annotation, n + 1, { text: `${n}` }, {}));
      if (n < 10) good(await room.createComment(open, say(annotation, `${n}`), {}));
    }
    const { seq } = good(await room.getDocument(open, false));
    const found = await runInDurableObject(stub, (_room, { storage: { sql } }) => {
      const marks: { seq: number; kind: string }[] = [];
      for (let reached = 0; reached < seq;) {
        const some = listEvents(sql, reached, seq, 8);
        marks.push(...some);
        reached = some.at(-1)?.seq ?? seq;
      }
      return marks;
    });
    expect(found.map((mark) => mark.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
    expect(found.find((mark) => mark.seq === first.seq)?.kind).toBe("comment");
  });

  it("R16 that were missed start over where the state is far smaller", async () => {
    const { id, room, first } = await newThread();
    for (let n = 0; n < 40; n++) {
      const text = `${n} ${"x".repeat(COMMENT_MAX - 10)}`;
      good(await room.updateComment(open, first.id, undefined, { text }, {}));
    }
    const state = await (await connect(id, { since: 3 })).next("state");
    expect(state).toMatchObject({ resumed: false, events: [], comments: [{ version: 41 }] });
    expect(await (await connect(id, { since: 40 })).next("state")).toMatchObject({ resumed: true });
  });
});

describe("a deleted comment", () => {
  it("R69 loses its text and keeps its place: its thread goes on", async () => {
    const { id, room, annotation, first } = await newThread();
    const reply = good(await room.createComment(open, say(annotation, "Yes", { reply_to: first.id }), {}));
    const gone = good(await room.deleteComment(open, first.id, undefined, {}));
    expect(gone).toMatchObject({ status: "deleted", text: "", author: "ann", version: 2, seq: 5 });
    const later = good(await room.createComment(open, say(annotation, "Sure", { reply_to: first.id }), {}));
    good(await room.deleteComment(open, reply.value.id, undefined, {}));
    const settled = good(await room.updateComment(open, first.id, undefined, { resolved: true }, {}));
    expect(settled).toMatchObject({ status: "deleted", resolved: true });
    expect(await codeOf(room.updateComment(open, first.id, undefined, { text: "x" }, {}))).toBe(
      "comment_deleted",
    );
    const socket = await connect(id);
    expect((await socket.next("state")).comments).toEqual([settled, later.value]);
    const list = async (status: "active" | "deleted" | "all") =>
      good(await room.listComments(open, { status }, page)).items.map((comment) => comment.id);
    expect(await list("active")).toEqual([later.value.id]);
    expect(await list("deleted")).toEqual([first.id, reply.value.id]);
    expect(await list("all")).toEqual([first.id, reply.value.id, later.value.id]);
  });
});

describe("comments of a deleted annotation", () => {
  it("R70 stay as they are, take no more, and come back with it", async () => {
    const { id, room, annotation, first } = await newThread();
    good(await room.deleteAnnotation(open, annotation, undefined, {}));
    expect(good(await room.getComment(open, first.id))).toEqual(first);
    expect(await codeOf(room.createComment(open, say(annotation, "Late"), {}))).toBe("annotation_deleted");
    // One who comes now has them, too: nobody is told of them when it is restored.
    const socket = await connect(id);
    expect(await socket.next("state")).toMatchObject({ annotations: [], comments: [first] });
    good(await room.restoreAnnotation(open, annotation, undefined, {}));
    good(await room.createComment(open, say(annotation, "In time"), {}));
    expect(socket.ordered()).toEqual([5, 6]);
  });
});

describe("versions and comments", () => {
  it("R70 a version has them as they were, and a revert leaves them alone", async () => {
    const { id, room, annotation, first } = await newThread();
    const version = good(await room.createVersion(open, {}, {}));
    const edited = good(await room.updateComment(open, first.id, undefined, { text: "Edited" }, {}));
    const later = good(await room.createComment(open, say(annotation, "Later"), {})).value;
    expect(good(await readVersion(room, version.id)).state.comments).toEqual([first]);
    const witness = await connect(id);
    await witness.next("state");
    good(await room.revertVersion(open, version.id, {}));
    await witness.next("reset");
    expect((await witness.next("state")).comments).toEqual([edited, later]);
    expect(good(await readVersion(room, version.id)).state.comments).toEqual([first]);
    good(await room.deleteComment(open, first.id, undefined, {}));
    // What was deleted since keeps its text there.
    expect(good(await readVersion(room, version.id)).state.comments).toEqual([first]);
    const after = good(await room.createVersion(open, {}, {}));
    expect(good(await readVersion(room, after.id)).state.comments.map(({ text }) => text)).toEqual([
      "",
      "Later",
    ]);
    expect(good(await room.readCommentsAt(first.seq, null))).toEqual({ comments: [first], next: null });
    expect(good(await room.readCommentsAt(first.seq - 1, null)).comments).toEqual([]);
  });

  it("R69 the feed and a room that wakes up have the last change, a comment's included", async () => {
    const { id, room, stub, first } = await newThread();
    good(await room.updateComment(open, first.id, undefined, { resolved: true }, {}));
    await evictDurableObject(stub);
    expect(good(await room.getDocument(open, false)).seq).toBe(4);
    const feed = good(await readChanges(room, 2, 100));
    expect(feed.events.map(({ type, seq }) => [type, seq])).toEqual([
      ["comment.created", 3],
      ["comment.updated", 4],
    ]);
    expect(feed).toMatchObject({ next_since: 4, more: false });
    const socket = await connect(id, { since: 4 });
    socket.update("u", "x", 4);
    expect(await socket.next("ack")).toMatchObject({ seq: 5 });
  });
});

describe("who may comment", () => {
  const ann = claims({ sub: "ann", name: "Ann", role: "viewer", comment: true });
  const ben = claims({ sub: "ben", role: "viewer", comment: true });
  const viewer = claims({ sub: "vic", role: "viewer" });
  const editor = claims({ sub: "ed", role: "editor" });

  it("R71 editors, and viewers whose token says so: checked at every message", async () => {
    const { id, annotation } = await newThread();
    const socket = await connect(id, { access: viewer });
    const message = { type: "comment.create", opId: "1", comment: say(annotation, "Hm") } as const;
    socket.send(message);
    expect(await socket.next("error")).toMatchObject({ code: "forbidden", opId: "1" });
    const commenter = await connect(id, { access: ann });
    commenter.send({ ...message, comment: say(annotation, "Hm", { author: "somebody else" }) });
    expect((await commenter.next("ack")).comment).toMatchObject({ author: "ann", author_name: "Ann" });
    commenter.send({ type: "annotation.create", opId: "2", annotation: box });
    expect(await commenter.next("error")).toMatchObject({ code: "forbidden", opId: "2" });
    commenter.update("3", "x");
    expect(await commenter.next("error")).toMatchObject({ code: "forbidden", opId: "3" });
  });

  it("R71 over REST and after hibernation, too", async () => {
    const { id, room, stub, annotation, first } = await newThread(ann);
    const commenter = await connect(id, { access: ben });
    await commenter.next("state");
    await evictDurableObject(stub, { webSockets: "hibernate" });
    commenter.send({ type: "comment.create", opId: "1", comment: say(annotation, "Awake") });
    expect((await commenter.next("ack")).comment).toMatchObject({ author: "ben", author_name: null });
    expect(await codeOf(room.createComment(viewer, say(annotation, "x"), {}))).toBe("forbidden");
    expect(await codeOf(room.updateComment(viewer, first.id, undefined, { resolved: true }, {}))).toBe(
      "forbidden",
    );
    expect(await codeOf(room.deleteComment(viewer, first.id, undefined, {}))).toBe("forbidden");
  });

  it("R71 only its author changes a text, and deletes it, or an editor; all may settle the thread", async () => {
    const { room, first } = await newThread(ann);
    const edit = (access: Access, room: RoomApi) =>
      codeOf(room.updateComment(access, first.id, undefined, { text: "Mine" }, {}));
    expect([await edit(ben, room), await edit(editor, room), await edit(ann, room)]).toEqual([
      "forbidden",
      "forbidden",
      "ok",
    ]);
    const both = { text: "Mine, too", resolved: true };
    expect(await codeOf(room.updateComment(ben, first.id, undefined, both, {}))).toBe("forbidden");
    const settle = { resolved: true, resolved_by: "somebody else" };
    const settled = good(await room.updateComment(ben, first.id, undefined, settle, {}));
    expect(settled).toMatchObject({ resolved: true, resolved_by: "ben", text: "Mine" });
    expect(await codeOf(room.deleteComment(ben, first.id, undefined, {}))).toBe("forbidden");
    expect(await codeOf(room.deleteComment(editor, first.id, undefined, {}))).toBe("ok");
  });

  it("R71 the author of a token deletes their own", async () => {
    const { room, first } = await newThread(ann);
    expect(good<Comment>(await room.deleteComment(ann, first.id, undefined, {})).status).toBe("deleted");
  });
});
