import { fail } from "../protocol/errors.ts";
import { StorageFull } from "../storage-full.ts";
import type { RoomStub } from "./room-api.ts";
import { refuseUnknownDocument } from "./sockets/accept-socket.ts";

/** How many ids of existing objects are remembered, so that their files are not looked for again. */
const MADE_MAX = 10_000;
const made = new Set<string>();

/**
 * For local runs only: the files of the documents' objects. The local runtime makes a file for every object that is
 * asked anything, and never removes it, so anybody could fill the disk by asking for unknown ids. This class looks
 * for the file first: a document has one from the moment it is made. A deployed object that has stored nothing takes
 * no space.
 */
export class ObjectFiles {
  readonly #files: Fetcher;
  readonly #rooms: DurableObjectNamespace;

  constructor(files: Fetcher, rooms: DurableObjectNamespace) {
    this.#files = files;
    this.#rooms = rooms;
  }

  /**
   * A stub that asks its object only if the document exists or is being made. Else it gives that object's answer
   * itself.
   */
  spare(object: RoomStub, documentId: string): RoomStub {
    return new Proxy(object, {
      get: (target, name) => {
        // A promise asks for `then` on everything it is resolved with.
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
    // Any other status is not for us to judge: ask the object.
    if (response.status === 404) return false;
    made.add(documentId);
    for (const oldest of made) {
      if (made.size <= MADE_MAX) break;
      made.delete(oldest);
    }
    return true;
  }
}

/** Makes an object. If the runtime can't make its file, it only says "internal error"; the reason is a full disk. */
async function make(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("internal error"))
      throw new StorageFull("An object could not be made", { cause: error });
    throw error;
  }
}
