import { IMAGE_PARTS_MAX } from "../../../protocol/limits.ts";
import { DamagedImage, TOO_MANY_PARTS } from "../../headers/damaged-image.ts";
import { ByteReader } from "../byte-reader.ts";
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
  const stream = new ByteReader(parts);
  try {
    await stream.tryReadInto(new Uint8Array(2));
    yield* takeSegments(stream);
  } finally {
    await stream.close();
  }
}

/**
 * Calls `visit` with each segment, until it returns true. Throws `DamagedImage`, also for a `RangeError` of `visit`: a
 * `DataView` throws one past the end of the segment.
 */
export async function visitSegments(
  parts: AsyncIterable<Uint8Array>,
  visit: (segment: SegmentData) => boolean,
): Promise<void> {
  try {
    for await (const segment of readSegments(parts)) if (visit(segment)) return;
  } catch (error) {
    if (error instanceof RangeError) throw new DamagedImage("a segment is too short", { cause: error });
    throw error;
  }
}

async function* takeSegments(stream: ByteReader): AsyncGenerator<SegmentData> {
  for (let count = 0; count < IMAGE_PARTS_MAX; count++) {
    const marker = await findMarker(stream);
    const start = stream.offset - 2;
    if (marker === undefined) return;
    if (marker === END_OF_IMAGE) {
      yield { marker, data: new DataView(new ArrayBuffer()), start, end: stream.offset };
      return;
    }
    if (marker === START_OF_IMAGE) throw new DamagedImage("it starts twice");
    const length = await readView(stream, 2);
    if (!length) return;
    const bytes = length.getUint16(0) - 2;
    if (bytes < 0) throw new DamagedImage("a segment's length is wrong");
    const data = await readView(stream, bytes);
    if (!data) return;
    yield { marker, data, start, end: stream.offset };
  }
  throw new DamagedImage(TOO_MANY_PARTS);
}

/** Finds the next marker that starts a segment or ends the image, and goes behind it. */
async function findMarker(stream: ByteReader): Promise<number | undefined> {
  for (;;) {
    // Waiting for each FF would take seconds in a file that has little else.
    if (!stream.skipInPart(MARKER_PREFIX) && !(await stream.skipTo(MARKER_PREFIX))) return undefined;
    let code: number | undefined = MARKER_PREFIX;
    // Any number of FF may come before a marker.
    while (code === MARKER_PREFIX) code = stream.readByteInPart() ?? (await stream.readByte());
    if (code === undefined || !isStandalone(code)) return code;
  }
}

async function readView(stream: ByteReader, count: number): Promise<DataView | undefined> {
  const bytes = new Uint8Array(count);
  return (await stream.tryReadInto(bytes)) ? new DataView(bytes.buffer) : undefined;
}
