// What cells on a tissue grid do in a step, sixteen cells at a time.
//
// The laws are those of Science/Physiology, where their symbols, units and sources stand; here they are
// worked out in single precision, in the same order on every processor.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CELLS = 16 };

// Sixteen cells side by side.
typedef struct {
  uint32_t identity[CELLS], episode[CELLS];
  // Step in which the cell came to the niche.
  uint32_t since[CELLS];
  // 0 in the lumen, 1 in tissue.
  int32_t niche[CELLS];
  int32_t voxel[CELLS];
  // Damage, 1/min, and cumulative hazard left before the clock rings.
  float damage[CELLS], budget[CELLS];
  // Licensing.
  float stat1[CELLS], stat1_memory[CELLS], nfkb[CELLS], nfkb_memory[CELLS];
  // Proteins that follow the STAT1 axis.
  float protein[CELLS];
  // Place, um, and velocity, um/min.
  float x[CELLS], y[CELLS], z[CELLS], vx[CELLS], vy[CELLS], vz[CELLS];
  float potency[CELLS], weight[CELLS];
  // Diameter, um; negative for a cell without working CXCR4.
  float diameter[CELLS];
} cells_block;

// A factor that cells sense: its concentrations, nM (NULL where there is none), and how strongly it acts.
typedef struct {
  const float *level;
  float activity;
} cells_factor;

// Licensing: a, b, d per minute; g, m per minute; half-saturations, nM; S - 1.
typedef struct {
  float naive_rate, memory_rate, decay, memory_gain, memory_loss;
  float ifn, tnf, il1b, synergy;
  // Share of the difference between proteins and the STAT1 axis that a step keeps.
  float protein_kept;
  // 1 where cells may be licensed without any cytokine.
  int32_t primed;
  // R of each dose, and the first identity of each.
  const float *responsiveness;
  const uint32_t *first;
  int32_t doses;
} cells_licensing;

// Survival and residence: rates, 1/min; half-saturations, nM.
typedef struct {
  // Steady damage of lumen and tissue, and what inflammation and starvation add to it.
  float lumen, tissue, inflammatory, starvation;
  float tnf, ifn, oxygen, glucose;
  // exp(-r t), (1 - exp(-r t)) / r, 1 - p, and the hazard that every cell has.
  float kept, relaxation, vulnerability, always;
  float release, extravasation, activated, endothelium;
  // Share of the hazard by natural killers that full HLA-I, one of the proteins, spares.
  float shielded;
  // Steps from arrest to the onset of extravasation.
  uint32_t onset;
} cells_survival;

// Crawling: s, K, half the difference of occupancy, exp(-t/tau), noise of a step.
typedef struct {
  float speed, receptor, occupancy, kept, noise;
} cells_crawling;

// All that cells of a grid share in a step.
typedef struct {
  cells_factor ifn, tnf, il1b, oxygen, glucose, cxcl12;
  cells_licensing licensing;
  cells_survival survival;
  cells_crawling crawling;
  // Hazard by killers of the host in each voxel, 1/min, or NULL.
  const float *natural_killers, *t_cells;
  // Voxels along each axis, axes along which cells crawl, and the edge of a voxel, um.
  int32_t nx, ny, nz, axes;
  float spacing;
  // Number of the step and its length, min.
  uint32_t number;
  float time;
  // Key of chance, and the purpose of crawling.
  uint32_t key[2], purpose;
} cells_step;

// What cells give to a factor: nM/min in a voxel per cell of the product, F - 1, the axis (0: STAT1,
// 1: NF-kB, 2: their product), X - 1; for the hypoxic share H(n), 1 / (H(n) - H(x)) and the half-saturation of oxygen.
typedef struct {
  float basal, licensed;
  int32_t axis;
  float hypoxic, normal, range, half;
  // Concentration of oxygen, nM, or NULL.
  const float *oxygen;
} cells_secretion;

// Takes some blocks through a step: senses, licenses, damages and crawls. `due` gets a bit per cell whose
// budget is spent.
void cells_live(cells_block *blocks, ptrdiff_t count, const cells_step *step, uint16_t *due);

// Widths of registers, narrowest first.
enum { CELLS_NARROW, CELLS_AVX2, CELLS_AVX512, CELLS_WIDTHS };

// The same, and what cells give, with registers of one width, for comparison; whether the processor has it.
bool cells_live_by(
    int32_t width, cells_block *blocks, ptrdiff_t count, const cells_step *step, uint16_t *due);
bool cells_give_by(
    int32_t width, const cells_block *blocks, ptrdiff_t count, const cells_secretion *law,
    float *source);

// Adds what `count` cells give to the voxels, in their order.
void cells_give(
    const cells_block *blocks, ptrdiff_t count, const cells_secretion *law, float *source);

// Adds what cells take to the voxels, in their order: an amount per cell and one per cell of full potency and
// STAT1 protein.
void cells_take(
    const cells_block *blocks, ptrdiff_t count, float amount, float enzyme, float *sink);

// Sixteen standard normal numbers by as many random words.
void cells_normal(const uint32_t *words, float *numbers);

// The first three words of the blocks of chance of sixteen cells, one after the other.
void cells_words(
    const uint32_t *identity, uint32_t step, uint32_t purpose, const uint32_t *key, uint32_t *words);
