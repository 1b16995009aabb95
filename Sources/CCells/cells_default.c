// The work on cells with the registers that every processor has.

#pragma STDC FP_CONTRACT OFF
#define NAMED(name) name##_default
#include "laws.h"
