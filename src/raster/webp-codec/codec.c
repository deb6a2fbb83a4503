#include "codec.h"

#include <stdlib.h>

#include "src/dsp/dsp.h"

static int has_feature(CPUFeature feature) { return feature == kSSE2; }

void claim_sse2(void) { VP8GetCPUInfo = has_feature; }

EXPORT(allocate)
void *allocate(size_t bytes) { return malloc(bytes); }

EXPORT(release)
void release(void *address) { free(address); }
