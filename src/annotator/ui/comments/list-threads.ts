import type { Comment } from "../../../protocol/model/comment.ts";
import { authorOf, type Person } from "../../../protocol/model/person.ts";
import { mentions } from "./comment-text.ts";

/** Comments on a mark that answer each other. */
export interface Thread {
  /** The id of its first comment. */
  id: string;
  markId: string;
  first: Comment;
  /** In the order in which they were made. A first one that was deleted is among them, if others answer it. */
  comments: readonly Comment[];
  /** How many there are, without deleted ones. */
  count: number;
  isResolved: boolean;
}

/** Who looks at the comments. */
export interface Me {
  /** null: nobody knows. */
  id: string | null;
  name: string | null;
}

/** Whether it is whoever looks at the comments, here or elsewhere. */
export function isMe({ id, name }: Person, me: Me): boolean {
  if (id === null) return false;
  // Without a token one is known by one's name, or, as long as one has none, by the id of the browser.
  return id === me.id || (name === null && id === me.name);
}

/** How many comments a mark has. */
export interface CommentCount {
  count: number;
  isUnread: boolean;
}

export const threadFilters = ["open", "all", "mine", "unread"] as const;
export type ThreadFilter = (typeof threadFilters)[number];

/** The threads of a document, the one that somebody wrote to last at the top. */
export function listThreads(comments: readonly Comment[]): Thread[] {
  const byFirst = new Map<string, Comment[]>();
  for (const comment of comments) if (comment.reply_to === null) byFirst.set(comment.id, [comment]);
  for (const comment of comments) if (comment.reply_to !== null) byFirst.get(comment.reply_to)?.push(comment);
  const threads: Thread[] = [];
  for (const [id, all] of byFirst) {
    const [first] = all;
    const count = all.filter(({ status }) => status === "active").length;
    if (!first || count === 0) continue;
    const { annotation_id: markId, resolved: isResolved } = first;
    threads.push({ id, markId, first, comments: all, count, isResolved });
  }
  const lastOf = ({ comments: all }: Thread): number => all.at(-1)?.ordinal ?? 0;
  return threads.sort((a, b) => lastOf(b) - lastOf(a));
}

/** The seq of the last change in a thread. */
export function seqOf({ comments }: Thread): number {
  return Math.max(...comments.map(({ seq }) => seq));
}

/** Whether somebody else has written something since this person saw the thread. */
export function isUnread({ comments }: Thread, seen: number, me: Me): boolean {
  return comments.some(
    (comment) => comment.status === "active" && comment.seq > seen && !isMe(authorOf(comment), me),
  );
}

/** Whether this person wrote in a thread, or is addressed there. */
export function concerns({ comments }: Thread, me: Me, names: readonly string[]): boolean {
  return comments.some(
    (comment) => isMe(authorOf(comment), me) || (me.name !== null && mentions(comment.text, me.name, names)),
  );
}

/** A thread with the place of its pin: the oldest one of its mark is at the corner, others follow. */
export interface PinnedThread {
  thread: Thread;
  index: number;
}

/** In the order in which threads were begun: replies must not make pins change places. */
export function placeOnMarks(threads: readonly Thread[]): PinnedThread[] {
  const counts = new Map<string, number>();
  return threads
    .toSorted((a, b) => a.first.ordinal - b.first.ordinal)
    .map((thread) => {
      const index = counts.get(thread.markId) ?? 0;
      counts.set(thread.markId, index + 1);
      return { thread, index };
    });
}
