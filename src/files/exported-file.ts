/** A finished file. Its bytes come in parts, so that a large file is never whole in memory. */
export interface ExportedFile {
  parts: Iterable<Uint8Array>;
  /** Bytes of all parts. */
  size: number;
  /** Pixels; null if the format has none. */
  width: number | null;
  height: number | null;
  warnings: string[];
  /** The most bytes of WebAssembly memory and buffers held while making it. Absent if nothing large was held. */
  peakBytes?: number;
}

export function sumBytes(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}
