#pragma once

#include <stdint.h>

#include "jpeg-decoder.h"

/**
 * Turns a row of samples, one line a component, into RGBA. It writes whole groups of eight pixels. Inks are converted by
 * the grid (`ink-grid.h`), if there is one.
 */
void convert_row(ColorKind kind, const uint8_t *const lines[COMPONENTS_MAX], const int16_t *ink_grid, int pixels,
                 uint8_t *rgba);
