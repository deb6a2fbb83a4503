import {
  UNCONFIRMED_CROWDED_BYTES,
  UNCONFIRMED_MAX_BYTES,
  UNREPORTED_MAX_BYTES,
} from "../../protocol/limits.ts";

/** How finely confirmations are told apart: a mark for about this many bytes. */
const MARK_BYTES = 16 * 1024;

/**
 * What was sent to one socket and is not known to be read: the runtime shows no buffered amount, so clients tell with
 * `received`. Of those that never do, any frame counts as a sign that they keep up. Kept in memory: what was sent before a
 * hibernation has long arrived.
 */
export class Delivery {
  /** Bytes sent and confirmed since the connection was opened. */
  #sent = 0;
  #confirmed = 0;
  /** Which seq was the last one when so many bytes were sent. */
  readonly #marks: { seq: number; bytes: number }[] = [];
  #reports = false;
  /** Bytes of its state: they may be on their way beside everything else. */
  #joinBytes = 0;

  /** `head` is the last seq that is in what was sent. */
  sent(bytes: number, head: number): void {
    this.#sent += bytes;
    const last = this.#marks.at(-1);
    if (!last || this.#sent - last.bytes >= MARK_BYTES) this.#marks.push({ seq: head, bytes: this.#sent });
  }

  /** Of what was sent, so much belongs to its state. */
  joined(bytes: number): void {
    this.#joinBytes += bytes;
  }

  /** A frame came: enough of those that never report. */
  heard(): void {
    if (!this.#reports) this.#confirm(this.#sent);
  }

  /** The client says that it has read everything up to `seq`. */
  received(seq: number, head: number): void {
    this.#reports = true;
    // At the head it has read all that was sent, also what came after the last mark.
    if (seq >= head) {
      this.#confirm(this.#sent);
      return;
    }
    const read = this.#marks.findLast((mark) => mark.seq <= seq);
    if (read) this.#confirm(read.bytes);
  }

  #confirm(bytes: number): void {
    this.#confirmed = Math.max(this.#confirmed, bytes);
    this.#joinBytes = 0;
    const first = this.#marks.findIndex((mark) => mark.bytes > this.#confirmed);
    this.#marks.splice(0, first === -1 ? this.#marks.length : first);
  }

  get #unconfirmed(): number {
    return this.#sent - this.#confirmed - this.#joinBytes;
  }

  /** Presence can wait: what has an order comes first. */
  get isCrowded(): boolean {
    return this.#unconfirmed > UNCONFIRMED_CROWDED_BYTES;
  }

  /** Nothing more may be sent: the client has to come back and resume. */
  get isTooSlow(): boolean {
    return this.#unconfirmed > (this.#reports ? UNCONFIRMED_MAX_BYTES : UNREPORTED_MAX_BYTES);
  }
}
