// The laws of cells for one width of registers; a file that names the width includes it.

#include "arithmetic.h"
#include "neighbours.h"

#pragma STDC FP_CONTRACT OFF

// MARK: - Signals

// Signals, the stress of the place, and the rows of the cell itself.
enum { CELLS_LEVELS = CELLS_SIGNALS + 1 + CELLS_ROWS };

INLINE numbers hill(numbers c, float half) { return c / (c + half); }

INLINE numbers at(const float *level, whole voxel) {
  numbers found;
#pragma clang loop unroll(full)
  for (int i = 0; i < CELLS; i++) found[i] = level[voxel[i]];
  return found;
}

INLINE uint16_t bits(whole mask) {
  uint16_t found = 0;
  if (anywhere(mask)) {
    for (int i = 0; i < CELLS; i++) found |= (uint16_t)((mask[i] & 1) << i);
  }
  return found;
}

// The levels of all signals in the voxels of sixteen cells; 0 where there are none.
INLINE void sense(const cells_signals *signals, whole voxel, numbers *levels) {
  for (int i = 0; i < signals->count; i++) {
    const float *level = signals->level[i];
    levels[i] = level ? at(level, voxel) * signals->activity[i] : (numbers)0;
  }
}

INLINE numbers response(const cells_response *law, const numbers *levels) {
  const numbers c = levels[law->signal];
  numbers h;
  if (law->antagonist < 0) {
    h = hill(c, law->half);
  } else {
    h = c / (c + law->half * (1 + levels[law->antagonist] / law->antagonist_half));
  }
  return law->weight * (law->lack ? 1 - h : h);
}

INLINE numbers sum(const cells_responses *laws, const numbers *levels) {
  numbers total = 0;
  for (int i = 0; i < laws->count; i++) total += response(&laws->of[i], levels);
  return total;
}

// What the brakes leave: the product of 1 - w H.
INLINE numbers freedom(const cells_responses *laws, const numbers *levels) {
  numbers left = 1;
  for (int i = 0; i < laws->count; i++) left *= 1 - response(&laws->of[i], levels);
  return left;
}

// MARK: - Axes

INLINE numbers product(const cells_responses *laws, const numbers *levels) {
  numbers all = response(&laws->of[0], levels);
  for (int i = 1; i < laws->count; i++) all *= response(&laws->of[i], levels);
  return all;
}

// What raises an axis, before it is amplified.
INLINE numbers direct(const cells_axis *axis, const numbers *levels) {
  const cells_responses *raise = &axis->raise;
  if (raise->count == 0) return 0;
  if (axis->combination == CELLS_SUM) return sum(raise, levels);
  if (axis->combination == CELLS_ALL || raise->count == 1) return product(raise, levels);
  return 1 - freedom(raise, levels);
}

// f of an axis, of which brakes leave a share `free`.
INLINE numbers drive(
    const cells_axis *axis, const numbers *levels, numbers trigger, numbers free) {
  numbers f = direct(axis, levels);
  if (axis->amplify.count > 0) {
    numbers gain = 1;
    for (int i = 0; i < axis->amplify.count; i++) gain *= 1 + response(&axis->amplify.of[i], levels);
    f = gain * f / (1 + (gain - 1) * f);
  }
  return (axis->always + axis->triggered * trigger + f) * free;
}

// L and M of an axis after a time under a drive and what hastens its fall.
INLINE void advance(
    float *values, numbers drive, numbers hastened, const cells_axis *axis, float time) {
  float *activity = values + CELLS * axis->activity;
  float *memory = axis->memory < 0 ? NULL : values + CELLS * axis->memory;
  const numbers l = read(activity);
  const numbers m = memory ? read(memory) : (numbers)0;
  const numbers rise = drive * (axis->naive_rate + axis->memory_rate * m);
  const numbers rate = rise + (axis->decay + hastened);
  // Without drive and decay activity stays as it is.
  const numbers steady = rise / largest(rate, 1e-30f);
  const numbers next = steady + (l - steady) * exponential(rate * -time);
  write(activity, next);
  if (!memory) return;
  const numbers gain = axis->memory_gain * next;
  const numbers turnover = gain + axis->memory_loss;
  // Without turnover memory stays as it is.
  const numbers steady_memory = gain / largest(turnover, 1e-30f);
  write(memory, steady_memory + (m - steady_memory) * exponential(turnover * -time));
}

// R of each cell.
INLINE numbers readiness(const uint32_t *identity, const cells_program *program) {
  numbers ready = program->responsiveness[0];
  for (int d = 1; d < program->doses; d++) {
    const whole later = read_words(identity) >= program->first[d];
    ready = pick(later, program->responsiveness[d], ready);
  }
  return ready;
}

// Adds the rows of a block to what its cells sense.
INLINE void sense_itself(const cells_program *program, const float *values, numbers *levels) {
  if (!program->senses_itself) return;
  numbers *own = levels + program->signals.count + 1;
  for (int row = 0; row < program->rows; row++) own[row] = read(values + CELLS * row);
}

// Takes all axes and what follows them through a step; returns what brakes leave of the first.
INLINE numbers change(
    float *values, const cells_program *program, const numbers *levels, numbers ready,
    numbers trigger, float time) {
  numbers first = 1;
  for (int a = 0; a < program->axis_count; a++) {
    const cells_axis *axis = &program->axes[a];
    const numbers free = freedom(&axis->lower, levels);
    numbers f = drive(axis, levels, trigger, free);
    if (axis->recovers) f *= ready;
    if (a == 0) first = free;
    advance(values, f, sum(&axis->hasten, levels), axis, time);
  }
  for (int i = 0; i < program->follower_count; i++) {
    const cells_follower *follower = &program->followers[i];
    const numbers level = read(values + CELLS * follower->followed);
    float *row = values + CELLS * follower->row;
    write(row, level + (read(row) - level) * follower->kept);
  }
  return first;
}

// MARK: - Survival

// Most steps of a stay that are told apart: after these no cell is still settling.
enum { CELLS_STAY = 1 << 21 };

// The hazard of a cell with what its rows add to it.
INLINE numbers hazard(const cells_program *program, const float *values, numbers hazard) {
  for (int i = 0; i < program->hazard_count; i++) {
    const cells_rate *law = &program->hazards[i];
    hazard += law->rate * read(values + CELLS * law->row);
  }
  return hazard;
}

// The damage that the place of each cell leads to when it has settled.
INLINE numbers stress(
    const cells_step *step, whole lumen, const numbers *levels) {
  const cells_survival *law = &step->survival;
  numbers steady = pick(lumen, law->lumen.lasting, law->tissue.lasting);
  for (int i = 0; i < step->program.stress_count; i++) {
    const cells_stress *term = &step->program.stress[i];
    steady += term->weight * product(&term->responses, levels);
  }
  return steady;
}

// Adhesion b of each cell to the endothelium of its voxel.
INLINE numbers binding(
    const cells_block *cells, const cells_step *step, whole voxel, const numbers *levels) {
  const cells_survival *law = &step->survival;
  const numbers open =
      (1 - law->activation) * (1 - hill(levels[law->activator], law->endothelium));
  const numbers activated = law->scale * (1 - open);
  const numbers plain = activated * law->ligands / (1 + activated * (law->ligands - 1));
  if (!step->cxcl12.level) return plain;
  const numbers level = at(step->cxcl12.level, voxel) * step->cxcl12.activity;
  const numbers drawn = pick(read(cells->diameter) > 0, law->drawn * hill(level, law->receptor), 0);
  return 1 - (1 - plain) * (1 - drawn);
}

// Damages the cells and spends their budgets; a bit per cell whose budget is spent.
INLINE uint16_t survive(
    cells_block *cells, const float *values, const cells_step *step, whole lumen,
    const numbers *levels, numbers steady) {
  const cells_survival *law = &step->survival;
  const whole voxel = read_whole(cells->voxel);
  const whole is_open = lumen & (read_words(cells->since) + law->onset <= step->number);
  numbers leaving = 0;
  if (anywhere(lumen)) {
    const numbers held = binding(cells, step, voxel, levels);
    numbers release = 0;
    if (law->release > 0) {
      const numbers width = read(cells->diameter);
      const numbers narrower = logarithm(law->release_diameter / pick(width < 0, -width, width));
      release = least(law->fastest, law->release * exponential(law->release_exponent * narrower));
    }
    leaving = pick(lumen, release * (1 - held) + law->held * held, 0) +
              pick(is_open, law->extravasation * (1 - held), 0);
  }
  const numbers excess = read(cells->damage) - steady;
  numbers damage = steady + excess * pick(lumen, law->lumen.kept, law->tissue.kept);
  numbers integral =
      steady * step->time + excess * pick(lumen, law->lumen.relaxation, law->tissue.relaxation);
  if (law->tissue.passing > 0) {
    const whole stay = (whole)(step->number - read_words(cells->since));
    const numbers steps = converted(stay > CELLS_STAY ? CELLS_STAY : stay);
    const numbers passing =
        pick(lumen, 0, law->tissue.passing * exponential(steps * -law->tissue.settling));
    damage += passing * law->tissue.added;
    integral += passing * law->tissue.added_integral;
  }
  numbers always = hazard(&step->program, values, law->always);
  if (step->natural_killers) {
    const numbers hla = read(values + CELLS * law->shield);
    always += at(step->natural_killers, voxel) * (1 - law->shielded * hla);
  }
  if (step->t_cells) {
    const numbers hla = read(values + CELLS * law->shield);
    always += at(step->t_cells, voxel) * (law->resting_hla + (1 - law->resting_hla) * hla);
  }
  numbers vulnerability = law->vulnerability;
  if (law->frailty >= 0) vulnerability *= read(values + CELLS * law->frailty);
  const numbers spent = (always + leaving) * step->time + vulnerability * integral;
  const numbers budget = read(cells->budget) - spent;
  write(cells->damage, damage);
  write(cells->budget, budget);
  return bits(budget <= 0);
}

// MARK: - Places

typedef struct {
  whole i, j, k;
} indices;

INLINE whole index_along(const float *x, float spacing, int32_t count) {
  const whole index = below(read(x) * (1 / spacing));
  const whole last = count - 1, none = 0;
  const whole held = (index > last ? last : index);
  return held < none ? none : held;
}

INLINE indices place(const float *x, const float *y, const float *z, const cells_grid *grid) {
  return (indices){
      index_along(x, grid->spacing, grid->nx), index_along(y, grid->spacing, grid->ny),
      index_along(z, grid->spacing, grid->nz)};
}

INLINE whole voxel_at(indices at, const cells_grid *grid) {
  return (at.k * grid->ny + at.j) * grid->nx + at.i;
}

// Walls at 0 and at the extent reflect; a place does not come to lie on the far one.
INLINE void reflect(numbers *x, numbers *v, numbers extent) {
  for (int tries = 0; tries < 64; tries++) {
    const whole low = *x < 0, high = *x >= extent;
    if (!anywhere(low | high)) return;
    *x = pick(low, -*x, pick(high, 2 * extent - *x, *x));
    *v = pick(low | high, -*v, *v);
    const whole on = *x == extent;
    *x = pick(on, (numbers)((whole)extent - 1), *x);
  }
}

// MARK: - Crawling

// Rise per um by central differences between voxels, one-sided at the faces.
INLINE numbers slope(
    const cells_step *step, whole here, whole index, int32_t count, int32_t stride) {
  if (count == 1) return 0;
  const whole up = (index < count - 1) & 1, down = (index > 0) & 1;
  const numbers rise = at(step->cxcl12.level, here + up * stride) -
                       at(step->cxcl12.level, here - down * stride);
  return rise * (step->cxcl12.activity / step->grid.spacing) / converted(up + down);
}

// The drift up the gradient, um/min.
INLINE void drift(const cells_block *cells, const cells_step *step, whole drawn, numbers *u) {
  const cells_crawling *law = &step->crawling;
  const cells_grid *grid = &step->grid;
  const indices here = place(cells->x, cells->y, cells->z, grid);
  const whole voxel = voxel_at(here, grid);
  const numbers level = at(step->cxcl12.level, voxel) * step->cxcl12.activity;
  const numbers gx = slope(step, voxel, here.i, grid->nx, 1);
  const numbers gy = slope(step, voxel, here.j, grid->ny, grid->nx);
  const numbers gz = slope(step, voxel, here.k, grid->nz, grid->nx * grid->ny);
  const numbers square = gx * gx + gy * gy + gz * gz;
  const numbers per_size = inverse_root(largest(square, 1e-30f));
  const numbers across = square * per_size * read(cells->diameter);
  const numbers half = least(0.5f * across, level);
  const numbers difference = hill(level + half, law->receptor) - hill(level - half, law->receptor);
  const numbers bias = difference / (difference + law->occupancy);
  const numbers share = pick(drawn, law->speed * bias * per_size, 0);
  u[0] = share * gx;
  u[1] = share * gy;
  u[2] = share * gz;
}

INLINE void move(
    float *x, float *v, numbers u, words random, const cells_step *step, int32_t count, whole moves) {
  const cells_crawling *law = &step->crawling;
  const numbers from = read(x), old = read(v);
  numbers next = u + (old - u) * law->kept + law->noise * normal(random);
  numbers to = from + (old + next) * (0.5f * step->time);
  reflect(&to, &next, (float)count * step->grid.spacing);
  write(x, pick(moves, to, from));
  write(v, pick(moves, next, old));
}

INLINE void crawl(cells_block *cells, const cells_step *step, whole moves) {
  words random[3];
  philox(
      read_words(cells->identity), step->number, step->purpose, step->key, &random[0], &random[1],
      &random[2]);
  numbers u[3] = {0, 0, 0};
  const whole drawn = read(cells->diameter) > 0;
  if (step->cxcl12.level && anywhere(drawn & moves)) drift(cells, step, drawn, u);
  const cells_grid *grid = &step->grid;
  move(cells->x, cells->vx, u[0], random[0], step, grid->nx, moves);
  move(cells->y, cells->vy, u[1], random[1], step, grid->ny, moves);
  if (grid->axes > 2) move(cells->z, cells->vz, u[2], random[2], step, grid->nz, moves);
  const whole voxel = voxel_at(place(cells->x, cells->y, cells->z, grid), grid);
  write_whole(cells->voxel, (moves & voxel) | (~moves & read_whole(cells->voxel)));
}

// MARK: - Cells of the host

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

INLINE void wander_along(float *x, words random, const hosts_step *step, int32_t count) {
  // Evenly within the width that has the variance of a displacement.
  numbers to = read(x) + step->displacement * (uniform(random) - 0.5f), none = 0;
  reflect(&to, &none, (float)count * step->grid.spacing);
  write(x, to);
}

INLINE void wander(hosts_block *cells, const hosts_step *step, const words *random) {
  const cells_grid *grid = &step->grid;
  wander_along(cells->x, random[0], step, grid->nx);
  wander_along(cells->y, random[1], step, grid->ny);
  if (grid->axes > 2) wander_along(cells->z, random[2], step, grid->nz);
  write_whole(cells->voxel, voxel_at(place(cells->x, cells->y, cells->z, grid), grid));
}

// MARK: - What is read ahead

// Fetches a block to come, with its rows.
INLINE void fetch(const hosts_block *cells, const float *values, int32_t rows) {
  const char *start = (const char *)cells;
  for (size_t byte = 0; byte < sizeof *cells; byte += 64) __builtin_prefetch(start + byte, 1);
  for (int row = 0; row < rows; row++) __builtin_prefetch(values + CELLS * row, 1);
}

// Fetches what the cells of a block to come will sense.
INLINE void expect(const cells_signals *signals, const int32_t *voxel) {
  for (int i = 0; i < signals->count; i++) {
    const float *level = signals->level[i];
    for (int n = 0; n < CELLS; n++) __builtin_prefetch(level + voxel[n]);
  }
}

// MARK: - What is called

void NAMED(cells_live)(
    cells_block *blocks, float *values, ptrdiff_t count, const cells_step *step, uint16_t *due) {
  const cells_step held = *step;
  const cells_program *program = &held.program;
  for (ptrdiff_t b = 0; b < count; b++, values += CELLS * program->rows) {
    cells_block *cells = blocks + b;
    const whole lumen = read_whole(cells->niche) == 0;
    // The stress of the place is a signal too.
    numbers levels[CELLS_LEVELS];
    sense(&program->signals, read_whole(cells->voxel), levels);
    const numbers steady = stress(&held, lumen, levels);
    levels[program->signals.count] = steady;
    sense_itself(program, values, levels);
    if (program->changes) {
      change(values, program, levels, readiness(cells->identity, program), 0, held.time);
    }
    due[b] = survive(cells, values, &held, lumen, levels, steady);
    if (anywhere(~lumen)) crawl(cells, &held, ~lumen);
  }
}

void NAMED(hosts_live)(
    hosts_block *blocks, float *values, ptrdiff_t count, const hosts_step *given, hosts_due *due) {
  const hosts_step step = *given;
  const cells_program *program = &step.program;
  const ptrdiff_t rows = program->rows;
  for (ptrdiff_t b = 0; b < count; b++, values += CELLS * rows) {
    hosts_block *cells = blocks + b;
    numbers levels[CELLS_LEVELS];
    sense(&program->signals, read_whole(cells->voxel), levels);
    sense_itself(program, values, levels);
    if (b + 2 < count) fetch(cells + 2, values + 2 * CELLS * rows, program->rows);
    if (b + 1 < count) expect(&program->signals, cells[1].voxel);
    words random[4];
    philox4(
        read_words(cells->identity), step.number, step.purpose, step.key, &random[0], &random[1],
        &random[2], &random[3]);
    const numbers trigger = read(cells->trigger);
    const numbers free = change(values, program, levels, 1, trigger, step.time);
    due[b].divided = step.divides ? bits(cycle(cells, &step, free)) : 0;
    const numbers dying = hazard(program, values, step.hazard + sum(&step.death, levels));
    const numbers budget = read(cells->budget) - dying * step.time;
    write(cells->budget, budget);
    due[b].dead = bits(budget <= 0);
    due[b].changed = 0;
    if (step.becoming > 0 || step.change.count > 0) {
      numbers rate = step.becoming + sum(&step.change, levels);
      if (step.change_row >= 0) rate *= read(values + CELLS * step.change_row);
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

void NAMED(cells_exchange)(const cells_view *cells, const cells_flow *law, float *into) {
  const cells_flow held = *law;
  const float *values = cells->values;
  const int32_t *voxels = cells->voxel;
  const float *potency = cells->potency, *weight = cells->weight;
  for (ptrdiff_t first = 0; first < cells->count; first += CELLS) {
    const whole voxel = read_whole(voxels);
    numbers levels[CELLS_SIGNALS];
    sense(&held.signals, voxel, levels);
    const int32_t *next = voxels + cells->stride;
    if (first + CELLS < cells->count) {
      expect(&held.signals, next);
      for (int n = 0; n < CELLS; n++) __builtin_prefetch(into + next[n], 1);
    }
    numbers rate = held.basal;
    for (int i = 0; i < held.amount_count; i++) {
      const cells_amount *amount = &held.amounts[i];
      const numbers level = read(values + CELLS * amount->row);
      rate += amount->amount * (amount->lack ? 1 - level : level);
    }
    if (potency) rate *= read(potency);
    rate += held.fixed;
    for (int i = 0; i < held.fold_count; i++) {
      const cells_fold *fold = &held.folds[i];
      numbers level = read(values + CELLS * fold->row);
      if (fold->other >= 0) level *= read(values + CELLS * fold->other);
      rate *= 1 + fold->excess * level;
    }
    rate *= freedom(&held.brake, levels);
    if (held.oxygen) {
      const numbers share = (held.normal - hill(at(held.oxygen, voxel), held.half)) * held.range;
      rate *= 1 + held.hypoxic * least(largest(share, 0), 1);
    }
    if (weight) rate *= read(weight);
    const ptrdiff_t left = cells->count - first, here = left < CELLS ? left : CELLS;
    float rates[CELLS];
    write(rates, rate);
    for (ptrdiff_t i = 0; i < here; i++) into[voxels[i]] += rates[i];
    voxels = next;
    values += CELLS * cells->rows;
    if (potency) potency += cells->stride;
    if (weight) weight += cells->stride;
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

void NAMED(cells_normal)(const uint32_t *random, float *found) { write(found, normal(read_words(random))); }

void NAMED(cells_words)(
    const uint32_t *identity, uint32_t step, uint32_t purpose, const uint32_t *key, uint32_t *random) {
  words a, b, c;
  philox(read_words(identity), step, purpose, key, &a, &b, &c);
  write_words(random, a);
  write_words(random + CELLS, b);
  write_words(random + 2 * CELLS, c);
}
