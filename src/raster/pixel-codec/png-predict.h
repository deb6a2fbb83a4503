#pragma once

#include <stdint.h>
#include <wasm_simd128.h>

#include "memory.h"

/*
 * PNG's row filters (W3C PNG 3rd edition §9) write a byte as its difference from a prediction made of its neighbours:
 * the byte of the pixel to the left, that of the pixel above, and that of the pixel in the corner between them.
 */
typedef enum { NONE, SUB, UP, AVERAGE, PAETH } FilterType;

INLINE v128_t distance(v128_t a, v128_t b) {
  return wasm_v128_or(wasm_u8x16_sub_sat(a, b), wasm_u8x16_sub_sat(b, a));
}

/** Rounded down. */
INLINE v128_t predict_average(v128_t left, v128_t up) {
  v128_t rounded_up_by = wasm_v128_and(wasm_v128_xor(left, up), wasm_i8x16_const_splat(1));
  return wasm_i8x16_sub(wasm_u8x16_avgr(left, up), rounded_up_by);
}

/**
 * The neighbour nearest to left + up - corner (§9.4). How far that is from left is how far up is from the corner, and
 * the other way around. From the corner it is the sum of both if they point the same way, else their difference. A sum
 * beyond 255 may stay 255: it is not the smallest.
 */
INLINE v128_t predict_paeth(v128_t left, v128_t up, v128_t corner) {
  v128_t from_left = distance(up, corner), from_up = distance(left, corner);
  v128_t opposite = wasm_v128_xor(wasm_u8x16_lt(up, corner), wasm_u8x16_lt(left, corner));
  v128_t from_corner =
      wasm_v128_bitselect(distance(from_left, from_up), wasm_u8x16_add_sat(from_left, from_up), opposite);
  v128_t not_corner = wasm_v128_bitselect(up, corner, wasm_u8x16_le(from_up, from_corner));
  v128_t is_left = wasm_v128_and(wasm_u8x16_le(from_left, from_up), wasm_u8x16_le(from_left, from_corner));
  return wasm_v128_bitselect(left, not_corner, is_left);
}

/** Of 16 bytes. */
INLINE v128_t predict(FilterType type, v128_t left, v128_t up, v128_t corner) {
  switch (type) {
    case NONE: return wasm_i8x16_const_splat(0);
    case SUB: return left;
    case UP: return up;
    case AVERAGE: return predict_average(left, up);
    case PAETH: return predict_paeth(left, up, corner);
  }
}
