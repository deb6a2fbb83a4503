/*
 * Samples for every pixel from components that have fewer. T.81 does not say how (A.1.1): this is what libjpeg does, to
 * the last bit. Where a component has half as many columns or rows, a pixel gets three quarters of its own sample and
 * one of the neighbour that is nearer. For other ratios, and in pictures too narrow for that, samples are repeated.
 */
#include "upsample.h"

#include "simd.h"

/** Numbers in `sums` before the first column. */
static constexpr int SUMS_MARGIN = 8;

static int at_most(int value, int most) { return value < most ? value : most; }

/** The row of samples `y`, among those of two MCU rows that are held. */
static const uint8_t *sample_row(const Component *component, int y) {
  int rows = component->v * component->block_samples;
  int held = (y / rows & 1) * rows + y % rows;
  return component->samples + held * component->stride;
}

/** Columns of a component that are held. */
static int held_columns(const Component *component) {
  int mcu_columns = component->h * component->block_samples;
  return at_most(picture.mcu_count * mcu_columns, component->width - picture.first_mcu * mcu_columns);
}

/** The neighbour in height that has a part in row `y` of twice as many. */
static int neighbour_row(const Component *component, int y) {
  int neighbour = (y & 1) != 0 ? y / 2 + 1 : y / 2 - 1;
  return neighbour < 0 ? 0 : at_most(neighbour, component->height - 1);
}

/** near · 3 + far */
static void blend_rows(const uint8_t *near, const uint8_t *far, int columns, uint16_t *sums) {
  for (int x = 0; x < columns; x += 8) {
    v128_t three = wasm_i16x8_mul(wasm_u16x8_load8x8(near + x), wasm_i16x8_splat(3));
    wasm_v128_store(sums + x, wasm_i16x8_add(three, wasm_u16x8_load8x8(far + x)));
  }
}

static void widen_row(const uint8_t *samples, int columns, uint16_t *sums) {
  for (int x = 0; x < columns; x += 8) wasm_v128_store(sums + x, wasm_u16x8_load8x8(samples + x));
}

/** Doubles the columns: (3 · own + neighbour) / 2^bits, rounded by `left` and by `right` in turn. */
static void double_columns(uint16_t *sums, int columns, int bits, int left, int right, uint8_t *line) {
  sums[-1] = sums[0];
  sums[columns] = sums[columns - 1];
  v128_t to_left = wasm_i16x8_splat(left), to_right = wasm_i16x8_splat(right);
  for (int x = 0; x < columns; x += 8) {
    v128_t own = wasm_i16x8_mul(wasm_v128_load(sums + x), wasm_i16x8_splat(3));
    v128_t even = wasm_i16x8_add(wasm_i16x8_add(own, wasm_v128_load(sums + x - 1)), to_left);
    v128_t odd = wasm_i16x8_add(wasm_i16x8_add(own, wasm_v128_load(sums + x + 1)), to_right);
    // Both are below 256 now: an even column and the odd one beside it are one number of 16 bits.
    v128_t pairs = wasm_v128_or(wasm_u16x8_shr(even, bits), wasm_i16x8_shl(wasm_u16x8_shr(odd, bits), 8));
    wasm_v128_store(line + 2 * x, pairs);
  }
}

/** Doubles the rows only: row `y` of (near · 3 + far) / 4. */
static void double_rows(const uint16_t *sums, int columns, int y, uint8_t *line) {
  v128_t rounding = wasm_i16x8_splat((y & 1) == 0 ? 1 : 2);
  for (int x = 0; x < columns; x += 8) {
    v128_t quarter = wasm_u16x8_shr(wasm_i16x8_add(wasm_v128_load(sums + x), rounding), 2);
    wasm_v128_store64_lane(line + x, wasm_u8x16_narrow_i16x8(quarter, quarter), 0);
  }
}

/** `numerator` samples for every `denominator` pixels. */
static void repeat_columns(const uint8_t *samples, int columns, int numerator, int denominator, uint8_t *line) {
  int pixels = picture.mcu_count * picture.h_max * picture.block_samples;
  for (int x = 0, source = 0, rest = 0; x < pixels; x++) {
    line[x] = samples[source];
    rest += numerator;
    if (rest < denominator) continue;
    rest -= denominator;
    if (source + 1 < columns) source++;
  }
}

const uint8_t *upsample_row(const Component *component, int y, uint8_t *line, uint16_t *sums) {
  int columns = held_columns(component);
  // Pixels and samples a side of an MCU.
  int wide = picture.h_max * picture.block_samples, sample_wide = component->h * component->block_samples;
  int high = picture.v_max * picture.block_samples, sample_high = component->v * component->block_samples;
  bool double_width = wide == 2 * sample_wide, double_height = high == 2 * sample_high;
  // libjpeg blends from its scale 1/4 up, and columns only where there are at least three.
  bool blends = picture.block_samples > 1;
  bool blends_columns = blends && double_width && component->width > 2;
  uint16_t *inner_sums = sums + SUMS_MARGIN;
  if (blends_columns && double_height) {
    blend_rows(sample_row(component, y / 2), sample_row(component, neighbour_row(component, y)), columns, inner_sums);
    double_columns(inner_sums, columns, 4, 8, 7, line);
    return line;
  }
  if (blends_columns && high == sample_high) {
    widen_row(sample_row(component, y), columns, inner_sums);
    double_columns(inner_sums, columns, 2, 1, 2, line);
    return line;
  }
  if (blends && wide == sample_wide && double_height) {
    blend_rows(sample_row(component, y / 2), sample_row(component, neighbour_row(component, y)), columns, inner_sums);
    double_rows(inner_sums, columns, y, line);
    return line;
  }
  const uint8_t *samples = sample_row(component, at_most(y * sample_high / high, component->height - 1));
  if (wide == sample_wide) return samples;
  repeat_columns(samples, columns, sample_wide, wide, line);
  return line;
}
