/** What `convert-colors.c` exports. */
export interface ColorExports {
  /**
   * Converts RGBA pixels in place. `light`: for each value of red, of green and of blue, four numbers of 32 bits: what it
   * adds to linear red, green and blue, in 256ths of a step, and one that does not count. `encoded`: sRGB's value for
   * each step of linear light, from 0 to `last`.
   */
  convertColors(light: number, encoded: number, last: number, pixels: number, count: number): void;
}

/** Of a step of linear light, in `light`. */
export const LIGHT_UNIT = 256;
