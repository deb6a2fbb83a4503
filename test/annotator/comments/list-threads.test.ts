import { expect, it } from "vitest";
import {
  concerns,
  isMe,
  isUnread,
  listThreads,
  seqOf,
  type Thread,
} from "../../../src/annotator/ui/comments/list-threads.ts";
import { readPairs } from "../../../src/annotator/ui/comments/seen-threads.ts";
import type { Comment } from "../../../src/protocol/model/comment.ts";

const me = { id: "me", name: "Mira" };

function comment(id: string, ordinal: number, fields: Partial<Comment> = {}): Comment {
  return {
    id,
    document_id: "d",
    annotation_id: "a",
    reply_to: null,
    text: id,
    author: "ada",
    author_name: "Ada",
    updated_by: "ada",
    resolved: false,
    resolved_by: null,
    resolved_by_name: null,
    resolved_at: null,
    status: "active",
    version: 1,
    seq: ordinal,
    ordinal,
    created_at: "2026-11-26T10:00:00.000Z",
    updated_at: "2026-11-26T10:00:00.000Z",
    edited_at: null,
    ...fields,
  };
}

function only(comments: readonly Comment[]): Thread {
  const [thread] = listThreads(comments);
  if (!thread) throw new Error("there is no thread");
  return thread;
}

it("makes threads, the one that was written to last at the top", () => {
  const threads = listThreads([
    comment("one", 1),
    comment("two", 2, { annotation_id: "b", resolved: true }),
    comment("answer", 3, { reply_to: "one" }),
    comment("lost", 4, { reply_to: "unknown" }),
  ]);
  expect(threads.map(({ id, markId, count, isResolved }) => ({ id, markId, count, isResolved }))).toEqual([
    { id: "one", markId: "a", count: 2, isResolved: false },
    { id: "two", markId: "b", count: 1, isResolved: true },
  ]);
});

it("R69 keeps a thread whose first comment was deleted while others answer it, and does not count it", () => {
  const first = comment("one", 1, { status: "deleted", text: "" });
  expect(only([first, comment("answer", 2, { reply_to: "one" })]).count).toBe(1);
  expect(listThreads([first])).toEqual([]);
});

it("counts as unread what somebody else wrote or changed since", () => {
  const thread = only([comment("one", 5), comment("own", 9, { reply_to: "one", author: "me" })]);
  expect(seqOf(thread)).toBe(9);
  expect(isUnread(thread, 4, me)).toBe(true);
  expect(isUnread(thread, 5, me)).toBe(false);
  const deleted = comment("gone", 8, { reply_to: "one", status: "deleted" });
  expect(isUnread(only([comment("one", 5), comment("own", 6, { reply_to: "one" }), deleted]), 6, me)).toBe(
    false,
  );
});

it("knows the threads that concern somebody", () => {
  const others = only([comment("one", 1, { text: "Look, @Miranda" })]);
  expect(concerns(others, me, ["Ada"])).toBe(false);
  expect(concerns(only([comment("one", 1, { text: "Look, @mira!" })]), me, ["Ada"])).toBe(true);
  expect(concerns(only([comment("one", 1, { author: "me" })]), me, ["Ada"])).toBe(true);
  expect(concerns(only([comment("one", 1, { author: null })]), { id: null, name: null }, [])).toBe(false);
});

it("reads what was seen, and nothing else that is in the store", () => {
  expect(readPairs('[["a",3],["b","x"],7,null]')).toEqual([["a", 3]]);
  expect(readPairs("{")).toEqual([]);
  expect(readPairs('{"a":1}')).toEqual([]);
  expect(readPairs(null)).toEqual([]);
});

it("knows this person by the token's subject, or without tokens by the name, or by the browser's id", () => {
  expect(isMe({ id: "me", name: "Mira" }, me)).toBe(true);
  expect(isMe({ id: "Mira", name: null }, me)).toBe(true);
  // Somebody else's token has the same name.
  expect(isMe({ id: "other", name: "Mira" }, me)).toBe(false);
  expect(isMe({ id: null, name: null }, { id: null, name: null })).toBe(false);
  const thread = only([comment("one", 5, { author: "Mira", author_name: null })]);
  expect(isUnread(thread, 0, me)).toBe(false);
  expect(concerns(thread, me, [])).toBe(true);
});
