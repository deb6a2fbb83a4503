/*
 * The decoder as the host sees it. The host reads headers, checks them, and describes the picture by one call of
 * `createDecoder`, then `addComponent`, `newTable` with `fillTable`, `addScan` with `addScanPart`, and `startDecoder`.
 * Then it calls `decodeMcuRow` and `convertRow` in turn, and brings input where a scan needs it.
 */
#include "jpeg-decoder.h"

#include "color.h"
#include "entropy-source.h"
#include "idct.h"
#include "ink-grid.h"
#include "scan-kinds.h"
#include "upsample.h"
#include "zigzag.h"

Picture picture;

/** One line of samples for each component, and what upsampling adds up. */
static uint8_t *lines[COMPONENTS_MAX];
static uint16_t *sums;
static uint8_t *rgba;

static int divide_up(int number, int by) { return (number + by - 1) / by; }

/** The whole picture, in the file's pixels. */
static int full_width, full_height;

EXPORT(createDecoder)
void create_decoder(int width, int height, ColorKind color, int block_samples) {
  full_width = width;
  full_height = height;
  unknown_codes = 0;
  picture = (Picture){.color = color, .block_samples = block_samples, .h_max = 1, .v_max = 1};
  picture.width = divide_up(width * block_samples, BLOCK_SIDE);
  picture.height = divide_up(height * block_samples, BLOCK_SIDE);
}

/** Adds the next component. Gives the address of its quantization table, which the host writes in zigzag order. */
EXPORT(addComponent)
uint16_t *add_component(int h, int v) {
  Component *component = &picture.components[picture.component_count++];
  component->h = h;
  component->v = v;
  if (h > picture.h_max) picture.h_max = h;
  if (v > picture.v_max) picture.v_max = v;
  return component->quantization;
}

/** Adds the next scan, whose header has these numbers (B.2.3): Ss, Se, Ah, Al. Gives its number. */
EXPORT(addScan)
int add_scan(bool progressive, int first, int last, int high, int low, int restart_interval) {
  Scan *scan = &picture.scans[picture.scan_count];
  scan->first = first;
  scan->last = last;
  scan->low = low;
  scan->restart_interval = restart_interval;
  scan->until_restart = restart_interval == 0 ? INT32_MAX : restart_interval;
  if (!progressive) scan->decode_mcu_row = decode_sequential;
  else if (first == 0) scan->decode_mcu_row = high == 0 ? decode_dc_first : decode_dc_correction;
  else scan->decode_mcu_row = high == 0 ? decode_band_first : decode_band_correction;
  return picture.scan_count++;
}

/** Adds a component to the scan. A table that the scan has no use for may be null. */
EXPORT(addScanPart)
void add_scan_part(int scan_number, int component, const HuffmanTable *dc, const HuffmanTable *ac) {
  Scan *scan = &picture.scans[scan_number];
  int part = scan->part_count++;
  scan->parts[part].component = &picture.components[component];
  scan->parts[part].dc = dc;
  scan->parts[part].ac = ac;
}

/** Adds how the inks look. Gives the address of the grid, which the host writes. */
EXPORT(addInkGrid)
int16_t *add_ink_grid(void) { return picture.ink_grid = ALLOCATE(int16_t, GRID_NUMBERS); }

/**
 * How large the blocks of a component become, when those of the largest become `block_samples`: as large as needed for
 * one sample a pixel, so that the component need not be upsampled. libjpeg does the same.
 */
static int choose_block_samples(const Component *component) {
  int side = picture.block_samples;
  while (side < BLOCK_SIDE && picture.h_max * picture.block_samples % (component->h * side * 2) == 0 &&
         picture.v_max * picture.block_samples % (component->v * side * 2) == 0) {
    side *= 2;
  }
  return side;
}

/** The host has the table as it is in the file. */
static void reorder_quantization(Component *component) {
  uint16_t zigzag[BLOCK_COEFFICIENTS];
  __builtin_memcpy(zigzag, component->quantization, sizeof zigzag);
  for (int k = 0; k < BLOCK_COEFFICIENTS; k++) component->quantization[natural_order[k]] = zigzag[k];
}

static void allocate_component(Component *component) {
  component->block_samples = choose_block_samples(component);
  // A.1.1, and the same for what the samples become.
  component->blocks_wide = divide_up(divide_up(full_width * component->h, picture.h_max), BLOCK_SIDE);
  component->blocks_high = divide_up(divide_up(full_height * component->v, picture.v_max), BLOCK_SIDE);
  component->width = divide_up(full_width * component->h * component->block_samples, picture.h_max * BLOCK_SIDE);
  component->height = divide_up(full_height * component->v * component->block_samples, picture.v_max * BLOCK_SIDE);
  component->line_blocks = picture.mcus_wide * component->h;
  component->coefficients = ALLOCATE(int16_t, component->v * component->line_blocks * BLOCK_COEFFICIENTS);
  component->stride = picture.mcu_count * component->h * component->block_samples + LINE_PADDING;
  component->samples = ALLOCATE(uint8_t, 2 * component->v * component->block_samples * component->stride);
}

/** Allocates what the picture needs. Only these columns of it, at least one, will be converted. */
EXPORT(startDecoder)
void start_decoder(int first_column, int column_count) {
  int mcu_width = picture.h_max * picture.block_samples;
  picture.mcus_wide = divide_up(full_width, picture.h_max * BLOCK_SIDE);
  picture.mcus_high = divide_up(full_height, picture.v_max * BLOCK_SIDE);
  picture.first_column = first_column;
  picture.column_count = column_count;
  // One MCU more on each side: upsampling looks at neighbours.
  int first_mcu = first_column / mcu_width - 1, end_mcu = divide_up(first_column + column_count, mcu_width) + 1;
  picture.first_mcu = first_mcu < 0 ? 0 : first_mcu;
  picture.mcu_count = (end_mcu > picture.mcus_wide ? picture.mcus_wide : end_mcu) - picture.first_mcu;

  int line_bytes = picture.mcu_count * mcu_width + LINE_PADDING;
  for (int i = 0; i < picture.component_count; i++) {
    reorder_quantization(&picture.components[i]);
    allocate_component(&picture.components[i]);
    lines[i] = allocate(line_bytes);
  }
  sums = ALLOCATE(uint16_t, line_bytes);
  rgba = allocate((column_count + LINE_PADDING) * 4);
  for (int i = 0; i < picture.scan_count; i++) {
    allocate_source(&picture.scans[i].source);
    picture.scans[i].bits = (BitReader){.next = picture.scans[i].source.ready};
  }
}

/** Turns the wanted columns of an MCU row to samples. */
static void transform_mcu_row(void) {
  for (int i = 0; i < picture.component_count; i++) {
    Component *component = &picture.components[i];
    int side = component->block_samples;
    int first_block = picture.first_mcu * component->h, block_count = picture.mcu_count * component->h;
    for (int line = 0; line < component->v; line++) {
      int row = ((picture.mcu_row & 1) * component->v + line) * side;
      uint8_t *samples = component->samples + row * component->stride;
      int first = line * component->line_blocks + first_block;
      const int16_t *block = component->coefficients + first * BLOCK_COEFFICIENTS;
      for (int x = 0; x < block_count; x++) {
        transform_block(block, component->quantization, side, samples, component->stride);
        samples += side;
        block += BLOCK_COEFFICIENTS;
      }
    }
  }
}

int decode_coefficients(void) {
  for (int i = 0; i < picture.scan_count; i++) {
    Scan *scan = &picture.scans[i];
    if (scan->row_complete) continue;
    if (!scan->decode_mcu_row(scan)) return i;
    scan->row_complete = true;
  }
  return ROW_COMPLETE;
}

void end_mcu_row(void) {
  for (int i = 0; i < picture.component_count; i++) {
    const Component *component = &picture.components[i];
    int count = component->v * component->line_blocks * BLOCK_COEFFICIENTS;
    __builtin_memset(component->coefficients, 0, count * sizeof *component->coefficients);
  }
  picture.mcu_row++;
  for (int i = 0; i < picture.scan_count; i++) {
    Scan *scan = &picture.scans[i];
    scan->row_complete = false;
    scan->line = scan->unit = 0;
  }
}

/** Decodes the next MCU row to samples. Returns what `decode_coefficients` does. Not to be called after the last row. */
EXPORT(decodeMcuRow)
int decode_mcu_row(void) {
  int state = decode_coefficients();
  if (state != ROW_COMPLETE) return state;
  transform_mcu_row();
  end_mcu_row();
  return ROW_COMPLETE;
}

/**
 * How many rows of the picture, from the top, can be converted now. Those before the last two MCU rows can't be any
 * more.
 */
EXPORT(countDecodedRows)
int count_decoded_rows(void) {
  if (picture.mcu_row == picture.mcus_high) return picture.height;
  int rows = picture.mcu_row * picture.v_max * picture.block_samples;
  // The last row may need samples of the next MCU row.
  return picture.v_max > 1 && rows > 0 ? rows - 1 : rows;
}

/** Converts a decoded row. Gives the address of its pixels, RGBA. */
EXPORT(convertRow)
uint8_t *convert_decoded_row(int y) {
  const uint8_t *samples[COMPONENTS_MAX] = {};
  int skipped = picture.first_column - picture.first_mcu * picture.h_max * picture.block_samples;
  for (int i = 0; i < picture.component_count; i++) {
    samples[i] = upsample_row(&picture.components[i], y, lines[i], sums) + skipped;
  }
  convert_row(picture.color, samples, picture.ink_grid, picture.column_count, rgba);
  return rgba;
}

EXPORT(hasData)
bool has_data(int scan) { return picture.scans[scan].source.has_data; }

/** MCUs for which a scan had no data, or not all. */
EXPORT(countMissingUnits)
int count_missing_units(int number) {
  const Scan *scan = &picture.scans[number];
  return scan->missing_units + (has_overrun(scan) ? 1 : 0);
}

EXPORT(countUnknownCodes)
int count_unknown_codes(void) { return unknown_codes; }
