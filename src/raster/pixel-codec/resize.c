/*
 * Resizes rows of RGBA in two steps: each input row to the width of the output, then some of these rows to one row of
 * the output. JavaScript plans what each output pixel is made of, and says which rows are needed. A vector holds the
 * four channels of a pixel as floats. Colours are weighted by their alpha, so that transparent pixels don't bleed.
 */
#include <wasm_simd128.h>

#include "memory.h"

/** Pixels that are converted at once. Rows of floats have room for so many more. */
static constexpr int STEP = 4;

/** Consecutive input pixels that an output pixel is made of. Their weights follow those of the pixel before. */
typedef struct {
  uint32_t first, count;
} Taps;

static struct {
  int input_width, output_width;
  /** Whether every pixel is opaque. */
  bool opaque;
  const Taps *columns;
  const float *column_weights;
  /** An input row, and its pixels premultiplied. */
  uint8_t *input;
  v128_t *pixels;
  /** Input rows in the width of the output, one after the other. */
  v128_t *held;
  uint8_t *output;
} resizer;

/** `columns` and their weights must stay where they are. `held_rows`: how many rows `holdRow` can keep. */
EXPORT(startResizer)
void start_resizer(int input_width, int output_width, bool opaque, const Taps *columns, const float *column_weights,
                   int held_rows) {
  resizer = (typeof(resizer)){
      .input_width = input_width,
      .output_width = output_width,
      .opaque = opaque,
      .columns = columns,
      .column_weights = column_weights,
      .input = allocate_array(input_width + STEP, 4),
      .pixels = ALLOCATE(v128_t, input_width + STEP),
      .held = allocate_array((size_t)held_rows * output_width, sizeof(v128_t)),
      .output = allocate_array(output_width, 4),
  };
}

/** Where JavaScript puts the input row that `holdRow` takes. */
EXPORT(resizerInput)
uint8_t *resizer_input(void) { return resizer.input; }

/** Where `makeRow` puts the row of the output. */
EXPORT(resizerOutput)
const uint8_t *resizer_output(void) { return resizer.output; }

/** Multiplies the colours of a pixel by its alpha. */
INLINE v128_t premultiply(v128_t pixel) {
  float alpha = wasm_f32x4_extract_lane(pixel, 3) / 255;
  return wasm_f32x4_mul(pixel, wasm_f32x4_make(alpha, alpha, alpha, 1));
}

INLINE v128_t unmultiply(v128_t pixel) {
  float alpha = wasm_f32x4_extract_lane(pixel, 3);
  float undo = alpha > 0 ? 255 / alpha : 0;
  return wasm_f32x4_mul(pixel, wasm_f32x4_make(undo, undo, undo, 1));
}

/** Bytes to floats, four pixels at a time. */
INLINE void convert_input(bool opaque) {
  for (int x = 0; x < resizer.input_width; x += STEP) {
    v128_t bytes = wasm_v128_load(resizer.input + x * 4);
    v128_t low = wasm_u16x8_extend_low_u8x16(bytes);
    v128_t high = wasm_u16x8_extend_high_u8x16(bytes);
    v128_t integers[STEP] = {wasm_u32x4_extend_low_u16x8(low), wasm_u32x4_extend_high_u16x8(low),
                             wasm_u32x4_extend_low_u16x8(high), wasm_u32x4_extend_high_u16x8(high)};
    for (int i = 0; i < STEP; i++) {
      v128_t pixel = wasm_f32x4_convert_i32x4(integers[i]);
      resizer.pixels[x + i] = opaque ? pixel : premultiply(pixel);
    }
  }
}

/** Resizes the input row to the output's width, and keeps it in a slot. */
EXPORT(holdRow)
void hold_row(int slot) {
  if (resizer.opaque) convert_input(true);
  else convert_input(false);
  v128_t *row = resizer.held + (size_t)slot * resizer.output_width;
  const float *weight = resizer.column_weights;
  for (int x = 0; x < resizer.output_width; x++) {
    Taps taps = resizer.columns[x];
    const v128_t *pixel = resizer.pixels + taps.first;
    v128_t sum = wasm_f32x4_splat(0);
    for (const v128_t *end = pixel + taps.count; pixel < end; pixel++) {
      sum = wasm_f32x4_add(sum, wasm_f32x4_mul(*pixel, wasm_v128_load32_splat(weight++)));
    }
    row[x] = sum;
  }
}

/** Rounds a pixel, and clamps it to bytes: the kernel overshoots at edges. */
INLINE void write_pixel(int x, v128_t pixel) {
  v128_t words = wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest(pixel));
  v128_t halves = wasm_i16x8_narrow_i32x4(words, words);
  wasm_v128_store32_lane(resizer.output + x * 4, wasm_u8x16_narrow_i16x8(halves, halves), 0);
}

/** Makes a row of the output of the rows in `count` slots, each with its weight. */
EXPORT(makeRow)
void make_row(const uint32_t *slots, const float *weights, int count) {
  for (int x = 0; x < resizer.output_width; x++) {
    v128_t sum = wasm_f32x4_splat(0);
    for (int i = 0; i < count; i++) {
      v128_t pixel = resizer.held[(size_t)slots[i] * resizer.output_width + x];
      sum = wasm_f32x4_add(sum, wasm_f32x4_mul(pixel, wasm_v128_load32_splat(weights + i)));
    }
    write_pixel(x, resizer.opaque ? sum : unmultiply(sum));
  }
}
