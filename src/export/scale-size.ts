export interface Size {
  width: number;
  height: number;
}

/**
 * The pixels of a picture at a scale. Whatever needs the size of an export calls this, so that what the request checks
 * and what the renderer draws are rounded alike.
 */
export function scaleSize({ width, height }: Size, scale: number): Size {
  return { width: scaleSide(width, scale), height: scaleSide(height, scale) };
}

function scaleSide(side: number, scale: number): number {
  return Math.max(1, Math.round(side * scale));
}
