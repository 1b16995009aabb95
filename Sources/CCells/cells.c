#include "hosts.h"

#pragma STDC FP_CONTRACT OFF

// The work for each width of registers; the widest that the processor has is used. All give the same bits.
#define WIDTH(width)                                                                              \
  void cells_live_##width(cells_block *, ptrdiff_t, const cells_step *, uint16_t *);              \
  void cells_give_##width(const cells_block *, ptrdiff_t, const cells_secretion *, float *);      \
  void cells_normal_##width(const uint32_t *, float *);                                           \
  void cells_words_##width(const uint32_t *, uint32_t, uint32_t, const uint32_t *, uint32_t *);    \
  void hosts_live_##width(hosts_block *, ptrdiff_t, const hosts_step *, hosts_due *);             \
  void hosts_give_##width(const hosts_block *, ptrdiff_t, const hosts_secretion *, float *);

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

// Whether the processor has registers of a width.
static bool has(int32_t width) {
#if defined(__x86_64__)
  if (width == CELLS_AVX2) return __builtin_cpu_supports("avx2");
  if (width == CELLS_AVX512) return __builtin_cpu_supports("x86-64-v4");
#endif
  return width == CELLS_NARROW;
}

static int32_t widest(void) {
  return has(CELLS_AVX512) ? CELLS_AVX512 : has(CELLS_AVX2) ? CELLS_AVX2 : CELLS_NARROW;
}

bool cells_live_by(
    int32_t width, cells_block *blocks, ptrdiff_t count, const cells_step *step, uint16_t *due) {
  if (!has(width)) return false;
  ONE(width, cells_live, blocks, count, step, due)
  return true;
}

bool cells_give_by(
    int32_t width, const cells_block *blocks, ptrdiff_t count, const cells_secretion *law,
    float *source) {
  if (!has(width)) return false;
  ONE(width, cells_give, blocks, count, law, source)
  return true;
}

void cells_live(cells_block *blocks, ptrdiff_t count, const cells_step *step, uint16_t *due) {
  WIDEST(cells_live, blocks, count, step, due)
}

void cells_give(
    const cells_block *blocks, ptrdiff_t count, const cells_secretion *law, float *source) {
  WIDEST(cells_give, blocks, count, law, source)
}

void cells_take(
    const cells_block *blocks, ptrdiff_t count, float amount, float enzyme, float *sink) {
  for (ptrdiff_t n = 0; n < count; n++) {
    const cells_block *cells = blocks + n / CELLS;
    const ptrdiff_t i = n % CELLS;
    const float taken = amount + enzyme * cells->protein[i] * cells->potency[i];
    sink[cells->voxel[i]] += cells->weight[i] * taken;
  }
}

bool hosts_live_by(
    int32_t width, hosts_block *blocks, ptrdiff_t count, const hosts_step *step, hosts_due *due) {
  if (!has(width)) return false;
  ONE(width, hosts_live, blocks, count, step, due)
  return true;
}

bool hosts_give_by(
    int32_t width, const hosts_block *blocks, ptrdiff_t count, const hosts_secretion *law,
    float *source) {
  if (!has(width)) return false;
  ONE(width, hosts_give, blocks, count, law, source)
  return true;
}

void hosts_live(hosts_block *blocks, ptrdiff_t count, const hosts_step *step, hosts_due *due) {
  WIDEST(hosts_live, blocks, count, step, due)
}

void hosts_give(
    const hosts_block *blocks, ptrdiff_t count, const hosts_secretion *law, float *source) {
  WIDEST(hosts_give, blocks, count, law, source)
}

void cells_normal(const uint32_t *words, float *numbers) { WIDEST(cells_normal, words, numbers) }

void cells_words(
    const uint32_t *identity, uint32_t step, uint32_t purpose, const uint32_t *key,
    uint32_t *words) {
  WIDEST(cells_words, identity, step, purpose, key, words)
}
