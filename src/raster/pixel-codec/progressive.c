/* Scans of the progressive mode (ITU-T T.81 annex G). */
#include "scan-kinds.h"
#include "scan-units.h"
#include "zigzag.h"

/** DC without its `low` last bits (G.1.2.1). */
static void decode_dc_first_block(Scan *scan, BitReader *bits, int part, int16_t *block) {
  int difference = take_difference(bits, scan->parts[part].dc);
  scan->parts[part].prediction = (int16_t)(scan->parts[part].prediction + difference);
  block[0] = (int16_t)(scan->parts[part].prediction * (1 << scan->low));
}

/** The next bit of DC (G.1.2.1). */
static void decode_dc_correction_block(Scan *scan, BitReader *bits, [[maybe_unused]] int part, int16_t *block) {
  if (take_bit(bits)) block[0] |= (int16_t)(1 << scan->low);
}

/** EOBn: how many blocks have nothing more in this band, this one included (G.1.2.2). */
static int take_end_of_band_run(BitReader *bits, int size) {
  return size == 0 ? 1 : (1 << size) + (int)take(bits, size);
}

/** A band of AC without the `low` last bits (G.1.2.2). */
static void decode_band_first_block(Scan *scan, BitReader *bits, [[maybe_unused]] int part, int16_t *block) {
  if (scan->end_of_band_run > 0) {
    scan->end_of_band_run--;
    return;
  }
  const HuffmanTable *table = scan->parts[0].ac;
  for (int k = scan->first; k <= scan->last; k++) {
    refill(bits);
    int32_t entry = table->lookup[peek(bits, LOOKUP_BITS)];
    int value = entry >> 16;
    if (__builtin_expect(value != 0, 1)) {
      skip(bits, entry & 255);
      k += entry >> 8 & 255;
    } else {
      int symbol = take_symbol(bits, table, entry);
      int run = symbol >> 4, size = symbol & 15;
      if (size == 0 && run != 15) {
        scan->end_of_band_run = take_end_of_band_run(bits, run) - 1;
        return;
      }
      k += run;
      if (size == 0) continue;
      value = take_signed(bits, size);
    }
    block[natural_order[k]] = (int16_t)(value * (1 << scan->low));
  }
}

/** A coefficient that is not zero gets another bit, away from zero. */
INLINE void correct(BitReader *bits, int16_t *coefficient, int bit) {
  if (take_bit(bits) && (*coefficient & bit) == 0) *coefficient += (int16_t)(*coefficient >= 0 ? bit : -bit);
}

/** The next bit of a band of AC (G.1.2.3, figure G.7). Runs count only coefficients that were zero before. */
static void decode_band_correction_block(Scan *scan, BitReader *bits, [[maybe_unused]] int part, int16_t *block) {
  const HuffmanTable *table = scan->parts[0].ac;
  int bit = 1 << scan->low;
  int k = scan->first;
  while (k <= scan->last && scan->end_of_band_run == 0) {
    refill(bits);
    int symbol = take_symbol(bits, table, table->lookup[peek(bits, LOOKUP_BITS)]);
    int run = symbol >> 4, value = 0;
    if ((symbol & 15) != 0) {
      value = take(bits, 1) != 0 ? bit : -bit;
    } else if (run != 15) {
      scan->end_of_band_run = take_end_of_band_run(bits, run);
      break;
    }
    for (; k <= scan->last; k++) {
      int16_t *coefficient = block + natural_order[k];
      if (*coefficient != 0) correct(bits, coefficient, bit);
      else if (run-- == 0) break;
    }
    if (value != 0 && k <= scan->last) block[natural_order[k]] = (int16_t)value;
    k++;
  }
  if (scan->end_of_band_run == 0) return;
  scan->end_of_band_run--;
  for (; k <= scan->last; k++) {
    int16_t *coefficient = block + natural_order[k];
    if (*coefficient != 0) correct(bits, coefficient, bit);
  }
}

bool decode_dc_first(Scan *scan) { return decode_units(scan, decode_dc_first_block); }
bool decode_dc_correction(Scan *scan) { return decode_units(scan, decode_dc_correction_block); }
bool decode_band_first(Scan *scan) { return decode_units(scan, decode_band_first_block); }
bool decode_band_correction(Scan *scan) { return decode_units(scan, decode_band_correction_block); }
