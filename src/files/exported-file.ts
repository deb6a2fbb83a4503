/** What an export says about the file that it has written. */
export interface ExportedFile {
  /** Pixels; null if the format has none. */
  width: number | null;
  height: number | null;
  warnings: string[];
  /** The most bytes of WebAssembly memory and buffers held while making it. Absent if nothing large was held. */
  peakBytes?: number;
}
