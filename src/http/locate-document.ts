import type { Context } from "hono";
import { locateDocuments } from "../catalog/locate-documents.ts";
import type { AppEnv } from "./app-env.ts";
import { onlyDocument, requireDocument } from "./middleware/guard.ts";
import { refusal } from "./answers/refusal.ts";
import { type RoomStub, openRoom } from "../room/room-stub.ts";

const kinds = {
  annotations: { notFound: "annotation_not_found", name: "annotation" },
  versions: { notFound: "version_not_found", name: "version" },
} as const;

/**
 * How long a read may reuse the document that it found. In this time another document may get an annotation with the
 * same id. A write must not miss that. A read may: it is no staler than a list.
 */
const KNOWN_MS = 5_000;
const KNOWN_MAX = 5_000;

/** The documents that this isolate found lately, by id, oldest first. */
const known = new Map<string, { documentId: string; at: number }>();

/**
 * Finds the room of an annotation or a version. It belongs to the document that the request names; otherwise to the one
 * document of the token; otherwise to the one that the catalog finds.
 * Errors: not found, `ambiguous_id`, `forbidden_document`.
 */
export async function openRoomOf(
  c: Context<AppEnv>,
  kind: keyof typeof kinds,
  id: string,
  named: string | undefined,
): Promise<RoomStub> {
  const documentId = named ?? onlyDocument(c) ?? (await locate(c, kind, id));
  requireDocument(c, documentId);
  return openRoom(c.env, documentId);
}

async function locate(c: Context<AppEnv>, kind: keyof typeof kinds, id: string): Promise<string> {
  const key = `${kind}/${id}`;
  const now = Date.now();
  const recent = c.req.method === "GET" ? known.get(key) : undefined;
  if (recent && now - recent.at < KNOWN_MS) return recent.documentId;
  known.delete(key);
  const [documentId, another] = await locateDocuments(c.env.DB, kind, id);
  const { notFound, name } = kinds[kind];
  if (documentId === undefined) throw refusal(notFound, `There is no ${name} with this id`);
  if (another !== undefined) {
    throw refusal("ambiguous_id", `Several documents have a ${name} with this id: add ?document_id=`);
  }
  known.set(key, { documentId, at: now });
  for (const oldest of known.keys()) {
    if (known.size <= KNOWN_MAX) break;
    known.delete(oldest);
  }
  return documentId;
}
