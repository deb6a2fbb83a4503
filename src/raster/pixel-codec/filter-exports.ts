/** What `png-filter.c` and `png-unfilter.c` export. Addresses and sizes are in bytes. */
export interface FilterExports {
  /** `channels`: 3 leaves alpha out. */
  startFilter(width: number, channels: 3 | 4): void;
  /** Takes rows of RGBA. Writes each as one byte and the filtered channels of its pixels. */
  filterRows(rows: number, count: number, to: number): void;
  /** `step`: the bytes of a pixel, 1 to 8. Returns where filtered bytes go. */
  startUnfilter(rowBytes: number, step: number): number;
  /** The next row is the first one of a pass. */
  startPass(): void;
  /** `filter`: 0 to 4. Returns where the row is. */
  unfilterRow(filter: number, bytes: number): number;
}
