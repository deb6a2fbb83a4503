import type { Env } from "../env.ts";
import { ObjectFiles } from "./object-files.ts";
import type { RoomStub } from "./room-api.ts";

export type { RoomStub } from "./room-api.ts";

/** The object of a document, made nowhere yet: an unknown id costs nothing. */
export function openRoom(env: Env, documentId: string): RoomStub {
  const files = env.OBJECT_FILES;
  const object = openObject(env, documentId);
  if (files === undefined || typeof files === "string") return object;
  return new ObjectFiles(files, env.ROOMS).spare(object, documentId);
}

/** As `openRoom`, and asked in any case. */
export function openObject(env: Env, documentId: string): RoomStub {
  const stub: unknown = env.ROOMS.getByName(documentId);
  // The platform's own type of a stub loses every method whose result has a field of type `unknown` (metadata).
  return stub as RoomStub;
}
