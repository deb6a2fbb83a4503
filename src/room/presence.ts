import type { PresenceEvent } from "../protocol/server-messages.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import type { Schedule } from "./schedule.ts";

/** Changes of presence are told so long after the first of them: fast enough for a cursor, and a bound under load. */
const GATHER_MS = 20;

/**
 * Who is shown in the room. Bound to the connection, kept in its attachment, never stored or ordered. Of what changes
 * within `GATHER_MS` only the newest state of each connection is told. The alarm runs only while someone is shown, and
 * takes those away from whom nothing was heard.
 */
export class Presence {
  readonly #context: DurableObjectState;
  readonly #hub: Hub;
  readonly #schedule: Schedule;
  readonly #timeoutMs: number;
  /** Whose newest state was not told yet, and whether others know of them. */
  readonly #changed = new Map<Connection, "join" | "update">();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(context: DurableObjectState, hub: Hub, schedule: Schedule, timeoutMs: number) {
    this.#context = context;
    this.#hub = hub;
    this.#schedule = schedule;
    this.#timeoutMs = timeoutMs;
  }

  show(connection: Connection, state: Record<string, unknown>, now: number): void {
    const event = connection.presence === null ? "join" : "update";
    connection.presence = state;
    if (!this.#changed.has(connection)) this.#changed.set(connection, event);
    if (this.#timer === null) this.#timer = setTimeout(() => this.#tellChanged(), GATHER_MS);
    this.#schedule.want("presence", now + this.#timeoutMs);
  }

  /** The connection has ended, or nothing was heard of it (`idle`): its next presence joins again. */
  hide(connection: Connection, reason?: "idle"): void {
    const { presence } = connection;
    if (presence === null) return;
    const untold = this.#changed.get(connection) === "join";
    this.#changed.delete(connection);
    connection.presence = null;
    if (!untold) this.#tell(connection, { event: "leave", state: presence, ...(reason && { reason }) });
  }

  /** The alarm's part. Answers when the next one may be idle, or null: nobody is shown. */
  expire(now: number): number | null {
    let next: number | null = null;
    for (const connection of this.#hub.connections) {
      if (connection.presence === null) continue;
      // The runtime answers pings by itself, and remembers when.
      const pinged = this.#context.getWebSocketAutoResponseTimestamp(connection.socket)?.getTime() ?? 0;
      const idleAt = Math.max(connection.seenAt, pinged) + this.#timeoutMs;
      if (idleAt <= now) this.hide(connection, "idle");
      else next = next === null ? idleAt : Math.min(next, idleAt);
    }
    this.#hub.flush();
    return next;
  }

  #tellChanged(): void {
    this.#timer = null;
    for (const [connection, event] of this.#changed) {
      if (connection.presence === null) continue;
      this.#tell(connection, { event, state: connection.presence });
    }
    this.#changed.clear();
    this.#hub.flush();
  }

  #tell(connection: Connection, event: Pick<PresenceEvent, "event" | "state" | "reason">): void {
    const entry = connection.presenceEntry(event.state);
    this.#hub.broadcastPresence({ type: "presence", ...entry, ...event }, connection);
  }
}
