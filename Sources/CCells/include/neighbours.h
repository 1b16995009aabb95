// A number per voxel that is 0 in most, to which cells add in the voxels near theirs: those that share a face, an
// edge or a corner.

#pragma once

#include "hosts.h"

typedef struct {
  float *values;
  // The first `count` are the voxels that may have a number other than 0.
  int32_t *marked;
  // 1 for each run of 64 voxels that may have one.
  uint8_t *runs;
  ptrdiff_t count;
  int32_t nx, ny, nz;
  // Bits 0 to 2: axes at whose upper face the grid is cut. Beyond it is the mirror image of what is before it.
  int32_t cut;
} neighbours_map;

// Sets all to 0.
void neighbours_clear(neighbours_map *map);

// Adds a number near a voxel.
void neighbours_add(neighbours_map *map, int32_t voxel, float number);

// Adds the activity of `count` cells, which is the first of so many rows, near each.
void neighbours_present(
    neighbours_map *map, const hosts_block *blocks, const float *values, int32_t rows,
    ptrdiff_t count);

// Replaces each number x by 1 - exp(-share x).
void neighbours_touch(const neighbours_map *map, float share);
