#pragma once

#include <stdint.h>
#include <wasm_simd128.h>

#include "memory.h"

/*
 * Vectors of eight 16-bit numbers. The products of two of them need 32 bits, so they come as two vectors of four.
 */

typedef struct {
  v128_t low, high;
} Wide;

/** a0 b0 a1 b1 a2 b2 a3 b3 */
#define INTERLEAVE_LOW(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
/** a4 b4 a5 b5 a6 b6 a7 b7 */
#define INTERLEAVE_HIGH(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

INLINE Wide add_wide(Wide a, Wide b) {
  return (Wide){wasm_i32x4_add(a.low, b.low), wasm_i32x4_add(a.high, b.high)};
}

/** a·x + b·y, lane by lane. */
INLINE Wide combine(v128_t x, int16_t a, v128_t y, int16_t b) {
  v128_t factors = wasm_i16x8_make(a, b, a, b, a, b, a, b);
  return (Wide){
      wasm_i32x4_dot_i16x8(INTERLEAVE_LOW(x, y), factors),
      wasm_i32x4_dot_i16x8(INTERLEAVE_HIGH(x, y), factors),
  };
}

/** Divides by 2^bits, rounds to the nearest (ties go up), and narrows to 16 bits. */
INLINE v128_t descale(Wide value, int bits) {
  v128_t half = wasm_i32x4_splat(1 << (bits - 1));
  Wide rounded = add_wide(value, (Wide){half, half});
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(rounded.low, bits), wasm_i32x4_shr(rounded.high, bits));
}

/** Transposes a block of 8 × 8. Each of the three steps interleaves rows that are 4 apart. */
INLINE void transpose(v128_t rows[8]) {
  for (int step = 0; step < 3; step++) {
    v128_t from[8];
    for (int i = 0; i < 8; i++) from[i] = rows[i];
    for (int i = 0; i < 4; i++) {
      rows[2 * i] = INTERLEAVE_LOW(from[i], from[i + 4]);
      rows[2 * i + 1] = INTERLEAVE_HIGH(from[i], from[i + 4]);
    }
  }
}
