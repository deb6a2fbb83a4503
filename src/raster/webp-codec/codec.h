#pragma once

/** Makes a function callable from JavaScript, under the given name. */
#define EXPORT(name) __attribute__((export_name(#name)))

/** Declares a function of JavaScript. */
#define IMPORT(name) __attribute__((import_module("codec"), import_name(#name)))

/** Tells libwebp that there is SSE2 (`emmintrin.h`). Call it before anything else of libwebp. */
void claim_sse2(void);
