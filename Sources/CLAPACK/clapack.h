// Fortran prototypes of the LAPACK routines in use; matrices are column-major.
#pragma once

// Solves A X = B for general square A by LU factorisation with partial pivoting.
void dgesv_(const int *n, const int *nrhs, double *a, const int *lda, int *ipiv, double *b,
            const int *ldb, int *info);
