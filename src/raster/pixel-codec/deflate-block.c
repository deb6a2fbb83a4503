#include "deflate-block.h"

#include "deflate-codes.h"
#include "memory.h"

static constexpr int END_OF_BLOCK = 256;
/** Symbols of code lengths. Those from 16 on repeat one (§3.2.7). */
static constexpr int LENGTHS = 19;
static constexpr int LENGTH_CODE_BITS_MAX = 7;
enum { REPEAT_LAST = 16, REPEAT_ZERO = 17, REPEAT_ZERO_LONG = 18 };

/** The codes of the block. */
static Code literal_codes[LITERALS], distance_codes[DISTANCES];

INLINE void add_code(DeflateWriter *writer, Code code) { add_bits(writer, code.bits, code.length); }

/** A length of codes, or how often one is repeated. */
typedef struct {
  uint8_t symbol, extra, extra_bits;
} CodeLength;

/** Describes the first of `left` lengths, and as many of the next ones as have the same. Returns how many these are. */
static int take_lengths(const uint8_t *lengths, int left, bool has_last, CodeLength *found) {
  int run = 1;
  while (run < left && lengths[run] == lengths[0]) run++;
  if (lengths[0] == 0 && run > 10) {
    run = run < 138 ? run : 138;
    *found = (CodeLength){REPEAT_ZERO_LONG, run - 11, 7};
  } else if (lengths[0] == 0 && run > 2) {
    *found = (CodeLength){REPEAT_ZERO, run - 3, 3};
  } else if (has_last && lengths[0] == lengths[-1] && run > 2) {
    run = run < 6 ? run : 6;
    *found = (CodeLength){REPEAT_LAST, run - 3, 2};
  } else {
    run = 1;
    *found = (CodeLength){.symbol = lengths[0]};
  }
  return run;
}

/** Describes the codes by their lengths, which have codes themselves (§3.2.7). */
static void write_codes(DeflateWriter *writer) {
  static const uint8_t order[LENGTHS] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  uint8_t lengths[LITERALS + DISTANCES];
  for (int i = 0; i < LITERALS; i++) lengths[i] = literal_codes[i].length;
  for (int i = 0; i < DISTANCES; i++) lengths[LITERALS + i] = distance_codes[i].length;

  CodeLength found[LITERALS + DISTANCES];
  uint32_t counts[LENGTHS] = {};
  int count = 0;
  for (int at = 0; at < LITERALS + DISTANCES; count++) {
    at += take_lengths(lengths + at, LITERALS + DISTANCES - at, at > 0, &found[count]);
    counts[found[count].symbol]++;
  }
  Code codes[LENGTHS];
  make_codes(counts, LENGTHS, LENGTH_CODE_BITS_MAX, codes);

  // HLIT, HDIST, HCLEN: all symbols are described.
  add_bits(writer, LITERALS - 257, 5);
  add_bits(writer, DISTANCES - 1, 5);
  add_bits(writer, LENGTHS - 4, 4);
  for (int i = 0; i < LENGTHS; i++) {
    flush_bits(writer);
    add_bits(writer, codes[order[i]].length, 3);
  }
  for (int i = 0; i < count; i++) {
    flush_bits(writer);
    add_code(writer, codes[found[i].symbol]);
    add_bits(writer, found[i].extra, found[i].extra_bits);
  }
  flush_bits(writer);
}

void write_block(DeflateWriter *into, Block *block, bool last) {
  block->literals[END_OF_BLOCK]++;
  make_codes(block->literals, LITERALS, CODE_BITS_MAX, literal_codes);
  make_codes(block->distances, DISTANCES, CODE_BITS_MAX, distance_codes);
  // BFINAL, and BTYPE 10: a block with codes of its own (§3.2.3).
  add_bits(into, last, 1);
  add_bits(into, 2, 2);
  write_codes(into);

  // A copy that is not in memory: its address goes nowhere.
  DeflateWriter writer = *into;
  for (int i = 0; i < block->count; i++) {
    Token token = block->tokens[i];
    if (token < MATCH) {
      add_code(&writer, literal_codes[token]);
    } else {
      Value length = length_value((int)(token >> 16 & 0x1ff)), distance = distance_value((int)(token & 0xffff) + 1);
      add_code(&writer, literal_codes[length.symbol]);
      add_bits(&writer, length.extra, length.extra_bits);
      add_code(&writer, distance_codes[distance.symbol]);
      add_bits(&writer, distance.extra, distance.extra_bits);
    }
    flush_bits(&writer);
  }
  add_code(&writer, literal_codes[END_OF_BLOCK]);
  flush_bits(&writer);
  *into = writer;
  *block = (Block){.tokens = block->tokens};
}
