import type { Env } from "../env.ts";
import type { RoomApi } from "./room-api.ts";

/** A document's object: its methods, and `fetch` for sockets. */
export type RoomStub = RoomApi & Pick<Fetcher, "fetch">;

/** The object of a document, made nowhere yet: an unknown id costs nothing. */
export function openRoom(env: Env, documentId: string): RoomStub {
  const stub: unknown = env.ROOMS.getByName(documentId);
  // The platform's own type of a stub loses every method whose result has a field of type `unknown` (metadata).
  return stub as RoomStub;
}
