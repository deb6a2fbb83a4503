/*
 * Memory from one end to the other: an arena that starts where the linker put the heap. Nothing is freed alone. A codec
 * allocates its tables and rows when it starts, and needs nothing more.
 */
#include "memory.h"

#include <stdint.h>

static constexpr size_t PAGE_BYTES = 65'536;
/** That of a SIMD vector. */
static constexpr size_t ALIGNMENT = 16;

/** The linker sets it: the first byte behind stack and static data. */
extern uint8_t __heap_base;

static uintptr_t used_to;

EXPORT(resetMemory)
void reset_memory(void) { used_to = (uintptr_t)&__heap_base; }

EXPORT(allocate)
void *allocate(size_t bytes) {
  if (used_to == 0) reset_memory();
  // All sums are taken in 64 bits: a size near the end of the address space must not wrap around to a small one.
  uint64_t start = ((uint64_t)used_to + ALIGNMENT - 1) & ~(uint64_t)(ALIGNMENT - 1);
  uint64_t end = start + bytes;
  uint64_t pages = (end + PAGE_BYTES - 1) / PAGE_BYTES;
  size_t present = __builtin_wasm_memory_size(0);
  if (pages > present && __builtin_wasm_memory_grow(0, pages - present) == SIZE_MAX) __builtin_trap();
  used_to = end;
  // The bytes may be those of the job before.
  return __builtin_memset((void *)(uintptr_t)start, 0, bytes);
}

void *allocate_array(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) __builtin_trap();
  return allocate(bytes);
}

/* With bulk memory operations each of the builtins is a single instruction, and no call of the function around it. */

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) { return __builtin_memcpy(to, from, bytes); }

void *memmove(void *to, const void *from, size_t bytes) { return __builtin_memmove(to, from, bytes); }

void *memset(void *to, int value, size_t bytes) { return __builtin_memset(to, value, bytes); }
