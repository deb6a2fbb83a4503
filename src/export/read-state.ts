import type { Annotation } from "../protocol/model/annotation.ts";
import type { Comment } from "../protocol/model/comment.ts";
import type { Document } from "../protocol/model/document.ts";
import type { LabelSet } from "../protocol/model/label-set.ts";
import type { Result } from "../protocol/errors.ts";
import type { AnnotationsPage, CommentsPage, RoomApi } from "../room/room-api.ts";
import { ExportFailure } from "./export-failure.ts";

/** The calls to a document's object that the renderer makes. */
export type StateReader = Pick<
  RoomApi,
  "authorize" | "readDocumentAt" | "readLabelSetAt" | "readAnnotationsAt" | "readCommentsAt"
>;

/** Reads the document as it was at `seq`. Throws `ExportFailure` if it has been deleted since, or never existed. */
export async function readDocument(room: StateReader, seq: number): Promise<Document> {
  // The route has checked the requester's role. Here only the document's existence matters.
  unwrap(await room.authorize({ claims: null }, "viewer"));
  return unwrap(await room.readDocumentAt(seq));
}

export async function readLabelSet(room: StateReader, seq: number): Promise<LabelSet> {
  return unwrap(await room.readLabelSetAt(seq));
}

/** Reads the annotations that were active at `seq`, page by page, in the order of creation. */
export async function* readAnnotations(room: StateReader, seq: number): AsyncGenerator<Annotation[]> {
  let after: number | null = null;
  do {
    const page: AnnotationsPage = unwrap(await room.readAnnotationsAt(seq, after));
    yield page.annotations;
    after = page.next;
  } while (after !== null);
}

/** Reads the comments as they were at `seq`, page by page, in the order of creation. */
export async function* readComments(room: StateReader, seq: number): AsyncGenerator<Comment[]> {
  let after: number | null = null;
  do {
    const page: CommentsPage = unwrap(await room.readCommentsAt(seq, after));
    yield page.comments;
    after = page.next;
  } while (after !== null);
}

const goneCodes = new Set(["document_deleted", "document_not_found"]);

function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  if (goneCodes.has(result.error.code))
    throw new ExportFailure("The document was deleted. Restore it, then export it again.");
  throw new Error(`The document's object answered ${result.error.code}: ${result.error.message}`);
}
