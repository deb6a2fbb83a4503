#pragma once

#include <stdint.h>

/** Decoded coefficients of a component: lines of blocks, as many as a stripe has. Each block is in natural order. */
typedef struct {
  const int16_t *coefficients;
  int line_blocks;
  /** What they were divided by, in natural order. */
  const uint16_t *quantization;
} CoefficientPlane;

/** Takes the next stripe as coefficients of Y, Cb and Cr. Afterwards `encodeUnits` writes it. */
void start_copied_stripe(const CoefficientPlane planes[3]);
