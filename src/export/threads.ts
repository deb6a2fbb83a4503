import { type Comment, listThreads } from "../protocol/model/comment.ts";

/**
 * The most characters of comments that an export holds at a time, with about `OTHER_CHARACTERS` for what a comment is
 * beside its text: thousands of threads, and little of the isolate's memory.
 */
const HELD_MAX = 8 * 1024 * 1024;
const OTHER_CHARACTERS = 500;

/** The comments of a document by annotation. */
export interface CollectedComments {
  byAnnotation: ReadonlyMap<string, readonly Comment[]>;
  /** false: there are more than an export can hold. */
  isComplete: boolean;
}

export async function collectComments(pages: AsyncIterable<readonly Comment[]>): Promise<CollectedComments> {
  const byAnnotation = new Map<string, Comment[]>();
  let held = 0;
  for await (const page of pages) {
    for (const comment of page) {
      held += comment.text.length + OTHER_CHARACTERS;
      if (held > HELD_MAX) return { byAnnotation, isComplete: false };
      const others = byAnnotation.get(comment.annotation_id);
      if (others) others.push(comment);
      else byAnnotation.set(comment.annotation_id, [comment]);
    }
  }
  return { byAnnotation, isComplete: true };
}

/** What is open to talk about, a line for each comment: who says what. Settled threads are left out. */
export function describeOpenThreads(comments: readonly Comment[]): string {
  return listThreads(comments)
    .filter((thread) => !thread.some(({ resolved }) => resolved))
    .flatMap((thread) => thread.filter(({ status }) => status === "active").map(describeComment))
    .join("\n");
}

function describeComment({ reply_to: first, author, author_name: name, text }: Comment): string {
  const who = name ?? author;
  const said = text.trim().replaceAll(/\s+/g, " ");
  return `${first === null ? "" : "– "}${who === null ? "" : `${who}: `}${said}`;
}
