import type { Annotation } from "../protocol/model/annotation.ts";
import type { Document } from "../protocol/model/document.ts";
import type { Result } from "../protocol/errors.ts";
import type { AnnotationsPage, RoomApi } from "../room/room-api.ts";
import { ExportFailure } from "../export-failure.ts";

/** What the renderer asks of a document's object. */
export type StateReader = Pick<RoomApi, "authorize" | "readDocumentAt" | "readAnnotationsAt">;

/** The document as it was at `seq`. Throws `ExportFailure` where it is deleted by now, or was not there. */
export async function readDocument(room: StateReader, seq: number): Promise<Document> {
  // The route has checked who asked; here nobody asks, and only the document's being there counts.
  unwrap(await room.authorize({ claims: null }, "viewer"));
  return unwrap(await room.readDocumentAt(seq));
}

/** The annotations that were active at `seq`, page by page, in the order of creation. */
export async function* readAnnotations(room: StateReader, seq: number): AsyncGenerator<Annotation[]> {
  let after: number | null = null;
  do {
    const page: AnnotationsPage = unwrap(await room.readAnnotationsAt(seq, after));
    yield page.annotations;
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
