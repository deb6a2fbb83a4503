/*
 * Encodes the pixels of a PNG (W3C PNG 3rd edition §9, §10): filters rows, and compresses them to one zlib stream.
 * JavaScript writes the chunks.
 */
#include "deflate.h"
#include "memory.h"
#include "png-filter.h"

static struct {
  int width, filtered_row_bytes;
  /** Rows of RGBA that are to be filtered. */
  const uint8_t *rows;
  int row_count;
  /** What is left of a filtered row. */
  const uint8_t *filtered;
  int filtered_bytes;
  uint8_t *output;
} png;

/** `channels`: 3 leaves alpha out. */
EXPORT(startPng)
void start_png(int width, int channels) {
  png = (typeof(png)){
      .width = width,
      .filtered_row_bytes = 1 + width * channels,
      .output = allocate(DEFLATED_BYTES_MAX),
  };
  start_filter(width, channels);
  start_deflate();
}

/** Where `deflateRows` and `finishPng` write. */
EXPORT(pngOutput)
const uint8_t *png_output(void) { return png.output; }

/** Takes the next rows of RGBA, without gaps. Afterwards `deflateRows` compresses them. */
EXPORT(startRows)
void start_rows(const uint8_t *rgba, int count) {
  png.rows = rgba;
  png.row_count = count;
}

/** Filters the next row if the last one is compressed. false: there are no more. */
static bool has_filtered(void) {
  if (png.filtered_bytes > 0) return true;
  if (png.row_count == 0) return false;
  png.filtered = filter_row(png.rows);
  png.filtered_bytes = png.filtered_row_bytes;
  png.rows += 4 * png.width;
  png.row_count--;
  return true;
}

/** Compresses rows to a block, and returns its bytes. 0: it takes more rows to fill the next one. */
EXPORT(deflateRows)
int deflate_rows(void) {
  while (!is_block_full()) {
    if (!has_filtered()) return 0;
    int taken = add_to_block(png.filtered, png.filtered_bytes);
    png.filtered += taken;
    png.filtered_bytes -= taken;
  }
  return deflate_block(png.output) - png.output;
}

/** Writes what is left, and returns its bytes. */
EXPORT(finishPng)
int finish_png(void) { return finish_deflate(png.output) - png.output; }
