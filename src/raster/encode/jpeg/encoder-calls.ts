import { byteAt } from "../../array-at.ts";
import type { CodecExports } from "../../pixel-codec/codec-instance.ts";
import {
  acChrominance,
  acLuminance,
  dcChrominance,
  dcLuminance,
  planCodes,
  type Divisors,
} from "./tables.ts";

export const BLOCK = 8;
export const END_OF_IMAGE = Uint8Array.of(0xff, 0xd9);

/** Starts the encoder of an instance. `sampling`: 1 for 4:4:4, 2 for 4:2:0. */
export function startEncoder(codec: CodecExports, width: number, sampling: 1 | 2, divisors: Divisors): void {
  codec.startEncoder(writeTables(codec, divisors), width, sampling);
}

/** Encodes some of a stripe. Returns a view that is good until the next call; undefined: all is encoded. */
export function encodeUnits(codec: CodecExports): Uint8Array | undefined {
  const bytes = codec.encodeUnits();
  return bytes === 0 ? undefined : viewOutput(codec, bytes);
}

/** Returns a view of the last bytes. */
export function finishEncoder(codec: CodecExports): Uint8Array {
  return viewOutput(codec, codec.finishEncoder());
}

function viewOutput(codec: CodecExports, bytes: number): Uint8Array {
  return new Uint8Array(codec.memory.buffer, codec.encoderOutput(), bytes);
}

/** Writes `EncoderTables` of `jpeg-encoder.c`, and returns their address. */
function writeTables(codec: CodecExports, divisors: Divisors): number {
  const tables = [
    ...[dcLuminance, acLuminance, dcChrominance, acChrominance].map(planCodes),
    ...[divisors.luminance, divisors.chrominance].map(toColumns),
  ];
  const numbers = tables.flatMap((table) => [...table]);
  const address = codec.allocate(numbers.length * Uint16Array.BYTES_PER_ELEMENT);
  new Uint16Array(codec.memory.buffer, address, numbers.length).set(numbers);
  return address;
}

/** A block that is row by row, column by column. */
function toColumns(block: Uint8Array): Uint8Array {
  return block.map((_, at) => byteAt(block, (at & 7) * BLOCK + (at >> 3)));
}
