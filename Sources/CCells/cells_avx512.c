// The work on cells with registers of 512 bits.

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#pragma STDC FP_CONTRACT OFF
#define NAMED(name) name##_avx512
#include "laws.h"
#pragma clang attribute pop
#endif
