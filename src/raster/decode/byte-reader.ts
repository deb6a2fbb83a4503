import { DamagedImage } from "../headers/damaged-image.ts";

/** The stream ended early. */
export class EndOfFile extends DamagedImage {}

/** Reads bytes in order from a stream whose parts have any size. */
export class ByteReader {
  readonly #parts: AsyncIterator<Uint8Array>;
  readonly #tooShort: string;
  #part: Uint8Array = new Uint8Array();

  /** `tooShort`: the message if the stream ends early. */
  constructor(parts: AsyncIterable<Uint8Array>, tooShort: string) {
    this.#parts = parts[Symbol.asyncIterator]();
    this.#tooShort = tooShort;
  }

  /** Reads one to `max` bytes; undefined: there are no more. They are valid until the next call. */
  async readSome(max: number): Promise<Uint8Array | undefined> {
    while (this.#part.byteLength === 0) {
      const next = await this.#parts.next();
      if (next.done === true) return undefined;
      this.#part = next.value;
    }
    const some = this.#part.subarray(0, max);
    this.#part = this.#part.subarray(some.byteLength);
    return some;
  }

  /** Fills `into`. Throws `EndOfFile` if too few bytes are left. */
  async readInto(into: Uint8Array): Promise<void> {
    for (let filled = 0; filled < into.byteLength;) {
      const some = await this.readSome(into.byteLength - filled);
      if (!some) throw new EndOfFile(this.#tooShort);
      into.set(some, filled);
      filled += some.byteLength;
    }
  }

  /** Releases the stream. */
  async close(): Promise<void> {
    await this.#parts.return?.();
  }
}
