#pragma once

#include <stdint.h>

#include "bit-reader.h"
#include "huffman.h"

/*
 * What the files of the decoder share. Section numbers are those of ITU-T T.81 (09/92).
 *
 * A picture is decoded one MCU row at a time: a strip as high as one block of its largest component and all blocks that
 * belong beside it. All scans advance together. Each reads its own part of the file and adds to the coefficients of the
 * strip. Then the strip is transformed to samples and forgotten, so that memory grows with the width alone, also where
 * a picture is progressive.
 */

static constexpr int COMPONENTS_MAX = 4;
/** The host refuses pictures with more. */
static constexpr int SCANS_MAX = 64;
static constexpr int BLOCK_SIDE = 8;
static constexpr int BLOCK_COEFFICIENTS = 64;

/** One colour plane (A.1.1). */
typedef struct {
  /** Sampling factors, 1–4. */
  int h, v;
  /** Size in samples, of the whole picture, as it is decoded: smaller when the picture is scaled. */
  int width, height;
  /** Blocks that hold samples of the picture. Others only fill up an MCU. */
  int blocks_wide, blocks_high;
  /** Blocks in a line of whole MCUs. */
  int line_blocks;
  /** One MCU row: `v` lines of `line_blocks` blocks. A block is in natural order, not in zigzag order. */
  int16_t *coefficients;
  /** In natural order. */
  uint16_t quantization[BLOCK_COEFFICIENTS];
  /** Samples a side that a block becomes: 8, or 4, 2, 1 when the picture is scaled. */
  int block_samples;
  /** Two MCU rows of samples, those of even and of odd number, and only the columns that are wanted. */
  uint8_t *samples;
  int stride;
} Component;

/** Entropy-coded data on its way from the file to the bit reader. */
typedef struct {
  /** Bytes as they are in the file. Those from `raw_at` to `raw_end` are not yet taken. */
  uint8_t *raw;
  int raw_at, raw_end;
  /** The host has no more bytes. */
  bool raw_complete;
  /** The same without stuffing, of one segment. It ends at `end`. */
  uint8_t *ready;
  const uint8_t *end;
  /** The segment was taken to its end: zeros follow it. `marker` comes after it in the file; 0: the file ends. */
  bool segment_complete;
  uint8_t marker;
  /** There was at least one byte. */
  bool has_data;
} EntropySource;

typedef struct Scan Scan;

struct Scan {
  /** Decodes the scan's part of an MCU row. false: it needs input, and goes on where it stopped. */
  bool (*decode_mcu_row)(Scan *);
  int part_count;
  struct {
    Component *component;
    const HuffmanTable *dc, *ac;
    /** DC of the block before (F.1.1.5.1). */
    int16_t prediction;
  } parts[COMPONENTS_MAX];
  /** Ss, Se and Al of the scan header (B.2.3). */
  int first, last, low;
  /** Blocks to come whose coefficients in this band are all zero, or need correction only (G.1.2.2). */
  int end_of_band_run;
  /** MCUs in a restart interval; 0: there are none. `until_restart` counts down. */
  int restart_interval, until_restart;
  /** The number of the next restart marker, modulo 8. */
  int next_restart;
  /** The MCU to decode next: its line within the MCU row, and its place in the line. */
  int line, unit;
  bool row_complete;
  /** MCUs for which there was no data. */
  int missing_units;
  BitReader bits;
  EntropySource source;
};

typedef enum {
  GRAY = 0,
  YCBCR = 1,
  RGB = 2,
  CMYK = 3,
  /** As Adobe writes it: 255 is no ink. */
  INVERTED_CMYK = 4,
  /** The same, with the light of the three inks as YCbCr. Only Adobe's marker announces it. */
  YCCK = 5,
} ColorKind;

typedef struct {
  /** Pixels as decoded: smaller when the picture is scaled. */
  int width, height;
  int component_count;
  Component components[COMPONENTS_MAX];
  /** The largest sampling factors. */
  int h_max, v_max;
  /** Samples a side that a block of the largest component becomes. */
  int block_samples;
  int mcus_wide, mcus_high;
  ColorKind color;
  /** How inks look (`ink-grid.h`); null: not known. */
  int16_t *ink_grid;
  int scan_count;
  Scan scans[SCANS_MAX];
  /** The MCU row that is being decoded. */
  int mcu_row;
  /** The MCUs of each row that are transformed to samples. */
  int first_mcu, mcu_count;
  /** The first pixel of a row that is wanted, and how many. */
  int first_column, column_count;
} Picture;

extern Picture picture;

static constexpr int ROW_COMPLETE = -1;

/**
 * Decodes the coefficients of the next MCU row. Returns `ROW_COMPLETE`, or the number of a scan that needs input: then
 * bring some and call again.
 */
int decode_coefficients(void);

/** Forgets the coefficients of an MCU row. The next one begins. */
void end_mcu_row(void);
