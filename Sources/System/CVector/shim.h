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

// Copies `windows` stretches of `count` numbers, one behind the other: that of window w begins at row origins[w] + shift
// of a table with rows of `width` numbers. Windows lie far apart, so while one is copied, one that comes later is asked
// for, line by line: the machine's own prefetching ends with each page, and a window begins with a miss.
static inline void gather_windows(
    float *target, const float *table, const int *origins, long windows, long shift, long width, long count) {
  const long ahead = count < 64 ? 16 : 2;
  for (long w = 0; w < windows; w++) {
    const float *source = table + (origins[w] + shift) * width;
    const float *later = w + ahead < windows ? table + (origins[w + ahead] + shift) * width : source;
    long i = 0;
    for (; i + 64 <= count; i += 64) {
      for (long line = 0; line < 64; line += 16) __builtin_prefetch(later + i + line);
      __builtin_memcpy(target + i, source + i, 64 * sizeof(float));
    }
    __builtin_prefetch(later + i);
    for (; i < count; i++) target[i] = source[i];
    target += count;
  }
}

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

// One panel of a matrix product with 512-bit registers, where the processor has them: sixteen columns in one register,
// up to fourteen rows at a time. Swift compiles a module for one instruction set, so the wider one is chosen here, at
// run time. Each element is the same chain of fused multiply-adds as in the narrower kernel: the bits are equal.
#if defined(__x86_64__)
typedef float vector16 __attribute__((ext_vector_type(16)));

#define WIDE __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")))

static inline int processor_has_wide_vectors(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}

// What the sums begin with.
enum product_start { product_start_zero = 0, product_start_present = 1, product_start_bias = 2 };

struct product_panel {
  const float *a;
  long a_row, a_step;
  const float *b;
  long steps;
  long stride;
  const float *bias;
  int start;
  // Columns that exist, one bit each.
  unsigned short columns;
  float floor;
};

#define PRODUCT_TILE(ROWS)                                                                                   \
  static inline WIDE __attribute__((noinline)) void product_tile_##ROWS(                                     \
      const struct product_panel *p, const float *a, float *c) {                                             \
    __m512 sums[ROWS];                                                                                       \
    const long a_row = p->a_row, a_step = p->a_step, stride = p->stride;                                     \
    const __mmask16 columns = p->columns;                                                                    \
    if (p->start == product_start_present) {                                                                 \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) sums[r] =                            \
          _mm512_maskz_loadu_ps(columns, c + r * stride);                                                    \
    } else {                                                                                                 \
      const __m512 first =                                                                                   \
          p->start == product_start_bias ? _mm512_maskz_loadu_ps(columns, p->bias) : _mm512_setzero_ps();    \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) sums[r] = first;                     \
    }                                                                                                        \
    const float *b = p->b;                                                                                   \
    const float *first_row = a, *fourth = a + 3 * a_row, *seventh = a + 6 * a_row, *tenth = a + 9 * a_row,   \
                *thirteenth = a + 12 * a_row;                                                                \
    for (long k = p->steps; k > 0; k--) {                                                                    \
      const __m512 right = _mm512_loadu_ps(b);                                                               \
      /* Keeps five addresses apart; one that walks from row to row is as slow as the sums themselves. */    \
      __asm__("" : "+r"(first_row), "+r"(fourth), "+r"(seventh), "+r"(tenth), "+r"(thirteenth));             \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) {                                    \
        const float *row = r < 3 ? first_row : r < 6 ? fourth : r < 9 ? seventh : r < 12 ? tenth : thirteenth; \
        sums[r] = _mm512_fmadd_ps(_mm512_set1_ps(row[r % 3 * a_row]), right, sums[r]);                       \
      }                                                                                                      \
      b += 16;                                                                                               \
      first_row += a_step;                                                                                   \
      fourth += a_step;                                                                                      \
      seventh += a_step;                                                                                     \
      tenth += a_step;                                                                                       \
      thirteenth += a_step;                                                                                  \
    }                                                                                                        \
    const __m512 floor = _mm512_set1_ps(p->floor);                                                           \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++)                                        \
        _mm512_mask_storeu_ps(c + r * stride, columns, _mm512_max_ps(floor, sums[r]));                       \
  }
PRODUCT_TILE(1)
PRODUCT_TILE(2)
PRODUCT_TILE(3)
PRODUCT_TILE(4)
PRODUCT_TILE(5)
PRODUCT_TILE(6)
PRODUCT_TILE(7)
PRODUCT_TILE(8)
PRODUCT_TILE(9)
PRODUCT_TILE(10)
PRODUCT_TILE(11)
PRODUCT_TILE(12)
PRODUCT_TILE(13)
PRODUCT_TILE(14)
#undef PRODUCT_TILE

// All rows of a panel, in runs of equal length.
static inline WIDE __attribute__((noinline)) void product_panel_run(
    const struct product_panel *p, float *c, long rows) {
  const long runs = (rows + 13) / 14, least = rows / runs, longer = rows % runs;
  const float *a = p->a;
  for (long run = 0; run < runs; run++) {
    const long count = least + (run < longer);
    switch (count) {
      case 1: product_tile_1(p, a, c); break;
      case 2: product_tile_2(p, a, c); break;
      case 3: product_tile_3(p, a, c); break;
      case 4: product_tile_4(p, a, c); break;
      case 5: product_tile_5(p, a, c); break;
      case 6: product_tile_6(p, a, c); break;
      case 7: product_tile_7(p, a, c); break;
      case 8: product_tile_8(p, a, c); break;
      case 9: product_tile_9(p, a, c); break;
      case 10: product_tile_10(p, a, c); break;
      case 11: product_tile_11(p, a, c); break;
      case 12: product_tile_12(p, a, c); break;
      case 13: product_tile_13(p, a, c); break;
      default: product_tile_14(p, a, c); break;
    }
    a += count * p->a_row;
    c += count * p->stride;
  }
}
#endif

#endif
