/** Bytes collected before they become a part of the file. */
const PART_BYTES = 64 * 1024;

/** Writes the entropy-coded data of a JPEG (ITU T.81 §F.1.2): the highest bit first, and 00 after each byte FF. */
export class BitWriter {
  #parts: Uint8Array[] = [];
  readonly #part = new Uint8Array(PART_BYTES);
  #filled = 0;
  #bits = 0;
  #count = 0;

  /** Writes the lowest `count` bits, at most 16. */
  write(bits: number, count: number): void {
    // With up to 15 pending bits these are at most 31. Bits above them were written before.
    this.#bits = (this.#bits << count) | (bits & ((1 << count) - 1));
    this.#count += count;
    if (this.#count < 16) return;
    this.#count -= 16;
    const two = this.#bits >>> this.#count;
    this.#writeByte((two >> 8) & 255);
    this.#writeByte(two & 255);
  }

  /** Returns the parts that are complete. */
  takeParts(): Uint8Array[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  /** Fills the last byte with ones. Returns the parts that were not taken. */
  finish(): Uint8Array[] {
    this.write(0x7f, (8 - (this.#count % 8)) % 8);
    if (this.#count > 0) this.#writeByte(this.#bits & 255);
    this.#parts.push(this.#part.slice(0, this.#filled));
    return this.takeParts();
  }

  #writeByte(byte: number): void {
    // Leaves room for one more byte, so that FF and 00 are never separated.
    if (this.#filled >= PART_BYTES - 1) {
      this.#parts.push(this.#part.slice(0, this.#filled));
      this.#filled = 0;
    }
    this.#part[this.#filled++] = byte;
    if (byte === 0xff) this.#part[this.#filled++] = 0;
  }
}
