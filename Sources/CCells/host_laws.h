// The work on host cells for one width of registers; a file that names the width includes it after laws.h.

#include "neighbours.h"

#pragma STDC FP_CONTRACT OFF

// MARK: - What is read ahead

// Fetches a block to come.
INLINE void fetch(const hosts_block *cells) {
  const char *start = (const char *)cells;
  for (size_t byte = 0; byte < sizeof *cells; byte += 64) __builtin_prefetch(start + byte, 1);
}

// Fetches what the cells of a block to come will sense.
INLINE void expect(const cells_signals *signals, const hosts_block *cells) {
  for (int i = 0; i < signals->count; i++) {
    const float *level = signals->level[i];
    for (int n = 0; n < CELLS; n++) __builtin_prefetch(level + cells->voxel[n]);
  }
}

// Numbers in (0, 1] by all bits of each word: the less likely an event, the finer they are.
INLINE numbers uniform(words random) {
  const numbers fine = converted((whole)(random & 0x3FF)) + 0.5f;
  return converted((whole)(random >> 10)) * 0x1p-22f + fine * 0x1p-32f;
}

// MARK: - Laws

// A after a time of rising at u and falling at f.
INLINE numbers activate(
    const hosts_block *cells, const hosts_step *step, const numbers *levels, numbers free) {
  numbers rise = step->always + step->triggered * read(cells->trigger);
  rise = (rise + sum(&step->raise, levels)) * free;
  const numbers rate = rise + (step->fall + sum(&step->lower, levels));
  const numbers steady = rise / largest(rate, 1e-30f);
  return steady + (read(cells->activity) - steady) * exponential(rate * -step->time);
}

// The cycle runs where a cell is triggered, in its tail at full speed, else as brakes and rest leave it.
INLINE whole cycle(hosts_block *cells, const hosts_step *step, numbers free) {
  const numbers rest = read(cells->rest);
  const numbers held = 1 - free;
  const numbers deepening = step->deepening * held * held, lifting = step->lifting * free;
  const numbers rate = deepening + lifting;
  const numbers steady = deepening / largest(rate, 1e-30f);
  const numbers next = steady + (rest - steady) * exponential(rate * -step->time);
  write(cells->rest, next);
  const numbers left = read(cells->cycle);
  const whole runs = read(cells->trigger) > 0;
  const whole tail = left <= step->tail;
  const numbers speed = pick(tail, 1, free * (1 - next));
  const numbers now = left - pick(runs, speed * step->time, 0);
  write(cells->cycle, now);
  return runs & (now <= 0);
}

INLINE void wander_along(
    float *x, words random, const hosts_step *step, int32_t count) {
  // Evenly within the width that has the variance of a displacement.
  numbers to = read(x) + step->displacement * (uniform(random) - 0.5f), none = 0;
  reflect(&to, &none, (float)count * step->spacing);
  write(x, to);
}

INLINE whole index_along(const float *x, float spacing, int32_t count) {
  const whole index = below(read(x) * (1 / spacing));
  const whole last = count - 1, none = 0;
  const whole held = (index > last ? last : index);
  return held < none ? none : held;
}

INLINE void wander(hosts_block *cells, const hosts_step *step, const words *random) {
  wander_along(cells->x, random[0], step, step->nx);
  wander_along(cells->y, random[1], step, step->ny);
  if (step->axes > 2) wander_along(cells->z, random[2], step, step->nz);
  const whole i = index_along(cells->x, step->spacing, step->nx);
  const whole j = index_along(cells->y, step->spacing, step->ny);
  const whole k = index_along(cells->z, step->spacing, step->nz);
  write_whole(cells->voxel, (k * step->ny + j) * step->nx + i);
}

// MARK: - What is called

void NAMED(hosts_live)(
    hosts_block *blocks, ptrdiff_t count, const hosts_step *given, hosts_due *due) {
  const hosts_step step = *given;
  for (ptrdiff_t b = 0; b < count; b++) {
    hosts_block *cells = blocks + b;
    numbers levels[CELLS_SIGNALS];
    sense(&step.signals, read_whole(cells->voxel), levels);
    if (b + 2 < count) fetch(cells + 2);
    if (b + 1 < count) expect(&step.signals, cells + 1);
    words random[4];
    philox4(
        read_words(cells->identity), step.number, step.purpose, step.key, &random[0], &random[1],
        &random[2], &random[3]);
    const numbers free = freedom(&step.brake, levels);
    const numbers activity = activate(cells, &step, levels, free);
    write(cells->activity, activity);
    due[b].divided = step.divides ? bits(cycle(cells, &step, free)) : 0;
    const numbers budget =
        read(cells->budget) - (step.hazard + sum(&step.death, levels)) * step.time;
    write(cells->budget, budget);
    due[b].dead = bits(budget <= 0);
    due[b].changed = 0;
    if (step.becoming > 0 || step.change.count > 0) {
      numbers rate = step.becoming + sum(&step.change, levels);
      if (step.active_change) rate *= activity;
      const numbers chance = shortfall(rate * -step.time);
      due[b].changed = bits(uniform(random[3]) < chance);
    }
    if (step.prime.count > 0) {
      const numbers chance = shortfall(sum(&step.prime, levels) * -step.time);
      const whole primed = uniform(random[3] << 16 | random[3] >> 16) < chance;
      write(cells->trigger, pick(primed, 1, read(cells->trigger)));
    }
    if (step.displacement > 0) wander(cells, &step, random);
  }
}

void NAMED(hosts_give)(
    const hosts_block *blocks, ptrdiff_t count, const hosts_secretion *law, float *source) {
  const hosts_secretion held = *law;
  for (ptrdiff_t first = 0; first < count; first += CELLS) {
    const hosts_block *cells = blocks + first / CELLS;
    numbers levels[CELLS_SIGNALS];
    sense(&held.signals, read_whole(cells->voxel), levels);
    if (first + CELLS < count) {
      expect(&held.signals, cells + 1);
      for (int n = 0; n < CELLS; n++) __builtin_prefetch(source + cells[1].voxel[n], 1);
    }
    const numbers activity = read(cells->activity);
    numbers rate = held.always + held.active * activity + held.inactive * (1 - activity);
    rate *= freedom(&held.brake, levels);
    const ptrdiff_t here = count - first < CELLS ? count - first : CELLS;
    float rates[CELLS];
    write(rates, rate);
    for (ptrdiff_t i = 0; i < here; i++) source[cells->voxel[i]] += rates[i];
  }
}

void NAMED(neighbours_touch)(const neighbours_map *map, float share) {
  for (ptrdiff_t first = 0; first < map->count; first += CELLS) {
    const ptrdiff_t here = map->count - first < CELLS ? map->count - first : CELLS;
    const int32_t *marked = map->marked + first;
    float shown[CELLS] = {0};
    for (ptrdiff_t n = 0; n < here; n++) shown[n] = map->values[marked[n]];
    write(shown, shortfall(read(shown) * -share));
    for (ptrdiff_t n = 0; n < here; n++) map->values[marked[n]] = shown[n];
  }
}
