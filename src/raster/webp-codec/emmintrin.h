/*
 * The SSE2 intrinsics that libwebp uses, written in WebAssembly's SIMD. clang has this header for x86 only. libwebp
 * includes it where the flags of `tools/compile-webp.ts` claim SSE2.
 */
#pragma once

#include <stdint.h>
#include <wasm_simd128.h>

typedef v128_t __m128i;

#define SSE2 static inline __attribute__((always_inline))

SSE2 __m128i _mm_setzero_si128(void) { return wasm_i64x2_const_splat(0); }
SSE2 __m128i _mm_set1_epi8(char a) { return wasm_i8x16_splat(a); }
SSE2 __m128i _mm_set1_epi16(short a) { return wasm_i16x8_splat(a); }
SSE2 __m128i _mm_set1_epi32(int a) { return wasm_i32x4_splat(a); }
SSE2 __m128i _mm_set_epi32(int d, int c, int b, int a) { return wasm_i32x4_make(a, b, c, d); }
SSE2 __m128i _mm_set_epi16(short h, short g, short f, short e, short d, short c, short b, short a) {
  return wasm_i16x8_make(a, b, c, d, e, f, g, h);
}
SSE2 __m128i _mm_cvtsi32_si128(int a) { return wasm_i32x4_make(a, 0, 0, 0); }
SSE2 int _mm_cvtsi128_si32(__m128i a) { return wasm_i32x4_extract_lane(a, 0); }

SSE2 __m128i _mm_loadu_si128(const __m128i* p) { return wasm_v128_load(p); }
SSE2 __m128i _mm_load_si128(const __m128i* p) { return wasm_v128_load(p); }
SSE2 __m128i _mm_loadl_epi64(const __m128i* p) { return wasm_v128_load64_zero(p); }
SSE2 void _mm_storeu_si128(__m128i* p, __m128i a) { wasm_v128_store(p, a); }
SSE2 void _mm_store_si128(__m128i* p, __m128i a) { wasm_v128_store(p, a); }
SSE2 void _mm_storel_epi64(__m128i* p, __m128i a) { wasm_v128_store64_lane(p, a, 0); }

SSE2 __m128i _mm_and_si128(__m128i a, __m128i b) { return wasm_v128_and(a, b); }
SSE2 __m128i _mm_andnot_si128(__m128i a, __m128i b) { return wasm_v128_andnot(b, a); }
SSE2 __m128i _mm_or_si128(__m128i a, __m128i b) { return wasm_v128_or(a, b); }
SSE2 __m128i _mm_xor_si128(__m128i a, __m128i b) { return wasm_v128_xor(a, b); }

SSE2 __m128i _mm_add_epi8(__m128i a, __m128i b) { return wasm_i8x16_add(a, b); }
SSE2 __m128i _mm_add_epi16(__m128i a, __m128i b) { return wasm_i16x8_add(a, b); }
SSE2 __m128i _mm_add_epi32(__m128i a, __m128i b) { return wasm_i32x4_add(a, b); }
SSE2 __m128i _mm_adds_epi8(__m128i a, __m128i b) { return wasm_i8x16_add_sat(a, b); }
SSE2 __m128i _mm_adds_epu8(__m128i a, __m128i b) { return wasm_u8x16_add_sat(a, b); }
SSE2 __m128i _mm_adds_epi16(__m128i a, __m128i b) { return wasm_i16x8_add_sat(a, b); }
SSE2 __m128i _mm_adds_epu16(__m128i a, __m128i b) { return wasm_u16x8_add_sat(a, b); }
SSE2 __m128i _mm_sub_epi8(__m128i a, __m128i b) { return wasm_i8x16_sub(a, b); }
SSE2 __m128i _mm_sub_epi16(__m128i a, __m128i b) { return wasm_i16x8_sub(a, b); }
SSE2 __m128i _mm_sub_epi32(__m128i a, __m128i b) { return wasm_i32x4_sub(a, b); }
SSE2 __m128i _mm_subs_epi8(__m128i a, __m128i b) { return wasm_i8x16_sub_sat(a, b); }
SSE2 __m128i _mm_subs_epu8(__m128i a, __m128i b) { return wasm_u8x16_sub_sat(a, b); }
SSE2 __m128i _mm_subs_epi16(__m128i a, __m128i b) { return wasm_i16x8_sub_sat(a, b); }
SSE2 __m128i _mm_subs_epu16(__m128i a, __m128i b) { return wasm_u16x8_sub_sat(a, b); }
SSE2 __m128i _mm_avg_epu8(__m128i a, __m128i b) { return wasm_u8x16_avgr(a, b); }
SSE2 __m128i _mm_max_epu8(__m128i a, __m128i b) { return wasm_u8x16_max(a, b); }
SSE2 __m128i _mm_min_epu8(__m128i a, __m128i b) { return wasm_u8x16_min(a, b); }
SSE2 __m128i _mm_max_epi16(__m128i a, __m128i b) { return wasm_i16x8_max(a, b); }
SSE2 __m128i _mm_min_epi16(__m128i a, __m128i b) { return wasm_i16x8_min(a, b); }

SSE2 __m128i _mm_mullo_epi16(__m128i a, __m128i b) { return wasm_i16x8_mul(a, b); }
SSE2 __m128i _mm_madd_epi16(__m128i a, __m128i b) { return wasm_i32x4_dot_i16x8(a, b); }
SSE2 __m128i _mm_mulhi_epi16(__m128i a, __m128i b) {
  return wasm_i16x8_shuffle(wasm_i32x4_extmul_low_i16x8(a, b), wasm_i32x4_extmul_high_i16x8(a, b),
                            1, 3, 5, 7, 9, 11, 13, 15);
}
SSE2 __m128i _mm_mulhi_epu16(__m128i a, __m128i b) {
  return wasm_i16x8_shuffle(wasm_u32x4_extmul_low_u16x8(a, b), wasm_u32x4_extmul_high_u16x8(a, b),
                            1, 3, 5, 7, 9, 11, 13, 15);
}
SSE2 __m128i _mm_sad_epu8(__m128i a, __m128i b) {
  const v128_t difference = wasm_v128_or(wasm_u8x16_sub_sat(a, b), wasm_u8x16_sub_sat(b, a));
  const v128_t fours = wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(difference));
  return wasm_v128_and(wasm_i64x2_add(fours, wasm_u64x2_shr(fours, 32)), wasm_i64x2_const_splat(0xffffffff));
}

SSE2 __m128i _mm_cmpeq_epi8(__m128i a, __m128i b) { return wasm_i8x16_eq(a, b); }
SSE2 __m128i _mm_cmpeq_epi16(__m128i a, __m128i b) { return wasm_i16x8_eq(a, b); }
SSE2 __m128i _mm_cmpeq_epi32(__m128i a, __m128i b) { return wasm_i32x4_eq(a, b); }
SSE2 __m128i _mm_cmpgt_epi8(__m128i a, __m128i b) { return wasm_i8x16_gt(a, b); }
SSE2 __m128i _mm_cmpgt_epi16(__m128i a, __m128i b) { return wasm_i16x8_gt(a, b); }
SSE2 __m128i _mm_cmpgt_epi32(__m128i a, __m128i b) { return wasm_i32x4_gt(a, b); }
SSE2 int _mm_movemask_epi8(__m128i a) { return (int)wasm_i8x16_bitmask(a); }

/*
 * A shift by a lane's width or more gives zeros in SSE2. WebAssembly takes the count modulo that width. libwebp never
 * shifts so far.
 */
SSE2 __m128i _mm_slli_epi16(__m128i a, int n) { return wasm_i16x8_shl(a, (uint32_t)n); }
SSE2 __m128i _mm_slli_epi64(__m128i a, int n) { return wasm_i64x2_shl(a, (uint32_t)n); }
SSE2 __m128i _mm_slli_epi32(__m128i a, int n) { return wasm_i32x4_shl(a, (uint32_t)n); }
SSE2 __m128i _mm_srai_epi16(__m128i a, int n) { return wasm_i16x8_shr(a, (uint32_t)n); }
SSE2 __m128i _mm_srai_epi32(__m128i a, int n) { return wasm_i32x4_shr(a, (uint32_t)n); }
SSE2 __m128i _mm_srli_epi16(__m128i a, int n) { return wasm_u16x8_shr(a, (uint32_t)n); }
SSE2 __m128i _mm_srli_epi32(__m128i a, int n) { return wasm_u32x4_shr(a, (uint32_t)n); }
SSE2 __m128i _mm_srli_epi64(__m128i a, int n) { return wasm_u64x2_shr(a, (uint32_t)n); }

SSE2 __m128i _mm_packs_epi16(__m128i a, __m128i b) { return wasm_i8x16_narrow_i16x8(a, b); }
SSE2 __m128i _mm_packus_epi16(__m128i a, __m128i b) { return wasm_u8x16_narrow_i16x8(a, b); }
SSE2 __m128i _mm_packs_epi32(__m128i a, __m128i b) { return wasm_i16x8_narrow_i32x4(a, b); }

SSE2 __m128i _mm_unpacklo_epi8(__m128i a, __m128i b) {
  return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
SSE2 __m128i _mm_unpackhi_epi8(__m128i a, __m128i b) {
  return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
SSE2 __m128i _mm_unpacklo_epi16(__m128i a, __m128i b) { return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
SSE2 __m128i _mm_unpackhi_epi16(__m128i a, __m128i b) { return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }
SSE2 __m128i _mm_unpacklo_epi32(__m128i a, __m128i b) { return wasm_i32x4_shuffle(a, b, 0, 4, 1, 5); }
SSE2 __m128i _mm_unpackhi_epi32(__m128i a, __m128i b) { return wasm_i32x4_shuffle(a, b, 2, 6, 3, 7); }
SSE2 __m128i _mm_unpacklo_epi64(__m128i a, __m128i b) { return wasm_i64x2_shuffle(a, b, 0, 2); }
SSE2 __m128i _mm_unpackhi_epi64(__m128i a, __m128i b) { return wasm_i64x2_shuffle(a, b, 1, 3); }

/* Macros, since the last operand of each has to be a constant. */
#define _mm_insert_epi16(a, value, lane) wasm_i16x8_replace_lane((a), (lane), (int16_t)(value))
#define SELECTED_LANE(control, lane) (((control) >> ((lane) * 2)) & 3)
#define _mm_shuffle_epi32(a, control) \
  wasm_i32x4_shuffle((a), (a), SELECTED_LANE(control, 0), SELECTED_LANE(control, 1), SELECTED_LANE(control, 2), \
                     SELECTED_LANE(control, 3))
#define _mm_shufflelo_epi16(a, control) \
  wasm_i16x8_shuffle((a), (a), SELECTED_LANE(control, 0), SELECTED_LANE(control, 1), SELECTED_LANE(control, 2), \
                     SELECTED_LANE(control, 3), 4, 5, 6, 7)
#define _mm_shufflehi_epi16(a, control) \
  wasm_i16x8_shuffle((a), (a), 0, 1, 2, 3, 4 + SELECTED_LANE(control, 0), 4 + SELECTED_LANE(control, 1), \
                     4 + SELECTED_LANE(control, 2), 4 + SELECTED_LANE(control, 3))
/* 16 bytes of two vectors, `low` before `high`, starting at byte `from`. */
#define BYTES_FROM(low, high, from) \
  wasm_i8x16_shuffle((low), (high), (from), (from) + 1, (from) + 2, (from) + 3, (from) + 4, (from) + 5, (from) + 6, \
                     (from) + 7, (from) + 8, (from) + 9, (from) + 10, (from) + 11, (from) + 12, (from) + 13, \
                     (from) + 14, (from) + 15)
#define _mm_slli_si128(a, bytes) BYTES_FROM(_mm_setzero_si128(), (a), 16 - (bytes))
#define _mm_srli_si128(a, bytes) BYTES_FROM((a), _mm_setzero_si128(), (bytes))
#define _MM_SHUFFLE(d, c, b, a) (((d) << 6) | ((c) << 4) | ((b) << 2) | (a))
