#pragma once

#include <stdint.h>

/* Decompresses a zlib stream (RFC 1950, RFC 1951), as far as its bytes are wanted. */

/** The most bytes that the host brings at once. */
static constexpr int DEFLATED_INPUT_BYTES = 64 * 1024;
/** Bytes that may be read, and overwritten, behind those that were inflated. */
static constexpr int INFLATE_MARGIN = 16;

typedef enum {
  INFLATED = 0,
  /** The host must bring more of the stream first. */
  DEFLATED_NEEDED = 1,
  /** The stream makes no sense. */
  NOT_DEFLATED = 2,
  /** The stream ends before. */
  STREAM_ENDED = 3,
} InflateState;

/** Starts a stream. Allocates what it takes to have up to `wanted_max` bytes at once. */
void start_inflate(int wanted_max);

/** Makes the next bytes available. */
InflateState inflate_bytes(int wanted);

/** Takes bytes that are available. They stay until the next call of `inflate_bytes`. */
const uint8_t *take_inflated(int count);
