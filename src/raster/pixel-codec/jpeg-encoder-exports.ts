/** What `jpeg-encoder.c` exports. Addresses and sizes are in bytes. */
export interface EncoderExports {
  /** `sampling`: 1 for 4:4:4, 2 for 4:2:0. The tables stay where they are. */
  startEncoder(tables: number, width: number, sampling: 1 | 2): void;
  encoderOutput(): number;
  /** Takes 8 × `sampling` rows of RGBA, or fewer at the end of the picture. */
  startStripe(rows: number, count: number): void;
  /** Writes some of the stripe, and returns how many bytes. 0: it is complete. */
  encodeUnits(): number;
  finishEncoder(): number;

  /** `jpeg-copy.c`: as `decodeMcuRow`, but the MCU row becomes a stripe for `encodeUnits`. */
  decodeStripe(): number;
  /** Call when the stripe is written. */
  endStripe(): void;
}
