#include "neighbours.h"

#pragma STDC FP_CONTRACT OFF

// The work for each width of registers; the widest that the processor has is used. All give the same bits.
#define WIDTH(width)                                                                              \
  void cells_live_##width(cells_block *, float *, ptrdiff_t, const cells_step *, uint16_t *);     \
  void cells_exchange_##width(const cells_view *, const cells_flow *, float *);                   \
  void cells_normal_##width(const uint32_t *, float *);                                           \
  void cells_words_##width(const uint32_t *, uint32_t, uint32_t, const uint32_t *, uint32_t *);    \
  void hosts_live_##width(hosts_block *, float *, ptrdiff_t, const hosts_step *, hosts_due *);    \
  void neighbours_touch_##width(const neighbours_map *, float);

WIDTH(default)

#if defined(__x86_64__)
WIDTH(avx2)
WIDTH(avx512)
#define ONE(width, name, ...)                                                                     \
  if (width == CELLS_AVX512) {                                                                    \
    name##_avx512(__VA_ARGS__);                                                                   \
  } else if (width == CELLS_AVX2) {                                                               \
    name##_avx2(__VA_ARGS__);                                                                     \
  } else {                                                                                        \
    name##_default(__VA_ARGS__);                                                                  \
  }
#else
#define ONE(width, name, ...) name##_default(__VA_ARGS__);
#endif
#define WIDEST(name, ...) ONE(widest(), name, __VA_ARGS__)

bool cells_has(int32_t width) {
#if defined(__x86_64__)
  if (width == CELLS_AVX2) return __builtin_cpu_supports("avx2");
  if (width == CELLS_AVX512) return __builtin_cpu_supports("x86-64-v4");
#endif
  return width == CELLS_NARROW;
}

static int32_t widest(void) {
  if (cells_has(CELLS_AVX512)) return CELLS_AVX512;
  return cells_has(CELLS_AVX2) ? CELLS_AVX2 : CELLS_NARROW;
}

bool cells_live_by(
    int32_t width, cells_block *blocks, float *values, ptrdiff_t count, const cells_step *step,
    uint16_t *due) {
  if (!cells_has(width)) return false;
  ONE(width, cells_live, blocks, values, count, step, due)
  return true;
}

bool cells_exchange_by(
    int32_t width, const cells_view *cells, const cells_flow *law, float *into) {
  if (!cells_has(width)) return false;
  ONE(width, cells_exchange, cells, law, into)
  return true;
}

void cells_live(
    cells_block *blocks, float *values, ptrdiff_t count, const cells_step *step, uint16_t *due) {
  WIDEST(cells_live, blocks, values, count, step, due)
}

void cells_exchange(const cells_view *cells, const cells_flow *law, float *into) {
  WIDEST(cells_exchange, cells, law, into)
}

void hosts_near(const hosts_block *blocks, ptrdiff_t count, const uint8_t *runs, uint16_t *near) {
  for (ptrdiff_t b = 0; b < count; b++) {
    uint16_t found = 0;
    for (int i = 0; i < CELLS; i++) {
      found |= (uint16_t)((runs[blocks[b].voxel[i] >> 6] & 1) << i);
    }
    near[b] = found;
  }
}

bool hosts_live_by(
    int32_t width, hosts_block *blocks, float *values, ptrdiff_t count, const hosts_step *step,
    hosts_due *due) {
  if (!cells_has(width)) return false;
  ONE(width, hosts_live, blocks, values, count, step, due)
  return true;
}

void hosts_live(
    hosts_block *blocks, float *values, ptrdiff_t count, const hosts_step *step, hosts_due *due) {
  WIDEST(hosts_live, blocks, values, count, step, due)
}

void cells_normal(const uint32_t *words, float *numbers) { WIDEST(cells_normal, words, numbers) }

void cells_words(
    const uint32_t *identity, uint32_t step, uint32_t purpose, const uint32_t *key,
    uint32_t *words) {
  WIDEST(cells_words, identity, step, purpose, key, words)
}

void neighbours_clear(neighbours_map *map) {
  for (ptrdiff_t n = 0; n < map->count; n++) {
    map->values[map->marked[n]] = 0;
    map->runs[map->marked[n] >> 6] = 0;
  }
  map->count = 0;
}

static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t most(int32_t a, int32_t b) { return a > b ? a : b; }

void neighbours_add(neighbours_map *map, int32_t voxel, float number) {
  if (number == 0) return;
  const int32_t i = voxel % map->nx, j = voxel / map->nx % map->ny, k = voxel / map->nx / map->ny;
  const int32_t first = most(0, i - 1), last = least(map->nx - 1, i + 1);
  const bool at_x = map->cut & 1 && i == map->nx - 1;
  const bool at_y = map->cut & 2 && j == map->ny - 1;
  const bool at_z = map->cut & 4 && k == map->nz - 1;
  for (int32_t z = most(0, k - 1); z <= least(map->nz - 1, k + 1); z++) {
    for (int32_t y = most(0, j - 1); y <= least(map->ny - 1, j + 1); y++) {
      const int32_t row = (z * map->ny + y) * map->nx;
      // The image of a cell beside the face is as near to what is beside it as the cell itself.
      const int images = (at_z && z == k ? 2 : 1) * (at_y && y == j ? 2 : 1);
      for (int32_t near = row + first; near <= row + last; near++) {
        if (map->values[near] == 0) {
          map->marked[map->count++] = near;
          map->runs[near >> 6] = 1;
        }
        map->values[near] += number * (float)images;
      }
      if (at_x) map->values[row + i] += number * (float)images;
    }
  }
}

void neighbours_present(
    neighbours_map *map, const hosts_block *blocks, const float *values, int32_t rows,
    ptrdiff_t count) {
  for (ptrdiff_t n = 0; n < count; n++) {
    const ptrdiff_t block = n / CELLS, lane = n % CELLS;
    neighbours_add(map, blocks[block].voxel[lane], values[block * rows * CELLS + lane]);
  }
}

void neighbours_touch(const neighbours_map *map, float share) {
  WIDEST(neighbours_touch, map, share)
}
