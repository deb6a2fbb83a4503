#include "inflate-codes.h"

INLINE Entry make_entry(int value, int kind, int bits) { return (uint32_t)value << 16 | (uint32_t)kind << 8 | bits; }

/** Four symbols for each power of two from 8 on, and one for the longest (§3.2.5). */
static Entry length_entry(int above, int bits) {
  if (above > 28) return make_entry(0, MEANINGLESS, bits);
  if (above == 28) return make_entry(258, 0, bits);
  int extra = above < 8 ? 0 : above / 4 - 1;
  int value = above < 8 ? above : (4 + above % 4) << extra;
  return make_entry(3 + value, extra, bits);
}

/** Two symbols for each power of two from 4 on (§3.2.5). */
static Entry distance_entry(int symbol, int bits) {
  if (symbol > 29) return make_entry(0, MEANINGLESS, bits);
  int extra = symbol < 4 ? 0 : symbol / 2 - 1;
  int value = symbol < 4 ? symbol : (2 + symbol % 2) << extra;
  return make_entry(1 + value, extra, bits);
}

static Entry symbol_entry(Alphabet alphabet, int symbol, int bits) {
  switch (alphabet) {
    case LENGTHS_ALPHABET: return make_entry(symbol, LITERAL, bits);
    case DISTANCES_ALPHABET: return distance_entry(symbol, bits);
    case LITERALS_ALPHABET:
      if (symbol < 256) return make_entry(symbol, LITERAL, bits);
      return symbol == 256 ? make_entry(0, END, bits) : length_entry(symbol - 257, bits);
  }
}

/**
 * Whether codes of these lengths leave none unused, as zlib demands it. But there may be a single code of one bit, or
 * none at all.
 */
static bool are_complete(const uint16_t *counts) {
  int unused = 1, codes = 0;
  for (int bits = 1; bits <= INFLATE_CODE_BITS_MAX; bits++) {
    unused = 2 * unused - counts[bits];
    if (unused < 0) return false;
    codes += counts[bits];
  }
  return unused == 0 || codes == 0 || (codes == 1 && counts[1] == 1);
}

bool make_code_table(CodeTable *table, Alphabet alphabet, const uint8_t *lengths, int symbols) {
  __builtin_memset(table, 0, sizeof *table);
  for (int symbol = 0; symbol < symbols; symbol++) {
    if (lengths[symbol] > 0) table->counts[lengths[symbol]]++;
  }
  if (!are_complete(table->counts)) return false;
  uint32_t code = 0;
  int index = 0;
  for (int bits = 1; bits <= INFLATE_CODE_BITS_MAX; bits++, code <<= 1) {
    for (int symbol = 0; symbol < symbols; symbol++) {
      if (lengths[symbol] != bits) continue;
      Entry entry = table->sorted[index++] = symbol_entry(alphabet, symbol, bits);
      uint32_t first = __builtin_bitreverse32(code++) >> (32 - bits);
      for (uint32_t at = first; at < 1 << INFLATE_LOOKUP_BITS; at += 1u << bits) {
        if (bits <= INFLATE_LOOKUP_BITS) table->lookup[at] = entry;
      }
    }
  }
  return true;
}

Entry find_long_entry(const CodeTable *table, uint64_t bits) {
  // Codes of a length are consecutive numbers, highest bit first.
  int code = 0, first = 0, index = 0;
  for (int length = 1; length <= INFLATE_CODE_BITS_MAX; length++, bits >>= 1) {
    int count = table->counts[length];
    code = code << 1 | (int)(bits & 1);
    first <<= 1;
    if (code - first < count) return table->sorted[index + code - first];
    first += count;
    index += count;
  }
  return 0;
}
