// Vector instructions that Swift's SIMD types do not reach on this toolchain: their square root is sixteen scalar
// calls, their minimum and maximum become function calls, and their gathers go element by element.
#ifndef CANDLEWICK_VECTOR_H
#define CANDLEWICK_VECTOR_H

typedef float vector8 __attribute__((ext_vector_type(8)));
typedef int integers8 __attribute__((ext_vector_type(8)));

static inline __attribute__((always_inline)) vector8 vector_square_root(vector8 x) {
  return __builtin_elementwise_sqrt(x);
}

// The second operand where the comparison fails, as the machine's own instructions do, so that a NaN in the first
// goes and a NaN in the second stays.
static inline __attribute__((always_inline)) vector8 vector_maximum(vector8 a, vector8 b) { return a > b ? a : b; }
static inline __attribute__((always_inline)) vector8 vector_minimum(vector8 a, vector8 b) { return a < b ? a : b; }

static inline __attribute__((always_inline)) vector8 vector_absolute(vector8 x) {
  return __builtin_elementwise_abs(x);
}

// To the nearest whole number, ties to even.
static inline __attribute__((always_inline)) vector8 vector_rounded(vector8 x) {
  return __builtin_elementwise_roundeven(x);
}

// `yes` where a > b, and `no` elsewhere.
static inline __attribute__((always_inline)) vector8 vector_where_greater(
    vector8 a, vector8 b, vector8 yes, vector8 no) {
  return a > b ? yes : no;
}

static inline __attribute__((always_inline)) integers8 vector_to_integers(vector8 x) {
  return __builtin_convertvector(x, integers8);
}

// The shuffles of an 8 x 8 transposition: pairs from the lower or upper half of each 128 bits, pairs of pairs, and
// whole halves.
#define VECTOR_SHUFFLE(name, ...)                                                        \
  static inline __attribute__((always_inline)) vector8 name(vector8 a, vector8 b) {      \
    return __builtin_shufflevector(a, b, __VA_ARGS__);                                   \
  }
VECTOR_SHUFFLE(vector_interleave_low, 0, 8, 1, 9, 4, 12, 5, 13)
VECTOR_SHUFFLE(vector_interleave_high, 2, 10, 3, 11, 6, 14, 7, 15)
VECTOR_SHUFFLE(vector_pairs_low, 0, 1, 8, 9, 4, 5, 12, 13)
VECTOR_SHUFFLE(vector_pairs_high, 2, 3, 10, 11, 6, 7, 14, 15)
VECTOR_SHUFFLE(vector_halves_low, 0, 1, 2, 3, 8, 9, 10, 11)
VECTOR_SHUFFLE(vector_halves_high, 4, 5, 6, 7, 12, 13, 14, 15)
#undef VECTOR_SHUFFLE

#if defined(__x86_64__)
#include <immintrin.h>
// Numbers too small for the normal range count as zero on this thread until the control word that comes back is
// restored: they cost a hundred cycles each and mean nothing to training.
static inline unsigned long flush_denormals(void) {
  unsigned control = _mm_getcsr();
  _mm_setcsr(control | 0x8040);
  return control;
}
static inline void restore_control(unsigned long control) { _mm_setcsr((unsigned)control); }
static inline void pause_briefly(void) { _mm_pause(); }
// Whether the processor has what the numeric rooms were compiled for (x86-64-v3).
static inline int processor_suffices(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
}
#elif defined(__aarch64__)
static inline unsigned long flush_denormals(void) {
  unsigned long control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | (1ul << 24)));
  return control;
}
static inline void restore_control(unsigned long control) { __asm__ volatile("msr fpcr, %0" : : "r"(control)); }
static inline void pause_briefly(void) { __asm__ volatile("yield"); }
static inline int processor_suffices(void) { return 1; }
#endif

#endif
