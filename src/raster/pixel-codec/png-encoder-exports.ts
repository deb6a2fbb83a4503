/** What `png-encoder.c` exports. Addresses and sizes are in bytes. */
export interface PngEncoderExports {
  /** `channels`: 3 leaves alpha out. */
  startPng(width: number, channels: 3 | 4): void;
  /** Where `deflateRows` and `finishPng` write. */
  pngOutput(): number;
  /** Takes rows of RGBA, which stay where they are until `deflateRows` has returned 0. */
  startRows(rows: number, count: number): void;
  /** Compresses a block, and returns how many bytes it has. 0: it takes more rows to fill the next one. */
  deflateRows(): number;
  finishPng(): number;
}
