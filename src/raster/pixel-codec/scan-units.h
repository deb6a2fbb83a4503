#pragma once

#include "entropy-source.h"

/** Decodes a block of a scan's part, into coefficients that are zero or come from earlier scans. */
typedef void DecodeBlock(Scan *scan, BitReader *bits, int part, int16_t *block);

/**
 * Decodes a scan's part of an MCU row. false: it needs input. The functions that use it differ in `decode_block` alone,
 * which the compiler puts into the loop.
 *
 * A scan of several components has MCUs of several blocks (A.2.3). In a scan of one component an MCU is a block, and
 * there are none beyond the edge of the picture (A.2.2).
 */
INLINE bool decode_units(Scan *scan, DecodeBlock *const decode_block) {
  const Component *only = scan->part_count == 1 ? scan->parts[0].component : nullptr;
  int lines = 1;
  if (only) {
    int lines_left = only->blocks_high - picture.mcu_row * only->v;
    lines = lines_left < only->v ? lines_left : only->v;
  }
  int units = only ? only->blocks_wide : picture.mcus_wide;
  // A copy that is not in memory: its address goes nowhere.
  BitReader bits = scan->bits;
  for (; scan->line < lines; scan->line++, scan->unit = 0) {
    for (; scan->unit < units; scan->unit++) {
      if (scan->until_restart == 0 || scan->source.end - bits.next < MCU_BYTES_MAX) {
        scan->bits = bits;
        UnitState state = prepare_unit(scan);
        bits = scan->bits;
        if (state == INPUT_NEEDED) return false;
        if (state == MCU_MISSING) {
          scan->until_restart--;
          scan->missing_units++;
          continue;
        }
      }
      scan->until_restart--;
      if (only) {
        int index = scan->line * only->line_blocks + scan->unit;
        decode_block(scan, &bits, 0, only->coefficients + index * BLOCK_COEFFICIENTS);
        continue;
      }
      for (int part = 0; part < scan->part_count; part++) {
        const Component *component = scan->parts[part].component;
        for (int y = 0; y < component->v; y++) {
          int first = y * component->line_blocks + scan->unit * component->h;
          for (int x = 0; x < component->h; x++) {
            decode_block(scan, &bits, part, component->coefficients + (first + x) * BLOCK_COEFFICIENTS);
          }
        }
      }
    }
  }
  scan->bits = bits;
  return true;
}
