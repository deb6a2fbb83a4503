/*
 * Encodes the pixels of a baseline JPEG (ITU-T T.81 annex F.1), a stripe at a time: as many rows as the units that are
 * written one after the other (§A.2). JavaScript writes the headers, and knows the height.
 *
 * Chrominance has the resolution of luminance (4:4:4), and a unit is a block of each. Or it has half of it in both
 * directions (4:2:0), and a unit is 2 × 2 blocks of luminance and one of each chrominance.
 */
#include "jpeg-encoder.h"

#include "encode-block.h"
#include "encode-color.h"
#include "forward-dct.h"
#include "memory.h"
#include "quantize.h"

static constexpr int BLOCK = 8;
static constexpr int OUTPUT_BYTES = 64 * 1024;
static constexpr int UNIT_BYTES_MAX = 6 * BLOCK_BYTES_MAX;

/** What JavaScript gives: the tables of luminance, and those of both chrominances. */
typedef struct {
  Codes codes[2];
  /** From 1 to 255, at the places that `zigzag` has. */
  uint16_t divisors[2][64];
} EncoderTables;

/** A stripe of one component, padded to whole blocks. */
typedef struct {
  int16_t *samples;
  int stride;
  int previous_dc;
  const Codes *codes;
  const int16_t *reciprocals;
  CoefficientPlane copied;
} Component;

static struct {
  int width;
  /** Units in a stripe, and how many of them are written. */
  int units, written;
  /** The stripe is made of coefficients that were decoded, not of pixels. */
  bool copies;
  /** Blocks in each direction of a unit of luminance: 1 or 2. */
  int sampling;
  Component y, cb, cr;
  ZigzagIndex *index;
  BitWriter writer;
  uint8_t *output;
} encoder;

static Component make_component(const Codes *codes, const uint16_t divisors[64], int stride, int rows) {
  int16_t *reciprocals = ALLOCATE(int16_t, 64);
  for (int i = 0; i < 64; i++) reciprocals[i] = reciprocal(divisors[i]);
  return (Component){
      .samples = ALLOCATE(int16_t, stride * rows),
      .stride = stride,
      .codes = codes,
      .reciprocals = reciprocals,
  };
}

/** `sampling`: 1 for 4:4:4, 2 for 4:2:0. The tables must stay where they are. */
EXPORT(startEncoder)
void start_encoder(const EncoderTables *tables, int width, int sampling) {
  int unit = BLOCK * sampling;
  int units = (width + unit - 1) / unit;
  encoder = (typeof(encoder)){
      .width = width,
      .units = units,
      .sampling = sampling,
      .y = make_component(&tables->codes[0], tables->divisors[0], units * unit, unit),
      .cb = make_component(&tables->codes[1], tables->divisors[1], units * BLOCK, BLOCK),
      .cr = make_component(&tables->codes[1], tables->divisors[1], units * BLOCK, BLOCK),
      .index = ALLOCATE(ZigzagIndex, 1),
      .output = allocate(OUTPUT_BYTES),
  };
  make_zigzag_index(encoder.index);
}

/** Where `encodeUnits` and `finishEncoder` write. */
EXPORT(encoderOutput)
const uint8_t *encoder_output(void) { return encoder.output; }

/** Reads eight pixels from column x on. After the last pixel of the row it is repeated (§A.2.4). */
INLINE void read_pixels(const uint32_t *row, int x, v128_t pixels[2]) {
  uint32_t edge[BLOCK];
  if (x + BLOCK > encoder.width) {
    int last = encoder.width - 1;
    for (int i = 0; i < BLOCK; i++) edge[i] = row[x + i < last ? x + i : last];
    row = edge, x = 0;
  }
  pixels[0] = wasm_v128_load(row + x);
  pixels[1] = wasm_v128_load(row + x + 4);
}

static void convert_row(const uint32_t *row, int y) {
  for (int x = 0; x < encoder.y.stride; x += BLOCK) {
    v128_t pixels[2];
    read_pixels(row, x, pixels);
    Ycc colors = convert_pixels(pixels);
    int at = y * encoder.y.stride + x;
    wasm_v128_store(encoder.y.samples + at, colors.y);
    wasm_v128_store(encoder.cb.samples + at, colors.cb);
    wasm_v128_store(encoder.cr.samples + at, colors.cr);
  }
}

static void convert_two_rows(const uint32_t *upper_row, const uint32_t *lower_row, int y) {
  for (int x = 0; x < encoder.y.stride; x += BLOCK) {
    v128_t pixels[2];
    read_pixels(upper_row, x, pixels);
    Ycc upper = convert_pixels(pixels);
    read_pixels(lower_row, x, pixels);
    Ycc lower = convert_pixels(pixels);
    wasm_v128_store(encoder.y.samples + y * encoder.y.stride + x, upper.y);
    wasm_v128_store(encoder.y.samples + (y + 1) * encoder.y.stride + x, lower.y);
    v128_t means = wasm_i16x8_narrow_i32x4(
        mean_of_fours(upper.cb, lower.cb),
        mean_of_fours(upper.cr, lower.cr)
    );
    int at = y / 2 * encoder.cb.stride + x / 2;
    wasm_v128_store64_lane(encoder.cb.samples + at, means, 0);
    wasm_v128_store64_lane(encoder.cr.samples + at, means, 1);
  }
}

/**
 * Takes the next stripe, as rows of RGBA without gaps. The last one may have fewer rows, but at least one, which is
 * then repeated (§A.2.4). Afterwards `encodeUnits` writes it.
 */
EXPORT(startStripe)
void start_stripe(const uint32_t *rows, int count) {
  int unit = BLOCK * encoder.sampling;
  for (int y = 0; y < unit; y += encoder.sampling) {
    const uint32_t *row = rows + (y < count ? y : count - 1) * encoder.width;
    const uint32_t *next = y + 1 < count ? row + encoder.width : row;
    if (encoder.sampling == 1) convert_row(row, y);
    else convert_two_rows(row, next, y);
  }
  encoder.written = 0;
}

void start_copied_stripe(const CoefficientPlane planes[3]) {
  encoder.y.copied = planes[0];
  encoder.cb.copied = planes[1];
  encoder.cr.copied = planes[2];
  encoder.copies = true;
  encoder.written = 0;
}

/** Makes the block whose place is given in blocks. */
typedef void MakeBlock(const Component *component, int x, int y, v128_t block[8]);

INLINE void transform_block(const Component *component, int x, int y, v128_t block[8]) {
  const int16_t *samples = component->samples + y * BLOCK * component->stride + x * BLOCK;
  forward_dct(samples, component->stride, block);
  quantize_block(block, component->reciprocals);
}

/**
 * Undoes the quantization of a decoded block, and quantizes it anew. What the transform can't have made is cut off: it
 * would have no code.
 */
INLINE void copy_block(const Component *component, int x, int y, v128_t block[8]) {
  const CoefficientPlane *copied = &component->copied;
  const int16_t *coefficients = copied->coefficients + (y * copied->line_blocks + x) * 64;
  v128_t most = wasm_i16x8_splat(1023), least = wasm_i16x8_splat(-1023);
  for (int v = 0; v < 8; v++) {
    v128_t quantized = wasm_v128_load(coefficients + 8 * v);
    v128_t value = wasm_i16x8_mul(quantized, wasm_v128_load(copied->quantization + 8 * v));
    block[v] = wasm_i16x8_mul(wasm_i16x8_max(wasm_i16x8_min(value, most), least), wasm_i16x8_splat(DCT_SCALE));
  }
  transpose(block);
  quantize_block(block, component->reciprocals);
}

INLINE void write_block(Component *component, BitWriter *writer, int x, int y, MakeBlock *const make_block) {
  v128_t block[8];
  make_block(component, x, y, block);
  encode_block(writer, component->codes, encoder.index, block, &component->previous_dc);
}

/** The functions that use it differ in `make_block` alone, which the compiler puts into the loop. */
INLINE int write_units(MakeBlock *const make_block) {
  BitWriter writer = encoder.writer;
  writer.to = encoder.output;
  const uint8_t *full = encoder.output + OUTPUT_BYTES - UNIT_BYTES_MAX;
  for (; encoder.written < encoder.units && writer.to <= full; encoder.written++) {
    int x = encoder.written, sampling = encoder.sampling;
    for (int row = 0; row < sampling; row++) {
      for (int column = 0; column < sampling; column++) {
        write_block(&encoder.y, &writer, x * sampling + column, row, make_block);
      }
    }
    write_block(&encoder.cb, &writer, x, 0, make_block);
    write_block(&encoder.cr, &writer, x, 0, make_block);
  }
  encoder.writer = writer;
  return writer.to - encoder.output;
}

static int write_transformed(void) { return write_units(transform_block); }

static int write_copied(void) { return write_units(copy_block); }

/** Writes units of the stripe, and returns their bytes, from the start of the output. 0: the stripe is complete. */
EXPORT(encodeUnits)
int encode_units(void) { return encoder.copies ? write_copied() : write_transformed(); }

/** Writes the bits that are left, and returns their bytes. */
EXPORT(finishEncoder)
int finish_encoder(void) {
  encoder.writer.to = encoder.output;
  finish_bits(&encoder.writer);
  return encoder.writer.to - encoder.output;
}
