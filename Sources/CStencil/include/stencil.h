#ifndef STENCIL_H
#define STENCIL_H

#include <stdbool.h>
#include <stddef.h>

/// Rows `first` to `end` of a plane of `count` rows, each a ghost, `length` voxels and a ghost, `pitch` numbers apart,
/// the next multiple of 8. The planes before and after it are `below` and `above` numbers away, 0 at an end of the grid.
///
/// Neighbours beyond the plane are the rows themselves. Arrays begin at the ghost before its first row; none overlaps
/// another.
typedef struct {
  ptrdiff_t count, length, pitch;
  ptrdiff_t first, end;
  ptrdiff_t below, above;
} stencil_plane;

/// Two coefficients, of T_{j-1} and of T_j.
typedef struct {
  float older, newer;
} stencil_shares;

/// old <- d (sum of the six neighbours of x - 6 x) + (2 - loss) x - old, x in `now`.
///
/// Nothing is contracted, and sums have one order: the numbers are the same on every processor.
void stencil_leap(float *old, const float *now, const float *loss, float d, stencil_plane plane);

/// old <- half of the same without `old`.
void stencil_open(float *old, const float *now, const float *loss, float d, stencil_plane plane);

/// The leap, and on its way
///     change <- change + p_older old + p_newer x, from 0 where it is the first,
///     passed[i] <- passed[i] + sum of s,  lost[i] <- lost[i] + sum of loss s,
///     s = q_older old + q_newer x,
/// the sums over the voxels in every eighth column of the rows.
void stencil_leap_adding(
    float *old, const float *now, const float *loss, float *change, float d, stencil_plane plane,
    stencil_shares p, stencil_shares q, bool is_first, double *passed, double *lost);

/// The leap, and on its way
///     change <- change + p_older old + p_newer x,  integral <- integral + q_older old + q_newer x,
/// both from 0 where it is the first.
void stencil_leap_exposing(
    float *old, const float *now, const float *loss, float *change, float *integral, float d,
    stencil_plane plane, stencil_shares p, stencil_shares q, bool is_first);

/// The largest difference between two arrays over the voxels of the rows.
float stencil_fall(const float *a, const float *b, stencil_plane plane);

/// Lets the ghosts of the rows equal the voxels beside them, and `clears` what lies between the ghosts of two rows.
void stencil_close(float *array, stencil_plane plane, bool clears);

#endif
