#pragma once

#include <stdint.h>

#include "memory.h"

/* Tables to decode the Huffman codes of deflate with (RFC 1951 §3.2.2). */

static constexpr int INFLATE_CODE_BITS_MAX = 15;
/** Codes of up to ten bits are looked up at once. */
static constexpr int INFLATE_LOOKUP_BITS = 10;
/** Of literals and lengths, with two that have codes but no meaning (§3.2.6). */
static constexpr int INFLATE_SYMBOLS_MAX = 288;

/**
 * What a code means: value << 16 | kind << 8 | bits of the code. 0: the code is longer than the lookup, or there is no
 * such code. The kind is a number of bits that follow and are added to the value, 13 at most, or one of those below.
 */
typedef uint32_t Entry;
enum { LITERAL = 0x80, END = 0x40, MEANINGLESS = 0x20 };

typedef enum { LENGTHS_ALPHABET, LITERALS_ALPHABET, DISTANCES_ALPHABET } Alphabet;

typedef struct {
  Entry lookup[1 << INFLATE_LOOKUP_BITS];
  /** Entries of all symbols that have a code, shorter codes first, and how many codes there are of each length. */
  Entry sorted[INFLATE_SYMBOLS_MAX];
  uint16_t counts[INFLATE_CODE_BITS_MAX + 1];
} CodeTable;

/** Makes the table of symbols whose codes have these lengths, 0 to 15. false: there can't be such codes. */
bool make_code_table(CodeTable *table, Alphabet alphabet, const uint8_t *lengths, int symbols);

/** Finds a code that is longer than the lookup. 0: there is none. */
Entry find_long_entry(const CodeTable *table, uint64_t bits);

/** The entry of the next code of `bits`, the first of which is the lowest. 0: there is none. */
INLINE Entry find_entry(const CodeTable *table, uint64_t bits) {
  Entry entry = table->lookup[bits & ((1 << INFLATE_LOOKUP_BITS) - 1)];
  return __builtin_expect(entry != 0, 1) ? entry : find_long_entry(table, bits);
}
