#pragma once

#include "simd.h"

/*
 * Quantization (ITU-T T.81 §A.3.4): each coefficient is divided by its own number and rounded. This is where a JPEG
 * loses information. A division is a multiplication by a reciprocal of 17 bits of fraction, less than 0.04 off.
 */
static constexpr int RECIPROCAL_BITS = 17;

/** How many times too large the transform leaves its coefficients. */
static constexpr int DCT_SCALE = 8;

/** The reciprocal of a divisor from 1 to 255. It is 16,384 at most. */
INLINE int16_t reciprocal(int divisor) {
  int scaled = divisor * DCT_SCALE;
  return ((1 << RECIPROCAL_BITS) + scaled / 2) / scaled;
}

/** Divides a transformed block by the divisors whose reciprocals are given, in place. */
INLINE void quantize_block(v128_t block[8], const int16_t reciprocals[64]) {
  for (int u = 0; u < 8; u++) {
    v128_t factors = wasm_v128_load(reciprocals + 8 * u);
    Wide products = {
        wasm_i32x4_extmul_low_i16x8(block[u], factors),
        wasm_i32x4_extmul_high_i16x8(block[u], factors),
    };
    block[u] = scale_down(products, RECIPROCAL_BITS);
  }
}
