#ifndef STENCIL_H
#define STENCIL_H

#include <stdbool.h>
#include <stddef.h>

/// Rows of a plane one after another, and where their neighbours stand, in numbers from each.
typedef struct {
  ptrdiff_t count, pitch;
  ptrdiff_t south, north, below, above;
} stencil_rows;

/// Two coefficients, of T_{j-1} and of T_j.
typedef struct {
  float older, newer;
} stencil_shares;

/// old <- d (sum of the six neighbours of x - 6 x) + (2 - loss) x - old, x in `now`; every array at its
/// first row, none overlapping another.
///
/// Nothing is contracted, and sums have one order: the numbers are the same on every processor.
void stencil_leap(float *old, const float *now, const float *loss, float d, stencil_rows rows);

/// old <- half of the same without `old`.
void stencil_open(float *old, const float *now, const float *loss, float d, stencil_rows rows);

/// The leap, and on its way
///     change <- change + p_older old + p_newer x, from 0 where it is the first,
///     passed[i] <- passed[i] + sum of s,  lost[i] <- lost[i] + sum of loss s,
///     s = q_older old + q_newer x,
/// the sums over the voxels in every eighth column of the rows. A row has a ghost, `length` voxels and a
/// ghost; the pitch is the next multiple of 8.
void stencil_leap_adding(
    float *old, const float *now, const float *loss, float *change, float d, stencil_rows rows,
    ptrdiff_t length, stencil_shares p, stencil_shares q, bool is_first, double *passed,
    double *lost);

#endif
