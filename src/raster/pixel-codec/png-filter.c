/* Filters the rows of a PNG. All bytes of a row are known, so sixteen differences are made at once. */
#include "png-filter.h"

#include "memory.h"
#include "png-predict.h"

/** Bytes of a vector. As many zeros stand before each row, where the pixel to the left of the first one would be. */
static constexpr int LANES = 16;

/**
 * None and Average are not tried: with Average a photo got 1 % larger, since filters that change from row to row leave
 * less that repeats.
 */
static struct {
  int width, channels, row_bytes;
  /** The row and the one above it, without alpha if that is left out. The row above the first one is zeros. */
  uint8_t *row, *above;
  /** What the filter of each type makes of the row. Before it stands the type. */
  uint8_t *filtered[PAETH + 1];
} filter;

static uint8_t *allocate_row(void) { return ALLOCATE(uint8_t, LANES + filter.row_bytes + LANES) + LANES; }

static uint8_t *allocate_filtered(FilterType type) {
  uint8_t *row = allocate_row();
  row[-1] = type;
  return row;
}

void start_filter(int width, int channels) {
  filter.width = width;
  filter.channels = channels;
  filter.row_bytes = width * channels;
  filter.row = allocate_row();
  filter.above = allocate_row();
  filter.filtered[SUB] = allocate_filtered(SUB);
  filter.filtered[UP] = allocate_filtered(UP);
  filter.filtered[PAETH] = allocate_filtered(PAETH);
}

static void pack_row(const uint8_t *rgba) {
  if (filter.channels == 4) {
    __builtin_memcpy(filter.row, rgba, filter.row_bytes);
    return;
  }
  // Four pixels at a time, as far as all of them are in the row.
  int x = 0;
  for (; x + 4 <= filter.width; x += 4) {
    v128_t pixels = wasm_v128_load(rgba + 4 * x);
    v128_t packed = wasm_i8x16_shuffle(pixels, pixels, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
    // Its last four bytes are overwritten by the next ones, or lie behind the row.
    wasm_v128_store(filter.row + 3 * x, packed);
  }
  for (; x < filter.width; x++) __builtin_memcpy(filter.row + 3 * x, rgba + 4 * x, 3);
}

/** Applies a filter, and returns the sum of the differences' absolute values, each read as a signed byte. */
INLINE uint32_t apply(FilterType type) {
  uint8_t *to = filter.filtered[type];
  v128_t sums = wasm_i32x4_const_splat(0);
  for (int at = 0; at < filter.row_bytes; at += LANES) {
    v128_t left = wasm_v128_load(filter.row + at - filter.channels);
    v128_t up = wasm_v128_load(filter.above + at);
    v128_t corner = wasm_v128_load(filter.above + at - filter.channels);
    v128_t difference = wasm_i8x16_sub(wasm_v128_load(filter.row + at), predict(type, left, up, corner));
    wasm_v128_store(to + at, difference);
    // The last vector reaches beyond the row.
    if (at + LANES > filter.row_bytes) {
      for (int i = filter.row_bytes; i < at + LANES; i++) to[i] = 0;
      difference = wasm_v128_load(to + at);
    }
    v128_t pairs = wasm_u16x8_extadd_pairwise_u8x16(wasm_i8x16_abs(difference));
    sums = wasm_i32x4_add(sums, wasm_u32x4_extadd_pairwise_u16x8(pairs));
  }
  return wasm_u32x4_extract_lane(sums, 0) + wasm_u32x4_extract_lane(sums, 1) + wasm_u32x4_extract_lane(sums, 2) +
         wasm_u32x4_extract_lane(sums, 3);
}

/** The filter with the smallest differences is taken: the heuristic that the specification suggests (§12.7). */
const uint8_t *filter_row(const uint8_t *rgba) {
  pack_row(rgba);
  uint32_t sub = apply(SUB), up = apply(UP), paeth = apply(PAETH);
  FilterType best = sub <= up && sub <= paeth ? SUB : up <= paeth ? UP : PAETH;
  uint8_t *done = filter.row;
  filter.row = filter.above;
  filter.above = done;
  return filter.filtered[best] - 1;
}
