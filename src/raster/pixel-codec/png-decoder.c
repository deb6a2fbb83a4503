/*
 * Decodes the pixels of a PNG (W3C PNG 3rd edition §9, §10): inflates the data of its IDAT chunks as far as the next
 * row takes it, and undoes the row's filter. JavaScript reads the chunks, and makes RGBA of rare kinds of pixels.
 */
#include "inflate.h"
#include "memory.h"
#include "png-unfilter.h"

static_assert(UNFILTER_MARGIN <= INFLATE_MARGIN);

/** Beside the states of inflating. */
static constexpr int UNKNOWN_FILTER = 4;
/** Pixels that are expanded at once. */
static constexpr int STEP = 4;

static struct {
  const uint8_t *row;
  uint8_t *rgba;
} png;

/** `step`: the bytes of a pixel, 1 to 8. */
EXPORT(startPngDecoder)
void start_png_decoder(int row_bytes, int step) {
  start_inflate(1 + row_bytes);
  start_unfilter(row_bytes, step);
  // Room for as many pixels as if each had three bytes.
  png.rgba = ALLOCATE(uint8_t, (row_bytes / 3 + STEP) * 4);
}

EXPORT(startPass)
void start_png_pass(void) { start_pass(); }

/**
 * Decodes the next row, of `bytes` bytes. Returns 0, or one of `InflateState` or `UNKNOWN_FILTER`. Where input is
 * needed, bring some and call again.
 */
EXPORT(decodePngRow)
int decode_png_row(int bytes) {
  InflateState state = inflate_bytes(1 + bytes);
  if (state != INFLATED) return (int)state;
  const uint8_t *filtered = take_inflated(1 + bytes);
  if (filtered[0] > PAETH) return UNKNOWN_FILTER;
  png.row = unfilter_row((FilterType)filtered[0], filtered + 1, bytes);
  return INFLATED;
}

/** Where the row is, as it is in the file. */
EXPORT(pngRow)
const uint8_t *png_row(void) { return png.row; }

/** Makes RGBA of a row of RGB, and returns where it is. */
EXPORT(expandRgb)
const uint8_t *expand_rgb(int pixels) {
  v128_t opaque = wasm_i32x4_const_splat((int)0xff00'0000);
  for (int x = 0; x < pixels; x += STEP) {
    v128_t packed = wasm_v128_load(png.row + 3 * x);
    v128_t spread = wasm_i8x16_shuffle(packed, packed, 0, 1, 2, 0, 3, 4, 5, 0, 6, 7, 8, 0, 9, 10, 11, 0);
    wasm_v128_store(png.rgba + 4 * x, wasm_v128_or(wasm_v128_and(spread, wasm_v128_not(opaque)), opaque));
  }
  return png.rgba;
}
