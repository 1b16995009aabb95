// Numbers of sixteen cells side by side: arithmetic and chance, for one width of registers.

#include "cells.h"

#include <stdbool.h>

#pragma STDC FP_CONTRACT OFF
// All that takes vectors is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

typedef float numbers __attribute__((ext_vector_type(16)));
typedef int32_t whole __attribute__((ext_vector_type(16)));
typedef uint32_t words __attribute__((ext_vector_type(16)));
typedef uint64_t pairs __attribute__((ext_vector_type(8)));

// The same in memory, wherever it begins.
typedef numbers stored_numbers __attribute__((aligned(4), may_alias));
typedef whole stored_whole __attribute__((aligned(4), may_alias));
typedef words stored_words __attribute__((aligned(4), may_alias));

INLINE numbers read(const float *from) { return *(const stored_numbers *)from; }
INLINE whole read_whole(const int32_t *from) { return *(const stored_whole *)from; }
INLINE words read_words(const uint32_t *from) { return *(const stored_words *)from; }
INLINE void write(float *to, numbers value) { *(stored_numbers *)to = value; }
INLINE void write_whole(int32_t *to, whole value) { *(stored_whole *)to = value; }
INLINE void write_words(uint32_t *to, words value) { *(stored_words *)to = value; }

// MARK: - Arithmetic

INLINE numbers pick(whole mask, numbers yes, numbers no) {
  return (numbers)((mask & (whole)yes) | (~mask & (whole)no));
}

INLINE numbers least(numbers a, numbers b) { return pick(b < a, b, a); }
INLINE numbers largest(numbers a, numbers b) { return pick(b > a, b, a); }
INLINE bool anywhere(whole mask) { return __builtin_reduce_or(mask) != 0; }

// Adding 1.5 * 2^23 leaves no bits for a fraction: ties to even, |x| < 2^22.
INLINE whole nearest(numbers x) { return (whole)(x + 12582912.0f) - 0x4B400000; }
INLINE numbers converted(whole k) { return (numbers)(k + 0x4B400000) - 12582912.0f; }

INLINE whole below(numbers x) {
  const whole near = nearest(x);
  return near + (converted(near) > x);
}

// e^x for -87 < x < 88, held beyond; relative error below 3e-7. x = k ln 2 + r, e^r by its Taylor series
// to r^7; the first part of ln 2 has few bits, so that its products with k are exact. Here e^r - 1, and 2^k.
INLINE numbers expansion(numbers x, numbers *scale) {
  x = least(largest(x, -87), 88);
  const whole k = nearest(x * 1.44269504f);
  const numbers n = converted(k);
  const numbers r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  numbers p = 1.98412698e-4f;
  p = p * r + 1.38888889e-3f;
  p = p * r + 8.33333333e-3f;
  p = p * r + 4.16666667e-2f;
  p = p * r + 1.66666667e-1f;
  p = p * r + 0.5f;
  p = p * r * r + r;
  *scale = (numbers)((k + 127) << 23);
  return p;
}

INLINE numbers exponential(numbers x) {
  numbers scale;
  const numbers p = expansion(x, &scale);
  return scale + scale * p;
}

// 1 - e^x, exact to its own last places for small x.
INLINE numbers shortfall(numbers x) {
  numbers scale;
  const numbers p = expansion(x, &scale);
  return (1 - scale) - scale * p;
}

// ln x for normal x > 0, error below 3e-7. Taking the bits of the root of 1/2 away leaves in the exponent
// what brings m to [0.71, 1.41); ln m = 2 artanh((m - 1) / (m + 1)) by its series to the 9th power.
INLINE numbers logarithm(numbers x) {
  const whole shifted = (whole)x - 0x3F3504F3;
  const numbers k = converted(shifted >> 23);
  const numbers m = (numbers)((shifted & 0x007FFFFF) + 0x3F3504F3);
  const numbers s = (m - 1) / (m + 1);
  const numbers z = s * s;
  numbers p = 1.0f / 9;
  p = p * z + 1.0f / 7;
  p = p * z + 1.0f / 5;
  p = p * z + 1.0f / 3;
  const numbers twice = s + s;
  return k * 0.693359375f + (twice + (twice * z * p + k * -2.12194440e-4f));
}

// 1/x^(1/2) for normal x > 0, relative error below 5e-7: three steps of Newton from the halved exponent.
INLINE numbers inverse_root(numbers x) {
  numbers y = (numbers)(0x5F3759DF - ((whole)x >> 1));
  const numbers half = 0.5f * x;
  for (int i = 0; i < 3; i++) y = y * (1.5f - half * y * y);
  return y;
}

// MARK: - Chance

// Upper and lower words of the products of all words with one.
INLINE void multiply(words a, uint64_t m, words *high, words *low) {
  const pairs upper = 0xFFFFFFFF00000000, lower = 0xFFFFFFFF;
  const pairs even = ((pairs)a & lower) * m, odd = ((pairs)a >> 32) * m;
  *high = (words)((even >> 32) | (odd & upper));
  *low = (words)((even & lower) | (odd << 32));
}

// Philox4x32-10, as Substrate/Randomness has it.
INLINE void philox4(
    words identity, uint32_t step, uint32_t purpose, const uint32_t *key, words *a, words *b,
    words *c, words *d) {
  words c0 = identity, c1 = step, c2 = purpose, c3 = 0;
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    words h0, l0, h1, l1;
    multiply(c0, 0xD2511F53, &h0, &l0);
    multiply(c2, 0xCD9E8D57, &h1, &l1);
    c0 = h1 ^ c1 ^ k0;
    c1 = l1;
    c2 = h0 ^ c3 ^ k1;
    c3 = l0;
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  *a = c0;
  *b = c1;
  *c = c2;
  *d = c3;
}

// The first three words.
INLINE void philox(
    words identity, uint32_t step, uint32_t purpose, const uint32_t *key, words *a, words *b,
    words *c) {
  words d;
  philox4(identity, step, purpose, key, a, b, c, &d);
}

// Standard normal numbers by 23 bits of each word: the root of 2 times erf^-1(2u - 1), by two polynomials
// of w = -ln 4u(1 - u). None is beyond 5.3; error below 5e-6.
// Source: Giles M 2012, Approximating the erfinv function (GPU Computing Gems, Jade edition, chapter 10).
INLINE numbers normal(words random) {
  // [1, 2) less 1, plus half a step: exact, and so is what is left to 1.
  const numbers u = (numbers)((random >> 9) | 0x3F800000) - (1 - 0x1p-24f);
  const numbers rest = 1 - u;
  const numbers w = -logarithm(4 * u * rest);
  const numbers near = w - 2.5f;
  numbers p = 2.81022636e-08f;
  p = p * near + 3.43273939e-07f;
  p = p * near + -3.5233877e-06f;
  p = p * near + -4.39150654e-06f;
  p = p * near + 0.00021858087f;
  p = p * near + -0.00125372503f;
  p = p * near + -0.00417768164f;
  p = p * near + 0.246640727f;
  p = p * near + 1.50140941f;
  const whole is_far = w >= 5;
  if (anywhere(is_far)) {
    const numbers wide = largest(w, 5);
    const numbers far = wide * inverse_root(wide) - 3;
    numbers q = -0.000200214257f;
    q = q * far + 0.000100950558f;
    q = q * far + 0.00134934322f;
    q = q * far + -0.00367342844f;
    q = q * far + 0.00573950773f;
    q = q * far + -0.0076224613f;
    q = q * far + 0.00943887047f;
    q = q * far + 1.00167406f;
    q = q * far + 2.83297682f;
    p = pick(is_far, q, p);
  }
  return 1.41421356f * p * (u - rest);
}

// Numbers in (0, 1] by all bits of each word: the less likely an event, the finer they are.
INLINE numbers uniform(words random) {
  const numbers fine = converted((whole)(random & 0x3FF)) + 0.5f;
  return converted((whole)(random >> 10)) * 0x1p-22f + fine * 0x1p-32f;
}
