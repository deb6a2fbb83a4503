import type { Env } from "../env.ts";
import { ObjectFiles } from "./object-files.ts";
import type { RoomStub } from "./room-api.ts";

export type { RoomStub } from "./room-api.ts";

/** The object of a document. Asking for an unknown id costs nothing: no object is made for it. */
export function openRoom(env: Env, documentId: string): RoomStub {
  const files = env.OBJECT_FILES;
  const object = openObject(env, documentId);
  if (files === undefined || typeof files === "string") return object;
  return new ObjectFiles(files, env.ROOMS).spare(object, documentId);
}

/** As `openRoom`, but the object is always asked. */
export function openObject(env: Env, documentId: string): RoomStub {
  const stub: unknown = env.ROOMS.getByName(documentId);
  // The platform's type of a stub loses every method whose result has a field of type `unknown` (metadata).
  return stub as RoomStub;
}
