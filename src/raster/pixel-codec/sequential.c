/* Scans of the sequential modes, baseline and extended (ITU-T T.81 annex F). */
#include "scan-kinds.h"
#include "scan-units.h"
#include "zigzag.h"

static void decode_block(Scan *scan, BitReader *bits, int part, int16_t *block) {
  // DC: the difference to the block before (F.2.2.1).
  int difference = take_difference(bits, scan->parts[part].dc);
  block[0] = scan->parts[part].prediction = (int16_t)(scan->parts[part].prediction + difference);

  // AC: runs of zeros, each with the value behind it (F.2.2.2).
  const HuffmanTable *table = scan->parts[part].ac;
  for (int k = 1; k < BLOCK_COEFFICIENTS; k++) {
    refill(bits);
    int32_t entry = table->lookup[peek(bits, LOOKUP_BITS)];
    int value = entry >> 16;
    if (__builtin_expect(value != 0, 1)) {
      skip(bits, entry & 255);
      int run = entry >> 8 & 255;
      if (run == END_OF_BLOCK_RUN) return;
      k += run;
    } else {
      int symbol = take_symbol(bits, table, entry);
      int run = symbol >> 4, size = symbol & 15;
      // Without a value: the end of the block, or 16 zeros.
      if (size == 0 && run != 15) return;
      k += run;
      if (size == 0) continue;
      value = take_signed(bits, size);
    }
    block[natural_order[k]] = (int16_t)value;
  }
}

bool decode_sequential(Scan *scan) { return decode_units(scan, decode_block); }
