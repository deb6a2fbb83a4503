/* Converts colours to sRGB. The host puts curves, matrix and sRGB's own curve into tables (`color/convert.ts`). */
#include <stdint.h>

#include "memory.h"
#include "simd.h"

static constexpr int VALUES = 256;
static constexpr int LANES = 4;
/** The numbers in the tables are this much finer than steps of linear light. */
static constexpr int FRACTION_BITS = 8;

/**
 * Converts RGBA pixels in place. `light` has, for each value of red, of green and of blue, what it adds to linear red,
 * green and blue, and a number that does not count. `encoded` has sRGB's value for each step of linear light up to
 * `last`.
 */
EXPORT(convertColors)
void convert_colors(const int32_t *light, const uint8_t *encoded, int last, uint8_t *rgba, int pixels) {
  const int32_t *red = light, *green = red + VALUES * LANES, *blue = green + VALUES * LANES;
  v128_t half = wasm_i32x4_splat(1 << (FRACTION_BITS - 1)), zero = wasm_i32x4_splat(0), most = wasm_i32x4_splat(last);
  for (const uint8_t *end = rgba + pixels * LANES; rgba < end; rgba += LANES) {
    v128_t red_green = wasm_i32x4_add(wasm_v128_load(red + rgba[0] * LANES), wasm_v128_load(green + rgba[1] * LANES));
    v128_t sum = wasm_i32x4_add(red_green, wasm_v128_load(blue + rgba[2] * LANES));
    v128_t step = wasm_i32x4_shr(wasm_i32x4_add(sum, half), FRACTION_BITS);
    // A colour outside sRGB is clamped in each channel.
    step = wasm_i32x4_min(wasm_i32x4_max(step, zero), most);
    rgba[0] = encoded[wasm_i32x4_extract_lane(step, 0)];
    rgba[1] = encoded[wasm_i32x4_extract_lane(step, 1)];
    rgba[2] = encoded[wasm_i32x4_extract_lane(step, 2)];
  }
}
