import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { PresenceEntry } from "../../protocol/wire/down.ts";
import { tell } from "../readable.ts";
import type { Room } from "../room-api.ts";

/** The member of a presence that carries an awareness. The others are the application's own. */
const MEMBER = "awareness";

type AwarenessState = Record<string, unknown>;

/** What others see of an awareness. */
interface Shared {
  /** Of the Y.Doc, as everywhere in Yjs. */
  clientId: number;
  state: AwarenessState;
}

/**
 * Carries a Yjs awareness in the room's presence: this client's state in its own, those of others into the awareness.
 * The room says who is there, so that nobody stays behind, and nobody need say every 15 seconds that they are there.
 */
export class SharedAwareness {
  readonly #awareness: Awareness;
  readonly #room: Pick<Room, "others" | "presence">;
  readonly #origin: unknown;
  readonly #stops: (() => void)[];
  /** Others, as the awareness shows them. */
  readonly #shown = new Map<number, AwarenessState>();
  /** What the presence has. */
  #sent = "null";

  /** @param isHidden this client sees others, and they don't see it */
  constructor(
    awareness: Awareness,
    room: Pick<Room, "others" | "presence">,
    origin: unknown,
    isHidden = false,
  ) {
    this.#awareness = awareness;
    this.#room = room;
    this.#origin = origin;
    this.#stops = [room.others.subscribe((others) => this.#show(others))];
    if (isHidden) return;
    awareness.on("change", this.#sendOwn);
    this.#sendOwn();
    this.#stops.push(
      () => awareness.off("change", this.#sendOwn),
      room.presence.subscribe((state) => {
        // The application has shown something else in the place of all that was there.
        if (!(MEMBER in state) && this.#sent !== "null") {
          this.#sent = "null";
          this.#sendOwn();
        }
      }),
    );
  }

  /**
   * The document is another one, with another client id. Returns how to tell the listeners: not before editors are bound
   * to it, since y-prosemirror draws a moment later, even where the editor is gone then.
   */
  moveTo(doc: Y.Doc): () => void {
    const { states, meta, clientID } = this.#awareness;
    const state = states.get(clientID);
    states.delete(clientID);
    if (state) states.set(doc.clientID, state);
    meta.set(doc.clientID, { clock: 0, lastUpdated: Date.now() });
    this.#awareness.doc = doc;
    this.#awareness.clientID = doc.clientID;
    const change = { added: state ? [doc.clientID] : [], updated: [], removed: [clientID] };
    return () => {
      this.#awareness.emit("change", [change, "local"]);
      this.#awareness.emit("update", [change, "local"]);
    };
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#show([]);
  }

  readonly #sendOwn = (): void => {
    const state = this.#awareness.getLocalState();
    const shared = JSON.stringify(state && { clientId: this.#awareness.clientID, state });
    if (shared === this.#sent) return;
    this.#sent = shared;
    const show = (): void => this.#room.presence.update({ [MEMBER]: JSON.parse(shared) as Shared | null });
    // One that is too large is an error of the application, and must not stop an editor that moves its cursor.
    tell([show], undefined);
  };

  #show(others: readonly PresenceEntry[]): void {
    const { states, meta, clientID } = this.#awareness;
    const present = new Map<number, AwarenessState>();
    for (const { state } of others) {
      const shared = state[MEMBER];
      if (isShared(shared) && shared.clientId !== clientID) present.set(shared.clientId, shared.state);
    }
    const added: number[] = [];
    const updated: number[] = [];
    const changed: number[] = [];
    const removed: number[] = [];
    const now = (id: number): { clock: number; lastUpdated: number } => ({
      clock: (meta.get(id)?.clock ?? 0) + 1,
      // The room says when they leave: without this, the awareness would drop them after 30 seconds.
      lastUpdated: Infinity,
    });
    for (const [id, state] of present) {
      const before = this.#shown.get(id);
      if (before === state) continue;
      if (!before) added.push(id);
      else {
        updated.push(id);
        if (JSON.stringify(before) !== JSON.stringify(state)) changed.push(id);
      }
      this.#shown.set(id, state);
      states.set(id, state);
      meta.set(id, now(id));
    }
    for (const id of this.#shown.keys()) {
      if (present.has(id)) continue;
      removed.push(id);
      this.#shown.delete(id);
      states.delete(id);
      meta.set(id, now(id));
    }
    if (added.length + changed.length + removed.length > 0) {
      this.#awareness.emit("change", [{ added, updated: changed, removed }, this.#origin]);
    }
    if (added.length + updated.length + removed.length > 0) {
      this.#awareness.emit("update", [{ added, updated, removed }, this.#origin]);
    }
  }
}

function isShared(value: unknown): value is Shared {
  return isObject(value) && Number.isSafeInteger(value["clientId"]) && isObject(value["state"]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
