#pragma once

#include <stdint.h>

#include "memory.h"

/*
 * Writes entropy-coded data (ITU-T T.81 §F.1.2.3): the highest bit first, and 00 after each byte FF, which would begin
 * a marker otherwise.
 */
typedef struct {
  uint8_t *to;
  /** The lowest `count` bits wait to be written: fewer than 32 between two calls. */
  uint64_t bits;
  int count;
} BitWriter;

static inline void write_byte(BitWriter *writer, uint8_t byte) {
  *writer->to++ = byte;
  if (byte == 0xff) *writer->to++ = 0;
}

/** Writes the lowest `count` bits of a value without others, 32 at most. */
INLINE void write_bits(BitWriter *writer, uint32_t value, int count) {
  writer->bits = writer->bits << count | value;
  writer->count += count;
  if (writer->count < 32) return;
  writer->count -= 32;
  uint32_t word = writer->bits >> writer->count;
  // A byte FF has its highest bit set, and loses it when one is added.
  bool may_have_ff = word & 0x80808080 & ~(word + 0x01010101);
  if (__builtin_expect(may_have_ff, false)) {
    for (int shift = 24; shift >= 0; shift -= 8) write_byte(writer, word >> shift);
    return;
  }
  uint32_t big_endian = __builtin_bswap32(word);
  __builtin_memcpy(writer->to, &big_endian, 4);
  writer->to += 4;
}

/** Completes the last byte with ones, and writes all that waits. */
static inline void finish_bits(BitWriter *writer) {
  int missing = -writer->count & 7;
  write_bits(writer, (1 << missing) - 1, missing);
  while (writer->count > 0) {
    writer->count -= 8;
    write_byte(writer, writer->bits >> writer->count);
  }
}
