import { DamagedImage } from "../../headers/damaged-image.ts";

/** There are fewer bytes than were asked for. */
export class EndOfFile extends DamagedImage {}

/** Bytes taken one after the other from a stream that comes in parts of any size. */
export class ByteReader {
  readonly #parts: AsyncIterator<Uint8Array>;
  readonly #tooShort: string;
  #part: Uint8Array = new Uint8Array();

  /** `tooShort` says what is wrong where the bytes end too early. */
  constructor(parts: AsyncIterable<Uint8Array>, tooShort: string) {
    this.#parts = parts[Symbol.asyncIterator]();
    this.#tooShort = tooShort;
  }

  /** One to `max` bytes; undefined: there are no more. They are good until the next call. */
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

  /** Fills `into`. Throws `EndOfFile` where too little is left. */
  async readInto(into: Uint8Array): Promise<void> {
    for (let filled = 0; filled < into.byteLength;) {
      const some = await this.readSome(into.byteLength - filled);
      if (!some) throw new EndOfFile(this.#tooShort);
      into.set(some, filled);
      filled += some.byteLength;
    }
  }

  /** Lets the stream go. */
  async close(): Promise<void> {
    await this.#parts.return?.();
  }
}
