import type { ChromaSampling } from "../../protocol/model/export-job.ts";
import type { WriteBytes } from "../../write-bytes.ts";
import type { Colors } from "../color/find-colors.ts";
import type { ImageInfo } from "../headers/image-info.ts";
import type { RowSource } from "../row-source.ts";

/** Copies an image to a JPEG of another quality, its rows as they are stored, without making pixels of it. */
export interface ImageCopy {
  /** What the copy has. */
  chroma: ChromaSampling;
  /**
   * Returns the bytes held. `afterStripe` is called with the rows that are written, and may throw to end the work.
   * Throws `UnusableImage`.
   */
  write(write: WriteBytes, quality: number, afterStripe: (rows: number) => Promise<void>): Promise<number>;
}

/** A decoded image in sRGB. Close it when done, whether or not all rows were read. */
export interface ImageSource extends RowSource {
  /** What its header says. */
  info: ImageInfo;
  /** EXIF orientation 1–8: how to turn the rows upright (`turnRows`). Where all pixels are held they are upright: 1. */
  orientation: number;
  /** What the image lacks, for a person; complete when all rows were read. */
  readonly warnings: readonly string[];
  /** What of it is damage to the pixels. */
  damage(): string | undefined;
  /** Absent: it can't be copied. */
  copy?: ImageCopy | undefined;
  /** Bytes held until it is closed. */
  memoryBytes(): number;
  /** Bytes held while it was decoded, before anything was drawn. Absent: no more than `memoryBytes`. */
  decodingBytes?(): number;
  close(): Promise<void>;
}

/** An image whose colours are not yet converted. */
export interface DecodedImage extends Omit<ImageSource, "warnings" | "damage"> {
  colors: Colors;
  /** For a person, once all rows were read: what is wrong with the pixels. Absent, or undefined: nothing. */
  damage?(): string | undefined;
}

export interface OpenOptions {
  /**
   * Upright pixels that are needed. The image may come back with fewer than it has, but not with fewer than these.
   * Absent: all.
   */
  atLeast?: { width: number; height: number };
}

/** Called with the header before anything is decoded. Throws to refuse the image. */
export type CheckInfo = (info: ImageInfo) => void;
