#pragma once

#include <stdint.h>

/*
 * Compresses bytes to a zlib stream (RFC 1950, RFC 1951). They are collected to blocks of a fixed size, so that the
 * stream depends on nothing but the bytes.
 */

/** Bytes of a block. */
static constexpr int DEFLATE_BLOCK_BYTES = 64 * 1024;

/**
 * The most bytes that a block is written as, with what was left of the one before. A literal takes up to 15 bits, and a
 * match of at least 4 bytes takes 48. The codes take less than 1 KiB.
 */
static constexpr int DEFLATED_BYTES_MAX = 2 * DEFLATE_BLOCK_BYTES + 1024;

/** Starts a stream, and allocates what it needs. */
void start_deflate(void);

/** Takes bytes as far as the block has room, and returns how many. */
int add_to_block(const uint8_t *bytes, int count);

bool is_block_full(void);

/** Writes the block, and begins the next one. Returns the end of what was written. */
uint8_t *deflate_block(uint8_t *to);

/** Writes the last block, which may be empty, and the end of the stream. */
uint8_t *finish_deflate(uint8_t *to);
