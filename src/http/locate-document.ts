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
 * For reads, a document that was found is not looked for again so soon. Meanwhile another one may get an annotation with this
 * id, which a write must not miss; a read is no staler than lists may be.
 */
const KNOWN_MS = 5_000;
const KNOWN_MAX = 5_000;

/** Where this isolate found ids of late, oldest first. */
const known = new Map<string, { documentId: string; at: number }>();

/**
 * The room of an annotation or a version: of the document that the request names, else the only one its token is for,
 * else the one the catalog finds. Errors: not found, `ambiguous_id`, `forbidden_document`.
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
