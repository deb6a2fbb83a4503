/*
 * Undoes the filters of a PNG's rows. A pixel needs the one to its left first, so they go one after the other, the
 * bytes of each at once.
 */
#include "png-unfilter.h"

#include "memory.h"

/** Vectors are loaded and stored whole, also at the end of a row. */
static constexpr int LANES = UNFILTER_MARGIN;

static struct {
  int row_bytes, step;
  uint8_t *row, *above;
} unfilter;

static uint8_t *allocate_row(void) { return ALLOCATE(uint8_t, unfilter.row_bytes + LANES); }

void start_unfilter(int row_bytes, int step) {
  unfilter.row_bytes = row_bytes;
  unfilter.step = step;
  unfilter.row = allocate_row();
  unfilter.above = allocate_row();
}

void start_pass(void) { __builtin_memset(unfilter.above, 0, unfilter.row_bytes); }

INLINE void undo(FilterType type, const uint8_t *filtered, int bytes) {
  v128_t left = wasm_i8x16_const_splat(0), corner = left;
  // What is stored behind a pixel is overwritten by the next one.
  for (int at = 0; at < bytes; at += unfilter.step) {
    v128_t up = wasm_v128_load64_zero(unfilter.above + at);
    v128_t difference = wasm_v128_load64_zero(filtered + at);
    left = wasm_i8x16_add(difference, predict(type, left, up, corner));
    corner = up;
    wasm_v128_store64_lane(unfilter.row + at, left, 0);
  }
}

/** Up needs nothing of its own row. */
static void undo_up(const uint8_t *filtered, int bytes) {
  for (int at = 0; at < bytes; at += LANES) {
    v128_t up = wasm_v128_load(unfilter.above + at);
    wasm_v128_store(unfilter.row + at, wasm_i8x16_add(wasm_v128_load(filtered + at), up));
  }
}

const uint8_t *unfilter_row(FilterType type, const uint8_t *filtered, int bytes) {
  switch (type) {
    case NONE: __builtin_memcpy(unfilter.row, filtered, bytes); break;
    case SUB: undo(SUB, filtered, bytes); break;
    case UP: undo_up(filtered, bytes); break;
    case AVERAGE: undo(AVERAGE, filtered, bytes); break;
    case PAETH: undo(PAETH, filtered, bytes); break;
    default: __builtin_trap();
  }
  uint8_t *done = unfilter.row;
  unfilter.row = unfilter.above;
  return unfilter.above = done;
}
