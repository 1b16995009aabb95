#include "stencil.h"

#include <stdint.h>

#pragma STDC FP_CONTRACT OFF

// The widest registers that a processor has, chosen when the program starts; the sanitizer of threads is not ready by then.
#if defined(__x86_64__) && defined(__GLIBC__) && !__has_feature(thread_sanitizer)
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

// Rows one after another whose neighbours stand alike, in numbers from each.
typedef struct {
  ptrdiff_t count, pitch;
  ptrdiff_t south, north, below, above;
} run;

// The rows from a row on that are the first of the plane, the last, or between; none where the rows end.
INLINE run run_from(ptrdiff_t row, const stencil_plane *p) {
  const ptrdiff_t last = p->count - 1;
  const ptrdiff_t stop = row == 0 ? 1 : row < last ? last : p->count;
  return (run){
      (stop < p->end ? stop : p->end) - row, p->pitch, row == 0 ? 0 : -p->pitch,
      row == last ? 0 : p->pitch, p->below, p->above};
}

// Goes through the runs of a plane; each begins at the number `at`.
#define EACH_RUN(rows, at, plane) \
  run rows = run_from((plane).first, &(plane)); \
  for (ptrdiff_t row_ = (plane).first, at = row_ * rows.pitch; row_ < (plane).end; \
       row_ += rows.count, at = row_ * rows.pitch, rows = run_from(row_, &(plane)))

INLINE void apply(
    float *restrict old, const float *restrict now, const float *restrict loss, float d, run rows,
    bool is_first) {
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
    float *old, const float *now, const float *loss, float d, stencil_plane plane) {
  EACH_RUN(rows, at, plane) apply(old + at, now + at, loss + at, d, rows, false);
}

WIDEST void stencil_open(
    float *old, const float *now, const float *loss, float d, stencil_plane plane) {
  EACH_RUN(rows, at, plane) apply(old + at, now + at, loss + at, d, rows, true);
}

void stencil_close(float *array, stencil_plane plane, bool clears) {
  for (ptrdiff_t row = plane.first; row < plane.end; row++) {
    float *at = array + row * plane.pitch;
    if (clears) {
      for (ptrdiff_t i = plane.length + 2; i < plane.pitch; i++) at[i] = 0;
    }
    at[0] = at[1];
    at[plane.length + 1] = at[plane.length];
  }
}

#define AT(place) (*(const eight *)(place))

// What advances eight numbers.
typedef struct {
  float *old, *change;
  const float *now, *loss;
  run rows;
  eight d, rest, p_older, p_newer, q_older, q_newer;
  // Which of what was summed before counts: nothing where the terms are the first.
  lanes summed;
} leap;

INLINE void begin(
    leap *l, float *old, const float *now, const float *loss, float *change, float d, run rows,
    stencil_shares p, stencil_shares q, bool is_first) {
  const eight none = {0};
  *l = (leap){
      old, change, now, loss, rows, d + none, 2 - 6 * d + none,
      p.older + none, p.newer + none, q.older + none, q.newer + none,
      (is_first ? 0 : UINT32_MAX) + (lanes){0}};
}

// Advances eight numbers and their change; their s.
INLINE void advance(const leap *l, ptrdiff_t i, eight *s) {
  const float *at = l->now + i;
  const eight x = AT(at), before = AT(l->old + i), loss = AT(l->loss + i);
  const eight change = (eight)((lanes)AT(l->change + i) & l->summed);
  *(eight *)(l->change + i) = change + (l->p_older * before + l->p_newer * x);
  const eight around = (AT(at - 1) + AT(at + 1)) + (AT(at + l->rows.south) + AT(at + l->rows.north))
                       + (AT(at + l->rows.below) + AT(at + l->rows.above));
  *(eight *)(l->old + i) = l->d * around + (l->rest - loss) * x - before;
  *s = l->q_older * before + l->q_newer * x;
}

WIDEST void stencil_leap_exposing(
    float *old, const float *now, const float *loss, float *change, float *integral, float d,
    stencil_plane plane, stencil_shares p, stencil_shares q, bool is_first) {
  EACH_RUN(rows, at, plane) {
    leap l;
    begin(&l, old + at, now + at, loss + at, change + at, d, rows, p, q, is_first);
    const ptrdiff_t count = rows.count * rows.pitch;
    for (ptrdiff_t i = 0; i < count; i += 8) {
      eight s;
      advance(&l, i, &s);
      eight *sum = (eight *)(integral + at + i);
      *sum = (eight)((lanes)*sum & l.summed) + s;
    }
  }
}

// Advances eight numbers. Their s, as far as it is kept, and loss s go to the sums.
INLINE void advance_summing(
    const leap *l, ptrdiff_t i, const lanes *kept, eight *passed, eight *lost) {
  const eight loss = AT(l->loss + i);
  eight s;
  advance(l, i, &s);
  if (kept) s = (eight)((lanes)s & *kept);
  *passed += s;
  *lost += loss * s;
}

// Which of the first eight numbers of a row and of its last are voxels: not the ghost before them, nor what is behind.
INLINE void see_voxels(const stencil_plane *p, lanes *first, lanes *last) {
  const ptrdiff_t end = p->pitch - 8;
  for (ptrdiff_t lane = 0; lane < 8; lane++) {
    (*first)[lane] = lane > 0 && (end > 0 || lane <= p->length) ? UINT32_MAX : 0;
    (*last)[lane] = lane <= p->length - end ? UINT32_MAX : 0;
  }
}

INLINE void take_larger(eight *largest, const float *a, const float *b, const lanes *voxels) {
  const eight fall = (eight)((lanes)(AT(a) - AT(b)) & *voxels & (INT32_MAX + (lanes){0}));
  const lanes is_larger = (lanes)(fall > *largest);
  *largest = (eight)(((lanes)fall & is_larger) | ((lanes)*largest & ~is_larger));
}

WIDEST float stencil_fall(const float *a, const float *b, stencil_plane plane) {
  const lanes all = UINT32_MAX + (lanes){0};
  lanes first = {0}, last = {0};
  see_voxels(&plane, &first, &last);
  const ptrdiff_t end = plane.pitch - 8;
  eight fall = {0};
  for (ptrdiff_t row = plane.first; row < plane.end; row++) {
    const ptrdiff_t at = row * plane.pitch;
    take_larger(&fall, a + at, b + at, &first);
    for (ptrdiff_t i = at + 8; i < at + end; i += 8) take_larger(&fall, a + i, b + i, &all);
    if (end > 0) take_larger(&fall, a + at + end, b + at + end, &last);
  }
  float largest = 0;
  for (int lane = 0; lane < 8; lane++) largest = fall[lane] > largest ? fall[lane] : largest;
  return largest;
}

INLINE void widen(wide *sum, eight *part) {
  *sum += __builtin_convertvector(*part, wide);
  *part = (eight){0};
}

WIDEST void stencil_leap_adding(
    float *old, const float *now, const float *loss, float *change, float d, stencil_plane plane,
    stencil_shares p, stencil_shares q, bool is_first, double *passed, double *lost) {
  const eight none = {0};
  const ptrdiff_t end = plane.pitch - 8;
  lanes first = {0}, last = {0};
  see_voxels(&plane, &first, &last);
  wide sum = *(const wide *)passed, taken_sum = *(const wide *)lost;
  EACH_RUN(rows, at, plane) {
    leap l;
    begin(&l, old + at, now + at, loss + at, change + at, d, rows, p, q, is_first);
    for (ptrdiff_t row = 0; row < rows.count; row++) {
      ptrdiff_t i = row * rows.pitch;
      const ptrdiff_t stop = i + end;
      eight all = none, taken = none;
      advance_summing(&l, i, &first, &all, &taken);
      i += 8;
      while (i < stop) {
        const ptrdiff_t part = i + FEW < stop ? i + FEW : stop;
        for (; i < part; i += 8) advance_summing(&l, i, 0, &all, &taken);
        widen(&sum, &all);
        widen(&taken_sum, &taken);
      }
      if (end > 0) advance_summing(&l, i, &last, &all, &taken);
      widen(&sum, &all);
      widen(&taken_sum, &taken);
    }
  }
  *(wide *)passed = sum;
  *(wide *)lost = taken_sum;
}
