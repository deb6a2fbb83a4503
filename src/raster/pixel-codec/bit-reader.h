#pragma once

#include <stdint.h>

#include "memory.h"

/**
 * Bits of entropy-coded data, without stuffing. Nothing here checks for the end of the data: before each MCU the scan
 * makes sure that there are `MCU_BYTES_MAX` bytes, if need be zeros.
 */
typedef struct {
  /** The next `count` bits, from the top. All bits below are zero. */
  uint64_t buffer;
  int count;
  const uint8_t *next;
} BitReader;

/**
 * The most bytes that an MCU takes: ten blocks (B.2.3) of 64 coefficients, each with a code of 16 bits and 15 more. And
 * what a reader has taken in advance.
 */
static constexpr int MCU_BYTES_MAX = 10 * 64 * 31 / 8 + 16;

/** Makes sure that there are 32 bits: enough for a code and the bits that follow it. */
INLINE void refill(BitReader *bits) {
  if (bits->count >= 32) return;
  uint32_t word;
  __builtin_memcpy(&word, bits->next, sizeof word);
  bits->buffer |= (uint64_t)__builtin_bswap32(word) << (32 - bits->count);
  bits->next += sizeof word;
  bits->count += 32;
}

/** The next bits, 1–32, without taking them. */
INLINE uint32_t peek(const BitReader *bits, int count) { return (uint32_t)(bits->buffer >> (64 - count)); }

INLINE void skip(BitReader *bits, int count) {
  bits->buffer <<= count;
  bits->count -= count;
}

/** Takes bits, 1–16. */
INLINE uint32_t take(BitReader *bits, int count) {
  uint32_t value = peek(bits, count);
  skip(bits, count);
  return value;
}

/** Takes one bit, after a refill of its own. */
INLINE bool take_bit(BitReader *bits) {
  refill(bits);
  return take(bits, 1) != 0;
}

/** RECEIVE and EXTEND (F.2.2.1): a number of 1–15 bits. One that starts with a 0 is negative. */
INLINE int take_signed(BitReader *bits, int count) {
  int value = (int)take(bits, count);
  bool negative = value < 1 << (count - 1);
  return negative ? value - (1 << count) + 1 : value;
}
