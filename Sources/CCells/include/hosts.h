// What host cells on a tissue grid do in a step, sixteen cells of one kind at a time.
//
// The laws are those of Sources/Laws, where their symbols, units and sources stand; here they are
// worked out in single precision, in the same order on every processor.

#pragma once

#include "cells.h"

// What every cell of a kind has, of sixteen side by side. Their rows stand apart, as those of the product's cells; the
// first is activity.
typedef struct {
  uint32_t identity[CELLS];
  // Divisions since it came, and how many cells it killed or ate.
  uint32_t generation[CELLS], kills[CELLS];
  int32_t voxel[CELLS];
  // Place, um.
  float x[CELLS], y[CELLS], z[CELLS];
  // Depth of rest Q, whether it is triggered.
  float rest[CELLS], trigger[CELLS];
  // Time left to division, min, and cumulative hazard left before death.
  float cycle[CELLS], budget[CELLS];
} hosts_block;

// All that cells of a kind share in a step. Rates, 1/min; times, min.
typedef struct {
  // What brakes the first axis brakes the cycle.
  cells_program program;
  // What adds to the hazard of death, to the rate of becoming another kind, to that of being triggered.
  cells_responses death, change, prime;
  // Rates of death and of change without any signal.
  float hazard, becoming;
  // Row in proportion to which cells change; below 0 for none.
  int32_t change_row;
  // Rates at which rest deepens and lifts, and the end of the cycle that no brake holds.
  float deepening, lifting, tail;
  // 1 where cells of the kind divide.
  int32_t divides;
  // Width along an axis within which a displacement lies, um.
  float displacement;
  cells_grid grid;
  uint32_t number;
  float time;
  uint32_t key[2], purpose;
} hosts_step;

// Bits per cell: those whose budget is spent, whose cycle is over, who become another kind.
typedef struct {
  uint16_t dead, divided, changed;
} hosts_due;

// Takes some blocks through a step.
void hosts_live(
    hosts_block *blocks, float *values, ptrdiff_t count, const hosts_step *step, hosts_due *due);

// Looks which cells of some blocks lie in a run of 64 voxels that is marked; a bit per cell.
void hosts_near(const hosts_block *blocks, ptrdiff_t count, const uint8_t *runs, uint16_t *near);

// The same with registers of one width, for comparison; whether the processor has it.
bool hosts_live_by(
    int32_t width, hosts_block *blocks, float *values, ptrdiff_t count, const hosts_step *step,
    hosts_due *due);
