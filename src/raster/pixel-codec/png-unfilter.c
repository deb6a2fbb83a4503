/*
 * Undoes the filters of a PNG's rows. A pixel needs the one to its left first, so they go one after the other, the
 * bytes of each at once.
 */
#include "memory.h"
#include "png-predict.h"

/** Vectors are loaded and stored whole, also at the end of a row. */
static constexpr int LANES = 16;

static struct {
  int row_bytes, step;
  /** As in the file, and as they were. */
  uint8_t *filtered, *row, *above;
} unfilter;

static uint8_t *allocate_row(void) { return ALLOCATE(uint8_t, unfilter.row_bytes + LANES); }

/** `step`: the bytes of a pixel, 1 to 8. Returns where filtered bytes go. */
EXPORT(startUnfilter)
uint8_t *start_unfilter(int row_bytes, int step) {
  unfilter.row_bytes = row_bytes;
  unfilter.step = step;
  unfilter.row = allocate_row();
  unfilter.above = allocate_row();
  return unfilter.filtered = allocate_row();
}

/** The next row is the first one of a picture, or of a pass (§8.1): there are zeros above it. */
EXPORT(startPass)
void start_pass(void) { __builtin_memset(unfilter.above, 0, unfilter.row_bytes); }

INLINE void undo(FilterType type, int bytes) {
  v128_t left = wasm_i8x16_const_splat(0), corner = left;
  // What is stored behind a pixel is overwritten by the next one.
  for (int at = 0; at < bytes; at += unfilter.step) {
    v128_t up = wasm_v128_load64_zero(unfilter.above + at);
    v128_t difference = wasm_v128_load64_zero(unfilter.filtered + at);
    left = wasm_i8x16_add(difference, predict(type, left, up, corner));
    corner = up;
    wasm_v128_store64_lane(unfilter.row + at, left, 0);
  }
}

/** Up needs nothing of its own row. */
static void undo_up(int bytes) {
  for (int at = 0; at < bytes; at += LANES) {
    v128_t up = wasm_v128_load(unfilter.above + at);
    wasm_v128_store(unfilter.row + at, wasm_i8x16_add(wasm_v128_load(unfilter.filtered + at), up));
  }
}

/** Undoes the filter of the bytes of a row, whole pixels. Returns where they are until the next but one call. */
EXPORT(unfilterRow)
const uint8_t *unfilter_row(FilterType type, int bytes) {
  switch (type) {
    case NONE: __builtin_memcpy(unfilter.row, unfilter.filtered, bytes); break;
    case SUB: undo(SUB, bytes); break;
    case UP: undo_up(bytes); break;
    case AVERAGE: undo(AVERAGE, bytes); break;
    case PAETH: undo(PAETH, bytes); break;
    default: __builtin_trap();
  }
  uint8_t *done = unfilter.row;
  unfilter.row = unfilter.above;
  return unfilter.above = done;
}
