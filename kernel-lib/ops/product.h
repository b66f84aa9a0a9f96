// The matrix products, on panels: some columns of a matrix, a few vectors wide, row by row one behind the other.
#pragma once
#include <cstddef>
#include "vector.h"

#define UNROLLED_INLINE inline __attribute__((always_inline))

namespace unrolled {
namespace {

constexpr int WIDE = 4;  // vectors in a panel

// How many rows of a tile that is N vectors wide stay in registers.
template <int N>
constexpr int most_rows() {
  return ACCUMULATORS / N < 8 ? ACCUMULATORS / N : 8;
}

template <int N>
struct Number {
  static constexpr int value = N;
};

// f(Number<n>) with n known to the compiler.
template <int MAX, class F>
UNROLLED_INLINE void with_number(int n, const F& f) {
  if constexpr (MAX > 1) {
    if (n < MAX) return with_number<MAX - 1>(n, f);
  }
  f(Number<MAX>{});
}

// f(first row, Number<rows>) over all rows, in blocks of about the same height.
template <int MAX, class F>
UNROLLED_INLINE void in_row_blocks(int rows, const F& f) {
  const int blocks = (rows + MAX - 1) / MAX;
  for (int k = 0, from = 0; k < blocks; k++) {
    const int height = (rows - from) / (blocks - k);
    with_number<MAX>(height, [&](auto n) { f(from, n); });
    from += height;
  }
}

// acc[r][into[n]] += sum over k of a[r * lda + k] * B[k * ldb + n * W]
template <int R, int A, int... INTO>
UNROLLED_INLINE void add_product(V (&acc)[R][A], const float* a, ptrdiff_t lda, const float* B, ptrdiff_t ldb, int K) {
  constexpr int N = sizeof...(INTO);
  constexpr int into[N] = {INTO...};
  for (int k = 0; k < K; k++, B += ldb) {
    V b[N];
#pragma GCC unroll 8
    for (int n = 0; n < N; n++) b[n] = load(B + n * W);
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
      const V ar = splat(a[r * lda + k]);
#pragma GCC unroll 8
      for (int n = 0; n < N; n++) acc[r][into[n]] += ar * b[n];
    }
  }
}

// The same where each n has an a of its own, a gate apart: acc[r][into[n]] += sum over k of a[n * gate + r * lda + k] * ...
template <int R, int A, int... INTO>
UNROLLED_INLINE void add_products(V (&acc)[R][A], const float* a, ptrdiff_t gate, ptrdiff_t lda, const float* B, int K) {
  constexpr int N = sizeof...(INTO);
  constexpr int into[N] = {INTO...};
  for (int k = 0; k < K; k++, B += N * W) {
#pragma GCC unroll 8
    for (int n = 0; n < N; n++) {
      const V b = load(B + n * W);
#pragma GCC unroll 8
      for (int r = 0; r < R; r++) acc[r][into[n]] += splat(a[n * gate + r * lda + k]) * b;
    }
  }
}

template <int R, int N>
UNROLLED_INLINE void add_product_wide(V (&acc)[R][N], const float* a, ptrdiff_t lda, const float* B, ptrdiff_t ldb, int K) {
  if constexpr (N == 1) add_product<R, N, 0>(acc, a, lda, B, ldb, K);
  if constexpr (N == 2) add_product<R, N, 0, 1>(acc, a, lda, B, ldb, K);
  if constexpr (N == 3) add_product<R, N, 0, 1, 2>(acc, a, lda, B, ldb, K);
  if constexpr (N == 4) add_product<R, N, 0, 1, 2, 3>(acc, a, lda, B, ldb, K);
}

// Where the gates' gradients stand in a row of a panel of dA.
struct Segment {
  int from, length;
};

// dA of some rows (step, sequence): panels one behind the other, in each `height` rows of `width` floats.
struct Gradients {
  float* at;
  int panels, height, width;
  float* row(int panel, int index) const { return at + (ptrdiff_t(panel) * height + index) * width; }
};

// The transpose of weights, for dA W^T: `columns` of them in panels of WIDE vectors, each with a row for every dA in `segments`.
inline int64_t transposed_size(int columns, int depth) { return int64_t(up_to_vectors(columns)) * depth; }

// f(row, first column, value) for dA W^T, row by row of dA from index `first`.
template <int S, class F>
UNROLLED_INLINE void times_transposed(const Gradients& dA, int first, int rows, const Segment (&segments)[S],
                                      const float* WT, int columns, const F& f) {
  int depth = 0;
  for (const Segment& s : segments) depth += s.length * dA.panels;
  const int vectors = up_to_vectors(columns) / W;
  for (int v = 0; v < vectors; v += WIDE) {
    const float* panel = WT + ptrdiff_t(v) * W * depth;
    with_number<WIDE>(vectors - v < WIDE ? vectors - v : WIDE, [&](auto n) {
      constexpr int N = n.value;
      in_row_blocks<most_rows<N>()>(rows, [&](int from, auto r) {
        constexpr int R = r.value;
        V acc[R][N] = {};
        const float* B = panel;
        for (int p = 0; p < dA.panels; p++) {
          for (const Segment& s : segments) {
            add_product_wide<R, N>(acc, dA.row(p, first + from) + s.from, dA.width, B, N * W, s.length);
            B += s.length * N * W;
          }
        }
        for (int k = 0; k < R; k++) {
          for (int m = 0; m < N; m++) f(from + k, (v + m) * W, acc[k][m]);
        }
      });
    });
  }
}

// The same with a product of its own for each gate, which stands at vector at[n] of dA, where `each`: f(gate, row, first column,
// value), and gate 0 alone otherwise.
template <int S, int N, class F>
UNROLLED_INLINE void times_transposed_by(bool each, const Gradients& dA, int first, int rows, const Segment (&segments)[S],
                                         const int (&at)[N], const float* WT, int columns, const F& f) {
  if (!each) {
    return times_transposed(dA, first, rows, segments, WT, columns,
                            [&](int row, int column, V value) { f(0, row, column, value); });
  }
  for (int n = 0; n < N; n++, WT += transposed_size(columns, dA.panels * W)) {
    const Segment one[1] = {{at[n] * W, W}};
    times_transposed(dA, first, rows, one, WT, columns,
                     [&](int row, int column, V value) { f(n, row, column, value); });
  }
}

// Rows (step, sequence) of what a weight was multiplied by, turned so that a tile reads them one behind the other.
constexpr int TALL = ACCUMULATORS / 4 < 8 ? ACCUMULATORS / 4 : 8;

struct Turned {
  float* at;
  int height;  // rows that there is room for
};

inline int64_t turned_size(int features, int height) { return int64_t((features + TALL - 1) / TALL) * TALL * height; }

// Zeros for a row that is null.
inline void put_turned(const Turned& to, int index, const float* row, int features) {
  for (int k = 0; k < features; k += TALL) {
    float* at = to.at + (ptrdiff_t(k) * to.height + ptrdiff_t(index) * TALL);
    if (row && k + TALL <= features) {
      for (int m = 0; m < TALL; m++) at[m] = row[k + m];
    } else {
      for (int m = 0; m < TALL; m++) at[m] = row && k + m < features ? row[k + m] : 0.0f;
    }
  }
}

// acc[m][n] += sum over rows of a[row * TALL + m] * b[row * width + offsets[n] ...]
template <int R, int N>
UNROLLED_INLINE void add_rows(V (&acc)[R][N], const float* a, const float* b, const int (&offsets)[N], int width,
                              int rows) {
  for (int row = 0; row < rows; row++, a += TALL, b += width) {
    V bs[N];
#pragma GCC unroll 8
    for (int n = 0; n < N; n++) bs[n] = load(b + offsets[n]);
#pragma GCC unroll 8
    for (int m = 0; m < R; m++) {
      const V am = splat(a[m]);
#pragma GCC unroll 8
      for (int n = 0; n < N; n++) acc[m][n] += am * bs[n];
    }
  }
}

// dW += turned^T b, for N vectors of each row of b: f(feature, vector) is where that vector of dW stands.
template <int N, class F>
UNROLLED_INLINE void add_tiles(const Turned& turned, int rows, int features, const float* b, const int (&offsets)[N],
                               int width, const F& f) {
  for (int k = 0; k < features; k += TALL) {
    with_number<TALL>(features - k < TALL ? features - k : TALL, [&](auto height) {
      constexpr int R = height.value;
      V acc[R][N] = {};
      add_rows<R, N>(acc, turned.at + ptrdiff_t(k) * turned.height, b, offsets, width, rows);
      for (int m = 0; m < R; m++) {
        for (int n = 0; n < N; n++) store(f(k + m, n), load(f(k + m, n)) + acc[m][n]);
      }
    });
  }
}

// dW[panel][feature][...] += the turned rows times dA, for the vectors of dA's panels at the places AT.
template <int... AT>
UNROLLED_INLINE void add_outer(float* dW, const Turned& turned, int rows, int features, const Gradients& dA) {
  constexpr int N = sizeof...(AT);
  constexpr int offsets[N] = {AT * W...};
  for (int p = 0; p < dA.panels; p++) {
    float* panel = dW + ptrdiff_t(p) * features * N * W;
    add_tiles<N>(turned, rows, features, dA.row(p, 0), offsets, dA.width,
                 [&](int feature, int n) { return panel + (ptrdiff_t(feature) * N + n) * W; });
  }
}

// The same for one gate of dW, which has N of them, where a gate was multiplied by rows of its own: dA's vector `at` of each panel.
template <int N>
inline void add_outer_of(int gate, float* dW, const Turned& turned, int rows, int features, const Gradients& dA, int at) {
  for (int p = 0; p < dA.panels; p += WIDE) {
    with_number<WIDE>(dA.panels - p < WIDE ? dA.panels - p : WIDE, [&](auto number) {
      constexpr int M = number.value;
      int offsets[M];
      for (int m = 0; m < M; m++) offsets[m] = m * dA.height * dA.width + at * W;
      add_tiles<M>(turned, rows, features, dA.row(p, 0), offsets, dA.width, [&](int feature, int m) {
        return dW + ((ptrdiff_t(p + m) * features + feature) * N + gate) * W;
      });
    });
  }
}

}  // namespace
}  // namespace unrolled
