import type { Coverage } from "./layer.ts";

/** Bytes from one row of `width` pixels to the next: a multiple of four, so that four can be read as one number. */
export function strideOf(width: number): number {
  return (width + 3) & ~3;
}

/** A buffer for one coverage after the other. */
export class CoverageBuffer {
  #bytes = new Uint8Array();

  /** Writes what is covered. The result is valid until the next one is written. */
  cover(
    { width, height }: { width: number; height: number },
    shape: { finish(coverage: Coverage): void },
  ): Coverage {
    const stride = strideOf(width);
    if (this.#bytes.length < stride * height) this.#bytes = new Uint8Array(stride * height);
    const bytes = this.#bytes.subarray(0, stride * height).fill(0);
    const coverage = { width, height, stride, bytes };
    shape.finish(coverage);
    return coverage;
  }
}
