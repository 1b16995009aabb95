// What cells on a tissue grid do in a step, sixteen cells at a time.
//
// The laws are those of Sources/Laws, where their symbols, units and sources stand; here they are
// worked out in single precision, in the same order on every processor.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CELLS = 16 };

// What every cell has, of sixteen side by side. Activity and memory of their axes and what follows these stand in rows
// of their own, as many as the program of the cells has.
typedef struct {
  uint32_t identity[CELLS], episode[CELLS];
  // Step in which the cell came to the niche.
  uint32_t since[CELLS];
  // 0 in the lumen, 1 in tissue.
  int32_t niche[CELLS];
  int32_t voxel[CELLS];
  // Damage, 1/min, and cumulative hazard left before the clock rings.
  float damage[CELLS], budget[CELLS];
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

// What a signal does: weight * H(c), or weight * (1 - H(c)) where it acts by its lack; H(c) = c / (c + K), where an
// antagonist raises K = half by a factor 1 + a / K_a.
typedef struct {
  // Which of the signals, and which of them is the antagonist; below 0 for none.
  int32_t signal, antagonist;
  float half, weight, antagonist_half;
  // 1 where it acts by its lack, else 0.
  int32_t lack;
} cells_response;

enum { CELLS_RESPONSES = 12, CELLS_SIGNALS = 24, CELLS_AXES = 7, CELLS_TERMS = 8, CELLS_ROWS = 16 };

// How signals that raise an axis act together.
enum { CELLS_ANY, CELLS_ALL, CELLS_SUM };

// The signals that cells respond to: the levels of all voxels (NULL where there are none), and how strongly each acts.
typedef struct {
  const float *level[CELLS_SIGNALS];
  float activity[CELLS_SIGNALS];
  int32_t count;
} cells_signals;

typedef struct {
  cells_response of[CELLS_RESPONSES];
  int32_t count;
} cells_responses;

// An axis: its rows of activity and memory (below 0 for none); f0, f1; a, b, d, g, m per minute.
typedef struct {
  int32_t activity, memory;
  cells_responses raise, amplify, lower, hasten;
  // How what raises it acts together; 1 where cells that were thawed recover their responsiveness.
  int32_t combination, recovers;
  float always, triggered;
  float naive_rate, memory_rate, decay, memory_gain, memory_loss;
} cells_axis;

// What follows a row, with the share of the difference that a step keeps.
typedef struct {
  int32_t row, followed;
  float kept;
} cells_follower;

// Damage that signals lead to: weight times the product of the responses.
typedef struct {
  float weight;
  cells_responses responses;
} cells_stress;

// A rate, 1/min, in proportion to a row.
typedef struct {
  int32_t row;
  float rate;
} cells_rate;

// What cells sense and what they make of it.
typedef struct {
  cells_signals signals;
  // Rows of a cell.
  int32_t rows;
  // 1 where some axis or what follows it may change; 1 where rows are signals too, after that of the stress of the place.
  int32_t changes, senses_itself;
  cells_axis axes[CELLS_AXES];
  cells_follower followers[CELLS_AXES];
  cells_stress stress[CELLS_TERMS];
  // What adds to the hazard.
  cells_rate hazards[CELLS_TERMS];
  int32_t axis_count, follower_count, stress_count, hazard_count;
  // R of each dose, and the first identity of each.
  const float *responsiveness;
  const uint32_t *first;
  int32_t doses;
} cells_program;

// What a niche does to its cells: the stress that lasts and what passes as cells settle, 1/min; exp(-k t),
// (1 - exp(-k t)) / k, and what a stress of 1 that passes adds to damage and to its integral in a step; share of the time of
// settling that a step takes.
typedef struct {
  float lasting, passing, kept, relaxation, added, added_integral, settling;
} cells_niche;

// Survival and residence: rates, 1/min; half-saturations, nM.
typedef struct {
  cells_niche lumen, tissue;
  // 1 - p, and the hazard that every cell has.
  float vulnerability, always;
  // Release of a cell of a diameter that is not held, its largest, that diameter and the exponent of the fall with it.
  float release, fastest, release_diameter, release_exponent;
  // Extravasation of a cell that is not held, after the onset, and of one that is held in full.
  float extravasation, held;
  // Which signal activates endothelium.
  int32_t activator;
  // Adhesion: kappa, alpha, g, half-saturation of endothelium; of cells with CXCR4 h and half-saturation of CXCL12.
  float scale, activation, ligands, endothelium, drawn, receptor;
  // HLA-I: share of the hazard by natural killers that all of it spares, what a cell without it shows to T cells, and its row.
  float shielded, resting_hla;
  int32_t shield;
  // Row of z; below 0 where it is 1 for all cells.
  int32_t frailty;
  // Steps from arrest to the onset of extravasation.
  uint32_t onset;
} cells_survival;

// Crawling: s, K, half the difference of occupancy, exp(-t/tau), noise of a step.
typedef struct {
  float speed, receptor, occupancy, kept, noise;
} cells_crawling;

// Voxels along each axis, axes along which cells move, and the edge of a voxel, um.
typedef struct {
  int32_t nx, ny, nz, axes;
  float spacing;
} cells_grid;

// All that cells of a grid share in a step.
typedef struct {
  cells_program program;
  cells_factor cxcl12;
  cells_survival survival;
  cells_crawling crawling;
  // Hazard by killers of the host in each voxel, 1/min, or NULL.
  const float *natural_killers, *t_cells;
  cells_grid grid;
  // Number of the step and its length, min.
  uint32_t number;
  float time;
  // Key of chance, and the purpose of crawling.
  uint32_t key[2], purpose;
} cells_step;

// A fold less 1 that a full row makes, in proportion to the product of two rows where the second is not below 0.
typedef struct {
  float excess;
  int32_t row, other;
} cells_fold;

// An amount in proportion to a row, or to what it lacks.
typedef struct {
  float amount;
  int32_t row;
  // 1 where it is in proportion to what the row lacks, else 0.
  int32_t lack;
} cells_amount;

// What a cell gives to a factor or takes of it, nM/min in a voxel: in proportion to its potency, by its rows besides, and
// whatever its potency; its folds; what brakes it; X - 1; for the hypoxic share H(n), 1 / (H(n) - H(x)) and the
// half-saturation of oxygen.
typedef struct {
  float basal, fixed;
  cells_amount amounts[CELLS_TERMS];
  cells_fold folds[CELLS_TERMS];
  int32_t amount_count, fold_count;
  cells_signals signals;
  cells_responses brake;
  float hypoxic, normal, range, half;
  // Concentration of oxygen, nM, or NULL.
  const float *oxygen;
} cells_flow;

// Cells, as exchange sees them: the first of their voxels, potencies and numbers that they stand for (NULL where all are
// 1), the words from those of a block to those of the next; their rows.
typedef struct {
  const int32_t *voxel;
  const float *potency, *weight;
  ptrdiff_t stride;
  const float *values;
  int32_t rows;
  ptrdiff_t count;
} cells_view;

// Takes some blocks through a step: senses, advances axes, damages and crawls. `due` gets a bit per cell whose
// budget is spent.
void cells_live(
    cells_block *blocks, float *values, ptrdiff_t count, const cells_step *step, uint16_t *due);

// Widths of registers, narrowest first.
enum { CELLS_NARROW, CELLS_AVX2, CELLS_AVX512, CELLS_WIDTHS };

// Whether the processor has registers of a width; the widest are used.
bool cells_has(int32_t width);

// The same, and what cells give, with registers of one width, for comparison; whether the processor has it.
bool cells_live_by(
    int32_t width, cells_block *blocks, float *values, ptrdiff_t count, const cells_step *step,
    uint16_t *due);
bool cells_exchange_by(
    int32_t width, const cells_view *cells, const cells_flow *law, float *into);

// Adds what cells give or take to the voxels, in their order.
void cells_exchange(const cells_view *cells, const cells_flow *law, float *into);

// Sixteen standard normal numbers by as many random words.
void cells_normal(const uint32_t *words, float *numbers);

// The first three words of the blocks of chance of sixteen cells, one after the other.
void cells_words(
    const uint32_t *identity, uint32_t step, uint32_t purpose, const uint32_t *key, uint32_t *words);
