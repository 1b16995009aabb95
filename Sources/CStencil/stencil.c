#include "stencil.h"

#include <stdint.h>

#pragma STDC FP_CONTRACT OFF

// The widest registers that a processor has, chosen when the program starts.
#if defined(__x86_64__) && defined(__GLIBC__)
#define WIDEST __attribute__((target_clones("avx2", "default")))
#else
#define WIDEST
#endif

// Eight numbers, wherever they stand.
typedef float eight __attribute__((vector_size(32), aligned(4), may_alias));
typedef uint32_t lanes __attribute__((vector_size(32), aligned(4)));
typedef double wide __attribute__((vector_size(64), aligned(8), may_alias));

#define INLINE static inline __attribute__((always_inline))

// Columns of a row that may be summed in single precision before the sums, one for every eighth, are
// widened.
enum { FEW = 512 };

INLINE void apply(
    float *restrict old, const float *restrict now, const float *restrict loss, float d,
    stencil_rows rows, bool is_first) {
  const float *south = now + rows.south, *north = now + rows.north;
  const float *below = now + rows.below, *above = now + rows.above;
  const float rest = 2 - 6 * d;
  const ptrdiff_t count = rows.count * rows.pitch;
  for (ptrdiff_t i = 0; i < count; i++) {
    const float around =
        (now[i - 1] + now[i + 1]) + (south[i] + north[i]) + (below[i] + above[i]);
    const float doubled = d * around + (rest - loss[i]) * now[i];
    old[i] = is_first ? 0.5f * doubled : doubled - old[i];
  }
}

WIDEST void stencil_leap(
    float *old, const float *now, const float *loss, float d, stencil_rows rows) {
  apply(old, now, loss, d, rows, false);
}

WIDEST void stencil_open(
    float *old, const float *now, const float *loss, float d, stencil_rows rows) {
  apply(old, now, loss, d, rows, true);
}

#define AT(place) (*(const eight *)(place))

// What advances eight numbers.
typedef struct {
  float *old, *change;
  const float *now, *loss;
  stencil_rows rows;
  eight d, rest, p_older, p_newer, q_older, q_newer;
  lanes summed;
} leap;

// Advances eight numbers. Their s, as far as it is kept, and loss s go to the sums.
INLINE void advance(const leap *l, ptrdiff_t i, const lanes *kept, eight *passed, eight *lost) {
  const float *at = l->now + i;
  const eight x = AT(at), before = AT(l->old + i), loss = AT(l->loss + i);
  const eight change = (eight)((lanes)AT(l->change + i) & l->summed);
  *(eight *)(l->change + i) = change + (l->p_older * before + l->p_newer * x);
  const eight around = (AT(at - 1) + AT(at + 1)) + (AT(at + l->rows.south) + AT(at + l->rows.north))
                       + (AT(at + l->rows.below) + AT(at + l->rows.above));
  *(eight *)(l->old + i) = l->d * around + (l->rest - loss) * x - before;
  eight s = l->q_older * before + l->q_newer * x;
  if (kept) s = (eight)((lanes)s & *kept);
  *passed += s;
  *lost += loss * s;
}

INLINE void widen(double *sums, eight *part) {
  *(wide *)sums += __builtin_convertvector(*part, wide);
  *part = (eight){0};
}

WIDEST void stencil_leap_adding(
    float *old, const float *now, const float *loss, float *change, float d, stencil_rows rows,
    ptrdiff_t length, stencil_shares p, stencil_shares q, bool is_first, double *passed,
    double *lost) {
  const eight none = {0};
  const leap l = {
      old, change, now, loss, rows, d + none, 2 - 6 * d + none,
      p.older + none, p.newer + none, q.older + none, q.newer + none,
      (is_first ? 0 : UINT32_MAX) + (lanes){0}};
  // The first eight have a ghost, the last what is beyond the row.
  const ptrdiff_t end = rows.pitch - 8;
  lanes first = {0}, last = {0};
  for (ptrdiff_t lane = 0; lane < 8; lane++) {
    first[lane] = lane > 0 && (end > 0 || lane <= length) ? UINT32_MAX : 0;
    last[lane] = lane <= length - end ? UINT32_MAX : 0;
  }
  for (ptrdiff_t row = 0; row < rows.count; row++) {
    ptrdiff_t i = row * rows.pitch;
    const ptrdiff_t stop = i + end;
    eight all = none, taken = none;
    advance(&l, i, &first, &all, &taken);
    i += 8;
    while (i < stop) {
      const ptrdiff_t part = i + FEW < stop ? i + FEW : stop;
      for (; i < part; i += 8) advance(&l, i, 0, &all, &taken);
      widen(passed, &all);
      widen(lost, &taken);
    }
    if (end > 0) advance(&l, i, &last, &all, &taken);
    widen(passed, &all);
    widen(lost, &taken);
  }
}
