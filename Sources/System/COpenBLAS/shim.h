// CBLAS from OpenBLAS and LAPACKE, which Debian packages apart from it.
#include <cblas.h>
#include <lapacke.h>
