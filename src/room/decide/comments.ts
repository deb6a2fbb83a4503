import type { Access } from "../access.ts";
import type { Comment, CommentInput, CommentPatch } from "../../protocol/model/comment.ts";
import { type Failure, type Result, fail, ok } from "../../protocol/errors.ts";
import { signAnew, signedBy } from "../../protocol/model/person.ts";
import { toTimestamp } from "../../protocol/model/scalars.ts";
import { roleReaches } from "../../protocol/model/token.ts";
import { ORDINALS_PER_SEQ } from "../ordinals.ts";
import type { Created, WriteOptions } from "../room-api.ts";
import { type Command, type Decision, type RoomReader, checkIfMatch, staleVersion } from "./command.ts";

/** The comment to change, and what its sender knows of it. */
export interface CommentTarget {
  id: string;
  version?: number | undefined;
  ifMatch?: WriteOptions["ifMatch"];
}

export function createComment(input: CommentInput, { claims }: Access): Command<Created<Comment>> {
  return {
    type: "comment.create",
    // If the token names the author, the input's author does not count.
    payload: claims ? { ...input, author: undefined } : input,
    role: "comment",
    decide(room, { now, newId, by }) {
      const { id = newId(), annotation_id, reply_to, text, author } = input;
      const existing = room.comments.read(id);
      if (existing)
        return fail("id_taken", `The document has a comment ${id} already`, { current: existing });
      const place = checkPlace(room, annotation_id, reply_to);
      if (!place.ok) return place;
      const seq = room.head + 1;
      const maker = claims ? by.id : (author ?? by.id);
      const comment: Comment = {
        id,
        document_id: room.documentId,
        annotation_id,
        reply_to,
        text,
        author: maker,
        author_name: by.name,
        resolved: false,
        resolved_by: null,
        resolved_by_name: null,
        resolved_at: null,
        status: "active",
        version: 1,
        seq,
        ordinal: seq * ORDINALS_PER_SEQ,
        created_at: toTimestamp(now),
        updated_at: toTimestamp(now),
        edited_at: null,
        ...signedBy(maker, { ...by, id: maker }),
      };
      return ok({ ...change(comment), result: { value: comment, created: true } });
    },
    replay: (room, seq) => ({ value: replay(room, seq), created: false }),
  };
}

/** The annotation is there, and the thread is one of its own. */
function checkPlace(room: RoomReader, annotationId: string, replyTo: string | null): Result<null> {
  const annotation = room.readAnnotation(annotationId);
  if (!annotation) return fail("annotation_not_found", `The document has no annotation ${annotationId}`);
  if (annotation.status === "deleted") {
    return fail("annotation_deleted", "The annotation is deleted: restore it first", { current: annotation });
  }
  if (replyTo === null) return ok(null);
  const first = findComment(room, replyTo);
  if (!first.ok) return first;
  const { annotation_id, reply_to } = first.value;
  if (annotation_id !== annotationId) return refuse("reply_to", "is on another annotation");
  if (reply_to !== null) {
    return refuse("reply_to", `is a reply itself: name the first comment of its thread, ${reply_to}`);
  }
  return ok(null);
}

/** Changes the text, which takes its author, or settles or reopens the thread, which takes anybody who may comment. */
export function updateComment(
  target: CommentTarget,
  patch: CommentPatch,
  { claims }: Access,
): Command<Comment> {
  const { id, version } = target;
  return {
    type: "comment.update",
    payload: {
      id,
      ...(version !== undefined && { version }),
      // If the token names who settles it, what is said of that does not count.
      patch: claims ? { ...patch, resolved_by: undefined } : patch,
    },
    role: "comment",
    decide(room, { now, by }) {
      const found = findTarget(room, target);
      if (!found.ok) return found;
      const current = found.value;
      const { text = current.text, resolved = current.resolved } = patch;
      if (patch.text !== undefined && claims && claims.sub !== current.author) {
        return fail("forbidden", "Only its author may change the text of a comment");
      }
      if (resolved && current.reply_to !== null) {
        return refuse("resolved", `is for the first comment of a thread: settle ${current.reply_to}`);
      }
      if (text !== current.text && current.status === "deleted") {
        return fail("comment_deleted", "The comment is deleted: write a new one", { current });
      }
      if (text === current.text && resolved === current.resolved) return unchanged(current);
      const at = toTimestamp(now);
      const settler = claims ? by.id : (patch.resolved_by ?? by.id);
      const settled = {
        resolved,
        resolved_by: resolved ? settler : null,
        resolved_by_name: resolved ? by.name : null,
        resolved_at: resolved ? at : null,
      };
      return ok(
        change({
          ...signAnew(current, resolved && !current.resolved ? { ...by, id: settler } : by),
          text,
          ...(text !== current.text && { edited_at: at }),
          ...(resolved !== current.resolved && settled),
          version: current.version + 1,
          seq: room.head + 1,
          updated_at: at,
        }),
      );
    },
    replay,
  };
}

/** Takes the text away. The comment keeps its place, since replies to it stay. */
export function deleteComment(target: CommentTarget, { claims }: Access): Command<Comment> {
  const { id, version } = target;
  return {
    type: "comment.delete",
    payload: version === undefined ? { id } : { id, version },
    role: "comment",
    decide(room, { now, by }) {
      const found = findComment(room, id);
      if (!found.ok) return found;
      const current = found.value;
      if (current.status === "deleted") return unchanged(current);
      const known = checkKnown(current, target);
      if (!known.ok) return known;
      if (claims && claims.sub !== current.author && !roleReaches(claims.role, "editor")) {
        return fail("forbidden", "Only its author may delete a comment, or who has the role editor");
      }
      return ok(
        change({
          ...signAnew(current, by),
          text: "",
          status: "deleted",
          version: current.version + 1,
          seq: room.head + 1,
          updated_at: toTimestamp(now),
        }),
      );
    },
    replay,
  };
}

function findTarget(room: RoomReader, target: CommentTarget): Result<Comment> {
  const found = findComment(room, target.id);
  if (!found.ok) return found;
  const known = checkKnown(found.value, target);
  return known.ok ? found : known;
}

function findComment(room: RoomReader, id: string): Result<Comment> {
  const comment = room.comments.read(id);
  return comment ? ok(comment) : fail("comment_not_found", `The document has no comment ${id}`);
}

function checkKnown(current: Comment, { version, ifMatch }: CommentTarget): Result<null> {
  const match = checkIfMatch(ifMatch, current);
  if (!match.ok) return match;
  if (version !== undefined && version !== current.version) return staleVersion(current, version);
  return ok(null);
}

function change(comment: Comment): Decision<Comment> {
  return { entries: [{ kind: "comment", seq: comment.seq, comment }], result: comment };
}

/** It is as asked for already. */
function unchanged(comment: Comment): Result<Decision<Comment>> {
  return ok({ entries: [], result: comment, unchangedSince: comment.seq });
}

function refuse(field: string, message: string): { ok: false; error: Failure } {
  return fail("invalid", `${field}: ${message}`, { errors: [{ path: field, message }] });
}

/** What a comment became at `seq`. */
function replay(room: RoomReader, seq: number): Comment {
  const comment = room.comments.readChangedAt(seq);
  if (!comment) throw new Error(`No comment changed at seq ${seq}`);
  return comment;
}
