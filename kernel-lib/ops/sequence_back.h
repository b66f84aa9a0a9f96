// What every recurrence does alike on its way back: the weights' panels turned, dh, and what a chunk of steps adds to the gradients.
#pragma once
#include "sequence.h"

namespace unrolled {
namespace {

// The inverse of pack_gates, adding up the workers' shares.
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

// The transpose of each gate by itself where `each`, for times_transposed_by.
template <int N>
inline void pack_transposed_by(bool each, float* to, const float* from, int columns, int gates, int hidden,
                               const int (&blocks)[N], int part, int parts) {
  if (!each) return pack_transposed(to, from, columns, gates, hidden, blocks, part, parts);
  for (int n = 0; n < N; n++, to += transposed_size(columns, up_to_vectors(hidden))) {
    const int one[1] = {blocks[n]};
    pack_transposed(to, from, columns, gates, hidden, one, part, parts);
  }
}

// What the product of gate n adds to dh of the step before, through the dropout; of what is not taken, dh stays as it is.
inline void add_to_dh(const Problem& P, const Worker& w, float* dh, int row, int unit, int step, V value, int n) {
  const int b = w.b0 + row;
  if (!is_taken(P, b, time_of(P, step))) return;
  if (P.dropout) value *= load_some(mask(P, b, n) + unit, P.hidden - unit);
  store(dh, load(dh) + value);
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
template <int S, int N>
inline void write_dx(const Problem& P, const Worker& w, const Gradients& dA, int from_step, int steps,
                     const Segment (&segments)[S], const int (&at)[N], const float* WxT) {
  const int rows = w.b1 - w.b0;
  const auto write = [&](int n, int index, int column, V value) {
    const int t = time_of(P, from_step + index / rows);
    const int b = w.b0 + index % rows, some = P.input - column;
    float* dx = P.dx + (int64_t(b) * P.time + t) * P.input + column;
    if (P.input_dropout) value *= load_some(input_mask(P, b, n, N) + column, some);
    store_some(dx, n > 0 ? load_some(dx, some) + value : value, some);
  };
  times_transposed_by(P.input_dropout != nullptr, dA, 0, steps * rows, segments, at, WxT, P.input, write);
}

// The inputs and the states before them of the rows of a chunk, as gate n saw them, for add_outer.
inline void turn_inputs(const Problem& P, const Worker& w, const Turned& xs, int from_step, int steps, float* row, int n,
                        int gates) {
  if (P.ids) return;
  const int rows = w.b1 - w.b0;
  for (int s = 0; s < steps; s++) {
    const int t = time_of(P, from_step + s);
    for (int r = 0; r < rows; r++) {
      // NaN in what is not taken would reach the gradients of the weights as 0 times NaN.
      const float* x = P.x + (int64_t(w.b0 + r) * P.time + t) * P.input;
      const bool taken = is_taken(P, w.b0 + r, t);
      if (taken && P.input_dropout) see(row, x, input_mask(P, w.b0 + r, n, gates), P.input);
      put_turned(xs, s * rows + r, !taken ? nullptr : P.input_dropout ? row : x, P.input);
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

inline void turn_states(const Problem& P, const Worker& w, const Turned& hs, int from_step, int steps, float* row, int n) {
  const int rows = w.b1 - w.b0;
  for (int s = 0; s < steps; s++) {
    for (int r = 0; r < rows; r++) {
      const float* h = h_before(P, w.b0 + r, from_step + s);
      if (P.dropout) see(row, h, mask(P, w.b0 + r, n), P.hidden);
      put_turned(hs, s * rows + r, P.dropout ? row : h, P.hidden);
    }
  }
}

// How long a row for either is.
inline int row_size(const Problem& P) { return up_to_vectors(P.hidden > P.input ? P.hidden : P.input); }

// What a chunk adds to dW of the inputs and to dW of the states, for the gates at the vectors AT of dA.
template <int... AT>
inline void add_input_weights(const Problem& P, const Worker& w, float* dW, const Turned& xs, int from_step, int steps,
                              const Gradients& dA, float* row) {
  constexpr int N = sizeof...(AT);
  constexpr int at[N] = {AT...};
  const int height = steps * (w.b1 - w.b0);
  for (int n = 0; n < (P.input_dropout ? N : 1); n++) {
    turn_inputs(P, w, xs, from_step, steps, row, n, N);
    if (P.input_dropout) {
      add_outer_of<N>(n, dW, xs, height, P.input, dA, at[n]);
    } else {
      add_outer<AT...>(dW, xs, height, P.input, dA);
    }
  }
  add_to_symbols<N>(P, w, dW, from_step, steps, dA);
}
template <int... AT>
inline void add_state_weights(const Problem& P, const Worker& w, float* dW, const Turned& hs, int from_step, int steps,
                              const Gradients& dA, float* row) {
  constexpr int N = sizeof...(AT);
  constexpr int at[N] = {AT...};
  const int height = steps * (w.b1 - w.b0);
  for (int n = 0; n < (each_sees_another(P) ? N : 1); n++) {
    turn_states(P, w, hs, from_step, steps, row, n);
    if (each_sees_another(P)) {
      add_outer_of<N>(n, dW, hs, height, P.hidden, dA, at[n]);
    } else {
      add_outer<AT...>(dW, hs, height, P.hidden, dA);
    }
  }
}

}  // namespace
}  // namespace unrolled
