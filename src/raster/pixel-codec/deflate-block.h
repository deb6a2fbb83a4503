#pragma once

#include <stdint.h>

#include "memory.h"

/* How deflate writes a block with codes of its own (RFC 1951 §3.2.7). */

/** Symbols of literals and lengths, and of distances (§3.2.5). */
static constexpr int LITERALS = 286;
static constexpr int DISTANCES = 30;
static constexpr int FIRST_LENGTH = 257;
static constexpr int MATCH_MAX = 258;

/** A symbol, and the bits that follow its code. */
typedef struct {
  int symbol, extra, extra_bits;
} Value;

INLINE int highest_bit(uint32_t value) { return 31 - __builtin_clz(value); }

/** Four symbols for each power of two, and one for the longest (§3.2.5). */
INLINE Value length_value(int length) {
  int above = length - 3;
  if (length == MATCH_MAX) return (Value){LITERALS - 1, 0, 0};
  if (above < 8) return (Value){FIRST_LENGTH + above, 0, 0};
  int bits = highest_bit(above) - 2;
  return (Value){FIRST_LENGTH + 4 * bits + (above >> bits), above & ((1 << bits) - 1), bits};
}

/** Two symbols for each power of two (§3.2.5). */
INLINE Value distance_value(int distance) {
  int above = distance - 1;
  if (above < 4) return (Value){above, 0, 0};
  int bits = highest_bit(above) - 1;
  return (Value){2 * bits + (above >> bits), above & ((1 << bits) - 1), bits};
}

/** A literal: the byte. Or a match of bytes before: `MATCH`, its length << 16, its distance less one. */
typedef uint32_t Token;
static constexpr Token MATCH = 1u << 31;

/** What a block says. */
typedef struct {
  Token *tokens;
  int count;
  /** How often each symbol occurs. */
  uint32_t literals[LITERALS], distances[DISTANCES];
} Block;

INLINE void add_literal(Block *block, uint8_t byte) {
  block->tokens[block->count++] = byte;
  block->literals[byte]++;
}

INLINE void add_match(Block *block, int length, int distance) {
  block->tokens[block->count++] = MATCH | (uint32_t)length << 16 | (uint32_t)(distance - 1);
  block->literals[length_value(length).symbol]++;
  block->distances[distance_value(distance).symbol]++;
}

/** Bits that are written. */
typedef struct {
  uint8_t *to;
  /** The lowest `count` bits wait: fewer than 8 between two calls. The lowest is the first (§3.1.1). */
  uint64_t bits;
  int count;
} DeflateWriter;

/** Adds the `count` lowest bits of a value that has no others. There is room for 56 until the next `flush_bits`. */
INLINE void add_bits(DeflateWriter *writer, uint32_t value, int count) {
  writer->bits |= (uint64_t)value << writer->count;
  writer->count += count;
}

/** Writes the whole bytes that wait. What is stored behind them is overwritten by the next ones. */
INLINE void flush_bits(DeflateWriter *writer) {
  __builtin_memcpy(writer->to, &writer->bits, sizeof writer->bits);
  int bytes = writer->count / 8;
  writer->to += bytes;
  writer->bits >>= bytes * 8;
  writer->count -= bytes * 8;
}

/** Writes a block, which may have no tokens, and empties it. `last`: nothing follows. */
void write_block(DeflateWriter *writer, Block *block, bool last);
