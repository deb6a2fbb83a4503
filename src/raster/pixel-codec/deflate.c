/*
 * Deflate: finds bytes that repeat. Of each position's next four bytes a hash is made, and a table has the last two
 * positions of each hash. The longer match of both is taken, if there is one.
 *
 * zlib at effort 4, which was used before, takes twice as long for a photo's rows, and makes them 3 % smaller: it also
 * tries earlier positions, and looks whether a match one byte later would be longer.
 */
#include "deflate.h"

#include "deflate-block.h"
#include "memory.h"

/** How far back a match may lie (RFC 1951 §2). */
static constexpr int WINDOW_BYTES = 32 * 1024;
static constexpr int MATCH_MIN = 4;
/** Eight bytes are compared at once, also at the end of a block. */
static constexpr int READ_AHEAD = 8;
static constexpr int HASH_BITS = 15;
/** Positions of each hash. */
static constexpr int WAYS = 2;
/** Bytes whose sums fit into 32 bits (RFC 1950 §9). */
static constexpr int SUMMED_BYTES = 5552;
static constexpr uint32_t ADLER_MODULUS = 65'521;

/** Positions of the stream modulo 2^16. What lies farther back than the window is not taken for near: see `look_back`. */
typedef uint16_t Ways[WAYS];

static struct {
  /** The window before the block, and the block. */
  uint8_t *bytes;
  /** Bytes in the block, and in the stream before it. */
  int filled, before;
  Ways *table;
  Block block;
  DeflateWriter writer;
  /** The check sum: Adler-32. */
  uint32_t sum, sum_of_sums;
} stream;

void start_deflate(void) {
  stream = (typeof(stream)){
      .bytes = ALLOCATE(uint8_t, WINDOW_BYTES + DEFLATE_BLOCK_BYTES + READ_AHEAD),
      .table = ALLOCATE(Ways, 1 << HASH_BITS),
      .block = {.tokens = ALLOCATE(Token, DEFLATE_BLOCK_BYTES)},
      // Deflate with a window of 32 KiB, and a check sum of both bytes (RFC 1950 §2.2).
      .writer = {.bits = 0x0178, .count = 16},
      .sum = 1,
  };
}

int add_to_block(const uint8_t *bytes, int count) {
  int room = DEFLATE_BLOCK_BYTES - stream.filled;
  int taken = count < room ? count : room;
  __builtin_memcpy(stream.bytes + WINDOW_BYTES + stream.filled, bytes, taken);
  stream.filled += taken;
  return taken;
}

bool is_block_full(void) { return stream.filled == DEFLATE_BLOCK_BYTES; }

INLINE uint32_t load_32(const uint8_t *at) {
  uint32_t word;
  __builtin_memcpy(&word, at, sizeof word);
  return word;
}

INLINE uint64_t load_64(const uint8_t *at) {
  uint64_t word;
  __builtin_memcpy(&word, at, sizeof word);
  return word;
}

INLINE Ways *find_ways(const uint8_t *at) {
  // Knuth's multiplicative hash, by the golden ratio.
  return &stream.table[load_32(at) * 0x9e37'79b1 >> (32 - HASH_BITS)];
}

INLINE void remember(Ways *ways, int position) {
  (*ways)[1] = (*ways)[0];
  (*ways)[0] = (uint16_t)position;
}

/** How many bytes are the same. */
INLINE int count_same(const uint8_t *one, const uint8_t *other, int most) {
  for (int count = 0; count < most; count += 8) {
    uint64_t different = load_64(one + count) ^ load_64(other + count);
    if (different == 0) continue;
    count += __builtin_ctzll(different) / 8;
    return count < most ? count : most;
  }
  return most;
}

typedef struct {
  int length, distance;
} Match;

/**
 * The longest match of two earlier positions. A position that has left the window looks as if it were nearer by 2^16:
 * the bytes there are compared all the same. Whether they match can't be foretold, so there is no branch until it is
 * known.
 */
INLINE Match look_back(const uint8_t *at, const Ways *ways, int position, int most) {
  int reach = position < WINDOW_BYTES ? position : WINDOW_BYTES;
  uint64_t next = load_64(at);
  Match best = {};
  for (int way = 0; way < WAYS; way++) {
    int distance = (uint16_t)(position - (*ways)[way]);
    bool is_there = distance > 0 && distance <= reach;
    uint64_t different = load_64(at - (is_there ? distance : 0)) ^ next;
    int length = different == 0 ? 8 : __builtin_ctzll(different) / 8;
    bool is_better = is_there && length > best.length;
    best.length = is_better ? length : best.length;
    best.distance = is_better ? distance : best.distance;
  }
  if (best.length == 8) best.length = count_same(at, at - best.distance, most);
  if (best.length > most) best.length = most;
  return best;
}

static void find_tokens(Block *block) {
  const uint8_t *start = stream.bytes + WINDOW_BYTES, *end = start + stream.filled;
  for (const uint8_t *at = start; at < end;) {
    int position = stream.before + (int)(at - start);
    int most = end - at < MATCH_MAX ? (int)(end - at) : MATCH_MAX;
    Ways *ways = find_ways(at);
    Match match = look_back(at, ways, position, most);
    remember(ways, position);
    if (match.length < MATCH_MIN) {
      add_literal(block, *at++);
      continue;
    }
    add_match(block, match.length, match.distance);
    for (int i = 1; i < match.length; i++) remember(find_ways(at + i), position + i);
    at += match.length;
  }
}

static void add_to_sum(void) {
  const uint8_t *at = stream.bytes + WINDOW_BYTES, *end = at + stream.filled;
  while (at < end) {
    const uint8_t *pause = end - at > SUMMED_BYTES ? at + SUMMED_BYTES : end;
    for (; at < pause; at++) {
      stream.sum += *at;
      stream.sum_of_sums += stream.sum;
    }
    stream.sum %= ADLER_MODULUS;
    stream.sum_of_sums %= ADLER_MODULUS;
  }
}

static void compress_block(uint8_t *to, bool last) {
  stream.writer.to = to;
  add_to_sum();
  find_tokens(&stream.block);
  write_block(&stream.writer, &stream.block, last);
}

uint8_t *deflate_block(uint8_t *to) {
  compress_block(to, false);
  __builtin_memmove(stream.bytes, stream.bytes + stream.filled, WINDOW_BYTES);
  stream.before += stream.filled;
  stream.filled = 0;
  return stream.writer.to;
}

uint8_t *finish_deflate(uint8_t *to) {
  compress_block(to, true);
  // The rest of the last byte, and the check sum, its highest byte first (RFC 1950 §2.2).
  DeflateWriter *writer = &stream.writer;
  add_bits(writer, 0, -writer->count & 7);
  flush_bits(writer);
  add_bits(writer, __builtin_bswap32(stream.sum_of_sums << 16 | stream.sum), 32);
  flush_bits(writer);
  return writer->to;
}
