#pragma once

#include <stdint.h>

/** Starts a picture, and allocates its rows. `channels`: 3 leaves alpha out. */
void start_filter(int width, int channels);

/** Filters a row of RGBA. Returns the filter's type and the filtered bytes, which are good until the next row. */
const uint8_t *filter_row(const uint8_t *rgba);
