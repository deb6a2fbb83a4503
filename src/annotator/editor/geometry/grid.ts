import type { Bounds } from "../../../scene/bounds.ts";

/**
 * The keys of the grid by their place on the keyboard, in reading order: nine at the left as far as the thumb of a
 * number pad's hand, and the number pad itself.
 */
const blocks = [
  ["KeyQ", "KeyW", "KeyE", "KeyA", "KeyS", "KeyD", "KeyZ", "KeyX", "KeyC"],
  ["Numpad7", "Numpad8", "Numpad9", "Numpad4", "Numpad5", "Numpad6", "Numpad1", "Numpad2", "Numpad3"],
];
const cells = new Map(blocks.flatMap((codes) => codes.map((code, cell): [string, number] => [code, cell])));

/** Which ninth a key stands for, 0 to 8 in reading order. */
export function cellOf(code: string): number | undefined {
  return cells.get(code);
}

/** A ninth of an area. */
export function ninthOf({ left, top, right, bottom }: Bounds, cell: number): Bounds {
  const [width, height] = [(right - left) / 3, (bottom - top) / 3];
  const [column, row] = [cell % 3, Math.floor(cell / 3)];
  return {
    left: left + column * width,
    top: top + row * height,
    right: left + (column + 1) * width,
    bottom: top + (row + 1) * height,
  };
}
