import type { PresenceEvent } from "../../protocol/wire/down.ts";
import type { Connection } from "./connection.ts";
import type { Audience } from "./frames.ts";
import type { Hub } from "./hub.ts";
import type { Schedule } from "../sync/schedule.ts";

/** Presence changes are collected for this long, then told. Fast enough for a cursor, and a limit under load. */
const GATHER_MS = 20;

/**
 * How much is told at once, in characters summed over all receivers. The rest is told `GATHER_MS` later. So a thousand
 * clients that join or move at once don't hold up updates; their presence is told less often instead.
 */
const TELL_MAX_COST = 4 * 1024 * 1024;
/** What a frame costs, in characters. It counts for receivers that take one message a frame. */
const FRAME_COST = 512;

/** What a connection shows until it has sent a presence. */
const NOTHING_YET = "{}";

/** The alarm waits at least this part of the timeout, so that a thousand connections don't need an alarm each. */
const LOOK_AGAIN_PART = 1 / 10;

/** What the others have not been told yet about a connection. All presence changes of the room are numbered. */
interface Change {
  /** What everyone knows about it, as JSON; null: it is new. */
  told: string | null;
  /** The numbers of the first and the last change. */
  first: number;
  last: number;
  /** What it showed before the last change. */
  before: string | null;
  reason: "idle" | undefined;
}

/**
 * Who is in the room, and what each of them shows. Presence belongs to the connection: it is kept in its attachment,
 * never stored, and has no place in the order. A connection is shown from its first state until it ends, unless it
 * asked to be hidden or was silent for too long. Of several changes within `GATHER_MS` only the last is told. The
 * alarm runs only while someone is shown.
 */
export class Presence {
  readonly #context: DurableObjectState;
  readonly #hub: Hub;
  readonly #schedule: Schedule;
  readonly #timeoutMs: number;
  readonly #changed = new Map<Connection, Change>();
  /** The number of the last change. Nobody is told a change that their state holds already. */
  #changes = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(context: DurableObjectState, hub: Hub, schedule: Schedule, timeoutMs: number) {
    this.#context = context;
    this.#hub = hub;
    this.#schedule = schedule;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The connection is about to get a state, which shows everyone as they are now. If it is new, it is shown from now
   * on.
   */
  enter(connection: Connection, now: number): void {
    if (connection.isNew && !connection.hidden && connection.presence === null)
      this.show(connection, NOTHING_YET, now);
    connection.presenceKnown = this.#changes;
  }

  /** @param state as JSON */
  show(connection: Connection, state: string, now: number): void {
    const before = connection.presence;
    connection.presence = state;
    this.#note(connection, before);
    this.#schedule.want("presence", now + this.#timeoutMs);
  }

  /** The connection has ended. */
  leave(connection: Connection): void {
    if (connection.presence !== null || this.#changed.has(connection)) {
      this.#note(connection, connection.presence);
    }
  }

  /** The alarm's part: hides connections that were silent. Returns when to look again; null: nobody is shown. */
  expire(now: number): number | null {
    let next: number | null = null;
    for (const connection of this.#hub.connections) {
      if (connection.presence === null) continue;
      // The runtime answers pings itself, and remembers when.
      const pinged = this.#context.getWebSocketAutoResponseTimestamp(connection.socket)?.getTime() ?? 0;
      const idleAt = Math.max(connection.seenAt, pinged) + this.#timeoutMs;
      if (idleAt <= now) this.#hub.isolate(connection, () => this.#hide(connection));
      else next = next === null ? idleAt : Math.min(next, idleAt);
    }
    return next === null ? null : Math.max(next, now + this.#timeoutMs * LOOK_AGAIN_PART);
  }

  /** The connection was silent for too long. Its next presence shows it as new. */
  #hide(connection: Connection): void {
    const before = connection.presence;
    connection.presence = null;
    this.#note(connection, before, "idle");
  }

  /** @param before what the connection showed until now */
  #note(connection: Connection, before: string | null, reason?: "idle"): void {
    const number = ++this.#changes;
    const { told, first } = this.#changed.get(connection) ?? { told: before, first: number };
    this.#changed.set(connection, { told, first, last: number, before, reason });
    if (this.#timer === null) this.#tellLater();
  }

  #tellLater(): void {
    this.#timer = this.#hub.later(GATHER_MS, () => this.#tellChanged());
  }

  #tellChanged(): void {
    this.#timer = null;
    const { size } = this.#hub;
    let single = 0;
    for (const { batch } of this.#hub.connections) if (!batch) single++;
    let cost = 0;
    for (const [connection, change] of this.#changed) {
      if (cost >= TELL_MAX_COST) break;
      this.#changed.delete(connection);
      cost += this.#tell(connection, change) * size + FRAME_COST * single;
    }
    if (this.#changed.size > 0) this.#tellLater();
  }

  /** Returns how many characters are told. */
  #tell(connection: Connection, { told, first, last, before, reason }: Change): number {
    const shown = this.#hub.has(connection) ? connection.presence : null;
    const state = shown ?? told ?? before ?? NOTHING_YET;
    const change = shown === null ? "leave" : "update";
    const send = (event: PresenceEvent["event"], known: Audience): number => {
      const text = connection.presenceMessage(event, state, event === "leave" ? reason : undefined);
      this.#hub.broadcastPresence(text, connection, known, event === "update");
      return text.length;
    };
    if (told !== null) return send(change, { from: 0, before: last });
    // Clients that joined after it have it in their state: for them it has changed. For all others it is new; if it has
    // left already, they never hear of it.
    const length = last > first ? send(change, { from: first, before: last }) : 0;
    return shown === null ? length : length + send("join", { from: 0, before: first });
  }
}
