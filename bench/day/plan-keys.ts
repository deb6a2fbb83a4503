/** Which keys take the annotator's crosshair from one place of the picture to another. */

export interface Place {
  x: number;
  y: number;
}
/** Keys that are pressed in turn, with a modifier held or none. */
export interface Keys {
  modifier?: "Shift";
  keys: string[];
}
/** The picture as it lies on the screen. */
export interface Frame {
  width: number;
  height: number;
  /** Screen pixels for one pixel of the picture. */
  scale: number;
}

/** Screen pixels of a press of an arrow key, and of one with Shift. */
const [STEP, FAR_STEP] = [4, 40];
/** Screen pixels that a side may be off: what a hand with a mouse does. */
const TOLERANCE = 3;
const cells = ["KeyQ", "KeyW", "KeyE", "KeyA", "KeyS", "KeyD", "KeyZ", "KeyX", "KeyC"];

/** By arrow keys alone. */
export function planArrows(
  from: Place,
  to: Place,
  { width, height, scale }: Frame,
): { keys: Keys[]; at: Place } {
  const at = { ...from };
  const keys: Keys[] = [];
  for (const [axis, back, forth, end] of [
    ["x", "ArrowLeft", "ArrowRight", width],
    ["y", "ArrowUp", "ArrowDown", height],
  ] as const) {
    for (const stagePixels of [FAR_STEP, STEP]) {
      const step = Math.max(1, Math.round(stagePixels / scale));
      const away = to[axis] - at[axis];
      if (Math.abs(away) * scale <= TOLERANCE) continue;
      const count = Math.round(Math.abs(away) / step);
      // The crosshair stays on the picture.
      at[axis] = Math.min(end, Math.max(0, at[axis] + Math.sign(away) * count * step));
      const names = Array.from({ length: count }, () => (away < 0 ? back : forth));
      keys.push({ keys: names, ...(stagePixels === FAR_STEP && { modifier: "Shift" as const }) });
    }
  }
  return { keys: keys.filter(({ keys }) => keys.length > 0), at };
}

/** By the grid: each key goes on with a ninth of what is left. */
export function planGrid(to: Place, { width, height, scale }: Frame): { keys: Keys[]; at: Place } {
  let [left, top, right, bottom] = [0, 0, width, height];
  const keys: string[] = [];
  let at = { x: Number.NaN, y: Number.NaN };
  while (!(Math.abs(at.x - to.x) * scale <= TOLERANCE && Math.abs(at.y - to.y) * scale <= TOLERANCE)) {
    const [columnWidth, rowHeight] = [(right - left) / 3, (bottom - top) / 3];
    const column = Math.min(2, Math.max(0, Math.floor((to.x - left) / columnWidth)));
    const row = Math.min(2, Math.max(0, Math.floor((to.y - top) / rowHeight)));
    [left, top] = [left + column * columnWidth, top + row * rowHeight];
    [right, bottom] = [left + columnWidth, top + rowHeight];
    keys.push(cells[row * 3 + column] ?? "");
    at = { x: Math.round((left + right) / 2), y: Math.round((top + bottom) / 2) };
  }
  return { keys: [{ keys }], at };
}

export function countKeys(keys: readonly Keys[]): number {
  return keys.reduce((sum, each) => sum + each.keys.length + (each.modifier ? 1 : 0), 0);
}
