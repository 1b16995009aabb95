// Fortran prototypes of the LAPACK routines in use; matrices are column-major.
#pragma once

// Solves A X = B for general square A by LU factorisation with partial pivoting.
void dgesv_(const int *n, const int *nrhs, double *a, const int *lda, int *ipiv, double *b,
            const int *ldb, int *info);

// Factorises symmetric positive definite A as L Lᵀ (uplo "L"), in place.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);

// Solves A X = B with the factor that dpotrf_ left.
void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b,
             const int *ldb, int *info);
