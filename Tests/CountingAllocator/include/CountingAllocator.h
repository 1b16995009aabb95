#pragma once

/// Whether allocations are counted on this platform.
int allocations_are_counted(void);

/// Begins to count the allocations of the calling thread.
void allocations_begin(void);

/// Ends the count and returns it.
long allocations_end(void);
