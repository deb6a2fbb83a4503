/** What the decoder's C files export. Addresses are bytes of the memory, scans and components their numbers from 0. */
export interface DecoderExports {
  /** `jpeg-decoder.c`. Describe the picture first: components, tables, scans. */
  createDecoder(width: number, height: number, color: number, blockSamples: number): void;
  /** Returns the address of the component's quantization table: 64 × 16 bits in zigzag order. */
  addComponent(h: number, v: number): number;
  /** Ss, Se, Ah and Al are those of the scan's header. Returns the scan's number. */
  addScan(
    progressive: number,
    ss: number,
    se: number,
    ah: number,
    al: number,
    restartInterval: number,
  ): number;
  addScanPart(scan: number, component: number, dcTable: number, acTable: number): void;
  /** Makes the picture's inks look as a grid says. Returns the address of the grid, which is to be written there. */
  addInkGrid(): number;
  /** Allocates the rest. Memory does not grow after this. */
  startDecoder(firstColumn: number, columnCount: number): void;
  /** Returns -1 when an MCU row is decoded, else the scan that needs input before it can go on. */
  decodeMcuRow(): number;
  countDecodedRows(): number;
  /** Returns the address of the row's RGBA pixels, valid until the next call. */
  convertRow(y: number): number;
  /** Whether the scan has had any data. */
  hasData(scan: number): number;
  countMissingUnits(scan: number): number;
  countUnknownCodes(): number;

  /** `huffman.c`. A table is 16 counts and 256 symbols, which `fillTable` makes usable. It returns 0 if they can't be. */
  newTable(): number;
  fillTable(table: number, kind: number): number;

  /** `entropy-source.c`. Write up to `INPUT_BYTES` at the address, then say how many; 0: the file has no more. */
  inputAddress(scan: number): number;
  addInput(scan: number, bytes: number): void;
}

/** The most bytes that a scan takes at once (`entropy-source.h`). */
export const INPUT_BYTES = 16 * 1024;

/** `ColorKind` of `jpeg-decoder.h`. */
export const colorKinds = { gray: 0, ycbcr: 1, rgb: 2, cmyk: 3, invertedCmyk: 4, ycck: 5 } as const;
export type ColorKind = keyof typeof colorKinds;

/** `TableKind` of `huffman.h`. */
export const tableKinds = { dc: 0, ac: 1, acBand: 2, acCorrection: 3 } as const;
export type TableKind = keyof typeof tableKinds;

/**
 * A grid of inks (`ink-grid.h`): how many shares of each ink it has, and what of 16 bits stands for 255 in a colour.
 */
export const GRID_SIDE = 17;
export const GRID_WHITE = 255 * 64;
