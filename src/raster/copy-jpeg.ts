import { createYielder } from "../event-loop.ts";
import type { ChromaSampling } from "../protocol/model/export-job.ts";
import type { WriteBytes } from "../write-bytes.ts";
import type { ImageFile } from "./decode/image-file.ts";
import { JpegDecoder } from "./decode/jpeg/jpeg-decoder.ts";
import type { JpegLayout } from "./decode/jpeg/layout.ts";
import { feedScans, openScans } from "./decode/jpeg/scan-input.ts";
import {
  BLOCK,
  encodeUnits,
  END_OF_IMAGE,
  finishEncoder,
  startEncoder,
} from "./encode/jpeg/encoder-calls.ts";
import { jpegHeader } from "./encode/jpeg/header.ts";
import { scaleDivisors } from "./encode/jpeg/tables.ts";

/** The chrominance of a JPEG that can be copied. undefined: the encoder's blocks would be others than the file's. */
export function findCopiedChroma({ color, frame }: JpegLayout): ChromaSampling | undefined {
  if (color !== "ycbcr") return undefined;
  const [y, cb, cr] = frame.components.map(({ h, v }) => `${h}×${v}`);
  if (cb !== "1×1" || cr !== "1×1") return undefined;
  if (y === "2×2") return "4:2:0";
  return y === "1×1" ? "4:4:4" : undefined;
}

export interface JpegCopy {
  /** Whether pixels are missing or damaged. What is missing is gray. */
  hasGaps: boolean;
  /** Bytes held. */
  memoryBytes: number;
}

/**
 * Copies a JPEG to another quality, its rows as they are stored. Coefficients are quantized anew, and no pixels are made
 * of them. That takes two thirds of the time, and keeps chrominance sharper: as pixels it would be smoothed twice. Holds
 * an MCU row. The work is done in C: `pixel-codec/jpeg-copy.c`. Throws `DamagedImage`, `UndecodableImage`.
 */
export async function copyJpeg(
  file: ImageFile,
  layout: JpegLayout,
  write: WriteBytes,
  quality: number,
  /** Called after each stripe with the rows that are written. May throw to end the work. */
  afterStripe: (rows: number) => Promise<void>,
): Promise<JpegCopy> {
  const { frame, orientation } = layout;
  const { width, height } = frame;
  const sampling = findCopiedChroma(layout) === "4:2:0" ? 2 : 1;
  const divisors = scaleDivisors(quality);
  const decoder = new JpegDecoder(layout, { blockSamples: BLOCK, firstColumn: 0, columnCount: width });
  const scans = openScans(file, layout.scans);
  const yieldToEventLoop = createYielder();
  try {
    decoder.call((codec) => startEncoder(codec, width, sampling, divisors));
    await write(jpegHeader(width, height, divisors, sampling, orientation));
    for (let rows = 0; rows < height; rows += BLOCK * sampling) {
      await feedScans(decoder, scans, () => decoder.decodeStripe());
      for (let bytes = decoder.call(encodeUnits); bytes; bytes = decoder.call(encodeUnits))
        await write(bytes);
      decoder.call((codec) => codec.endStripe());
      await afterStripe(Math.min(height, rows + BLOCK * sampling));
      await yieldToEventLoop();
    }
    await write(decoder.call(finishEncoder));
    await write(END_OF_IMAGE);
    return {
      hasGaps: decoder.hasGaps(scans.length),
      memoryBytes: scans.reduce((sum, scan) => sum + scan.memoryBytes, decoder.memoryBytes),
    };
  } finally {
    decoder.close();
    for (const scan of scans) await scan.close();
  }
}
