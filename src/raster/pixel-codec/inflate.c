/*
 * Inflate (RFC 1951). The check sum at the end is not looked at, nor what follows it: browsers show such pictures.
 *
 * Nothing within a symbol asks for input: before each there must be more of the stream than it can take. Where the
 * stream ends, zeros follow, and a symbol that has taken some of them was cut off.
 */
#include "inflate.h"

#include <wasm_simd128.h>

#include "inflate-codes.h"

/** How far back a match may lie (§2). */
static constexpr int HISTORY_BYTES = 32 * 1024;
/** Bytes that are inflated before they are wanted, if there is input. */
static constexpr int AHEAD_BYTES = 64 * 1024;
static constexpr int MATCH_MAX = 258;
/** A match takes up to 48 bits. Eight bytes are read at once. */
static constexpr int SYMBOL_BYTES = 16;
/** The head of a block: the lengths of 19 codes of 3 bits, and of 320 of up to 14. */
static constexpr int HEAD_BYTES = 640;
static constexpr int VECTOR_BYTES = 16;

/** Symbols of the three alphabets (§3.2.7). */
static constexpr int LENGTHS = 19;
static constexpr int LITERALS_MAX = 286;
static constexpr int DISTANCES_MAX = 30;
static constexpr int END_OF_BLOCK = 256;

/** What is read of the input. */
typedef struct {
  const uint8_t *next;
  /** Bits that were read, the next one lowest. Above the first `count` may be some of what is read next. */
  uint64_t bits;
  int count;
} DeflateReader;

static struct {
  /** What comes next in the stream. */
  enum { STREAM_HEAD, BLOCK_HEAD, STORED_BYTES, SYMBOLS, END_OF_STREAM, NONSENSE } expected;
  bool is_last_block;
  int stored_left;
  CodeTable lengths, literals, distances;
  /** Input up to `end`. `is_complete`: the host has no more. */
  uint8_t *input;
  const uint8_t *end;
  bool is_complete;
  DeflateReader reader;
  /** What was inflated. The first `taken` bytes are history. */
  uint8_t *output;
  int taken, filled, capacity;
} stream;

void start_inflate(int wanted_max) {
  int capacity = HISTORY_BYTES + wanted_max + AHEAD_BYTES;
  stream = (typeof(stream)){
      .input = allocate(HEAD_BYTES + DEFLATED_INPUT_BYTES + HEAD_BYTES),
      .output = allocate(capacity + MATCH_MAX + INFLATE_MARGIN),
      .capacity = capacity,
  };
  stream.reader.next = stream.end = stream.input;
}

/** Where the host writes up to `DEFLATED_INPUT_BYTES` when input is needed. */
EXPORT(deflatedInput)
uint8_t *deflated_input(void) {
  int kept = (int)(stream.end - stream.reader.next);
  __builtin_memmove(stream.input, stream.reader.next, kept);
  stream.reader.next = stream.input;
  uint8_t *end = stream.input + kept;
  stream.end = end;
  return end;
}

/** Tells how many bytes the host has written. 0: there are no more. */
EXPORT(addDeflated)
void add_deflated(int bytes) {
  stream.end += bytes;
  if (bytes > 0) return;
  stream.is_complete = true;
  __builtin_memset(stream.input + (stream.end - stream.input), 0, HEAD_BYTES);
}

/** Makes sure that there are 56 bits. */
INLINE void refill(DeflateReader *reader) {
  uint64_t word;
  __builtin_memcpy(&word, reader->next, sizeof word);
  reader->bits |= word << reader->count;
  reader->next += (63 - reader->count) >> 3;
  reader->count |= 56;
}

INLINE void skip(DeflateReader *reader, int count) {
  reader->bits >>= count;
  reader->count -= count;
}

/** Takes up to 16 bits. */
INLINE int take(DeflateReader *reader, int count) {
  int value = (int)(reader->bits & ((1u << count) - 1));
  skip(reader, count);
  return value;
}

/** Takes a code. */
INLINE Entry take_entry(DeflateReader *reader, const CodeTable *table) {
  Entry entry = find_entry(table, reader->bits);
  skip(reader, entry & 0xff);
  return entry;
}

INLINE int kind_of(Entry entry) { return entry >> 8 & 0xff; }

/** Whether bits were taken that the stream does not have. */
INLINE bool has_overrun(const DeflateReader *reader) {
  return reader->next > stream.end && (reader->next - stream.end) * 8 > reader->count;
}

static InflateState report_end(void) {
  stream.expected = END_OF_STREAM;
  return STREAM_ENDED;
}

static InflateState refuse(void) {
  stream.expected = NONSENSE;
  return NOT_DEFLATED;
}

/** Zeros behind the end may make no sense either. */
INLINE InflateState report_nonsense(const DeflateReader *reader) {
  return has_overrun(reader) ? report_end() : refuse();
}

/** Deflate with a window of up to 32 KiB, without a dictionary, and a check sum of both bytes (RFC 1950 §2.2). */
static InflateState read_stream_head(DeflateReader *reader) {
  refill(reader);
  int method = take(reader, 8), flags = take(reader, 8);
  if ((method & 15) != 8 || method >> 4 > 7 || (flags & 0x20) != 0) return refuse();
  if ((method << 8 | flags) % 31 != 0) return refuse();
  stream.expected = BLOCK_HEAD;
  return INFLATED;
}

/** A block without codes: its length, and that inverted, from a whole byte on (§3.2.4). */
static InflateState read_stored_head(DeflateReader *reader) {
  skip(reader, reader->count & 7);
  refill(reader);
  int length = take(reader, 16), inverted = take(reader, 16);
  if ((length ^ inverted) != 0xffff) return report_nonsense(reader);
  // The bytes are copied from the input itself.
  *reader = (DeflateReader){.next = reader->next - reader->count / 8};
  stream.stored_left = length;
  stream.expected = STORED_BYTES;
  return INFLATED;
}

/** The codes that are always the same (§3.2.6). */
static void use_fixed_codes(void) {
  uint8_t lengths[INFLATE_SYMBOLS_MAX];
  for (int i = 0; i < INFLATE_SYMBOLS_MAX; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  make_code_table(&stream.literals, LITERALS_ALPHABET, lengths, INFLATE_SYMBOLS_MAX);
  // With the two that have no meaning.
  __builtin_memset(lengths, 5, DISTANCES_MAX + 2);
  make_code_table(&stream.distances, DISTANCES_ALPHABET, lengths, DISTANCES_MAX + 2);
}

/** Reads the lengths of `count` codes, which have codes themselves (§3.2.7). false: they make no sense. */
static bool read_lengths(DeflateReader *reader, uint8_t *lengths, int count) {
  for (int at = 0; at < count;) {
    refill(reader);
    Entry entry = take_entry(reader, &stream.lengths);
    if (entry == 0) return false;
    int symbol = (int)(entry >> 16);
    if (symbol < 16) {
      lengths[at++] = symbol;
      continue;
    }
    if (symbol == 16 && at == 0) return false;
    int repeated = symbol == 16 ? lengths[at - 1] : 0;
    int repeats = symbol == 16 ? 3 + take(reader, 2) : symbol == 17 ? 3 + take(reader, 3) : 11 + take(reader, 7);
    if (at + repeats > count) return false;
    for (; repeats > 0; repeats--) lengths[at++] = repeated;
  }
  return true;
}

/** The codes of a block with its own (§3.2.7). */
static bool read_codes(DeflateReader *reader) {
  static const uint8_t order[LENGTHS] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  int literals = 257 + take(reader, 5), distances = 1 + take(reader, 5), described = 4 + take(reader, 4);
  if (literals > LITERALS_MAX || distances > DISTANCES_MAX) return false;
  uint8_t code_lengths[LENGTHS] = {};
  for (int i = 0; i < described; i++) {
    refill(reader);
    code_lengths[order[i]] = take(reader, 3);
  }
  if (!make_code_table(&stream.lengths, LENGTHS_ALPHABET, code_lengths, LENGTHS)) return false;
  uint8_t lengths[LITERALS_MAX + DISTANCES_MAX];
  if (!read_lengths(reader, lengths, literals + distances) || lengths[END_OF_BLOCK] == 0) return false;
  return make_code_table(&stream.literals, LITERALS_ALPHABET, lengths, literals) &&
         make_code_table(&stream.distances, DISTANCES_ALPHABET, lengths + literals, distances);
}

/** §3.2.3 */
static InflateState read_block_head(DeflateReader *reader) {
  refill(reader);
  stream.is_last_block = take(reader, 1);
  switch (take(reader, 2)) {
    case 0: return read_stored_head(reader);
    case 1: use_fixed_codes(); break;
    case 2:
      if (!read_codes(reader)) return report_nonsense(reader);
      break;
    default: return report_nonsense(reader);
  }
  stream.expected = SYMBOLS;
  return INFLATED;
}

static void end_block(void) { stream.expected = stream.is_last_block ? END_OF_STREAM : BLOCK_HEAD; }

static InflateState copy_stored(DeflateReader *reader) {
  int room = stream.capacity - stream.filled, present = (int)(stream.end - reader->next);
  int count = stream.stored_left < room ? stream.stored_left : room;
  if (count > present) count = present;
  __builtin_memcpy(stream.output + stream.filled, reader->next, count);
  reader->next += count;
  stream.filled += count;
  stream.stored_left -= count;
  if (stream.stored_left == 0) end_block();
  else if (count == present) return stream.is_complete ? report_end() : DEFLATED_NEEDED;
  return INFLATED;
}

/** Copies bytes from before. They may overlap with what they are copied to, and then repeat. */
INLINE void copy_match(uint8_t *to, int distance, int length) {
  const uint8_t *from = to - distance, *end = to + length;
  if (distance >= VECTOR_BYTES) {
    for (; to < end; to += VECTOR_BYTES, from += VECTOR_BYTES) wasm_v128_store(to, wasm_v128_load(from));
  } else if (distance == 1) {
    v128_t repeated = wasm_i8x16_splat(*(const int8_t *)from);
    for (; to < end; to += VECTOR_BYTES) wasm_v128_store(to, repeated);
  } else {
    while (to < end) *to++ = *from++;
  }
}

/** Decodes symbols to the end of the block, or until there is no more room (§3.2.3, §3.2.5). */
static InflateState decode_symbols(DeflateReader *into) {
  // Copies that are not in memory: their address goes nowhere.
  DeflateReader reader = *into;
  uint8_t *to = stream.output + stream.filled;
  const uint8_t *full = stream.output + stream.capacity;
  InflateState state = INFLATED;
  while (to < full) {
    if (stream.end - reader.next < SYMBOL_BYTES && !stream.is_complete) {
      state = DEFLATED_NEEDED;
      break;
    }
    refill(&reader);
    Entry entry = take_entry(&reader, &stream.literals);
    int kind = kind_of(entry);
    if (__builtin_expect(has_overrun(&reader), false)) return report_end();
    if (kind == LITERAL) {
      *to++ = (uint8_t)(entry >> 16);
      continue;
    }
    if (kind == END) {
      end_block();
      break;
    }
    if (entry == 0 || kind == MEANINGLESS) return report_nonsense(&reader);
    int length = (int)(entry >> 16) + take(&reader, kind);
    entry = take_entry(&reader, &stream.distances);
    kind = kind_of(entry);
    if (entry == 0 || kind == MEANINGLESS) return report_nonsense(&reader);
    int distance = (int)(entry >> 16) + take(&reader, kind);
    if (has_overrun(&reader)) return report_end();
    if (distance > to - stream.output) return report_nonsense(&reader);
    copy_match(to, distance, length);
    to += length;
  }
  *into = reader;
  stream.filled = (int)(to - stream.output);
  return state;
}

/** Reads what is expected next. */
static InflateState advance(void) {
  DeflateReader *reader = &stream.reader;
  switch (stream.expected) {
    case STREAM_HEAD:
    case BLOCK_HEAD: {
      if (stream.end - reader->next < HEAD_BYTES && !stream.is_complete) return DEFLATED_NEEDED;
      InflateState state = stream.expected == STREAM_HEAD ? read_stream_head(reader) : read_block_head(reader);
      return state == INFLATED && has_overrun(reader) ? report_end() : state;
    }
    case STORED_BYTES: return copy_stored(reader);
    case SYMBOLS: return decode_symbols(reader);
    case END_OF_STREAM: return STREAM_ENDED;
    case NONSENSE: return NOT_DEFLATED;
  }
}

/** Makes room behind what is there, and keeps the history. */
static void drop_taken(void) {
  int dropped = stream.filled - HISTORY_BYTES;
  if (dropped > stream.taken) dropped = stream.taken;
  if (dropped <= 0) return;
  __builtin_memmove(stream.output, stream.output + dropped, stream.filled - dropped);
  stream.taken -= dropped;
  stream.filled -= dropped;
}

InflateState inflate_bytes(int wanted) {
  if (stream.taken + wanted > stream.capacity) drop_taken();
  while (stream.filled - stream.taken < wanted) {
    InflateState state = advance();
    // What was inflated before it still counts.
    if (state != INFLATED && stream.filled - stream.taken < wanted) return state;
  }
  return INFLATED;
}

const uint8_t *take_inflated(int count) {
  const uint8_t *bytes = stream.output + stream.taken;
  stream.taken += count;
  return bytes;
}
