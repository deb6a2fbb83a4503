#pragma once

#include <stdint.h>

/**
 * Turns the coefficients of a block, in natural order, into `side` × `side` samples: 8, or 4, 2, 1 for a smaller
 * picture. `quantization` is in natural order.
 */
void transform_block(const int16_t *coefficients, const uint16_t *quantization, int side, uint8_t *samples, int stride);
