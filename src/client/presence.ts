import type { PresenceEntry, PresenceEvent } from "../protocol/wire/down.ts";
import { PRESENCE_MAX_BYTES } from "../protocol/limits.ts";
import { Signal } from "./readable.ts";
import type { OwnPresence } from "./room-api.ts";
import { requireSmall } from "./too-large.ts";

type State = Readonly<Record<string, unknown>>;

/** Own presence is sent so often at most: the service tells it every 20 ms, people see no difference. */
const SEND_MS = 50;
/** Without a connection for so long, who was here may long be gone. */
const FORGET_MS = 30_000;

/** What this connection shows of itself, and who else is here. */
export class Presence implements OwnPresence {
  readonly others = new Signal<readonly PresenceEntry[]>([]);
  readonly #own = new Signal<State>({});
  readonly #send: (state: State) => void;
  readonly #others = new Map<string, PresenceEntry>();
  /** Connections of this room: an earlier one may seem to be present for a while. */
  readonly #connectionIds = new Set<string>();
  #isDirty = false;
  #isSet = false;
  #isLive = false;
  #sendTimer: ReturnType<typeof setTimeout> | undefined;
  #forgetTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (state: State) => void) {
    this.#send = send;
  }

  get value(): State {
    return this.#own.value;
  }

  subscribe(listener: (state: State) => void): () => void {
    return this.#own.subscribe(listener);
  }

  set(state: Record<string, unknown>): void {
    requireSmall("A presence", state, PRESENCE_MAX_BYTES);
    this.#isSet = true;
    this.#own.set({ ...state });
    this.#show();
  }

  update(state: Record<string, unknown>): void {
    this.set({ ...this.value, ...state });
  }

  /** There is a new connection. `present` is everyone who is here. */
  join(connectionId: string, present: readonly PresenceEntry[]): void {
    clearTimeout(this.#forgetTimer);
    this.#connectionIds.add(connectionId);
    this.#others.clear();
    for (const entry of present) {
      if (!this.#connectionIds.has(entry.connectionId)) this.#others.set(entry.connectionId, entry);
    }
    this.#isDirty = true;
  }

  /** The connection is live: shows what was set before. */
  resume(): void {
    this.#isLive = true;
    if (this.#isSet) this.#show();
  }

  /** The connection is gone. */
  leave(): void {
    if (!this.#isLive) return;
    this.#isLive = false;
    this.#stopSending();
    this.#forgetTimer = setTimeout(() => {
      this.#others.clear();
      this.others.set([]);
    }, FORGET_MS);
  }

  receive({ event, connectionId, actorId, name, role, state }: PresenceEvent): void {
    if (this.#connectionIds.has(connectionId)) return;
    if (event === "leave") this.#others.delete(connectionId);
    else this.#others.set(connectionId, { connectionId, actorId, name, ...(role && { role }), state });
    this.#isDirty = true;
  }

  /** Tells of all changes since the last time. */
  publish(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.others.set([...this.#others.values()]);
  }

  close(): void {
    this.#isLive = false;
    this.#stopSending();
    clearTimeout(this.#forgetTimer);
  }

  /** Sends what is shown: at once, or when the last time is long enough ago. */
  #show(): void {
    if (!this.#isLive || this.#sendTimer !== undefined) return;
    const sent = this.value;
    this.#send(sent);
    this.#sendTimer = setTimeout(() => {
      this.#sendTimer = undefined;
      if (this.value !== sent) this.#show();
    }, SEND_MS);
  }

  #stopSending(): void {
    clearTimeout(this.#sendTimer);
    this.#sendTimer = undefined;
  }
}
