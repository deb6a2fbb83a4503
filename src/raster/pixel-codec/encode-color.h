#pragma once

#include "simd.h"

/*
 * RGB becomes luminance and two differences of colour (JFIF 1.02, after ITU-R BT.601):
 *
 *   Y  =  0.299   R + 0.587   G + 0.114   B
 *   Cb = -0.16874 R - 0.33126 G + 0.5     B + 128
 *   Cr =  0.5     R - 0.41869 G - 0.08131 B + 128
 *
 * All are kept from -128 to 127, as the transform wants them (ITU-T T.81 §A.3.1). Factors have 16 bits of fraction.
 * Those from 0.5 on don't fit into 16 bits, and are given as two halves.
 */
static constexpr int COLOR_FRACTION_BITS = 16;

/** Eight pixels. */
typedef struct {
  v128_t y, cb, cr;
} Ycc;

/** Four pixels of RGBA, each channel in the lower half of 32 bits. In the upper half is what is multiplied with it. */
typedef struct {
  /** Red, and blue above it. */
  v128_t red_blue;
  /** Green twice. */
  v128_t green;
  v128_t half_red, half_blue;
} Channels;

INLINE Channels split_channels(v128_t pixels) {
  v128_t byte = wasm_i32x4_splat(0xff);
  v128_t red = wasm_v128_and(pixels, byte);
  v128_t green = wasm_v128_and(wasm_u32x4_shr(pixels, 8), byte);
  v128_t blue = wasm_v128_and(wasm_u32x4_shr(pixels, 16), byte);
  // 0.5 in 16 bits of fraction.
  return (Channels){
      .red_blue = wasm_v128_or(red, wasm_i32x4_shl(blue, 16)),
      .green = wasm_v128_or(green, wasm_i32x4_shl(green, 16)),
      .half_red = wasm_i32x4_shl(red, COLOR_FRACTION_BITS - 1),
      .half_blue = wasm_i32x4_shl(blue, COLOR_FRACTION_BITS - 1),
  };
}

/** a·lower + b·upper, in each 32 bits. */
INLINE v128_t weigh(v128_t channels, int16_t a, int16_t b) {
  return wasm_i32x4_dot_i16x8(channels, wasm_i16x8_make(a, b, a, b, a, b, a, b));
}

INLINE v128_t luminance(Channels pixels) {
  v128_t sum = wasm_i32x4_add(weigh(pixels.red_blue, 19595, 7471), weigh(pixels.green, 22086, 16384));
  v128_t half = wasm_i32x4_splat((1 << 15) - (128 << COLOR_FRACTION_BITS));
  return wasm_i32x4_shr(wasm_i32x4_add(sum, half), COLOR_FRACTION_BITS);
}

/** `half` is half of the channel whose factor is 0.5. A tie is rounded down: the largest value is 127, and not 128. */
INLINE v128_t chrominance(v128_t half, v128_t others) {
  v128_t sum = wasm_i32x4_add(wasm_i32x4_add(half, others), wasm_i32x4_splat((1 << 15) - 1));
  return wasm_i32x4_shr(sum, COLOR_FRACTION_BITS);
}

INLINE v128_t chrominance_blue(Channels pixels) {
  v128_t others = wasm_i32x4_add(weigh(pixels.red_blue, -11059, 0), weigh(pixels.green, -21709, 0));
  return chrominance(pixels.half_blue, others);
}

INLINE v128_t chrominance_red(Channels pixels) {
  v128_t others = wasm_i32x4_add(weigh(pixels.red_blue, 0, -5329), weigh(pixels.green, -27439, 0));
  return chrominance(pixels.half_red, others);
}

/** Converts eight pixels of RGBA. Their alpha is ignored. */
INLINE Ycc convert_pixels(const v128_t pixels[2]) {
  Channels left = split_channels(pixels[0]), right = split_channels(pixels[1]);
  return (Ycc){
      wasm_i16x8_narrow_i32x4(luminance(left), luminance(right)),
      wasm_i16x8_narrow_i32x4(chrominance_blue(left), chrominance_blue(right)),
      wasm_i16x8_narrow_i32x4(chrominance_red(left), chrominance_red(right)),
  };
}

/** The means of 2 × 2 values: four of 32 bits, of eight columns. Ties go down and up in turn. */
INLINE v128_t mean_of_fours(v128_t upper, v128_t lower) {
  v128_t sums = wasm_i32x4_extadd_pairwise_i16x8(wasm_i16x8_add(upper, lower));
  return wasm_i32x4_shr(wasm_i32x4_add(sums, wasm_i32x4_make(1, 2, 1, 2)), 2);
}
