import { type Bounds, growBounds } from "../../../scene/bounds.ts";
import { isWithin, type PaintedTile, type Range, TILE_SIDE } from "./messages.ts";

interface Place {
  column: number;
  row: number;
}

/** Which tiles the page has, and what has changed on them since they were painted. */
export class TileRecord {
  #scale = 0;
  #painted: Place[] = [];
  /** Parts of the image. */
  #tainted: Bounds[] = [];

  /** Something has changed in a part of the image. */
  taint(bounds: Bounds): void {
    this.#tainted.push(bounds);
  }

  /** Forgets what is out of range, of another scale, or not as it was. @returns the tiles to paint */
  begin(scale: number, range: Range): Place[] {
    const kept = scale === this.#scale ? this.#painted : [];
    this.#scale = scale;
    this.#painted = kept.filter(
      ({ column, row }) =>
        isWithin(range, column, row) &&
        !this.#tainted.some((bounds) => overlap(bounds, tileBounds(column, row, scale))),
    );
    this.#tainted = [];
    const painted = new Set(this.#painted.map(keyOf));
    const wanted: Place[] = [];
    for (let row = range.top; row < range.bottom; row++)
      for (let column = range.left; column < range.right; column++)
        if (!painted.has(keyOf({ column, row }))) wanted.push({ column, row });
    return wanted;
  }

  /** The tiles were painted, and go to the page. */
  end(tiles: readonly PaintedTile[]): void {
    this.#painted.push(...tiles.map(({ column, row }) => ({ column, row })));
  }
}

/** The part of the image that a tile shows, and a pixel around it: what ends there is smoothed. */
export function tileBounds(column: number, row: number, scale: number): Bounds {
  const side = TILE_SIDE / scale;
  const bounds = {
    left: column * side,
    top: row * side,
    right: (column + 1) * side,
    bottom: (row + 1) * side,
  };
  return growBounds(bounds, 1 / scale);
}

export function overlap(a: Bounds, b: Bounds): boolean {
  return a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top;
}

function keyOf({ column, row }: Place): string {
  return `${column} ${row}`;
}
