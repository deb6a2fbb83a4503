import {
  UNCONFIRMED_CROWDED_BYTES,
  UNCONFIRMED_MAX_BYTES,
  UNREPORTED_MAX_BYTES,
} from "../../protocol/limits.ts";

/** About how many bytes one mark stands for: confirmations are no finer than that. */
const MARK_BYTES = 16 * 1024;

/**
 * How much was sent to one socket and is not known to be read. The runtime does not tell how much it buffers, so
 * clients report it with `received`. From a client that never reports, any frame counts as a sign that it keeps up.
 * Kept only in memory: what was sent before a hibernation arrived long ago.
 */
export class Delivery {
  /** Bytes sent and confirmed since the connection was opened. */
  #sent = 0;
  #confirmed = 0;
  /** The last seq when this many bytes had been sent. */
  readonly #marks: { seq: number; bytes: number }[] = [];
  #reports = false;
  /** Bytes of its state. They don't count: a state may be large. */
  #joinBytes = 0;

  /** @param head the last seq that what was sent can hold */
  sent(bytes: number, head: number): void {
    this.#sent += bytes;
    const last = this.#marks.at(-1);
    if (!last || this.#sent - last.bytes >= MARK_BYTES) this.#marks.push({ seq: head, bytes: this.#sent });
  }

  /** So many bytes of what was sent are its state. */
  joined(bytes: number): void {
    this.#joinBytes += bytes;
  }

  /** A frame came. From clients that never report, that is enough. */
  heard(): void {
    if (!this.#reports) this.#confirm(this.#sent);
  }

  /** The client reports that it has read everything up to `seq`. */
  received(seq: number, head: number): void {
    this.#reports = true;
    // At the head it has read everything, including what was sent after the last mark.
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

  /** Presence is left out: what has an order comes first. */
  get isCrowded(): boolean {
    return this.#unconfirmed > UNCONFIRMED_CROWDED_BYTES;
  }

  /** Nothing more may be sent: the client has to connect again and resume. */
  get isTooSlow(): boolean {
    return this.#unconfirmed > (this.#reports ? UNCONFIRMED_MAX_BYTES : UNREPORTED_MAX_BYTES);
  }
}
