import type { ServerMessage } from "../../src/protocol/wire/down.ts";
import { printAnnotations } from "./change.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Writes what one connection hears into the ledger: every ack and every broadcast. Checks that it hears one message per
 * seq, ascending and without a gap (R3).
 */
export class LedgerReader {
  /** The highest seq seen. */
  head = 0;
  readonly #ledger: Ledger;
  /** The next `state` may be of a later seq: nothing was heard yet, or there was a `reset`. */
  #fresh = true;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** A new connection: what it hears first is a state. */
  restart(): void {
    this.#fresh = true;
  }

  take(message: ServerMessage): void {
    switch (message.type) {
      case "state":
        this.#start(message);
        return;
      case "remote_update":
        this.#advance(message.seq);
        this.#ledger.tellUpdate(message.seq, message.deltaB64);
        return;
      case "ack":
        this.#takeAck(message);
        return;
      case "error":
        // This one says nothing about the operation itself.
        if (message.opId !== undefined && message.code !== "rate_limited") this.#ledger.refused(message.opId);
        return;
      case "snapshot_ack":
        this.#ledger.snapshotVersion = Math.max(this.#ledger.snapshotVersion, message.version);
        return;
      case "reset":
        this.#fresh = true;
        return;
      case "snapshot_request":
      case "presence":
      case "broadcast":
      case "state_page":
      case "export.progress":
      case "export.finished":
        return;
      case "annotation.created":
      case "annotation.updated":
      case "annotation.deleted":
      case "annotation.batch":
      case "comment.created":
      case "comment.updated":
      case "comment.deleted":
      case "document.updated":
      case "document.deleted":
      case "labels.updated":
      case "version.created":
      case "version.reverted":
        this.#advance(message.seq);
        this.#ledger.tellEvent(message);
    }
  }

  #start({ version, resumed, updates, events }: Extract<ServerMessage, { type: "state" }>): void {
    const ledger = this.#ledger;
    if (!this.#fresh) ledger.report("gap", `a state of ${version} that nothing has announced`, version);
    if (version < this.head) ledger.report("gap", `a state of ${version} after ${this.head}`, version);
    this.head = version;
    this.#fresh = false;
    for (const { seq, deltaB64 } of updates) ledger.tellUpdate(seq, deltaB64);
    if (resumed) for (const event of events) ledger.tellEvent(event);
  }

  #takeAck(ack: Extract<ServerMessage, { type: "ack" }>): void {
    const ledger = this.#ledger;
    const { opId, seq, duplicate = false, annotation, annotations } = ack;
    const shown = annotations ?? (annotation ? [annotation] : []);
    ledger.tellAnnotations(shown);
    if (!duplicate) {
      this.#advance(seq);
      if (shown.length > 0) ledger.tell({ seq, print: printAnnotations(shown) });
    }
    ledger.acked(opId, seq, duplicate);
  }

  #advance(seq: number): void {
    // Who waits for a fresh state gets answers only; that state holds the rest.
    if (seq !== this.head + 1 && !this.#fresh) {
      this.#ledger.report("gap", `a socket got ${seq} after ${this.head}`, seq);
    }
    this.head = Math.max(this.head, seq);
  }
}
