// The work on cells for one width of registers; a file that names the width includes it.

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

// MARK: - Laws

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

// f of an axis that something raises.
INLINE numbers drive(const cells_axis *axis, const numbers *levels) {
  const cells_responses *raise = &axis->raise;
  numbers f = axis->needs_all || raise->count == 1 ? product(raise, levels)
                                                   : 1 - freedom(raise, levels);
  if (axis->amplify.count > 0) {
    numbers gain = 1;
    for (int i = 0; i < axis->amplify.count; i++) gain *= 1 + response(&axis->amplify.of[i], levels);
    f = gain * f / (1 + (gain - 1) * f);
  }
  return axis->lower.count > 0 ? f * freedom(&axis->lower, levels) : f;
}

// L and M of an axis after a time under a drive.
INLINE void advance(float *values, numbers drive, const cells_axis *axis, float time) {
  float *activity = values + CELLS * axis->activity;
  float *memory = axis->memory < 0 ? NULL : values + CELLS * axis->memory;
  const numbers l = read(activity);
  const numbers m = memory ? read(memory) : (numbers)0;
  const numbers rise = drive * (axis->naive_rate + axis->memory_rate * m);
  const numbers rate = rise + axis->decay;
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

// Takes all axes and what follows them through a step.
INLINE void change(
    const cells_block *cells, float *values, const cells_program *program, const numbers *levels,
    float time) {
  numbers ready = program->responsiveness[0];
  for (int d = 1; d < program->doses; d++) {
    const whole later = read_words(cells->identity) >= program->first[d];
    ready = pick(later, program->responsiveness[d], ready);
  }
  for (int a = 0; a < program->axis_count; a++) {
    const cells_axis *axis = &program->axes[a];
    numbers f = axis->raise.count > 0 ? drive(axis, levels) : (numbers)0;
    if (axis->recovers) f *= ready;
    advance(values, f, axis, time);
  }
  for (int i = 0; i < program->follower_count; i++) {
    const cells_follower *follower = &program->followers[i];
    const numbers level = read(values + CELLS * follower->followed);
    float *row = values + CELLS * follower->row;
    write(row, level + (read(row) - level) * follower->kept);
  }
}

// MARK: - Survival

// The damage that the place of each cell leads to.
INLINE numbers stress(
    const cells_step *step, whole lumen, const numbers *levels) {
  numbers steady = pick(lumen, step->survival.lumen, step->survival.tissue);
  for (int i = 0; i < step->program.stress_count; i++) {
    const cells_stress *term = &step->program.stress[i];
    steady += term->weight * product(&term->responses, levels);
  }
  return steady;
}

// Damages the cells and spends their budgets; a bit per cell whose budget is spent.
INLINE uint16_t survive(
    cells_block *cells, const float *values, const cells_step *step, whole lumen,
    const numbers *levels, numbers steady) {
  const cells_survival *law = &step->survival;
  const cells_program *program = &step->program;
  const whole voxel = read_whole(cells->voxel);
  const whole is_open = lumen & (read_words(cells->since) + law->onset <= step->number);
  const numbers onto =
      law->extravasation * (1 + law->activated * hill(levels[law->activator], law->endothelium));
  const numbers leaving = pick(lumen, law->release, 0) + pick(is_open, onto, 0);
  const numbers before = read(cells->damage);
  const numbers excess = before - steady;
  numbers always = law->always;
  for (int i = 0; i < program->hazard_count; i++) {
    const cells_rate *hazard = &program->hazards[i];
    always += hazard->rate * read(values + CELLS * hazard->row);
  }
  if (step->natural_killers) {
    const numbers shield = read(values + CELLS * law->shield);
    always += at(step->natural_killers, voxel) * (1 - law->shielded * shield);
  }
  if (step->t_cells) always += at(step->t_cells, voxel);
  const numbers spent = (always + leaving) * step->time +
                        law->vulnerability * (steady * step->time + excess * law->relaxation);
  const numbers budget = read(cells->budget) - spent;
  write(cells->damage, steady + excess * law->kept);
  write(cells->budget, budget);
  return bits(budget <= 0);
}

// MARK: - Crawling

typedef struct {
  whole i, j, k;
} indices;

INLINE whole axis_index(const float *x, const cells_step *step, int32_t count) {
  const whole index = below(read(x) * (1 / step->spacing));
  const whole last = count - 1, none = 0;
  const whole held = (index > last ? last : index);
  return held < none ? none : held;
}

INLINE indices place(const cells_block *cells, const cells_step *step) {
  return (indices){
      axis_index(cells->x, step, step->nx), axis_index(cells->y, step, step->ny),
      axis_index(cells->z, step, step->nz)};
}

INLINE whole voxel_at(indices at, const cells_step *step) {
  return (at.k * step->ny + at.j) * step->nx + at.i;
}

// Rise per um by central differences between voxels, one-sided at the faces.
INLINE numbers slope(
    const cells_step *step, whole here, whole index, int32_t count, int32_t stride) {
  if (count == 1) return 0;
  const whole up = (index < count - 1) & 1, down = (index > 0) & 1;
  const numbers rise = at(step->cxcl12.level, here + up * stride) -
                       at(step->cxcl12.level, here - down * stride);
  return rise * (step->cxcl12.activity / step->spacing) / converted(up + down);
}

// The drift up the gradient, um/min.
INLINE void drift(const cells_block *cells, const cells_step *step, whole drawn, numbers *u) {
  const cells_crawling *law = &step->crawling;
  const indices here = place(cells, step);
  const whole voxel = voxel_at(here, step);
  const numbers level = at(step->cxcl12.level, voxel) * step->cxcl12.activity;
  const numbers gx = slope(step, voxel, here.i, step->nx, 1);
  const numbers gy = slope(step, voxel, here.j, step->ny, step->nx);
  const numbers gz = slope(step, voxel, here.k, step->nz, step->nx * step->ny);
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

INLINE void move(
    float *x, float *v, numbers u, words random, const cells_step *step, int32_t count, whole moves) {
  const cells_crawling *law = &step->crawling;
  const numbers from = read(x), old = read(v);
  numbers next = u + (old - u) * law->kept + law->noise * normal(random);
  numbers to = from + (old + next) * (0.5f * step->time);
  reflect(&to, &next, (float)count * step->spacing);
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
  move(cells->x, cells->vx, u[0], random[0], step, step->nx, moves);
  move(cells->y, cells->vy, u[1], random[1], step, step->ny, moves);
  if (step->axes > 2) move(cells->z, cells->vz, u[2], random[2], step, step->nz, moves);
  const whole voxel = voxel_at(place(cells, step), step);
  write_whole(cells->voxel, (moves & voxel) | (~moves & read_whole(cells->voxel)));
}

// MARK: - What is called

void NAMED(cells_live)(
    cells_block *blocks, float *values, ptrdiff_t count, const cells_step *step, uint16_t *due) {
  const cells_step held = *step;
  const cells_program *program = &held.program;
  for (ptrdiff_t b = 0; b < count; b++, values += CELLS * program->rows) {
    cells_block *cells = blocks + b;
    const whole lumen = read_whole(cells->niche) == 0;
    // The stress of the place is a signal too, the last.
    numbers levels[CELLS_SIGNALS + 1];
    sense(&program->signals, read_whole(cells->voxel), levels);
    const numbers steady = stress(&held, lumen, levels);
    levels[program->signals.count] = steady;
    if (program->changes) change(cells, values, program, levels, held.time);
    due[b] = survive(cells, values, &held, lumen, levels, steady);
    if (anywhere(~lumen)) crawl(cells, &held, ~lumen);
  }
}

void NAMED(cells_give)(
    const cells_block *blocks, const float *values, int32_t rows, ptrdiff_t count,
    const cells_secretion *law, float *source) {
  for (ptrdiff_t first = 0; first < count; first += CELLS, values += CELLS * rows) {
    const cells_block *cells = blocks + first / CELLS;
    const whole voxel = read_whole(cells->voxel);
    numbers rate = law->basal * read(cells->potency);
    for (int i = 0; i < law->fold_count; i++) {
      const cells_fold *fold = &law->folds[i];
      numbers level = read(values + CELLS * fold->row);
      if (fold->other >= 0) level *= read(values + CELLS * fold->other);
      rate *= 1 + fold->excess * level;
    }
    if (law->oxygen) {
      const numbers share = (law->normal - hill(at(law->oxygen, voxel), law->half)) * law->range;
      rate *= 1 + law->hypoxic * least(largest(share, 0), 1);
    }
    rate *= read(cells->weight);
    const ptrdiff_t here = count - first < CELLS ? count - first : CELLS;
    float rates[CELLS];
    write(rates, rate);
    for (ptrdiff_t i = 0; i < here; i++) source[cells->voxel[i]] += rates[i];
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
