#pragma once

#include <stdint.h>

#include "png-predict.h"

/** Bytes that may be read behind a filtered row. */
static constexpr int UNFILTER_MARGIN = 16;

/** Starts a picture, and allocates its rows. `step`: the bytes of a pixel, 1 to 8. */
void start_unfilter(int row_bytes, int step);

/** The next row is the first one of a picture, or of a pass (§8.1): there are zeros above it. */
void start_pass(void);

/** Undoes the filter of a row of whole pixels. Returns where the row is until the next but one call. */
const uint8_t *unfilter_row(FilterType type, const uint8_t *filtered, int bytes);
