import { expect } from "vitest";
import { type Signature, type Who, signature } from "./people.ts";
import type { Comment } from "../../../src/protocol/model/comment.ts";

/** Comments in the words of the model: what is asked for, what becomes of it, and what a document has then. */

export type CommentOperation =
  | { type: "comment.create"; opId: string; input: CommentInput }
  | { type: "comment.update"; opId: string; id: string; version?: number; patch: CommentPatch }
  | { type: "comment.delete"; opId: string; id: string; version?: number };

interface CommentInput {
  id: string;
  annotation_id: string;
  reply_to: string | null;
  text: string;
  author?: string;
}
interface CommentPatch {
  text?: string;
  resolved?: boolean;
}

export interface CommentState extends Signature {
  id: string;
  annotation_id: string;
  reply_to: string | null;
  text: string;
  author: string | null;
  author_name: string | null;
  isEdited: boolean;
  resolved: boolean;
  resolved_by: string | null;
  resolved_by_name: string | null;
  status: "active" | "deleted";
  version: number;
  /** Of its last change. */
  seq: number;
}

export function isCommentOperation(operation: { type: string }): operation is CommentOperation {
  return operation.type.startsWith("comment.");
}

/** As the service says it. */
export function commentState(comment: Comment, births: { check: (comment: Comment) => void }): CommentState {
  births.check(comment);
  expect(comment.resolved_at !== null).toBe(comment.resolved);
  const {
    document_id: _document,
    ordinal: _ordinal,
    created_at: _made,
    updated_at: _at,
    edited_at,
    resolved_at: _settled,
    ...said
  } = comment;
  return { ...said, isEdited: edited_at !== null };
}

/** Those that a state has: a thread whose first comment is deleted goes on. */
export function shownOf(comments: ReadonlyMap<string, CommentState>): CommentState[] {
  return [...comments.values()].filter(({ status, reply_to }) => status === "active" || reply_to === null);
}

interface Present {
  annotations: ReadonlyMap<string, { status: "active" | "deleted" }>;
  comments: ReadonlyMap<string, CommentState>;
}

/** Why an operation is refused; a seq: it is so since then; null: it makes a change. */
export function judgeComment(
  operation: CommentOperation,
  { annotations, comments }: Present,
  sub: string | null,
  isEditor: boolean,
): string | number | null {
  if (operation.type === "comment.create") {
    const { id, annotation_id, reply_to } = operation.input;
    if (comments.has(id)) return "id_taken";
    const annotation = annotations.get(annotation_id);
    if (!annotation) return "annotation_not_found";
    if (annotation.status === "deleted") return "annotation_deleted";
    const first = comments.get(reply_to ?? "");
    if (reply_to !== null && !first) return "comment_not_found";
    const isWrong = first && (first.annotation_id !== annotation_id || first.reply_to !== null);
    return isWrong ? "invalid" : null;
  }
  const comment = comments.get(operation.id);
  if (!comment) return "comment_not_found";
  const isStale = operation.version !== undefined && operation.version !== comment.version;
  const isOthers = sub !== null && sub !== comment.author;
  if (operation.type === "comment.delete") {
    if (comment.status === "deleted") return comment.seq;
    if (isStale) return "stale_version";
    return isOthers && !isEditor ? "forbidden" : null;
  }
  if (isStale) return "stale_version";
  const { text = comment.text, resolved = comment.resolved } = operation.patch;
  if (operation.patch.text !== undefined && isOthers) return "forbidden";
  if (resolved && comment.reply_to !== null) return "invalid";
  if (text !== comment.text && comment.status === "deleted") return "comment_deleted";
  return text === comment.text && resolved === comment.resolved ? comment.seq : null;
}

/** What the comment is after an operation that was taken. */
export function applyComment(
  comments: ReadonlyMap<string, CommentState>,
  operation: CommentOperation,
  { sub, by }: { sub: string | null; by: Who },
  seq: number,
): CommentState {
  if (operation.type === "comment.create") {
    const { author: named, ...input } = operation.input;
    const author = sub ?? named ?? by.id;
    const fresh = {
      isEdited: false,
      resolved: false,
      resolved_by: null,
      resolved_by_name: null,
      author_name: by.name,
      updated_by: author,
      status: "active",
      version: 1,
    } as const;
    return { ...input, author, ...fresh, seq };
  }
  const before = comments.get(operation.id);
  if (!before) throw new Error(`seq ${seq} changes the comment ${operation.id}, which is not there`);
  const { updated_by_name: _name, ...rest } = before;
  const after = { ...rest, ...signature(before.author, by), version: before.version + 1, seq };
  if (operation.type === "comment.delete") return { ...after, status: "deleted", text: "" };
  const { text = before.text, resolved = before.resolved } = operation.patch;
  return {
    ...after,
    text,
    isEdited: before.isEdited || text !== before.text,
    resolved,
    resolved_by: resolved && !before.resolved ? by.id : resolved ? before.resolved_by : null,
    resolved_by_name: resolved && !before.resolved ? by.name : resolved ? before.resolved_by_name : null,
  };
}

/** As a request: path, method and body. */
export function toCommentRequest(operation: CommentOperation, documentId: string) {
  const path = `/v1/documents/${documentId}/comments`;
  switch (operation.type) {
    case "comment.create":
      return { path, method: "POST", json: operation.input };
    case "comment.update": {
      const { id, version, patch } = operation;
      const json = { ...patch, ...(version !== undefined && { version }) };
      return { path: `${path}/${id}`, method: "PATCH", json };
    }
    case "comment.delete": {
      const { id, version } = operation;
      return { path: `${path}/${id}${version === undefined ? "" : `?version=${version}`}`, method: "DELETE" };
    }
  }
}
