/*
 * Entropy-coded data without stuffing (ITU-T T.81 B.1.1.5, F.1.2.3), segment by segment, and restart markers (E.2.4).
 *
 * Taking out the stuffing is a pass of its own, so that the bit reader knows no markers. It reads on past the end of a
 * segment, where it finds zeros.
 */
#include "entropy-source.h"

#include <wasm_simd128.h>

static constexpr uint8_t MARKER_PREFIX = 0xff;
static constexpr uint8_t FIRST_FRAME_MARKER = 0xc0;
static constexpr uint8_t FIRST_RESTART_MARKER = 0xd0;
static constexpr uint8_t LAST_RESTART_MARKER = 0xd7;
static constexpr int VECTOR_BYTES = 16;

void allocate_source(EntropySource *source) {
  // One byte may be left over from before, and whole vectors are read.
  source->raw = allocate(INPUT_BYTES + 2 * VECTOR_BYTES);
  source->ready = allocate(READY_BYTES + MCU_BYTES_MAX + VECTOR_BYTES);
  source->end = source->ready;
}

/** Where the host writes up to `INPUT_BYTES` for a scan that needs input. */
EXPORT(inputAddress)
uint8_t *input_address(int scan) {
  EntropySource *source = &picture.scans[scan].source;
  source->raw_end -= source->raw_at;
  __builtin_memmove(source->raw, source->raw + source->raw_at, source->raw_end);
  source->raw_at = 0;
  return source->raw + source->raw_end;
}

/** Tells how many bytes the host has written. 0: there are no more. */
EXPORT(addInput)
void add_input(int scan, int bytes) {
  EntropySource *source = &picture.scans[scan].source;
  source->raw_end += bytes;
  source->raw_complete = bytes == 0;
}

/** Moves bytes from `raw` to `to` as long as there is no prefix of a marker, sixteen at a time. Gives the new end. */
static uint8_t *copy_plain(EntropySource *source, uint8_t *to) {
  const uint8_t *raw_end = source->raw + source->raw_end;
  const uint8_t *from = source->raw + source->raw_at;
  const uint8_t *room_end = source->ready + READY_BYTES;
  while (from + VECTOR_BYTES <= raw_end && to + VECTOR_BYTES <= room_end) {
    v128_t bytes = wasm_v128_load(from);
    int prefixes = wasm_i8x16_bitmask(wasm_i8x16_eq(bytes, wasm_i8x16_splat(-1)));
    // What comes behind a prefix is written again.
    wasm_v128_store(to, bytes);
    int plain = prefixes == 0 ? VECTOR_BYTES : __builtin_ctz(prefixes);
    from += plain;
    to += plain;
    if (prefixes != 0) break;
  }
  source->raw_at = (int)(from - source->raw);
  return to;
}

/** Takes raw bytes until the room is full, the segment or the raw bytes end. */
static void take_raw(EntropySource *source) {
  uint8_t *to = source->ready + (source->end - source->ready);
  const uint8_t *room_end = source->ready + READY_BYTES;
  while (to < room_end) {
    to = copy_plain(source, to);
    if (source->raw_at == source->raw_end || to == room_end) break;
    uint8_t byte = source->raw[source->raw_at];
    if (byte != MARKER_PREFIX) {
      *to++ = byte;
      source->raw_at++;
      continue;
    }
    // The prefix stays until the byte behind it is there.
    if (source->raw_at + 1 == source->raw_end) break;
    uint8_t code = source->raw[source->raw_at + 1];
    source->raw_at += code == MARKER_PREFIX ? 1 : 2;
    if (code == MARKER_PREFIX) continue;
    if (code == 0) {
      *to++ = MARKER_PREFIX;
      continue;
    }
    source->segment_complete = true;
    source->marker = code;
    break;
  }
  source->has_data |= to != source->end;
  source->end = to;
  // A prefix without a byte behind it counts for nothing.
  bool all_taken = source->raw_end - source->raw_at <= 1 && to < room_end;
  if (source->raw_complete && !source->segment_complete && all_taken) {
    source->segment_complete = true;
    source->marker = 0;
  }
}

/** Makes room behind what the reader has not taken yet, and fills it. */
static void fill_ready(EntropySource *source, BitReader *bits) {
  int kept = (int)(source->end - bits->next);
  __builtin_memmove(source->ready, bits->next, kept);
  bits->next = source->ready;
  source->end = source->ready + kept;
  take_raw(source);
  if (source->segment_complete) __builtin_memset(source->ready + (source->end - source->ready), 0, MCU_BYTES_MAX);
}

/** How many bits the reader has taken beyond those that the segment has. Negative: so many are left. */
static int count_excess_bits(const Scan *scan) {
  const EntropySource *source = &scan->source;
  return (int)(scan->bits.next - source->end) * 8 - scan->bits.count;
}

bool has_overrun(const Scan *scan) { return scan->source.segment_complete && count_excess_bits(scan) > 0; }

/** Starts with the segment behind the last marker. */
static void begin_segment(Scan *scan) {
  scan->source.segment_complete = false;
  scan->source.end = scan->source.ready;
  scan->bits = (BitReader){.next = scan->source.ready};
}

/** Drops what the segment still has: nothing, if the data is sound. false: input is needed. */
static bool skip_segment(Scan *scan) {
  EntropySource *source = &scan->source;
  while (!source->segment_complete) {
    int before = source->raw_at;
    source->end = scan->bits.next = source->ready;
    take_raw(source);
    if (source->raw_at == before && !source->segment_complete) return false;
  }
  return true;
}

/** What to do about a marker where a restart marker was due. */
typedef enum { TAKE_IT, LEAVE_IT, SKIP_IT } MarkerUse;

/**
 * As in libjpeg: a marker that comes one or two too early was not yet due, so that the segment before it is missing;
 * one that comes one or two too late belongs to a segment that was lost.
 */
static MarkerUse judge_marker(uint8_t marker, int due) {
  if (marker == 0) return LEAVE_IT;
  if (marker < FIRST_FRAME_MARKER) return SKIP_IT;
  if (marker < FIRST_RESTART_MARKER || marker > LAST_RESTART_MARKER) return LEAVE_IT;
  int ahead = (marker - FIRST_RESTART_MARKER - due) & 7;
  if (ahead == 1 || ahead == 2) return LEAVE_IT;
  return ahead == 6 || ahead == 7 ? SKIP_IT : TAKE_IT;
}

/** Takes the restart marker that is due, and resets the decoder (F.2.1.3.1, G.1.2.2). false: input is needed. */
static bool take_restart(Scan *scan) {
  if (has_overrun(scan)) scan->missing_units++;
  for (;;) {
    if (!skip_segment(scan)) return false;
    MarkerUse use = judge_marker(scan->source.marker, scan->next_restart);
    if (use == LEAVE_IT) {
      scan->source.end = scan->source.ready;
      scan->bits = (BitReader){.next = scan->source.ready};
      break;
    }
    begin_segment(scan);
    if (use == TAKE_IT) break;
  }
  scan->next_restart = (scan->next_restart + 1) & 7;
  scan->until_restart = scan->restart_interval;
  scan->end_of_band_run = 0;
  for (int part = 0; part < scan->part_count; part++) scan->parts[part].prediction = 0;
  return true;
}

UnitState prepare_unit(Scan *scan) {
  EntropySource *source = &scan->source;
  if (scan->until_restart == 0 && !take_restart(scan)) return INPUT_NEEDED;
  if (!source->segment_complete && source->end - scan->bits.next < MCU_BYTES_MAX) {
    fill_ready(source, &scan->bits);
    if (!source->segment_complete && source->end - scan->bits.next < MCU_BYTES_MAX) return INPUT_NEEDED;
  }
  if (!source->segment_complete) return MCU_READY;
  // A run of empty blocks needs no data. But a block that has read zeros behind the data is the last one.
  int excess = count_excess_bits(scan);
  bool has_block = excess < 0 || (excess == 0 && scan->end_of_band_run > 0);
  return has_block ? MCU_READY : MCU_MISSING;
}
