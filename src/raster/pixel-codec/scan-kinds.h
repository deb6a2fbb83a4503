#pragma once

#include "jpeg-decoder.h"

/* Each decodes a scan's part of an MCU row. false: the scan needs input. */

bool decode_sequential(Scan *scan);

/*
 * Progressive scans (G.1.1.1): the first bits of coefficients, or one more bit of precision; of DC, or of a band of AC.
 */
bool decode_dc_first(Scan *scan);
bool decode_dc_correction(Scan *scan);
bool decode_band_first(Scan *scan);
bool decode_band_correction(Scan *scan);
