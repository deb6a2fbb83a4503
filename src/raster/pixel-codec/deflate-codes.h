#pragma once

#include <stdint.h>

/* Huffman codes for deflate (RFC 1951 §3.2.1). */

static constexpr int CODE_BITS_MAX = 15;
/** Of literals and lengths: the largest alphabet. */
static constexpr int SYMBOLS_MAX = 286;

/** The code of a symbol, its first bit lowest. Its length is 0 where the symbol does not occur. */
typedef struct {
  uint16_t bits, length;
} Code;

/**
 * Makes codes of up to `length_max` bits for symbols that occur `counts` times. There are always two at least, since
 * not every reader takes a single one. The counts are used up.
 */
void make_codes(uint32_t *counts, int symbols, int length_max, Code *codes);
