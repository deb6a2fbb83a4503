import { fail } from "../protocol/errors.ts";
import { StorageFull } from "../storage-full.ts";
import type { RoomStub } from "./room-api.ts";
import { refuseUnknownDocument } from "./sockets/accept-socket.ts";

/** Ids whose object is known to be there are not looked for again; so many are kept. */
const MADE_MAX = 10_000;
const made = new Set<string>();

/**
 * Local runs only: the files of the documents' objects, a file each. The runtime makes one for every object that is merely asked,
 * and never takes it away: anybody could fill the disk by asking for ids that are not there. So the file is looked for first. It is
 * there from the moment a document is made, whatever the catalog knows. Where deployed, an object that has stored nothing is nothing.
 */
export class ObjectFiles {
  readonly #files: Fetcher;
  readonly #rooms: DurableObjectNamespace;

  constructor(files: Fetcher, rooms: DurableObjectNamespace) {
    this.#files = files;
    this.#rooms = rooms;
  }

  /** A stub that asks its object only if that was made, or is to be made now. Else it answers as the object of no document does. */
  spare(object: RoomStub, documentId: string): RoomStub {
    return new Proxy(object, {
      get: (target, name) => {
        // What a promise asks of everything that it is resolved with.
        if (name === "then" || typeof name === "symbol") return undefined;
        if (name === "fetch") return async (request: Request) => this.#fetch(target, documentId, request);
        return async (...args: unknown[]): Promise<unknown> => {
          const call = async (): Promise<unknown> => {
            const method: unknown = Reflect.get(target, name);
            if (typeof method !== "function") throw new TypeError(`An object has no method ${name}`);
            return Reflect.apply(method, target, args);
          };
          if (name === "createDocument") return make(call);
          if (!(await this.#isMade(documentId))) {
            return fail("document_not_found", "There is no such document");
          }
          return call();
        };
      },
    });
  }

  async #fetch(object: RoomStub, documentId: string, request: Request): Promise<Response> {
    return (await this.#isMade(documentId)) ? object.fetch(request) : refuseUnknownDocument(request);
  }

  async #isMade(documentId: string): Promise<boolean> {
    if (made.has(documentId)) return true;
    const file = `http://disk/${this.#rooms.idFromName(documentId).toString()}.sqlite`;
    const response = await this.#files.fetch(file, { method: "HEAD" });
    // Anything else than "not there" is for the object to judge.
    if (response.status === 404) return false;
    made.add(documentId);
    for (const oldest of made) {
      if (made.size <= MADE_MAX) break;
      made.delete(oldest);
    }
    return true;
  }
}

/** Makes an object. Where the runtime can't make its file it has no words for that; it is the disk that is full. */
async function make(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("internal error"))
      throw new StorageFull("An object could not be made", { cause: error });
    throw error;
  }
}
