import type { PresenceEvent } from "../protocol/server-messages.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Who is shown in the room. Bound to the connection, kept in its attachment, never stored or ordered. The alarm runs only
 * while someone is shown, and takes those away from whom nothing was heard.
 */
export class Presence {
  readonly #context: DurableObjectState;
  readonly #hub: Hub;
  readonly #schedule: Schedule;
  readonly #timeoutMs: number;

  constructor(context: DurableObjectState, hub: Hub, schedule: Schedule, timeoutMs: number) {
    this.#context = context;
    this.#hub = hub;
    this.#schedule = schedule;
    this.#timeoutMs = timeoutMs;
  }

  show(connection: Connection, state: Record<string, unknown>, now: number): void {
    const event = connection.presence === null ? "join" : "update";
    connection.presence = state;
    this.#tell(connection, { event, state });
    this.#schedule.want("presence", now + this.#timeoutMs);
  }

  /** The connection has ended, or nothing was heard of it (`idle`): its next presence joins again. */
  hide(connection: Connection, reason?: "idle"): void {
    const { presence } = connection;
    if (presence === null) return;
    if (reason) connection.presence = null;
    this.#tell(connection, { event: "leave", state: presence, ...(reason && { reason }) });
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

  #tell(connection: Connection, event: Pick<PresenceEvent, "event" | "state" | "reason">): void {
    this.#hub.broadcast({ type: "presence", ...connection.presenceEntry(event.state), ...event }, connection);
  }
}
