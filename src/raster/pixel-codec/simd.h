#pragma once

#include <wasm_simd128.h>

#include "memory.h"

/* Eight 16-bit numbers in a vector, and what their products need: eight 32-bit numbers in two. */

typedef struct {
  v128_t low, high;
} Wide;

/** The first four numbers of both vectors in turn: a0 b0 a1 b1 … */
#define INTERLEAVE_LOW(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
/** The last four. */
#define INTERLEAVE_HIGH(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

/** a · ka + b · kb */
INLINE Wide multiply_add(v128_t a, int ka, v128_t b, int kb) {
  v128_t factors = wasm_i16x8_make(ka, kb, ka, kb, ka, kb, ka, kb);
  return (Wide){
      wasm_i32x4_dot_i16x8(INTERLEAVE_LOW(a, b), factors),
      wasm_i32x4_dot_i16x8(INTERLEAVE_HIGH(a, b), factors),
  };
}

INLINE Wide add(Wide a, Wide b) { return (Wide){wasm_i32x4_add(a.low, b.low), wasm_i32x4_add(a.high, b.high)}; }

INLINE Wide subtract(Wide a, Wide b) { return (Wide){wasm_i32x4_sub(a.low, b.low), wasm_i32x4_sub(a.high, b.high)}; }

/** a · 2^bits */
INLINE Wide scale_up(v128_t a, int bits) {
  return (Wide){
      wasm_i32x4_shl(wasm_i32x4_extend_low_i16x8(a), bits),
      wasm_i32x4_shl(wasm_i32x4_extend_high_i16x8(a), bits),
  };
}

/** a / 2^bits, rounded */
INLINE v128_t scale_down(Wide a, int bits) {
  v128_t half = wasm_i32x4_splat(1 << (bits - 1));
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(a.low, half), bits),
                                 wasm_i32x4_shr(wasm_i32x4_add(a.high, half), bits));
}

/** Turns eight rows of eight numbers into columns. */
INLINE void transpose(v128_t rows[8]) {
  // Three times the same step: each takes rows that are half of all rows apart.
  for (int step = 0; step < 3; step++) {
    v128_t next[8];
    for (int row = 0; row < 4; row++) {
      next[2 * row] = INTERLEAVE_LOW(rows[row], rows[row + 4]);
      next[2 * row + 1] = INTERLEAVE_HIGH(rows[row], rows[row + 4]);
    }
    for (int row = 0; row < 8; row++) rows[row] = next[row];
  }
}
