/** Counts how often some bytes occur in a stream that comes in chunks. They must not overlap with themselves. */
export class Needle {
  readonly #bytes: Buffer;
  /** The end of what came before: the bytes may lie across chunks. */
  #tail: Buffer = Buffer.alloc(0);

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  /** How often they end in this chunk. */
  count(chunk: Buffer): number {
    const overlap = this.#bytes.length - 1;
    const across = this.#countIn(Buffer.concat([this.#tail, chunk.subarray(0, overlap)]));
    const end = chunk.length >= overlap ? chunk : Buffer.concat([this.#tail, chunk]);
    this.#tail = Buffer.from(end.subarray(Math.max(0, end.length - overlap)));
    return across + this.#countIn(chunk);
  }

  #countIn(haystack: Buffer): number {
    let count = 0;
    let at = haystack.indexOf(this.#bytes);
    while (at !== -1) {
      count++;
      at = haystack.indexOf(this.#bytes, at + this.#bytes.length);
    }
    return count;
  }
}
