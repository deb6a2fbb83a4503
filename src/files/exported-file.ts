/** A finished file: its bytes come in parts, so that a large one is never whole in memory. */
export interface ExportedFile {
  parts: Iterable<Uint8Array>;
  /** Bytes of all parts. */
  size: number;
  /** Pixels; null where the format has none. */
  width: number | null;
  height: number | null;
  warnings: string[];
  /** What making it held at most: WebAssembly memory and buffers. Absent where nothing large was held. */
  peakBytes?: number;
}

export function sumBytes(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}
