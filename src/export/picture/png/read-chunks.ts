import { crc32 } from "node:zlib";
import { DamagedImage, readFourCc } from "../../image-headers/damaged-image.ts";
import { PNG_SIGNATURE_BYTES } from "../../image-headers/png.ts";
import { Turns } from "../turns.ts";
import { ByteReader } from "./byte-reader.ts";

/** A piece of a chunk's data. A chunk ends with a piece that is empty and `last`. */
export interface ChunkPiece {
  type: string;
  /** Bytes of the whole chunk's data. */
  length: number;
  data: Uint8Array;
  last: boolean;
  /** Of the last piece: the checksum is right. */
  intact: boolean;
}

const PIECE_BYTES = 64 * 1024;
const CUT_OFF = "it is cut off";
const LENGTH_MAX = 2 ** 31 - 1;

/**
 * The chunks of a PNG (W3C PNG 3rd edition §5) up to and with IEND, as they come: no more than a piece is held. What follows IEND is not read.
 * Throws `DamagedImage` where the file is cut off, or where the checksum of a chunk is wrong that the pixels can't do without.
 */
export async function* readPngChunks(file: AsyncIterable<Uint8Array>): AsyncGenerator<ChunkPiece> {
  const reader = new ByteReader(file, CUT_OFF);
  const turns = new Turns();
  try {
    await reader.readInto(new Uint8Array(PNG_SIGNATURE_BYTES));
    for (let type = ""; type !== "IEND";) {
      const head = new Uint8Array(8);
      await reader.readInto(head);
      const view = new DataView(head.buffer);
      const length = view.getUint32(0);
      if (length > LENGTH_MAX) throw new DamagedImage("a chunk's length is wrong");
      type = readFourCc(view, 4);
      let sum = crc32(head.subarray(4));
      for (let rest = length; rest > 0;) {
        const data = await reader.readSome(Math.min(rest, PIECE_BYTES));
        if (!data) throw new DamagedImage(CUT_OFF);
        sum = crc32(data, sum);
        rest -= data.byteLength;
        await turns.pass();
        yield { type, length, data, last: false, intact: true };
      }
      await reader.readInto(head.subarray(0, 4));
      const intact = view.getUint32(0) === sum;
      if (!intact && isCritical(type)) throw new DamagedImage(`the checksum of its ${type} chunk is wrong`);
      yield { type, length, data: new Uint8Array(), last: true, intact };
    }
  } finally {
    await reader.close();
  }
}

/** A capital first letter (§5.4). */
function isCritical(type: string): boolean {
  return type.charCodeAt(0) < 0x60;
}
