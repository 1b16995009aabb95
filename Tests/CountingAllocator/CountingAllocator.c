#include "CountingAllocator.h"

#include <errno.h>
#include <stddef.h>

// The count belongs to a thread: tests that run at the same time do not disturb it.
static _Thread_local int is_counting;
static _Thread_local long count;

void allocations_begin(void) {
  count = 0;
  is_counting = 1;
}

long allocations_end(void) {
  is_counting = 0;
  return count;
}

// Sanitizers of addresses and threads have a heap of their own.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HEAP_OF_A_SANITIZER
#endif
#endif

#if defined(__linux__) && defined(__GLIBC__) && !defined(HEAP_OF_A_SANITIZER)

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

int allocations_are_counted(void) { return 1; }

void *malloc(size_t size) {
  count += is_counting;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count += is_counting;
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  count += is_counting;
  return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count += is_counting;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count += is_counting;
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}

void free(void *old) { __libc_free(old); }

#else

int allocations_are_counted(void) { return 0; }

#endif
