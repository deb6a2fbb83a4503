/** What `png-decoder.c` and `inflate.c` export. Addresses and sizes are in bytes. */
export interface PngDecoderExports {
  /** `step`: the bytes of a pixel, 1 to 8. */
  startPngDecoder(rowBytes: number, step: number): void;
  /** The next row is the first one of a pass. */
  startPass(): void;
  /** Returns one of `rowStates`. */
  decodePngRow(bytes: number): number;
  /** Where the row is until the next one is decoded. */
  pngRow(): number;
  /** Returns where the row of RGB is as RGBA. */
  expandRgb(pixels: number): number;

  /** Write up to `DEFLATED_INPUT_BYTES` at the address, then say how many; 0: the file has no more. */
  deflatedInput(): number;
  addDeflated(bytes: number): void;
}

/** The most bytes that are taken at once (`inflate.h`). */
export const DEFLATED_INPUT_BYTES = 64 * 1024;

/** `InflateState` of `inflate.h`, and `UNKNOWN_FILTER` of `png-decoder.c`. */
export const rowStates = { decoded: 0, inputNeeded: 1, notDeflated: 2, ended: 3, unknownFilter: 4 } as const;
