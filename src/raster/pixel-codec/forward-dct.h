#pragma once

#include "simd.h"

/*
 * The forward discrete cosine transform (ITU-T T.81 §A.3.3): eight samples in each direction become eight frequencies.
 *
 * Cosines are symmetrical, so that sums of opposite samples make the even frequencies, and differences the odd ones.
 * Sums are halved once more. What is left are products with c1…c7, √2·cos(kπ/16) in 13 bits of fraction. Here a vector
 * instruction makes two of these products and their sum, for four columns at once; fewer multiplications, as in other
 * algorithms, would save nothing.
 *
 * Each of the two passes leaves its result too large by √8, and so all of it by 8. `quantize.h` divides by that.
 */
static constexpr int DCT_FRACTION_BITS = 13;
/** More bits of the first pass's results, so that rounding them costs no accuracy. */
static constexpr int DCT_PASS_BITS = 2;

/** One pass, over eight columns at once: `x` are eight rows of samples, then of frequencies. */
INLINE void transform_columns(v128_t x[8], int bits) {
  enum { UNIT = 8192, C1 = 11363, C2 = 10703, C3 = 9633, C5 = 6437, C6 = 4433, C7 = 2260 };
  v128_t sum07 = wasm_i16x8_add(x[0], x[7]), difference07 = wasm_i16x8_sub(x[0], x[7]);
  v128_t sum16 = wasm_i16x8_add(x[1], x[6]), difference16 = wasm_i16x8_sub(x[1], x[6]);
  v128_t sum25 = wasm_i16x8_add(x[2], x[5]), difference25 = wasm_i16x8_sub(x[2], x[5]);
  v128_t sum34 = wasm_i16x8_add(x[3], x[4]), difference34 = wasm_i16x8_sub(x[3], x[4]);

  v128_t outer = wasm_i16x8_add(sum07, sum34), outer_difference = wasm_i16x8_sub(sum07, sum34);
  v128_t inner = wasm_i16x8_add(sum16, sum25), inner_difference = wasm_i16x8_sub(sum16, sum25);
  x[0] = scale_down(multiply_add(outer, UNIT, inner, UNIT), bits);
  x[4] = scale_down(multiply_add(outer, UNIT, inner, -UNIT), bits);
  x[2] = scale_down(multiply_add(outer_difference, C2, inner_difference, C6), bits);
  x[6] = scale_down(multiply_add(outer_difference, C6, inner_difference, -C2), bits);

  Wide near, far;
  near = multiply_add(difference07, C1, difference16, C3), far = multiply_add(difference25, C5, difference34, C7);
  x[1] = scale_down(add(near, far), bits);
  near = multiply_add(difference07, C3, difference16, -C7), far = multiply_add(difference25, -C1, difference34, -C5);
  x[3] = scale_down(add(near, far), bits);
  near = multiply_add(difference07, C5, difference16, -C1), far = multiply_add(difference25, C7, difference34, C3);
  x[5] = scale_down(add(near, far), bits);
  near = multiply_add(difference07, C7, difference16, -C5), far = multiply_add(difference25, C3, difference34, -C1);
  x[7] = scale_down(add(near, far), bits);
}

/**
 * Transforms a block of samples, from -128 to 127, whose rows are `stride` numbers apart. The coefficients come column
 * by column: the one of horizontal frequency u and vertical frequency v is in lane v of vector u, 8 times too large.
 */
INLINE void forward_dct(const int16_t *samples, int stride, v128_t block[8]) {
  for (int y = 0; y < 8; y++) block[y] = wasm_v128_load(samples + y * stride);
  transform_columns(block, DCT_FRACTION_BITS - DCT_PASS_BITS);
  transpose(block);
  transform_columns(block, DCT_FRACTION_BITS + DCT_PASS_BITS);
}
