// Linked into the program of a release (.ci/release), so that it needs less of the machine it runs on.
#include <stdio.h>
#include <stdlib.h>

// glibc 2.35 gave hypot and hypotf a new version, which handles errors otherwise. The former one is in glibc 2.34 too.
double former_hypot(double, double);
float former_hypotf(float, float);
__asm__(".symver former_hypot, hypot@GLIBC_2.2.5");
__asm__(".symver former_hypotf, hypotf@GLIBC_2.2.5");
double hypot(double x, double y) { return former_hypot(x, y); }
float hypotf(float x, float y) { return former_hypotf(x, y); }

// BLAS and LAPACK report an invalid argument by this routine; theirs needs the input and output of Fortran.
void xerbla_(const char *routine, const int *argument, size_t length) {
  fprintf(stderr, "%.*s: argument %d is invalid\n", (int)length, routine, *argument);
  abort();
}
