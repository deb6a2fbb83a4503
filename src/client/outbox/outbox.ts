import { BYTES_PER_SECOND, FRAME_MESSAGES_MAX } from "../../protocol/limits.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { AcetateError, wrapError } from "../acetate-error.ts";
import { backOff } from "../backoff.ts";
import { Signal } from "../readable.ts";
import type { RefusedOperation } from "../room-api.ts";
import { settleWithin } from "../settle-within.ts";
import { type Operation, type OperationMessage, subjectsOf } from "./operation.ts";

/** Where the operations of this client are kept. */
export interface OwnStore {
  /** Must have resolved once before anything else. It is called again after it has rejected. */
  open(): Promise<void>;
  put(operations: readonly Operation[]): Promise<void>;
  remove(opIds: readonly string[]): Promise<void>;
  /** Keeps an operation at once, if the store can. */
  jot?(operation: Operation): void;
}

export interface OutboxOptions {
  store: OwnStore;
  /** Sends messages to the room, or none. What is lost on the way is sent again after `resume`. */
  send: (messages: readonly OperationMessage[]) => void;
  /** The message of an operation that is about to be sent for the first time, with what is known only now. */
  stamp: (message: OperationMessage) => OperationMessage;
}

/** An operation that waits for its answer. */
export interface Entry {
  operation: Operation;
  readonly saved: Promise<void>;
}

interface Waiting extends Entry {
  /** Sent over the present connection, and not answered. */
  inFlight: boolean;
  settle: PromiseWithResolvers<void>;
}

/** As many messages wait for an answer at a time: one frame of them. */
const WINDOW = FRAME_MESSAGES_MAX;
/** As many characters: what the room takes in a second. Of a larger message, only one. */
const WINDOW_CHARACTERS = BYTES_PER_SECOND;
const RETRY_MS = 1_000;
/** A store that takes longer is taken for one that never answers. */
const STORE_PATIENCE_MS = 10_000;

/**
 * The operations that are not acknowledged. Each is kept in the store before it is sent, and sent again with the same
 * `opId` until it is answered: the service does nothing twice. Operations of one annotation go one after the other,
 * since each needs the version that the one before leaves. Updates of content do not wait for each other.
 */
export class Outbox {
  readonly unsaved = new Signal(0);
  readonly refused = new Signal<readonly RefusedOperation[]>([]);
  readonly storeError = new Signal<AcetateError | null>(null);
  readonly #options: OutboxOptions;
  /** By opId, in the order in which they were made. */
  readonly #waiting = new Map<string, Waiting>();
  /** Operations that the store has not got as they are now. */
  readonly #unstored = new Set<Operation>();
  /** opIds that the store is to forget. */
  readonly #forgotten = new Set<string>();
  /** Go as soon as the store has them. */
  #ready: Waiting[] = [];
  #isLive = false;
  #isOpen = false;
  #isRunning = false;
  /** There may be more to do than when the present round began. */
  #isWoken = false;
  #running = Promise.resolve();
  #storeFailures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #storeTimer: ReturnType<typeof setTimeout> | undefined;
  #lastOrder = 0;
  #isClosed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Opens the store. Resolves after the first try: what fails is tried again with the rest. */
  async open(): Promise<void> {
    this.#wake();
    await this.#running;
  }

  /** Takes over what another client left, in its order. The store has it. */
  adopt(operations: readonly Operation[]): Entry[] {
    const adopted: Entry[] = [];
    for (const left of [...operations].sort((a, b) => a.order - b.order)) {
      // It was adopted before: its client's last words came late.
      if (this.#waiting.has(left.opId)) continue;
      const operation = { ...left };
      this.#lastOrder = Math.max(this.#lastOrder, operation.order);
      if (operation.refused) this.#listRefused(operation, errorOf(operation.refused));
      else adopted.push(this.#enter(operation));
    }
    this.#changed();
    return adopted;
  }

  /** Adds an operation, to be sent when those of its annotation before it are answered. */
  add(message: OperationMessage, before?: Record<string, unknown>): Entry {
    if (this.#isClosed) throw new AcetateError("closed", "The room is closed: open the document again");
    this.#lastOrder = Math.max(this.#lastOrder + 1, Date.now());
    const { opId } = message;
    const order = this.#lastOrder;
    const operation: Operation = { opId, order, revision: 0, message: copyOf(message), sent: false };
    if (before) operation.before = before;
    const entry = this.#enter(operation);
    this.#keep(operation);
    this.#changed();
    return entry;
  }

  /** Gives an operation that was never sent another message. */
  amend({ operation }: Entry, message: OperationMessage, before?: Record<string, unknown>): void {
    operation.message = copyOf(message);
    if (before) operation.before = before;
    this.#keep(operation);
    this.#changed();
  }

  /** Puts an operation with a new opId in the place of a refused one. */
  replace(entry: Entry, message: OperationMessage, before?: Record<string, unknown>): void {
    const waiting = this.#waiting.get(entry.operation.opId);
    if (!waiting) return;
    // In its old place: what comes after it for its annotation builds upon it.
    const all = [...this.#waiting];
    this.#forget(entry.operation);
    entry.operation = {
      ...entry.operation,
      opId: message.opId,
      message: copyOf(message),
      sent: false,
      ...(before && { before }),
    };
    waiting.inFlight = false;
    this.#waiting.clear();
    for (const [opId, other] of all) this.#waiting.set(other === waiting ? message.opId : opId, other);
    this.#keep(entry.operation);
    this.#changed();
  }

  /** The connection is live: sends everything that waits, in order. */
  resume(): void {
    this.#isLive = true;
    this.#wake();
  }

  /** The connection is gone: what was sent may not have arrived. */
  pause(): void {
    this.#isLive = false;
    this.#ready = [];
    for (const waiting of this.#waiting.values()) waiting.inFlight = false;
  }

  find(opId: string): Entry | undefined {
    return this.#waiting.get(opId);
  }

  /** Everything that waits, in the order in which it was made. */
  listOperations(): Operation[] {
    return Array.from(this.#waiting.values(), ({ operation }) => operation);
  }

  /** The updates of content that wait, in base64. */
  listUpdates(): ReadonlySet<string> {
    const updates = new Set<string>();
    for (const { operation } of this.#waiting.values()) {
      if (operation.message.type === "update") updates.add(operation.message.deltaB64);
    }
    return updates;
  }

  /** The operation is durable. */
  acknowledge(opId: string): void {
    const waiting = this.#waiting.get(opId);
    if (!waiting) return;
    this.#forget(waiting.operation);
    waiting.settle.resolve();
    this.#changed();
  }

  /** The operation may succeed later: sends it again, and everything else, after a while. */
  postpone(opId: string, afterMs: number | undefined): void {
    const waiting = this.#waiting.get(opId);
    if (!waiting) return;
    waiting.inFlight = false;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      this.#wake();
    }, afterMs ?? RETRY_MS);
  }

  /** The operation was refused for good. It stays readable until `dismiss`. */
  refuse(opId: string, error: AcetateError): RefusedOperation | undefined {
    const waiting = this.#waiting.get(opId);
    if (!waiting) return undefined;
    const { operation } = waiting;
    this.#waiting.delete(opId);
    operation.refused = { code: error.code, message: error.message };
    this.#keep(operation);
    const refused = this.#listRefused(operation, error);
    waiting.settle.reject(error);
    this.#changed();
    return refused;
  }

  dismiss(opId: string): void {
    this.refused.set(this.refused.value.filter((refused) => refused.opId !== opId));
    this.#forgotten.add(opId);
    this.#wake();
  }

  /** Hands everything to the store at once: the page may be gone before the store has answered what it got before. */
  flush(): void {
    // If the page lives on, the next round tries again what failed, and tells of it.
    if (this.#isOpen) this.#handOver().catch(() => this.#wake());
  }

  /** Sends nothing more. What waits stays in the store: resolves when it is there. */
  async close(error: AcetateError): Promise<void> {
    this.#isClosed = true;
    const handedOver = this.#isOpen ? this.#handOver().catch(() => {}) : null;
    this.pause();
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#storeTimer);
    for (const { settle } of this.#waiting.values()) settle.reject(error);
    // A store that has failed gets its last chance.
    this.#storeTimer = undefined;
    await handedOver;
    this.#wake();
    await this.#running;
  }

  #enter(operation: Operation): Waiting {
    const settle = Promise.withResolvers<void>();
    // Whoever is not interested in `saved` need not handle it.
    settle.promise.catch(() => {});
    const waiting: Waiting = { operation, saved: settle.promise, inFlight: false, settle };
    this.#waiting.set(operation.opId, waiting);
    return waiting;
  }

  #listRefused({ opId, message }: Operation, error: AcetateError): RefusedOperation {
    const refused = { opId, message, error };
    this.refused.set([...this.refused.value, refused]);
    return refused;
  }

  #keep(operation: Operation): void {
    operation.revision++;
    this.#unstored.add(operation);
    this.#options.store.jot?.(operation);
    this.#wake();
  }

  #forget(operation: Operation): void {
    this.#waiting.delete(operation.opId);
    this.#unstored.delete(operation);
    this.#forgotten.add(operation.opId);
    this.#wake();
  }

  #changed(): void {
    this.unsaved.set(this.#waiting.size);
    this.#wake();
  }

  /** Stores and sends what is due, soon. */
  #wake(): void {
    this.#isWoken = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    // Together with all that is done in the same task.
    await Promise.resolve();
    do {
      this.#isWoken = false;
      this.#takeDue();
      if (this.#storeTimer === undefined) await this.#tryStore();
      const ready = this.#ready;
      this.#ready = [];
      this.#options.send(ready.map(({ operation }) => operation.message));
    } while (this.#isWoken);
    this.#isRunning = false;
  }

  /** Marks what may be sent now. */
  #takeDue(): void {
    if (!this.#isLive || this.#retryTimer !== undefined) return;
    const busy = new Set<unknown>();
    let count = 0;
    let characters = 0;
    for (const waiting of this.#waiting.values()) {
      const { operation } = waiting;
      const subjects = subjectsOf(operation.message);
      const isBusy = subjects.some((subject) => busy.has(subject));
      for (const subject of subjects) busy.add(subject);
      if (isBusy) continue;
      count++;
      characters += sizeOf(operation.message);
      if (count > 1 && (count > WINDOW || characters > WINDOW_CHARACTERS)) break;
      if (waiting.inFlight) continue;
      waiting.inFlight = true;
      this.#ready.push(waiting);
      if (operation.sent) continue;
      operation.message = this.#options.stamp(operation.message);
      operation.sent = true;
      this.#keep(operation);
    }
  }

  async #tryStore(): Promise<void> {
    try {
      if (!this.#isOpen) await inTime(this.#options.store.open());
      this.#isOpen = true;
      await this.#handOver();
      this.#storeFailures = 0;
      this.storeError.set(null);
    } catch (error) {
      this.storeError.set(wrapError("store", "What is not saved yet can't be kept on this device", error));
      if (this.#isClosed) return;
      this.#storeTimer = setTimeout(
        () => {
          this.#storeTimer = undefined;
          this.#wake();
        },
        backOff(this.#storeFailures++),
      );
    }
  }

  /** Hands the store at once what it has not got. What it does not take is handed over again with the rest. */
  async #handOver(): Promise<void> {
    const { store } = this.#options;
    const operations = [...this.#unstored];
    const forgotten = [...this.#forgotten];
    this.#unstored.clear();
    this.#forgotten.clear();
    const calls: Promise<void>[] = [];
    if (operations.length > 0) calls.push(store.put(operations));
    // Without waiting: where there is no room for more, this makes some.
    if (forgotten.length > 0) calls.push(store.remove(forgotten));
    try {
      await inTime(Promise.all(calls));
    } catch (error) {
      for (const opId of forgotten) this.#forgotten.add(opId);
      for (const operation of operations) {
        if (!this.#forgotten.has(operation.opId)) this.#unstored.add(operation);
      }
      throw error;
    }
  }
}

/** What is sent is what there was when it was added, in objects that any store can take. */
function copyOf(message: OperationMessage): OperationMessage {
  return JSON.parse(JSON.stringify(message)) as OperationMessage;
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return settleWithin(work, STORE_PATIENCE_MS);
}

/** About as many characters as its JSON. */
function sizeOf(message: OperationMessage): number {
  return message.type === "update" ? message.deltaB64.length + 200 : 1_000;
}

function errorOf({ code, message }: { code: string; message: string }): AcetateError {
  return new AcetateError(code as ErrorCode, message);
}
