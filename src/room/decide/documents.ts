import type { Document, DocumentPatch } from "../../protocol/model/document.ts";
import type { StoredImage } from "../stored-image.ts";
import { imageUrl } from "../stored-image.ts";
import { fail, ok } from "../../protocol/errors.ts";
import { parseInput } from "../../input/parse-input.ts";
import { bagSchema, toTimestamp } from "../../protocol/model/scalars.ts";
import type { WriteOptions } from "../room-api.ts";
import {
  type Occasion,
  type Command,
  type Decision,
  type RoomReader,
  checkIfMatch,
  mergePatch,
  staleVersion,
} from "./command.ts";

export function updateDocument(patch: DocumentPatch, ifMatch: WriteOptions["ifMatch"]): Command<Document> {
  return {
    type: "document.update",
    payload: patch,
    role: "editor",
    replay,
    decide(room, occasion) {
      const { document } = room;
      const match = checkIfMatch(ifMatch, document);
      if (!match.ok) return match;
      if (patch.version !== undefined && patch.version !== document.version) {
        return staleVersion(document, patch.version);
      }
      const { title = document.title, width = document.width, height = document.height } = patch;
      if (document.image && (patch.width !== undefined || patch.height !== undefined)) {
        return fail("image_sets_size", "The picture sets width and height: leave them out", {
          current: document,
        });
      }
      if ((width === null) !== (height === null)) {
        const message = "width and height go together: give both, or null for both";
        return fail("invalid", message, { errors: [{ path: "height", message }] });
      }
      const metadata = mergePatch(document.metadata, patch.metadata ?? {});
      const size = parseInput(bagSchema, metadata);
      if (!size.ok) {
        const message = `merged, it ${size.error.errors?.[0]?.message ?? "is too large"}`;
        return fail("invalid", `metadata: ${message}`, { errors: [{ path: "metadata", message }] });
      }
      return ok(changed(room, occasion, { title, width, height, metadata }));
    },
  };
}

export function deleteDocument(ifMatch: WriteOptions["ifMatch"]): Command<Document> {
  return {
    type: "document.delete",
    payload: {},
    role: "admin",
    replay,
    decide(room, occasion) {
      const match = checkIfMatch(ifMatch, room.document);
      if (!match.ok) return match;
      return ok(changed(room, occasion, { status: "deleted", deleted_at: toTimestamp(occasion.now) }));
    },
  };
}

export function restoreDocument(ifMatch: WriteOptions["ifMatch"]): Command<Document> {
  return {
    type: "document.restore",
    payload: {},
    role: "admin",
    worksOnDeleted: true,
    replay,
    decide(room, occasion) {
      const { document } = room;
      const match = checkIfMatch(ifMatch, document);
      if (!match.ok) return match;
      if (document.status === "active") {
        return ok({ entries: [], result: document, unchangedSince: room.head });
      }
      return ok(changed(room, occasion, { status: "active", deleted_at: null }));
    },
  };
}

/** Puts another picture under the annotations, which keep their places. */
export function setImage(image: StoredImage, ifMatch: WriteOptions["ifMatch"]): Command<Document> {
  return {
    type: "document.set_image",
    payload: image,
    role: "editor",
    replay,
    decide(room, occasion) {
      const { document } = room;
      const match = checkIfMatch(ifMatch, document);
      if (!match.ok) return match;
      if (document.image?.sha256 === image.sha256) {
        return ok({ entries: [], result: document, unchangedSince: room.head });
      }
      const { width, height } = image;
      const url = imageUrl(room.documentId, image.sha256);
      return ok(changed(room, occasion, { image: { ...image, url }, width, height }));
    },
  };
}

function changed(room: RoomReader, { now, by }: Occasion, fields: Partial<Document>): Decision<Document> {
  const seq = room.head + 1;
  const document: Document = {
    ...room.document,
    ...fields,
    version: room.document.version + 1,
    seq,
    updated_by: by.id,
    updated_by_name: by.name,
    updated_at: toTimestamp(now),
  };
  return { entries: [{ kind: "document", seq, document }], result: document };
}

function replay(room: RoomReader, seq: number): Document {
  return room.readDocumentAt(seq) ?? room.document;
}
