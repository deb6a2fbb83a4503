#pragma once

#include "jpeg-decoder.h"

/** The most bytes that the host brings at once. */
static constexpr int INPUT_BYTES = 16 * 1024;
/** Bytes of a segment that are held without stuffing. */
static constexpr int READY_BYTES = 16 * 1024;

void allocate_source(EntropySource *source);

/** What the scan can do now. */
typedef enum {
  /** There is an MCU to decode. */
  MCU_READY,
  /** The data has ended before: the MCU stays as it is. */
  MCU_MISSING,
  /** The host must bring more data first. */
  INPUT_NEEDED,
} UnitState;

/** Prepares for an MCU: takes a restart marker where one is due, and makes sure of `MCU_BYTES_MAX` bytes. */
UnitState prepare_unit(Scan *scan);

/** Whether the MCU before had too few bits: its last ones were made up. */
bool has_overrun(const Scan *scan);
