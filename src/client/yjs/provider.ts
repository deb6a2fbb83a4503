import { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { connect, type ConnectOptions } from "../connect.ts";
import { Signal, type Readable } from "../readable.ts";
import type { Room } from "../room-api.ts";
import { ProviderEmitter, type ProviderStatus } from "./provider-events.ts";
import { SharedAwareness } from "./shared-awareness.ts";
import { YjsContent } from "./yjs-content.ts";

/** Those of `connect`, and what providers for Yjs have. */
export interface AcetateProviderOptions extends Omit<ConnectOptions, "content"> {
  /** Names and cursors. Made where you pass none. */
  awareness?: Awareness;
  /** false: connects when `connect` is called. */
  connect?: boolean;
}

/**
 * Keeps a Y.Doc and the content of a document the same, over disconnects, reloads and reverts.
 *
 * @example
 * const doc = new Y.Doc();
 * const provider = new AcetateProvider("https://acetate.example", documentId, doc, { token: () => fetchToken() });
 * provider.awareness.setLocalStateField("user", { name: "Ann", color: "#1565c0" });
 * new QuillBinding(doc.getText("text"), quill, provider.awareness);
 */
export class AcetateProvider extends ProviderEmitter {
  /** The same connection: annotations, versions, what was refused, and so on. */
  readonly room: Room;
  readonly awareness: Awareness;
  readonly #unsaved = new Signal(0);
  readonly #content: YjsContent;
  readonly #sharedAwareness: SharedAwareness;
  readonly #ownsAwareness: boolean;
  #status: ProviderStatus = "disconnected";
  #stops: (() => void)[];

  constructor(
    url: string | URL,
    documentId: string,
    doc: Y.Doc,
    { awareness, connect: isWanted = true, ...options }: AcetateProviderOptions = {},
  ) {
    super();
    this.#ownsAwareness = awareness === undefined;
    this.awareness = awareness ?? new Awareness(doc);
    this.#content = new YjsContent(doc, {
      origin: this,
      send: (update) => this.room.sendContent(update),
      onGathered: () => this.#countUnsaved(),
      onReplaced: (old) => this.#reset(old),
    });
    this.room = connect(url, documentId, { ...options, content: this.#content });
    if (!isWanted) this.room.disconnect();
    this.#sharedAwareness = new SharedAwareness(this.awareness, this.room, this, options.hidden);
    this.#stops = [
      // Edits that were made upon what is about to be reverted go out as such.
      this.room.on("message", ({ type }) => {
        if (type === "state" || type === "version.reverted") this.#content.flush();
      }),
      this.room.status.subscribe(({ state }) => {
        this.#setStatus(
          state === "live" ? "connected" : state === "connecting" ? "connecting" : "disconnected",
        );
      }),
      this.room.unsaved.subscribe(() => this.#countUnsaved()),
    ];
    doc.on("destroy", this.#onDestroyed);
  }

  /** Another one after each `reset`. */
  get doc(): Y.Doc {
    return this.#content.doc;
  }

  get status(): ProviderStatus {
    return this.#status;
  }

  /** Whether the document has everything that the service has. */
  get synced(): boolean {
    return this.#status === "connected";
  }

  /** Changes that are not durable yet, annotations included. */
  get unsaved(): Readable<number> {
    return this.#unsaved;
  }

  connect(): void {
    if (this.#status === "disconnected") this.room.reconnect();
  }

  /** Edits go on, and are kept, until `connect`. */
  disconnect(): void {
    this.#content.flush();
    this.room.disconnect();
  }

  /** Leaves the room. What is unsaved stays in the store, and the document as it is. */
  destroy(): void {
    this.#content.flush();
    this.#content.stop();
    this.#sharedAwareness.stop();
    this.room.close();
    for (const stop of this.#stops.splice(0)) stop();
    this.doc.off("destroy", this.#onDestroyed);
    if (this.#ownsAwareness) this.awareness.destroy();
  }

  readonly #onDestroyed = (): void => this.destroy();

  #reset(old: Y.Doc): void {
    old.off("destroy", this.#onDestroyed);
    this.doc.on("destroy", this.#onDestroyed);
    const tell = this.#sharedAwareness.moveTo(this.doc);
    this.emit("reset", this.doc);
    tell();
  }

  #setStatus(status: ProviderStatus): void {
    const before = this.#status;
    if (status === before) return;
    this.#status = status;
    this.emit("status", { status });
    const isSynced = status === "connected";
    if (isSynced === (before === "connected")) return;
    this.emit("sync", isSynced);
    this.emit("synced", isSynced);
  }

  #countUnsaved(): void {
    this.#unsaved.set(this.room.unsaved.value + (this.#content.isGathering ? 1 : 0));
  }
}
