// What every recurrence does alike: memory, the order of the steps, the state before them, the weights' panels.
#pragma once
#include <cstdlib>
#include <cstring>
#include "product.h"

namespace unrolled {
namespace {

// Hands out memory piece by piece; from null, it counts what is asked for.
struct Arena {
  float* base;
  int64_t taken = 0;
  float* take(int64_t floats) {
    float* piece = base ? base + taken : nullptr;
    taken += (floats + 15) / 16 * 16;
    return piece;
  }
};

inline int time_of(const Problem& P, int step) { return P.reverse ? P.time - 1 - step : step; }

inline bool is_taken(const Problem& P, int b, int t) { return !P.mask || P.mask[int64_t(b) * P.time + t] != 0.0f; }

// How many rows the kernel has.
inline int kernel_rows(const Problem& P) { return P.input + P.symbols; }

// The row of the kernel that an id stands for. Nothing of the kernel is packed for ids: a step reads no more than this.
inline const float* symbol_row(const Problem& P, int64_t b, int t, int gates) {
  return P.kernel + ptrdiff_t(P.ids[b * P.time + t]) * gates * P.hidden;
}

// The parts of a job of n pieces.
inline int share(int n, int part, int parts) { return int(int64_t(n) * part / parts); }

inline void copy_row(float* to, const float* from, int n, int wide) {
  memcpy(to, from, sizeof(float) * n);
  for (int k = n; k < wide; k++) to[k] = 0.0f;
}

// The first n of each row of the worker's, to its share of [batch, n].
inline void copy_out(float* to, const float* rows, const Worker& w, int n) {
  for (int r = 0; r < w.b1 - w.b0; r++) {
    memcpy(to + int64_t(w.b0 + r) * n, rows + r * up_to_vectors(n), sizeof(float) * n);
  }
}
inline void copy_in(float* rows, const float* from, const Worker& w, int n) {
  for (int r = 0; r < w.b1 - w.b0; r++) {
    copy_row(rows + r * up_to_vectors(n), from + int64_t(w.b0 + r) * n, n, up_to_vectors(n));
  }
}

// h ⊙ dropout, as the step sees it.
inline void see(float* to, const float* h, const float* dropout, int n) {
  for (int k = 0; k < n; k++) to[k] = h[k] * dropout[k];
}

// h before a step of a sequence: that of the step before, or h0.
inline const float* h_before(const Problem& P, int b, int step) {
  if (step == 0) return P.h0 + int64_t(b) * P.hidden;
  return P.hs + (int64_t(b) * P.time + time_of(P, step - 1)) * P.hidden;
}

// W units, from u on, of h before a step as the step saw it.
inline V seen_before(const Problem& P, int b, int step, int u) {
  const V h = load_some(h_before(P, b, step) + u, P.hidden - u);
  return P.dropout ? h * load_some(P.dropout + int64_t(b) * P.hidden + u, P.hidden - u) : h;
}

// h before and after a step, [rows, wide], and what the steps see of it: the same, unless there is dropout between them.
struct States {
  float *h[2], *seen[2];
  States(const Problem& P, int rows, Arena& arena) {
    const int64_t state = int64_t(rows) * up_to_vectors(P.hidden);
    for (int k = 0; k < 2; k++) h[k] = arena.take(state);
    for (int k = 0; k < 2; k++) seen[k] = P.dropout ? arena.take(state) : h[k];
  }
  void begin(const Problem& P, const Worker& w) const {
    const int H = P.hidden, wide = up_to_vectors(H);
    for (int r = 0; r < w.b1 - w.b0; r++) {
      const int64_t at = int64_t(w.b0 + r) * H;
      copy_row(h[0] + r * wide, P.h0 + at, H, wide);
      copy_row(seen[0] + r * wide, P.h0 + at, H, wide);
      if (P.dropout) see(seen[0] + r * wide, h[0] + r * wide, P.dropout + at, H);
    }
  }
  // After a step: `out` of W units from u on, of row r at time t.
  void put(const Problem& P, const Worker& w, int step, int r, int u, V out) const {
    const int H = P.hidden, wide = up_to_vectors(H), some = H - u;
    const int64_t b = w.b0 + r;
    store(h[1 - step % 2] + r * wide + u, out);
    if (P.dropout) store(seen[1 - step % 2] + r * wide + u, out * load_some(P.dropout + b * H + u, some));
    store_some(P.hs + (b * P.time + time_of(P, step)) * H + u, out, some);
  }
  void finish(const Problem& P, const Worker& w) const { copy_out(P.h, h[P.time % 2], w, P.hidden); }
};

// to[panel][k][block][lane] = from[k][(block) * hidden + panel * W + lane] for the blocks given, of a matrix with `gates` of them.
template <int N>
inline void pack_gates(float* to, ptrdiff_t panel_size, const float* from, int rows, int gates, int hidden,
                       const int (&blocks)[N], int p0, int p1) {
  for (int p = p0; p < p1; p++) {
    const int some = hidden - p * W;
    for (int k = 0; k < rows; k++) {
      float* row = to + p * panel_size + ptrdiff_t(k) * N * W;
      for (int n = 0; n < N; n++) {
        store(row + n * W, load_some(from + (ptrdiff_t(k) * gates + blocks[n]) * hidden + p * W, some));
      }
    }
  }
}

// The columns of one gate in panels of WIDE vectors: to[group][row0 + k][lane] of `depth` rows, from[k][gate * hidden + column].
inline void pack_columns(float* to, int depth, int row0, const float* from, int rows, int gates, int hidden, int gate,
                         int part, int parts) {
  const int vectors = up_to_vectors(hidden) / W;
  const int groups = (vectors + WIDE - 1) / WIDE;
  for (int g = share(groups, part, parts); g < share(groups, part + 1, parts); g++) {
    const int v = g * WIDE;
    const int here = vectors - v < WIDE ? vectors - v : WIDE;
    float* panel = to + ptrdiff_t(v) * W * depth + ptrdiff_t(row0) * here * W;
    for (int k = 0; k < rows; k++) {
      const float* row = from + (ptrdiff_t(k) * gates + gate) * hidden;
      for (int n = 0; n < here; n++) {
        store(panel + (ptrdiff_t(k) * here + n) * W, load_some(row + (v + n) * W, hidden - (v + n) * W));
      }
    }
  }
}

// a[k][n] += x Wx of gate n, for W units from u on, of the sequences from b on, where x is an id.
template <int N, int R, int A>
UNROLLED_INLINE void add_symbols(V (&a)[R][A], const Problem& P, int64_t b, int t, int u) {
  if (!P.ids) return;
  for (int k = 0; k < R; k++) {
    const float* row = symbol_row(P, b + k, t, N) + u;
    for (int n = 0; n < N; n++) a[k][n] += load_some(row + n * P.hidden, P.hidden - u);
  }
}

// The inverse, adding up the workers' shares.
template <int N>
inline void unpack_gates(float* to, const Worker* workers, int count, ptrdiff_t from, int rows, int gates, int hidden,
                         const int (&blocks)[N], int p0, int p1) {
  for (int p = p0; p < p1; p++) {
    const int some = hidden - p * W;
    for (int k = 0; k < rows; k++) {
      for (int n = 0; n < N; n++) {
        const ptrdiff_t at = from + ((ptrdiff_t(p) * rows + k) * N + n) * W;
        V sum = load(workers[0].sums + at);
        for (int w = 1; w < count; w++) sum += load(workers[w].sums + at);
        store_some(to + (ptrdiff_t(k) * gates + blocks[n]) * hidden + p * W, sum, some);
      }
    }
  }
}

// For times_transposed: the transpose of from [columns, gates * hidden], its depth in the order panel, block, lane.
template <int N>
inline void pack_transposed(float* to, const float* from, int columns, int gates, int hidden, const int (&blocks)[N],
                            int part, int parts) {
  const int panels = up_to_vectors(hidden) / W;
  const int vectors = up_to_vectors(columns) / W;
  const int depth = panels * N * W;
  const int groups = (vectors + WIDE - 1) / WIDE;
  for (int g = share(groups, part, parts); g < share(groups, part + 1, parts); g++) {
    const int width = W * (vectors - g * WIDE < WIDE ? vectors - g * WIDE : WIDE);
    float* panel = to + ptrdiff_t(g) * WIDE * W * depth;
    for (int c = 0; c < width; c++) {
      const int column = g * WIDE * W + c;
      for (int p = 0, row = 0; p < panels; p++) {
        for (int n = 0; n < N; n++) {
          const float* source = from + (ptrdiff_t(column) * gates + blocks[n]) * hidden;
          for (int lane = 0; lane < W; lane++, row++) {
            const int unit = p * W + lane;
            panel[ptrdiff_t(row) * width + c] = column < columns && unit < hidden ? source[unit] : 0.0f;
          }
        }
      }
    }
  }
}

// What a step's product adds to dh of the step before, through the dropout; of what is not taken, dh stays as it is.
inline void add_to_dh(const Problem& P, const Worker& w, float* dh, int row, int unit, int step, V value) {
  const int b = w.b0 + row;
  if (!is_taken(P, b, time_of(P, step))) return;
  value += load(dh);
  if (P.dropout) value *= load_some(P.dropout + int64_t(b) * P.hidden + unit, P.hidden - unit);
  store(dh, value);
}

// How many steps go into one product for the weights' gradients: about 192 rows, which stay in the cache.
inline int chunk_steps(const Problem& P, int rows) {
  const int steps = 192 / rows;
  return steps < 1 ? 1 : steps > P.time ? P.time : steps;
}

// From the last step to the first: one(step, its first row of dA) for each, and many(first step, steps) for each chunk of them.
template <class One, class Many>
UNROLLED_INLINE void back_through_time(const Problem& P, int rows, const One& one, const Many& many) {
  const int chunk = chunk_steps(P, rows);
  for (int end = P.time; end > 0; end -= chunk) {
    const int start = end > chunk ? end - chunk : 0;
    for (int step = end - 1; step >= start; step--) one(step, (step - start) * rows);
    many(start, end - start);
  }
}

// dx of the rows (step, sequence) of a chunk.
template <int S>
inline void write_dx(const Problem& P, const Worker& w, const Gradients& dA, int from_step, int steps,
                     const Segment (&segments)[S], const float* WxT) {
  const int rows = w.b1 - w.b0;
  times_transposed(dA, 0, steps * rows, segments, WxT, P.input, [&](int index, int column, V value) {
    const int t = time_of(P, from_step + index / rows);
    const int b = w.b0 + index % rows;
    store_some(P.dx + (int64_t(b) * P.time + t) * P.input + column, value, P.input - column);
  });
}

// The inputs and the states before them of the rows of a chunk, for add_outer.
inline void turn_inputs(const Problem& P, const Worker& w, const Turned& xs, int from_step, int steps) {
  if (P.ids) return;
  const int rows = w.b1 - w.b0;
  for (int s = 0; s < steps; s++) {
    const int t = time_of(P, from_step + s);
    for (int r = 0; r < rows; r++) {
      // NaN in what is not taken would reach the gradients of the weights as 0 times NaN.
      const float* x = P.x + (int64_t(w.b0 + r) * P.time + t) * P.input;
      put_turned(xs, s * rows + r, is_taken(P, w.b0 + r, t) ? x : nullptr, P.input);
    }
  }
}

// What the rows of a chunk add to the rows of the kernel that their ids stand for: f(row of dA, id).
template <class F>
UNROLLED_INLINE void for_symbols(const Problem& P, const Worker& w, int from_step, int steps, const F& f) {
  if (!P.ids) return;
  const int rows = w.b1 - w.b0;
  for (int s = 0; s < steps; s++) {
    const int t = time_of(P, from_step + s);
    for (int r = 0; r < rows; r++) f(s * rows + r, int(P.ids[int64_t(w.b0 + r) * P.time + t]));
  }
}

// dW[panel][id][...] += the first N vectors of each row of dA.
template <int N>
inline void add_to_symbols(const Problem& P, const Worker& w, float* dW, int from_step, int steps, const Gradients& dA) {
  for (int p = 0; p < dA.panels; p++) {
    for_symbols(P, w, from_step, steps, [&](int index, int id) {
      float* into = dW + (ptrdiff_t(p) * P.symbols + id) * N * W;
      const float* da = dA.row(p, index);
      for (int n = 0; n < N; n++) store(into + n * W, load(into + n * W) + load(da + n * W));
    });
  }
}

inline void turn_states(const Problem& P, const Worker& w, const Turned& hs, int from_step, int steps, float* row) {
  const int rows = w.b1 - w.b0;
  for (int s = 0; s < steps; s++) {
    for (int r = 0; r < rows; r++) {
      const float* h = h_before(P, w.b0 + r, from_step + s);
      if (P.dropout) see(row, h, P.dropout + int64_t(w.b0 + r) * P.hidden, P.hidden);
      put_turned(hs, s * rows + r, P.dropout ? row : h, P.hidden);
    }
  }
}

}  // namespace
}  // namespace unrolled
