#pragma once

#include <stdint.h>

#include "jpeg-decoder.h"

/** Turns a row of samples, one line a component, into RGBA. It writes whole groups of eight pixels. */
void convert_row(ColorKind kind, const uint8_t *const lines[COMPONENTS_MAX], int pixels, uint8_t *rgba);
