/* Tables to decode Huffman codes with (ITU-T T.81 annexes C and F). */
#include "huffman.h"

int unknown_codes;

EXPORT(newTable)
HuffmanTable *new_table(void) { return ALLOCATE(HuffmanTable, 1); }

/** What the table has for a code and the bits that follow it within the lookup. */
static int32_t make_entry(TableKind kind, int symbol, int length, int following) {
  int run = kind == DC_TABLE ? 0 : symbol >> 4;
  int size = kind == DC_TABLE ? symbol : symbol & 15;
  if (kind == AC_TABLE && symbol == 0) return 1 << 16 | END_OF_BLOCK_RUN << 8 | length;
  int spare = LOOKUP_BITS - length - size;
  if (kind == AC_CORRECTION_TABLE || size == 0 || spare < 0) return symbol << 8 | length;
  int value = following >> spare & ((1 << size) - 1);
  if (value < 1 << (size - 1)) value += 1 - (1 << size);
  return value * (1 << 16) + (run << 8 | (length + size));
}

/**
 * Fills in the table whose counts and symbols the host has written. false: there are more codes of a length than there
 * can be.
 */
EXPORT(fillTable)
bool fill_table(HuffmanTable *table, TableKind kind) {
  uint32_t code = 0;
  int index = 0;
  for (int length = 1; length <= CODE_BITS_MAX; length++) {
    int count = table->counts[length - 1];
    if (code + count > 1u << length || index + count > 256) return false;
    table->offsets[length] = index - (int)code;
    for (int end = index + count; index < end; index++, code++) {
      if (length > LOOKUP_BITS) continue;
      int32_t *entries = table->lookup + (code << (LOOKUP_BITS - length));
      for (int following = 0; following < 1 << (LOOKUP_BITS - length); following++) {
        entries[following] = make_entry(kind, table->symbols[index], length, following);
      }
    }
    table->limits[length] = code << (CODE_BITS_MAX - length);
    code <<= 1;
  }
  return true;
}

LongCode find_long_code(const HuffmanTable *table, uint32_t next_16_bits) {
  for (int length = LOOKUP_BITS + 1; length <= CODE_BITS_MAX; length++) {
    if (next_16_bits >= table->limits[length]) continue;
    int index = (int)(next_16_bits >> (CODE_BITS_MAX - length)) + table->offsets[length];
    return (LongCode){table->symbols[index & 255], length};
  }
  unknown_codes++;
  return (LongCode){0, CODE_BITS_MAX};
}
