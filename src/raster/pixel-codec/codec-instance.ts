import codecModule from "../../../generated/pixel-codec.wasm";
import type { ColorExports } from "./color-exports.ts";
import type { DecoderExports } from "./jpeg-decoder-exports.ts";
import type { EncoderExports } from "./jpeg-encoder-exports.ts";
import type { PngEncoderExports } from "./png-encoder-exports.ts";
import type { PngDecoderExports } from "./png-decoder-exports.ts";
import type { ResizerExports } from "./resizer-exports.ts";

/** What the C files export. */
export type CodecExports = MemoryExports &
  DecoderExports &
  ColorExports &
  EncoderExports &
  PngEncoderExports &
  PngDecoderExports &
  ResizerExports;

/** `memory.c` */
interface MemoryExports {
  memory: WebAssembly.Memory;
  /** Frees all that was allocated. */
  resetMemory(): void;
  /** Zeroed bytes, until the next reset. Growing memory detaches all views of it: make them anew. Traps when full. */
  allocate(bytes: number): number;
}

/** An export has a decoder, a converter of colours, a resizer and an encoder at once. */
const IDLE_MAX = 4;
/** The memory of an instance never shrinks. What a usual photo takes is kept, more is given back. */
export const IDLE_BYTES_MAX = 4 * 1024 * 1024;

const idle: CodecExports[] = [];

/** An instance of the module for one job, its memory empty. `giveBackCodec` lets the next job have it. */
export function takeCodec(): CodecExports {
  // The compiler can't know what a compiled module exports.
  const codec = (idle.pop() ?? new WebAssembly.Instance(codecModule).exports) as unknown as CodecExports;
  codec.resetMemory();
  return codec;
}

/**
 * Keeps an instance for another job. Call it once, and never after a trap or a job that was broken off: without it the
 * instance goes with the last reference to it.
 */
export function giveBackCodec(codec: CodecExports): void {
  if (idle.length < IDLE_MAX && codec.memory.buffer.byteLength <= IDLE_BYTES_MAX) idle.push(codec);
}
