type Color = readonly [r: number, g: number, b: number];

/**
 * A picture as photos are, made of numbers so that it is the same wherever it is made: soft light, texture as fine as
 * pixels, and two hard edges, between saturated colours and of a bright line.
 */
export function photoLike(x: number, y: number): Color {
  const light = 120 + 70 * Math.sin(x / 37) * Math.cos(y / 29);
  const texture = (hash(x, y) - 0.5) * 14 + (hash(x >> 2, y >> 2) - 0.5) * 30;
  if (x - y > 120 && x - y < 125) return [255, 255, 220];
  if ((x - 80) ** 2 + (y - 110) ** 2 < 45 ** 2) return rgb(205 + texture, 40 + texture / 2, 50 + texture / 2);
  return rgb(light + texture, light * 0.9 + texture + 15, 200 - light * 0.5 + texture);
}

function rgb(...channels: readonly [number, number, number]): Color {
  const [r, g, b] = channels.map((value) => Math.max(0, Math.min(255, Math.round(value))));
  return [r ?? 0, g ?? 0, b ?? 0];
}

/** From 0 to 1, without a pattern that an eye could see. */
export function hash(x: number, y: number): number {
  const mixed = Math.imul((x * 374_761_393 + y * 668_265_263) ^ 0x5bf0_3635, 1_274_126_177);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 0xffff_ffff;
}
