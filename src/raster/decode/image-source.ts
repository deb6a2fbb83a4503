import type { Colors } from "../color/find-colors.ts";
import type { ImageInfo } from "../headers/image-info.ts";
import type { RowSource } from "../row-source.ts";

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
