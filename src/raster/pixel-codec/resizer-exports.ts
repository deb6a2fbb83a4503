/** What `resize.c` exports. Addresses and sizes are in bytes, but for widths and counts. */
export interface ResizerExports {
  /**
   * `columns`: for each output column the first input column and how many there are, 32 bits each. `columnWeights`: a
   * float for each of these, one after the other. Both stay where they are.
   */
  startResizer(
    inputWidth: number,
    outputWidth: number,
    opaque: boolean,
    columns: number,
    columnWeights: number,
    heldRows: number,
  ): void;
  /** Where the input row goes that `holdRow` takes. */
  resizerInput(): number;
  resizerOutput(): number;
  holdRow(slot: number): void;
  /** `slots` and `weights`: 32 bits each, `count` of both. */
  makeRow(slots: number, weights: number, count: number): void;
}
