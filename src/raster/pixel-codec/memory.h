#pragma once

#include <stddef.h>

/** Makes a function callable from JavaScript, under the given name. */
#define EXPORT(name) __attribute__((export_name(#name)))

/** A function that disappears into its callers. */
#define INLINE static inline __attribute__((always_inline))

/**
 * Allocates zeroed bytes, at a multiple of 16, until the next reset. Traps when the module's memory is at its maximum.
 * Growing detaches the host's views: make them anew after a call that may allocate.
 */
void *allocate(size_t bytes);

/** Allocates a zeroed array. */
#define ALLOCATE(type, count) ((type *)allocate_array(count, sizeof(type)))
void *allocate_array(size_t count, size_t size);

/** Frees everything that was allocated. An instance serves one job after the other. */
void reset_memory(void);

/* The compiler may call these wherever code copies or fills. */
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
