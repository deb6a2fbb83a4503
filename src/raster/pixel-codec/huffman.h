#pragma once

#include <stdint.h>

#include "bit-reader.h"

/** Codes of up to 10 bits are looked up at once. Tables of 8 and of 12 bits were measured to be slower. */
static constexpr int LOOKUP_BITS = 10;
static constexpr int CODE_BITS_MAX = 16;
/** A run beyond the last coefficient. */
static constexpr int END_OF_BLOCK_RUN = 64;

/** What a table's codes mean. */
typedef enum {
  /** The size of a difference (F.1.2.1). */
  DC_TABLE = 0,
  /** A run and a size (F.1.2.2). */
  AC_TABLE = 1,
  /** The same in a progressive scan (G.1.2.2), where symbols without a size have other meanings. */
  AC_BAND_TABLE = 2,
  /** For the corrections to a band (G.1.2.3): no value follows the code, so there is nothing to look up but symbols. */
  AC_CORRECTION_TABLE = 3,
} TableKind;

typedef struct {
  /** The host writes both: how many codes there are of each length, and what they mean (BITS and HUFFVAL, B.2.4.2). */
  uint8_t counts[CODE_BITS_MAX];
  uint8_t symbols[256];
  /**
   * By the next ten bits. A code together with the value behind it: value << 16 | run << 8 | bits. A code alone:
   * symbol << 8 | bits. 0: the code is longer.
   */
  int32_t lookup[1 << LOOKUP_BITS];
  /** By length: the first code that is longer, as 16 bits, and what to add to a code for the index of its symbol. */
  uint32_t limits[CODE_BITS_MAX + 1];
  int32_t offsets[CODE_BITS_MAX + 1];
} HuffmanTable;

/** A symbol and the bits of its code. */
typedef struct {
  int symbol, bits;
} LongCode;

/** Finds a code that is longer than `LOOKUP_BITS`. One that is not in the table counts as symbol 0, as in libjpeg. */
LongCode find_long_code(const HuffmanTable *table, uint32_t next_16_bits);

/** How many codes were found that are not in their table: the data is damaged. */
extern int unknown_codes;

/** DECODE (F.2.2.3): takes a code, `entry` being what the table has for it. */
INLINE int take_symbol(BitReader *bits, const HuffmanTable *table, int32_t entry) {
  if (__builtin_expect(entry != 0, 1)) {
    skip(bits, entry & 255);
    return entry >> 8 & 255;
  }
  LongCode found = find_long_code(table, peek(bits, CODE_BITS_MAX));
  skip(bits, found.bits);
  return found.symbol;
}

/** Takes a difference of DC coefficients (F.2.2.1). */
INLINE int take_difference(BitReader *bits, const HuffmanTable *table) {
  refill(bits);
  int32_t entry = table->lookup[peek(bits, LOOKUP_BITS)];
  int value = entry >> 16;
  if (value != 0) {
    skip(bits, entry & 255);
    return value;
  }
  int size = take_symbol(bits, table, entry) & 15;
  return size == 0 ? 0 : take_signed(bits, size);
}
