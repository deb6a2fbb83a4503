import { DamagedImage } from "../headers/damaged-image.ts";

/** The stream ended early. */
export class EndOfFile extends DamagedImage {}

/** Reads bytes in order from a stream whose parts have any size. */
export class ByteReader {
  readonly #parts: AsyncIterator<Uint8Array>;
  readonly #tooShort: string;
  #part: Uint8Array = new Uint8Array();
  /** The next byte in the part. */
  #at = 0;
  /** The offset in the stream of the part. */
  #partOffset = 0;

  /** `tooShort`: the message if the stream ends early. */
  constructor(parts: AsyncIterable<Uint8Array>, tooShort = "it is cut off") {
    this.#parts = parts[Symbol.asyncIterator]();
    this.#tooShort = tooShort;
  }

  /** The offset in the stream of the next byte. */
  get offset(): number {
    return this.#partOffset + this.#at;
  }

  /** Reads one to `max` bytes; undefined: there are no more. They are valid until the next call. */
  async readSome(max: number): Promise<Uint8Array | undefined> {
    while (this.#at === this.#part.byteLength) if (!(await this.#readPart())) return undefined;
    const some = this.#part.subarray(this.#at, this.#at + max);
    this.#at += some.byteLength;
    return some;
  }

  /** Fills `into`. false: too few bytes were left. */
  async tryReadInto(into: Uint8Array): Promise<boolean> {
    for (let filled = 0; filled < into.byteLength;) {
      const some = await this.readSome(into.byteLength - filled);
      if (!some) return false;
      into.set(some, filled);
      filled += some.byteLength;
    }
    return true;
  }

  /** Fills `into`. Throws `EndOfFile` if too few bytes are left. */
  async readInto(into: Uint8Array): Promise<void> {
    if (!(await this.tryReadInto(into))) throw new EndOfFile(this.#tooShort);
  }

  /** Reads a byte; undefined: there are no more in this part, or none at all. */
  readByteInPart(): number | undefined {
    return this.#at < this.#part.byteLength ? this.#part[this.#at++] : undefined;
  }

  /** Reads a byte; undefined: there are no more. */
  async readByte(): Promise<number | undefined> {
    return (await this.readSome(1))?.[0];
  }

  /** Goes behind the next byte of this value in this part, or to its end. false: there is none. */
  skipInPart(byte: number): boolean {
    const found = this.#part.indexOf(byte, this.#at);
    this.#at = found < 0 ? this.#part.byteLength : found + 1;
    return found >= 0;
  }

  /** Goes behind the next byte of this value. false: there is none. */
  async skipTo(byte: number): Promise<boolean> {
    while (!this.skipInPart(byte)) if (!(await this.#readPart())) return false;
    return true;
  }

  async #readPart(): Promise<boolean> {
    const next = await this.#parts.next();
    if (next.done === true) return false;
    this.#partOffset += this.#part.byteLength;
    this.#part = next.value;
    this.#at = 0;
    return true;
  }

  /** Releases the stream. */
  async close(): Promise<void> {
    await this.#parts.return?.();
  }
}

/** A stream of bytes that are in memory. */
export async function* inOnePart(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
