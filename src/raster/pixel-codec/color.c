/*
 * Samples to RGBA. T.81 says nothing of colours: YCbCr is that of JFIF (ITU-T T.871 section 7), with the constants and
 * the rounding of libjpeg's `jdcolor.c`. CMYK becomes RGB by a grid made from its profile, or by the usual formula, light
 * · (1 − black).
 */
#include "color.h"

#include "ink-grid.h"
#include "simd.h"

/** Eight pixels: numbers of 16 bits. */
typedef struct {
  v128_t red, green, blue;
} Colors;

/** Red, green and blue clamped to bytes, and opaque. */
INLINE void store_pixels(Colors colors, uint8_t *rgba) {
  v128_t red_blue = wasm_u8x16_narrow_i16x8(colors.red, colors.blue);
  v128_t green_alpha = wasm_u8x16_narrow_i16x8(colors.green, wasm_i16x8_splat(255));
  wasm_v128_store(rgba,
                  wasm_i8x16_shuffle(red_blue, green_alpha, 0, 16, 8, 24, 1, 17, 9, 25, 2, 18, 10, 26, 3, 19, 11, 27));
  wasm_v128_store(rgba + 16,
                  wasm_i8x16_shuffle(red_blue, green_alpha, 4, 20, 12, 28, 5, 21, 13, 29, 6, 22, 14, 30, 7, 23, 15,
                                     31));
}

/** a · b / 32768, rounded. */
#define MULTIPLY_FRACTION(a, b) wasm_i16x8_q15mulr_sat(a, wasm_i16x8_splat(b))

/** Not yet clamped. */
INLINE Colors convert_ycbcr(v128_t luminance, v128_t cb_sample, v128_t cr_sample) {
  v128_t cb = wasm_i16x8_sub(cb_sample, wasm_i16x8_splat(128)), cr = wasm_i16x8_sub(cr_sample, wasm_i16x8_splat(128));
  // A factor of 16 bits is below 1: 1.402 = 1 + 13173 / 32768, and 1.772 = 2 − 7471 / 32768.
  v128_t red = wasm_i16x8_add(wasm_i16x8_add(luminance, cr), MULTIPLY_FRACTION(cr, 13'173));
  v128_t blue = wasm_i16x8_add(wasm_i16x8_add(luminance, wasm_i16x8_shl(cb, 1)), MULTIPLY_FRACTION(cb, -7'471));
  // 0.344136 = 22554 / 65536, and 0.714136 = 1 − 18734 / 65536.
  v128_t green_part = scale_down(multiply_add(cb, -22'554, cr, 18'734), 16);
  v128_t green = wasm_i16x8_add(wasm_i16x8_sub(luminance, cr), green_part);
  return (Colors){red, green, blue};
}

INLINE v128_t clamp(v128_t values) {
  return wasm_i16x8_max(wasm_i16x8_min(values, wasm_i16x8_splat(255)), wasm_i16x8_splat(0));
}

INLINE v128_t invert(v128_t samples) { return wasm_i16x8_sub(wasm_i16x8_splat(255), samples); }

/** a · b / 255, rounded: exact for bytes. */
INLINE v128_t multiply_light(v128_t a, v128_t b) {
  v128_t product = wasm_i16x8_add(wasm_i16x8_mul(a, b), wasm_i16x8_splat(128));
  return wasm_u16x8_shr(wasm_i16x8_add(product, wasm_u16x8_shr(product, 8)), 8);
}

INLINE Colors darken(Colors light, v128_t white) {
  return (Colors){
      multiply_light(light.red, white),
      multiply_light(light.green, white),
      multiply_light(light.blue, white),
  };
}

INLINE v128_t load_samples(const uint8_t *samples) { return wasm_u16x8_load8x8(samples); }

/** Eight pixels, by what the inks leave of the light, and what black leaves. */
INLINE void store_printed(const int16_t *ink_grid, Colors light, v128_t white, uint8_t *rgba) {
  if (ink_grid == nullptr) {
    store_pixels(darken(light, white), rgba);
    return;
  }
  uint8_t inks[4][8];
  const v128_t left[4] = {light.red, light.green, light.blue, white};
  for (int i = 0; i < 4; i++) {
    v128_t ink = invert(left[i]);
    wasm_v128_store64_lane(inks[i], wasm_u8x16_narrow_i16x8(ink, ink), 0);
  }
  for (int x = 0; x < 8; x++) store_inks(ink_grid, inks[0][x], inks[1][x], inks[2][x], inks[3][x], rgba + x * 4);
}

void convert_row(ColorKind kind, const uint8_t *const lines[COMPONENTS_MAX], const int16_t *ink_grid, int pixels,
                 uint8_t *rgba) {
  const uint8_t *first = lines[0], *second = lines[1], *third = lines[2], *fourth = lines[3];
  switch (kind) {
    case GRAY:
      for (int x = 0; x < pixels; x += 8, rgba += 32) {
        v128_t gray = load_samples(first + x);
        store_pixels((Colors){gray, gray, gray}, rgba);
      }
      return;
    case YCBCR:
      for (int x = 0; x < pixels; x += 8, rgba += 32) {
        store_pixels(convert_ycbcr(load_samples(first + x), load_samples(second + x), load_samples(third + x)), rgba);
      }
      return;
    case RGB:
      for (int x = 0; x < pixels; x += 8, rgba += 32) {
        store_pixels((Colors){load_samples(first + x), load_samples(second + x), load_samples(third + x)}, rgba);
      }
      return;
    case CMYK:
    case INVERTED_CMYK:
      for (int x = 0; x < pixels; x += 8, rgba += 32) {
        Colors light = {load_samples(first + x), load_samples(second + x), load_samples(third + x)};
        v128_t white = load_samples(fourth + x);
        if (kind == CMYK) {
          light = (Colors){invert(light.red), invert(light.green), invert(light.blue)};
          white = invert(white);
        }
        store_printed(ink_grid, light, white, rgba);
      }
      return;
    case YCCK:
      for (int x = 0; x < pixels; x += 8, rgba += 32) {
        Colors ink = convert_ycbcr(load_samples(first + x), load_samples(second + x), load_samples(third + x));
        Colors light = {invert(clamp(ink.red)), invert(clamp(ink.green)), invert(clamp(ink.blue))};
        store_printed(ink_grid, light, load_samples(fourth + x), rgba);
      }
      return;
  }
}
