import { crc32 } from "node:zlib";
import { DamagedImage, readFourCc, TOO_MANY_PARTS } from "../../headers/damaged-image.ts";
import { needsChecksum, PNG_SIGNATURE_BYTES } from "../../headers/png-header.ts";
import { IMAGE_PARTS_MAX } from "../../../protocol/limits.ts";
import { createYielder } from "../../../event-loop.ts";
import { ByteReader, EndOfFile } from "../byte-reader.ts";

/**
 * A piece of a chunk's data. A chunk starts with an empty piece marked `first`, and ends with an empty piece marked
 * `last`.
 */
export interface ChunkPiece {
  type: string;
  /** Bytes of data in the whole chunk. */
  length: number;
  data: Uint8Array;
  first: boolean;
  last: boolean;
  /** For the last piece: whether the checksum is right. */
  intact: boolean;
}

const PIECE_BYTES = 64 * 1024;
const CUT_OFF = "it is cut off";

/**
 * Reads the chunks of a PNG (W3C PNG 3rd edition §5) up to IEND, and holds only one piece at a time. Ignores what
 * follows IEND, and accepts a file that is cut off after its pixels. Throws `DamagedImage` if it is cut off earlier, or
 * if a chunk that the pixels need has a wrong checksum.
 */
export async function* readPngChunks(file: AsyncIterable<Uint8Array>): AsyncGenerator<ChunkPiece> {
  const reader = new ByteReader(file, CUT_OFF);
  const yieldToEventLoop = createYielder();
  let hasPixels = false;
  let type = "";
  try {
    await reader.readInto(new Uint8Array(PNG_SIGNATURE_BYTES));
    for (let count = 0; type !== "IEND"; count++) {
      if (count >= IMAGE_PARTS_MAX) throw new DamagedImage(TOO_MANY_PARTS);
      type = "";
      const head = new Uint8Array(8);
      await reader.readInto(head);
      const view = new DataView(head.buffer);
      const length = view.getUint32(0);
      type = readFourCc(view, 4);
      hasPixels ||= type === "IDAT";
      let sum = crc32(head.subarray(4));
      const piece = { type, length, data: new Uint8Array(), first: false, last: false, intact: true };
      yield { ...piece, first: true };
      for (let rest = length; rest > 0;) {
        const data = await reader.readSome(Math.min(rest, PIECE_BYTES));
        if (!data) throw new EndOfFile(CUT_OFF);
        sum = crc32(data, sum);
        rest -= data.byteLength;
        await yieldToEventLoop();
        yield { ...piece, data };
      }
      await reader.readInto(head.subarray(0, 4));
      const intact = view.getUint32(0) === sum;
      if (!intact && needsChecksum(type))
        throw new DamagedImage(`the checksum of its ${type} chunk is wrong`);
      await yieldToEventLoop();
      yield { ...piece, last: true, intact };
    }
  } catch (error) {
    if (!(error instanceof EndOfFile) || !hasPixels || type === "IDAT") throw error;
  } finally {
    await reader.close();
  }
}
