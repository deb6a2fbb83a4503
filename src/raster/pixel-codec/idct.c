/*
 * Dequantization (ITU-T T.81 A.3.4), inverse DCT (A.3.3) and level shift (A.3.1).
 *
 * The transform is that of Loeffler, Ligtenberg and Moschytz (Practical fast 1-D DCT algorithms with 11
 * multiplications, ICASSP 1989) in fixed point, with the constants and the rounding of libjpeg's `jidctint.c` and
 * `jidctred.c`, so that samples are the same to the last bit. A vector holds a row of eight columns, and each pass
 * works on all columns.
 */
#include "idct.h"

#include "simd.h"

/** A constant with 13 bits behind the point. */
#define FIXED(x) ((int)((x) * 8192 + ((x) < 0 ? -0.5 : 0.5)))
static constexpr int CONSTANT_BITS = 13;
/** Bits behind the point that are kept between the passes. */
static constexpr int PASS_BITS = 2;
/** The two passes make numbers 8 times as large as samples. */
static constexpr int DCT_BITS = 3;

/** Eight rows of coefficients, dequantized. */
INLINE void load_block(v128_t rows[8], const int16_t *coefficients, const uint16_t *quantization) {
  for (int row = 0; row < 8; row++) {
    rows[row] = wasm_i16x8_mul(wasm_v128_load(coefficients + row * 8), wasm_v128_load(quantization + row * 8));
  }
}

/** One pass over all columns, whose results are divided by 2^bits. */
INLINE void transform_columns(v128_t rows[8], int bits) {
  // Even part. sqrt(2)·cos(6π/16) = 0.541196100; with sqrt(2)·(cos 2π/16 ∓ cos 6π/16) for the rotation.
  Wide sum04 = scale_up(wasm_i16x8_add(rows[0], rows[4]), CONSTANT_BITS);
  Wide difference04 = scale_up(wasm_i16x8_sub(rows[0], rows[4]), CONSTANT_BITS);
  Wide rotated2 = multiply_add(rows[2], FIXED(0.541196100), rows[6], FIXED(0.541196100) - FIXED(1.847759065));
  Wide rotated3 = multiply_add(rows[2], FIXED(0.541196100) + FIXED(0.765366865), rows[6], FIXED(0.541196100));
  Wide even0 = add(sum04, rotated3), even3 = subtract(sum04, rotated3);
  Wide even1 = add(difference04, rotated2), even2 = subtract(difference04, rotated2);

  // Odd part: each product of the figure, summed by the rows it belongs to.
  v128_t sum73 = wasm_i16x8_add(rows[7], rows[3]), sum51 = wasm_i16x8_add(rows[5], rows[1]);
  Wide z3 = multiply_add(sum73, FIXED(1.175875602) - FIXED(1.961570560), sum51, FIXED(1.175875602));
  Wide z4 = multiply_add(sum73, FIXED(1.175875602), sum51, FIXED(1.175875602) - FIXED(0.390180644));
  Wide odd0 = add(multiply_add(rows[7], FIXED(0.298631336) - FIXED(0.899976223), rows[1], -FIXED(0.899976223)), z3);
  Wide odd1 = add(multiply_add(rows[5], FIXED(2.053119869) - FIXED(2.562915447), rows[3], -FIXED(2.562915447)), z4);
  Wide odd2 = add(multiply_add(rows[5], -FIXED(2.562915447), rows[3], FIXED(3.072711026) - FIXED(2.562915447)), z3);
  Wide odd3 = add(multiply_add(rows[7], -FIXED(0.899976223), rows[1], FIXED(1.501321110) - FIXED(0.899976223)), z4);

  rows[0] = scale_down(add(even0, odd3), bits);
  rows[7] = scale_down(subtract(even0, odd3), bits);
  rows[1] = scale_down(add(even1, odd2), bits);
  rows[6] = scale_down(subtract(even1, odd2), bits);
  rows[2] = scale_down(add(even2, odd1), bits);
  rows[5] = scale_down(subtract(even2, odd1), bits);
  rows[3] = scale_down(add(even3, odd0), bits);
  rows[4] = scale_down(subtract(even3, odd0), bits);
}

/** A number as a sample: shifted by half of the range, and clamped (A.3.1). */
INLINE uint8_t to_sample(int value) {
  int shifted = value + 128;
  return (uint8_t)(shifted < 0 ? 0 : shifted > 255 ? 255 : shifted);
}

/** The average of the block alone. */
INLINE uint8_t transform_average(const int16_t *coefficients, const uint16_t *quantization) {
  int average = (int16_t)(coefficients[0] * quantization[0]);
  return to_sample((average + (1 << (DCT_BITS - 1))) >> DCT_BITS);
}

INLINE bool has_only_average(const int16_t *coefficients) {
  v128_t any = wasm_i16x8_replace_lane(wasm_v128_load(coefficients), 0, 0);
  for (int row = 1; row < 8; row++) any = wasm_v128_or(any, wasm_v128_load(coefficients + row * 8));
  return !wasm_v128_any_true(any);
}

INLINE void transform_to_8(const int16_t *coefficients, const uint16_t *quantization, uint8_t *samples, int stride) {
  v128_t rows[8];
  load_block(rows, coefficients, quantization);
  transform_columns(rows, CONSTANT_BITS - PASS_BITS);
  transpose(rows);
  transform_columns(rows, CONSTANT_BITS + PASS_BITS + DCT_BITS);
  transpose(rows);
  for (int row = 0; row < 8; row += 2) {
    v128_t two_rows = wasm_i8x16_add(wasm_i8x16_narrow_i16x8(rows[row], rows[row + 1]), wasm_i8x16_splat(-128));
    wasm_v128_store64_lane(samples + row * stride, two_rows, 0);
    wasm_v128_store64_lane(samples + (row + 1) * stride, two_rows, 1);
  }
}

/** One pass that makes four rows of eight. The fourth coefficient has no part in them. */
INLINE void transform_columns_to_4(v128_t rows[8], int bits) {
  Wide dc = scale_up(rows[0], CONSTANT_BITS + 1);
  Wide rotated = multiply_add(rows[2], FIXED(1.847759065), rows[6], -FIXED(0.765366865));
  Wide even0 = add(dc, rotated), even1 = subtract(dc, rotated);
  Wide odd1 = add(multiply_add(rows[7], -FIXED(0.211164243), rows[5], FIXED(1.451774981)),
                  multiply_add(rows[3], -FIXED(2.172734803), rows[1], FIXED(1.061594337)));
  Wide odd0 = add(multiply_add(rows[7], -FIXED(0.509795579), rows[5], -FIXED(0.601344887)),
                  multiply_add(rows[3], FIXED(0.899976223), rows[1], FIXED(2.562915447)));
  rows[0] = scale_down(add(even0, odd0), bits);
  rows[3] = scale_down(subtract(even0, odd0), bits);
  rows[1] = scale_down(add(even1, odd1), bits);
  rows[2] = scale_down(subtract(even1, odd1), bits);
}

INLINE void transform_to_4(const int16_t *coefficients, const uint16_t *quantization, uint8_t *samples, int stride) {
  v128_t rows[8];
  load_block(rows, coefficients, quantization);
  transform_columns_to_4(rows, CONSTANT_BITS - PASS_BITS + 1);
  transpose(rows);
  transform_columns_to_4(rows, CONSTANT_BITS + PASS_BITS + DCT_BITS + 1);
  transpose(rows);
  for (int row = 0; row < 4; row++) {
    v128_t shifted = wasm_i8x16_add(wasm_i8x16_narrow_i16x8(rows[row], rows[row]), wasm_i8x16_splat(-128));
    wasm_v128_store32_lane(samples + row * stride, shifted, 0);
  }
}

/** One pass that makes two rows of eight: the even coefficients have no part in them. */
INLINE void transform_columns_to_2(v128_t rows[8], int bits) {
  Wide even = scale_up(rows[0], CONSTANT_BITS + 2);
  Wide odd = add(multiply_add(rows[7], -FIXED(0.720959822), rows[5], FIXED(0.850430095)),
                 multiply_add(rows[3], -FIXED(1.272758580), rows[1], FIXED(3.624509785)));
  rows[0] = scale_down(add(even, odd), bits);
  rows[1] = scale_down(subtract(even, odd), bits);
}

INLINE void transform_to_2(const int16_t *coefficients, const uint16_t *quantization, uint8_t *samples, int stride) {
  v128_t rows[8];
  load_block(rows, coefficients, quantization);
  transform_columns_to_2(rows, CONSTANT_BITS - PASS_BITS + 2);
  transpose(rows);
  transform_columns_to_2(rows, CONSTANT_BITS + PASS_BITS + DCT_BITS + 2);
  samples[0] = to_sample(wasm_i16x8_extract_lane(rows[0], 0));
  samples[1] = to_sample(wasm_i16x8_extract_lane(rows[1], 0));
  samples[stride] = to_sample(wasm_i16x8_extract_lane(rows[0], 1));
  samples[stride + 1] = to_sample(wasm_i16x8_extract_lane(rows[1], 1));
}

void transform_block(
    const int16_t *coefficients, const uint16_t *quantization, int side, uint8_t *samples, int stride
) {
  if (side == 1 || has_only_average(coefficients)) {
    uint8_t average = transform_average(coefficients, quantization);
    for (int row = 0; row < side; row++) __builtin_memset(samples + row * stride, average, side);
  } else if (side == 8) {
    transform_to_8(coefficients, quantization, samples, stride);
  } else if (side == 4) {
    transform_to_4(coefficients, quantization, samples, stride);
  } else {
    transform_to_2(coefficients, quantization, samples, stride);
  }
}
