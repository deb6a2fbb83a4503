#pragma once

#include <stdint.h>

#include "jpeg-decoder.h"

/** Columns that the functions here may read or write beyond the end of a line. */
static constexpr int LINE_PADDING = 32;

/**
 * Gives the samples of a component for a row of pixels. It starts with the first MCU that is wanted. They are in the
 * component itself if it has one for each pixel, and otherwise in `line`. `sums` is room for half as many numbers.
 */
const uint8_t *upsample_row(const Component *component, int y, uint8_t *line, uint16_t *sums);
