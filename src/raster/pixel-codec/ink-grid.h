#pragma once

#include <stdint.h>

#include "simd.h"

/*
 * Colours of a picture in inks, as its ICC profile has them. The host tabulates the profile: for GRID_SIDE shares of
 * each ink, from none to all, the sRGB colour with alpha, in 16 bits, GRID_UNIT times as large. What lies between them is
 * interpolated, one ink after the other.
 */
static constexpr int GRID_SIDE = 17;
static constexpr int GRID_CHANNELS = 4;
static constexpr int GRID_UNIT_BITS = 6;

/** Numbers from one share of an ink to the next. Cyan comes first, so that its shares are the farthest apart. */
static constexpr int BLACK_STRIDE = GRID_CHANNELS;
static constexpr int YELLOW_STRIDE = BLACK_STRIDE * GRID_SIDE;
static constexpr int MAGENTA_STRIDE = YELLOW_STRIDE * GRID_SIDE;
static constexpr int CYAN_STRIDE = MAGENTA_STRIDE * GRID_SIDE;
static constexpr int GRID_NUMBERS = CYAN_STRIDE * GRID_SIDE;

/** A share of ink between two of the grid: the number of the lower one, and how far it is above that, of 32768. */
typedef struct {
  int below;
  v128_t part;
} GridPlace;

INLINE GridPlace find_place(uint8_t ink) {
  // 255 becomes 65535 · 16, a little less than the last share: there is always one above.
  int place = ink * 257 * (GRID_SIDE - 1);
  return (GridPlace){place >> 16, wasm_i16x8_splat((place & 0xffff) >> 1)};
}

INLINE v128_t mix(v128_t below, v128_t above, v128_t part) {
  return wasm_i16x8_add(below, wasm_i16x8_q15mulr_sat(wasm_i16x8_sub(above, below), part));
}

/** The colours at a place of the grid with this share of black and with the next one, mixed by yellow. */
INLINE v128_t mix_yellow(const int16_t *at, v128_t yellow) {
  return mix(wasm_v128_load(at), wasm_v128_load(at + YELLOW_STRIDE), yellow);
}

INLINE v128_t mix_magenta(const int16_t *at, v128_t magenta, v128_t yellow) {
  return mix(mix_yellow(at, yellow), mix_yellow(at + MAGENTA_STRIDE, yellow), magenta);
}

/** Writes a pixel, RGBA. 255 is all of an ink. */
INLINE void store_inks(const int16_t *grid, uint8_t c, uint8_t m, uint8_t y, uint8_t k, uint8_t *rgba) {
  GridPlace cyan = find_place(c), magenta = find_place(m), yellow = find_place(y), black = find_place(k);
  const int16_t *at = grid + cyan.below * CYAN_STRIDE + magenta.below * MAGENTA_STRIDE +
                      yellow.below * YELLOW_STRIDE + black.below * BLACK_STRIDE;
  v128_t pair = mix(mix_magenta(at, magenta.part, yellow.part),
                    mix_magenta(at + CYAN_STRIDE, magenta.part, yellow.part), cyan.part);
  // The upper half has the next share of black.
  v128_t color = mix(pair, wasm_i64x2_shuffle(pair, pair, 1, 1), black.part);
  v128_t rounded = wasm_i16x8_shr(wasm_i16x8_add(color, wasm_i16x8_splat(1 << (GRID_UNIT_BITS - 1))), GRID_UNIT_BITS);
  wasm_v128_store32_lane(rgba, wasm_u8x16_narrow_i16x8(rounded, rounded), 0);
}
