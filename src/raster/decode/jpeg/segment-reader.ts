import { IMAGE_PARTS_MAX } from "../../../protocol/limits.ts";
import { DamagedImage, TOO_MANY_PARTS } from "../../headers/damaged-image.ts";
import { END_OF_IMAGE, isStandalone, START_OF_IMAGE } from "../../headers/jpeg.ts";

/** A segment with its data (ITU-T T.81 §B.1.1.4). `start` is the offset in the file of its marker, `end` that behind it. */
export interface SegmentData {
  marker: number;
  data: DataView;
  start: number;
  end: number;
}

const MARKER_PREFIX = 0xff;

/**
 * Reads the segments of a JPEG from a stream, up to and with the end marker, or up to the end of the file. It
 * passes over entropy-coded data, in which FF is followed by 00 or by a restart marker (§B.1.1.5), and over anything
 * else between segments. Throws `DamagedImage`. A segment that is cut off is left out.
 */
export async function* readSegments(parts: AsyncIterable<Uint8Array>): AsyncGenerator<SegmentData> {
  const stream = new ByteStream(parts);
  try {
    await stream.take(2);
    yield* takeSegments(stream);
  } finally {
    await stream.close();
  }
}

async function* takeSegments(stream: ByteStream): AsyncGenerator<SegmentData> {
  for (let count = 0; count < IMAGE_PARTS_MAX; count++) {
    const marker = await findMarker(stream);
    const start = stream.offset - 2;
    if (marker === undefined) return;
    if (marker === END_OF_IMAGE) {
      yield { marker, data: new DataView(new ArrayBuffer()), start, end: stream.offset };
      return;
    }
    if (marker === START_OF_IMAGE) throw new DamagedImage("it starts twice");
    const length = viewOf(await stream.take(2));
    if (!length) return;
    const bytes = length.getUint16(0) - 2;
    if (bytes < 0) throw new DamagedImage("a segment's length is wrong");
    const data = viewOf(await stream.take(bytes));
    if (!data) return;
    yield { marker, data, start, end: stream.offset };
  }
  throw new DamagedImage(TOO_MANY_PARTS);
}

/** Finds the next marker that starts a segment or ends the image, and goes behind it. */
async function findMarker(stream: ByteStream): Promise<number | undefined> {
  for (;;) {
    if (!(await stream.skipTo(MARKER_PREFIX))) return undefined;
    let code: number | undefined = MARKER_PREFIX;
    // Any number of FF may come before a marker.
    while (code === MARKER_PREFIX) code = stream.takeByte() ?? (await stream.takeNextByte());
    if (code === undefined || !isStandalone(code)) return code;
  }
}

function viewOf(bytes: Uint8Array | undefined): DataView | undefined {
  return bytes && new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

class ByteStream {
  readonly #parts: AsyncIterator<Uint8Array>;
  #part: Uint8Array = new Uint8Array();
  #at = 0;
  /** The offset in the file of the part. */
  #partOffset = 0;

  constructor(parts: AsyncIterable<Uint8Array>) {
    this.#parts = parts[Symbol.asyncIterator]();
  }

  get offset(): number {
    return this.#partOffset + this.#at;
  }

  /** Takes bytes, which are a copy. undefined: there are fewer. */
  async take(count: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count;) {
      if (this.#at === this.#part.byteLength && !(await this.#readPart())) return undefined;
      const some = this.#part.subarray(this.#at, this.#at + count - filled);
      bytes.set(some, filled);
      filled += some.byteLength;
      this.#at += some.byteLength;
    }
    return bytes;
  }

  /** Takes a byte. undefined: there is none in this part. */
  takeByte(): number | undefined {
    return this.#at < this.#part.byteLength ? this.#part[this.#at++] : undefined;
  }

  /** Takes a byte, of the next part if need be. undefined: the file has no more. */
  async takeNextByte(): Promise<number | undefined> {
    return (await this.take(1))?.[0];
  }

  /** Goes behind the next byte of this value. false: there is none. */
  async skipTo(byte: number): Promise<boolean> {
    for (;;) {
      const found = this.#part.indexOf(byte, this.#at);
      this.#at = found < 0 ? this.#part.byteLength : found + 1;
      if (found >= 0) return true;
      if (!(await this.#readPart())) return false;
    }
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
