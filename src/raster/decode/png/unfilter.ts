import { DamagedImage } from "../../headers/damaged-image.ts";
import { byteAt } from "../../array-at.ts";

/**
 * Undoes a row's filter, in place (W3C PNG 3rd edition §9). `above`: the row before, zeros for the first row. `step`:
 * the bytes of a pixel, at least one.
 */
export function unfilterRow(filter: number, row: Uint8Array, above: Uint8Array, step: number): void {
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let at = step; at < row.length; at++) row[at] = byteAt(row, at) + byteAt(row, at - step);
      return;
    case 2:
      for (let at = 0; at < row.length; at++) row[at] = byteAt(row, at) + byteAt(above, at);
      return;
    case 3:
      undoAverage(row, above, step);
      return;
    case 4:
      undoPaeth(row, above, step);
      return;
    default:
      throw new DamagedImage("a row has an unknown filter");
  }
}

function undoAverage(row: Uint8Array, above: Uint8Array, step: number): void {
  for (let at = 0; at < row.length; at++) {
    const left = at < step ? 0 : byteAt(row, at - step);
    row[at] = byteAt(row, at) + ((left + byteAt(above, at)) >> 1);
  }
}

/** Works channel by channel: the left and corner bytes are known from the previous step. */
function undoPaeth(row: Uint8Array, above: Uint8Array, step: number): void {
  for (let channel = 0; channel < step; channel++) {
    let left = 0;
    let corner = 0;
    for (let at = channel; at < row.length; at += step) {
      const up = byteAt(above, at);
      left = (byteAt(row, at) + predictPaeth(left, up, corner)) & 255;
      row[at] = left;
      corner = up;
    }
  }
}

/**
 * The neighbour nearest to left + up - corner (§9.4). There is no branch: the nearest one changes from byte to byte,
 * and a wrong branch prediction would cost more time than all of this. A negative number shifted by 31 is all ones.
 */
export function predictPaeth(left: number, up: number, corner: number): number {
  const fromLeft = up - corner;
  const fromUp = left - corner;
  const fromCorner = fromLeft + fromUp;
  const toLeft = (fromLeft ^ (fromLeft >> 31)) - (fromLeft >> 31);
  const toUp = (fromUp ^ (fromUp >> 31)) - (fromUp >> 31);
  const toCorner = (fromCorner ^ (fromCorner >> 31)) - (fromCorner >> 31);
  const notLeft = ((toUp - toLeft) | (toCorner - toLeft)) >> 31;
  const notUp = (toCorner - toUp) >> 31;
  return (left & ~notLeft) | (notLeft & ((up & ~notUp) | (corner & notUp)));
}
