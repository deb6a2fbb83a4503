import { wordAt } from "../array-at.ts";
import { createYielder } from "../../event-loop.ts";
import type { RowSource } from "../row-source.ts";
import { findStoredPlace, reverseOrientation, turnSize, uprightOrder } from "./orientation.ts";

/**
 * The most bytes of upright rows held at once. A picture that is larger is decoded once for each slab: 12 megapixels
 * twice, 48 five times.
 */
export const SLAB_BYTES = 40 * 1024 * 1024;
/** Rows read from the source at once. */
const BATCH_ROWS = 16;

export interface TurnedRows extends RowSource {
  /** Bytes held once rows are read. */
  memoryBytes: number;
}

/**
 * Turns a source upright, with memory that does not grow with the picture. An upright row may take a pixel of every
 * stored row. So this makes a slab of as many upright rows as it may hold, goes once through the source for it, and
 * keeps only the pixels that belong there.
 */
export function turnRows(source: RowSource, orientation: number, slabBytes = SLAB_BYTES): TurnedRows {
  const upright = turnSize(orientation, source);
  const { width, height } = upright;
  // A mirrored row is made of one stored row.
  const most = orientation === 2 ? BATCH_ROWS : Math.floor(slabBytes / (width * 4));
  const slabRows = Math.max(1, Math.min(height, most));
  /** Where stored pixels go. */
  const order = uprightOrder(reverseOrientation(orientation), upright);
  const batch = new Uint8Array(BATCH_ROWS * source.width * 4);
  const batchPixels = new Int32Array(batch.buffer);
  const yieldToEventLoop = createYielder();
  let slab: Uint8Array | undefined;
  let slabTop = -1;

  /** Makes the slab that starts with an upright row. */
  const fillSlab = async (top: number): Promise<Uint8Array> => {
    slab ??= new Uint8Array(slabRows * width * 4);
    slabTop = -1;
    const pixels = new Int32Array(slab.buffer);
    const window = { left: 0, top, width, height: Math.min(slabRows, height - top) };
    const place = findStoredPlace(window, orientation, source);
    const end = place.top + place.height;
    source.selectColumns?.(place.left, place.width);
    for (let first = place.top; first < end; first += BATCH_ROWS) {
      const count = Math.min(BATCH_ROWS, end - first);
      await source.readRows(first, count, batch);
      for (let row = 0; row < count; row++) {
        let from = row * source.width + place.left;
        let to = order.start + place.left * order.stepX + (first + row) * order.stepY - top * width;
        for (const until = from + place.width; from < until; from++, to += order.stepX) {
          pixels[to] = wordAt(batchPixels, from);
        }
      }
      await yieldToEventLoop();
    }
    slabTop = top;
    return slab;
  };

  return {
    width,
    height,
    opaque: source.opaque,
    async readRows(first, count, into) {
      for (let done = 0; done < count;) {
        const row = first + done;
        const top = row - (row % slabRows);
        const filled = slab && slabTop === top ? slab : await fillSlab(top);
        const from = row - top;
        const some = Math.min(count - done, slabRows - from);
        into.set(filled.subarray(from * width * 4, (from + some) * width * 4), done * width * 4);
        done += some;
      }
    },
    memoryBytes: slabRows * width * 4 + batch.byteLength,
  };
}
