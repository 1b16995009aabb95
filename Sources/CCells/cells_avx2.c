// The work on cells with registers of 256 bits.

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#pragma STDC FP_CONTRACT OFF
#define NAMED(name) name##_avx2
#include "laws.h"
#pragma clang attribute pop
#endif
