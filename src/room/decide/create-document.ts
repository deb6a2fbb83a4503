import type { Document, DocumentCreate } from "../../protocol/model/document.ts";
import { type Result, fail, ok } from "../../protocol/errors.ts";
import { toTimestamp } from "../../protocol/model/scalars.ts";
import { emptyContent } from "../content.ts";
import type { Created } from "../room-api.ts";
import { hashOperation, identify } from "../store/operations.ts";
import type { RoomStore } from "../store/room-store.ts";
import type { Moment } from "./operation.ts";
import type { Performed } from "./perform.ts";

/**
 * Makes the document and its tables. A repeat with the same id and content finds it made; other content is refused:
 * `op_id_reused` where the opId tells that it is meant to be the same request, else `id_taken`.
 * Call it inside a transaction, after access was checked.
 */
export function createDocument(
  store: RoomStore,
  input: DocumentCreate & { id: string },
  opId: string | undefined,
  moment: Moment,
): Result<Performed<Created<Document>>> {
  const hash = hashOperation("document.create", input);
  const content = identify("document.create", input);
  if (store.exists) return repeatCreation(store, hash.toHex(), opId, content);
  const at = toTimestamp(moment.now);
  const document: Document = {
    id: input.id,
    title: input.title,
    status: "active",
    version: 1,
    seq: 1,
    width: input.width ?? null,
    height: input.height ?? null,
    image: null,
    metadata: input.metadata,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  };
  const entry = { kind: "document" as const, seq: 1, document };
  store.create(document, hash.toHex(), emptyContent);
  store.record(entry);
  if (opId !== undefined) store.operations.write(opId, 1, content);
  return ok({ result: { value: document, created: true }, seq: 1, duplicate: false, entries: [entry] });
}

function repeatCreation(
  store: RoomStore,
  createHash: string,
  opId: string | undefined,
  content: string,
): Result<Performed<Created<Document>>> {
  const known = opId === undefined ? null : store.operations.find(opId, content);
  if (known && !known.same) {
    return fail("op_id_reused", `The operation id ${opId} was used for something else: take a new one`);
  }
  if (store.meta.createHash !== createHash) {
    return fail("id_taken", "There is a document with this id, made by another request: take another id");
  }
  if (store.document.status === "deleted") {
    return fail("document_deleted", "The document was made by this request, and is deleted: restore it");
  }
  if (opId !== undefined && known === null) store.operations.writeUnchanged(opId, 1, content);
  return ok({
    result: { value: store.document, created: false },
    seq: store.head,
    duplicate: true,
    entries: [],
  });
}
