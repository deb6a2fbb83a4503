/*
 * Copies a JPEG to another quality without making pixels of it: coefficients go from the decoder to the encoder. Both
 * must have been started, with the same sampling.
 */
#include "jpeg-decoder.h"
#include "jpeg-encoder.h"
#include "memory.h"

/** Decodes the next MCU row to a stripe for `encodeUnits`. Returns what `decode_coefficients` does. */
EXPORT(decodeStripe)
int decode_stripe(void) {
  int state = decode_coefficients();
  if (state != ROW_COMPLETE) return state;
  CoefficientPlane planes[3];
  for (int i = 0; i < 3; i++) {
    const Component *component = &picture.components[i];
    planes[i] = (CoefficientPlane){component->coefficients, component->line_blocks, component->quantization};
  }
  start_copied_stripe(planes);
  return ROW_COMPLETE;
}

/** Call when the stripe is written. */
EXPORT(endStripe)
void end_stripe(void) { end_mcu_row(); }
