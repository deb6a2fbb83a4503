import { DELTA_MAX_BYTES, SNAPSHOT_MAX_BYTES } from "../protocol/limits.ts";
import { AcetateError } from "./acetate-error.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { newId } from "./new-id.ts";
import type { WholeState } from "./link/state-reader.ts";
import type { OperationMessage } from "./outbox/operation.ts";
import type { Entry, Outbox } from "./outbox/outbox.ts";
import { tell } from "./readable.ts";
import type { ContentHandler, Saving } from "./room-api.ts";
import { tooLarge } from "./too-large.ts";

/** `baseVersion` of an update that was made before there was any state: that of its first sending takes its place. */
const NOT_KNOWN = 0;

/** CRDT content on its way between the room and the handler. Without a handler it is left alone. */
export class Content {
  readonly #handler: ContentHandler | undefined;
  readonly #outbox: Outbox;
  /** The seq of the last revert of content. null: there was no state yet. */
  #epoch: number | null = null;

  constructor(handler: ContentHandler | undefined, outbox: Outbox) {
    this.#handler = handler;
    this.#outbox = outbox;
  }

  /** @param seq the highest that is known. null: none */
  send(update: Uint8Array, seq: number | null): Saving {
    if (!this.#handler) {
      throw new AcetateError("invalid", "Content needs a handler: pass `content` to connect");
    }
    const { length } = update;
    if (length > DELTA_MAX_BYTES) throw tooLarge("An update of content", length, DELTA_MAX_BYTES);
    const deltaB64 = toBase64(update);
    const baseVersion = seq ?? NOT_KNOWN;
    return this.#outbox.add({ type: "update", opId: newId(), baseVersion, deltaB64 });
  }

  /**
   * Says upon which seq an update was made, where that was not known or can't be: a service that got an older state back
   * knows nothing of a later seq, and would refuse it (R10). `baseVersion` is no part of what an opId stands for.
   */
  stamp(message: OperationMessage, seq: number | null): OperationMessage {
    if (message.type !== "update" || seq === null) return message;
    const { baseVersion } = message;
    return baseVersion === NOT_KNOWN || baseVersion > seq ? { ...message, baseVersion: seq } : message;
  }

  /** Gets from the handler what it has gathered. */
  flush(): void {
    this.#call((handler) => handler.flush?.());
  }

  /** Updates that an earlier client left. */
  adopt(entries: readonly Entry[]): void {
    const updates = entries.flatMap(({ operation }) => {
      return operation.message.type === "update" ? [fromBase64(operation.message.deltaB64)] : [];
    });
    if (updates.length > 0) this.#call((handler) => handler.restore?.(updates));
  }

  /** Takes the content of a state. */
  load({ version, contentEpoch, resumed, diverged, snapshot, updates }: WholeState): void {
    const isReverted = this.#epoch !== null && this.#epoch !== contentEpoch;
    this.#epoch = contentEpoch;
    if (!this.#handler) return;
    if (resumed) {
      const own = this.#outbox.listUpdates();
      for (const { deltaB64, seq } of updates) this.receive(deltaB64, seq, own.has(deltaB64));
      return;
    }
    const state = {
      seq: version,
      snapshot: snapshot.length === 0 ? null : fromBase64(...snapshot),
      updates: updates.map(({ deltaB64 }) => fromBase64(deltaB64)),
      replace: isReverted || diverged,
      lost: diverged && !isReverted,
    };
    this.#call((handler) => handler.load(state));
  }

  receive(deltaB64: string, seq: number, isOwn: boolean): void {
    this.#call((handler) => handler.receive(fromBase64(deltaB64), seq, isOwn));
  }

  refuse(message: OperationMessage, error: AcetateError): void {
    if (message.type === "update")
      this.#call((handler) => handler.refuse?.(fromBase64(message.deltaB64), error));
  }

  /** A snapshot in base64. null: there is none now. */
  takeSnapshot(seq: number): string | null {
    let snapshot: string | null = null;
    this.#call((handler) => {
      const bytes = handler.snapshot?.(seq) ?? null;
      if (bytes !== null && bytes.length <= SNAPSHOT_MAX_BYTES) snapshot = toBase64(bytes);
    });
    return snapshot;
  }

  /** A handler that throws breaks nothing else. */
  #call(use: (handler: ContentHandler) => void): void {
    if (this.#handler) tell([use], this.#handler);
  }
}
