import type { ServerMessage } from "../../../src/protocol/wire/down.ts";
import type { FromThread } from "./thread-messages.ts";

/** Checks that a client gets one message per seq, ascending and without a gap (R3), and tells what each one says. */
export class SequenceCheck {
  readonly #tell: (message: FromThread) => void;
  #head = 0;
  /** A state is to come, or on its way: until it is here, acks may be ahead of it. */
  #isFresh = true;

  constructor(tell: (message: FromThread) => void) {
    this.#tell = tell;
  }

  /** The highest seq that the client has seen. */
  get head(): number {
    return this.#head;
  }

  take(message: ServerMessage): void {
    if (message.type === "state") {
      const { resumed, diverged } = message;
      this.#tell({ type: "state", resumed, diverged, since: this.#head });
      this.#head = message.version;
      this.#isFresh = false;
      for (const { seq, deltaB64 } of message.updates) this.#print(seq, deltaB64);
      return;
    }
    if (message.type === "reset") this.#isFresh = true;
    if (!("seq" in message) || message.type === "reset") return;
    if (message.type === "ack" && message.duplicate) return;
    if (message.seq !== this.#head + 1 && !this.#isFresh) {
      this.#tell({ type: "problem", text: `seq ${message.seq} came after ${this.#head}` });
    }
    this.#head = Math.max(this.#head, message.seq);
    if (message.type === "remote_update") this.#print(message.seq, message.deltaB64);
    else if ("annotation" in message && message.annotation) {
      this.#print(message.seq, `${message.annotation.id} ${message.annotation.version}`);
    }
  }

  #print(seq: number, print: string): void {
    this.#tell({ type: "seq", seq, print });
  }
}
