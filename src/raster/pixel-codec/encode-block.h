#pragma once

#include "bit-writer.h"
#include "simd.h"

/* Huffman coding of a block (ITU-T T.81 §F.1.2). */

/** The code of a symbol. Its length is 0 where the table has no such symbol. */
typedef struct {
  uint16_t bits, length;
} Code;

/** By symbol. */
typedef struct {
  Code dc[256], ac[256];
} Codes;

/**
 * The most bytes of a block: 64 coefficients, each with a code of 16 bits and 11 bits of its value, and each byte FF
 * followed by 00.
 */
static constexpr int BLOCK_BYTES_MAX = 64 * (16 + 11) / 8 * 2;

/** Sixteen zeros before a coefficient that has more of them. */
static constexpr int SIXTEEN_ZEROS = 0xf0;
static constexpr int END_OF_BLOCK = 0x00;

/**
 * From low to high frequencies, so that the zeros come last (figure A.6). A block is kept column by column: the
 * coefficient of horizontal frequency u and vertical frequency v is at 8u + v.
 */
static const uint8_t zigzag[64] = {
    0,  8,  1,  2,  9,  16, 24, 17, 10, 3,  4,  11, 18, 25, 32, 40,
    33, 26, 19, 12, 5,  6,  13, 20, 27, 34, 41, 48, 56, 49, 42, 35,
    28, 21, 14, 7,  15, 22, 29, 36, 43, 50, 57, 58, 51, 44, 37, 30,
    23, 31, 38, 45, 52, 59, 60, 53, 46, 39, 47, 54, 61, 62, 55, 63,
};

/** Finds the coefficients of a block that are not zero. */
typedef struct {
  /** The places in the zigzag of a set of coefficients of one column. Bit v of the set is vertical frequency v. */
  uint64_t places[8][256];
} ZigzagIndex;

static inline void make_zigzag_index(ZigzagIndex *index) {
  for (int place = 0; place < 64; place++) {
    int u = zigzag[place] / 8, v = zigzag[place] % 8;
    for (int set = 0; set < 256; set++) {
      if (set >> v & 1) index->places[u][set] |= 1ull << place;
    }
  }
}

/** A number whose bit k is set if the coefficient at place k of the zigzag is not zero. */
INLINE uint64_t find_nonzero(const ZigzagIndex *index, const v128_t block[8]) {
  v128_t zero = wasm_i16x8_const_splat(0);
  uint64_t found = 0;
  for (int u = 0; u < 8; u += 2) {
    v128_t two_columns =
        wasm_i8x16_narrow_i16x8(wasm_i16x8_ne(block[u], zero), wasm_i16x8_ne(block[u + 1], zero));
    uint32_t sets = wasm_i8x16_bitmask(two_columns);
    found |= index->places[u][sets & 255] | index->places[u + 1][sets >> 8];
  }
  return found;
}

/** The number of bits of a value's magnitude: its category in tables F.1 and F.2. */
INLINE int magnitude_bits(int value) { return value == 0 ? 0 : 32 - __builtin_clz(value < 0 ? -value : value); }

/**
 * Writes a code and, after it, the `size` bits of a value. Of a negative one, those of itself less one (§F.1.2.1.1).
 */
INLINE void write_value(BitWriter *writer, Code code, int value, int size) {
  uint32_t low_bits = (value + (value >> 31)) & ((1 << size) - 1);
  write_bits(writer, (uint32_t)code.bits << size | low_bits, code.length + size);
}

/** Writes a quantized block. `previous_dc` is the mean of the same component's block before. */
INLINE void encode_block(
    BitWriter *writer,
    const Codes *codes,
    const ZigzagIndex *index,
    const v128_t block[8],
    int *previous_dc
) {
  int16_t coefficients[64];
  for (int u = 0; u < 8; u++) wasm_v128_store(coefficients + 8 * u, block[u]);

  // §F.1.2.1: of the mean only the difference is written.
  int difference = coefficients[0] - *previous_dc;
  *previous_dc = coefficients[0];
  int size = magnitude_bits(difference);
  write_value(writer, codes->dc[size], difference, size);

  // §F.1.2.2: of the others those that are not zero, each with the number of zeros before it.
  int last = 0;
  for (uint64_t left = find_nonzero(index, block) & ~1ull; left != 0; left &= left - 1) {
    int place = __builtin_ctzll(left);
    int zeros = place - last - 1;
    last = place;
    for (; zeros > 15; zeros -= 16) {
      Code sixteen = codes->ac[SIXTEEN_ZEROS];
      write_bits(writer, sixteen.bits, sixteen.length);
    }
    int value = coefficients[zigzag[place]];
    int size = magnitude_bits(value);
    write_value(writer, codes->ac[zeros << 4 | size], value, size);
  }
  if (last == 63) return;
  Code end = codes->ac[END_OF_BLOCK];
  write_bits(writer, end.bits, end.length);
}
