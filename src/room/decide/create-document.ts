import type { Document, DocumentCreate } from "../../protocol/model/document.ts";
import { type Access, personOf } from "../access.ts";
import { type Result, fail, ok } from "../../protocol/errors.ts";
import { toTimestamp } from "../../protocol/model/scalars.ts";
import { emptyContent } from "../crdt-content.ts";
import type { Entry } from "../entry.ts";
import type { Room } from "../room.ts";
import type { Created } from "../room-api.ts";
import { toFingerprint, hashCommand } from "../store/dedupe.ts";
import type { RoomStore } from "../store/room-store.ts";
import { type Outcome, type Write, WRITE_BYTES } from "../write.ts";
import type { Occasion } from "./command.ts";
import { findRepeat, rememberOpId } from "./dedupe.ts";

type Input = DocumentCreate & { id: string };

/**
 * Makes the document and its tables. A repeat with the same id and content finds the document that is there. Other
 * content is refused: with `op_id_reused` where the opId says that it is meant to be the same request, else `id_taken`.
 */
export function createDocument(
  room: Pick<Room, "store" | "check">,
  access: Access,
  input: Input,
  opId: string | undefined,
): Write<Created<Document>> {
  return {
    origin: null,
    bytes: WRITE_BYTES,
    run(clock) {
      const { claims } = access;
      if (claims && (claims.doc !== "*" || claims.role !== "admin")) {
        return fail("forbidden", "To create documents takes the role admin for every document");
      }
      // A document that exists may have revoked this token.
      const checked = room.store.exists ? room.check(access, "admin") : ok(null);
      return checked.ok
        ? decideCreation(room.store, input, opId, { ...clock, by: personOf(access) })
        : checked;
    },
  };
}

function decideCreation(
  store: RoomStore,
  input: Input,
  opId: string | undefined,
  { now, by }: Occasion,
): Result<Outcome<Created<Document>>> {
  const hash = hashCommand("document.create", input);
  const fingerprint = toFingerprint(hash);
  if (store.exists) return repeatCreation(store, hash.toHex(), opId, fingerprint);
  const at = toTimestamp(now);
  const signature = { updated_by: by.id, updated_by_name: by.name };
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
    ...signature,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  };
  store.create(document, hash.toHex(), emptyContent);
  const entries: Entry[] = [{ kind: "document", seq: 1, document }];
  const { labels = [] } = input;
  if (labels.length > 0) {
    const labelSet = { document_id: input.id, labels, version: 2, seq: 2, ...signature, updated_at: at };
    entries.push({ kind: "labels", seq: 2, labelSet });
  }
  for (const entry of entries) store.record(entry);
  rememberOpId(store, opId, fingerprint, 1, true);
  return ok({ result: { value: store.document, created: true }, seq: store.head, duplicate: false, entries });
}

function repeatCreation(
  store: RoomStore,
  createHash: string,
  opId: string | undefined,
  fingerprint: string,
): Result<Outcome<Created<Document>>> {
  const repeat = findRepeat(store, opId, fingerprint);
  if (!repeat.ok) return repeat;
  if (store.meta.createHash !== createHash) {
    return fail("id_taken", "There is a document with this id, made by another request: take another id");
  }
  if (store.document.status === "deleted") {
    return fail("document_deleted", "The document was made by this request, and is deleted: restore it");
  }
  if (repeat.value === null) rememberOpId(store, opId, fingerprint, 1, false);
  return ok({
    result: { value: store.document, created: false },
    seq: store.head,
    duplicate: true,
    entries: [],
  });
}
