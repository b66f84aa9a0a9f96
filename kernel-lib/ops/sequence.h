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

// What x and h of sequence b are multiplied by on their way into gate n.
inline const float* input_mask(const Problem& P, int64_t b, int n, int gates) {
  return P.input_dropout + (b * gates + n) * P.input;
}
inline const float* mask(const Problem& P, int64_t b, int n) {
  return P.dropout + (P.masks == 1 ? b : b * P.masks + n) * P.hidden;
}
inline bool each_sees_another(const Problem& P) { return P.masks > 1; }

// value ⊙ dropout, as a gate sees it.
inline void see(float* to, const float* value, const float* dropout, int n) {
  for (int k = 0; k < n; k++) to[k] = value[k] * dropout[k];
}

// h before a step of a sequence: that of the step before, or h0.
inline const float* h_before(const Problem& P, int b, int step) {
  if (step == 0) return P.h0 + int64_t(b) * P.hidden;
  return P.hs + (int64_t(b) * P.time + time_of(P, step - 1)) * P.hidden;
}

// W units, from u on, of h before a step as gate n saw it.
inline V seen_before(const Problem& P, int b, int step, int u, int n = 0) {
  const V h = load_some(h_before(P, b, step) + u, P.hidden - u);
  return P.dropout ? h * load_some(mask(P, b, n) + u, P.hidden - u) : h;
}

// h before and after a step, [rows, wide], and what the gates see of it: the same, unless there is dropout between them.
struct States {
  float *h[2], *seen[2];
  ptrdiff_t apart;  // from what one gate sees to what the next one does
  States(const Problem& P, int rows, Arena& arena) {
    const int64_t state = int64_t(rows) * up_to_vectors(P.hidden);
    apart = each_sees_another(P) ? state : 0;
    for (int k = 0; k < 2; k++) h[k] = arena.take(state);
    for (int k = 0; k < 2; k++) seen[k] = P.dropout ? arena.take(state * P.masks) : h[k];
  }
  void begin(const Problem& P, const Worker& w) const {
    const int H = P.hidden, wide = up_to_vectors(H);
    for (int r = 0; r < w.b1 - w.b0; r++) {
      const int64_t at = int64_t(w.b0 + r) * H;
      copy_row(h[0] + r * wide, P.h0 + at, H, wide);
      for (int n = 0; n < P.masks; n++) {
        float* row = seen[0] + n * apart + r * wide;
        copy_row(row, P.h0 + at, H, wide);
        see(row, h[0] + r * wide, mask(P, w.b0 + r, n), H);
      }
    }
  }
  // After a step: `out` of W units from u on, of row r at time t.
  void put(const Problem& P, const Worker& w, int step, int r, int u, V out) const {
    const int H = P.hidden, wide = up_to_vectors(H), some = H - u;
    const int64_t b = w.b0 + r;
    store(h[1 - step % 2] + r * wide + u, out);
    for (int n = 0; n < P.masks; n++) {
      store(seen[1 - step % 2] + n * apart + r * wide + u, out * load_some(mask(P, b, n) + u, some));
    }
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

// x of a step as each gate sees it, [gate, rows, input].
struct Inputs {
  float* dropped;
  ptrdiff_t apart;
  Inputs(const Problem& P, int rows, int gates, Arena& arena)
      : dropped(P.input_dropout ? arena.take(int64_t(gates) * rows * P.input) : nullptr),
        apart(ptrdiff_t(rows) * P.input) {}
  void begin(const Problem& P, const Worker& w, int gates, int t) const {
    if (!dropped) return;
    for (int n = 0; n < gates; n++) {
      for (int r = 0; r < w.b1 - w.b0; r++) {
        const int64_t b = w.b0 + r;
        see(dropped + n * apart + ptrdiff_t(r) * P.input, P.x + (b * P.time + t) * P.input,
            input_mask(P, b, n, gates), P.input);
      }
    }
  }
};

// a[k][n] += x Wx of gate n, for W units from u on, of the worker's rows from `from` on.
template <int N, int R, int A>
UNROLLED_INLINE void add_inputs(V (&a)[R][A], const Problem& P, const Worker& w, const Inputs& inputs, const float* Wx,
                                int from, int t, int u) {
  const ptrdiff_t stride = ptrdiff_t(P.time) * P.input;
  const float* x = P.x + (w.b0 + from) * stride + ptrdiff_t(t) * P.input;
  const float* dropped = inputs.dropped + ptrdiff_t(from) * P.input;
  if constexpr (N == 3) {
    if (inputs.dropped) {
      add_products<R, A, 0, 1, 2>(a, dropped, inputs.apart, P.input, Wx, P.input);
    } else {
      add_product<R, A, 0, 1, 2>(a, x, stride, Wx, N * W, P.input);
    }
  } else {
    if (inputs.dropped) {
      add_products<R, A, 0, 1, 2, 3>(a, dropped, inputs.apart, P.input, Wx, P.input);
    } else {
      add_product<R, A, 0, 1, 2, 3>(a, x, stride, Wx, N * W, P.input);
    }
  }
  add_symbols<N>(a, P, w.b0 + from, t, u);
}

// a[k][into[n]] += h Wh of gate n, for h as that gate sees it.
template <int... INTO, int R, int A>
UNROLLED_INLINE void add_states(V (&a)[R][A], const Problem& P, const States& states, const float* Wh, int from, int step) {
  const int wide = up_to_vectors(P.hidden);
  const float* seen = states.seen[step % 2] + ptrdiff_t(from) * wide;
  if (each_sees_another(P)) {
    add_products<R, A, INTO...>(a, seen, states.apart, wide, Wh, P.hidden);
  } else {
    add_product<R, A, INTO...>(a, seen, wide, Wh, sizeof...(INTO) * W, P.hidden);
  }
}

}  // namespace
}  // namespace unrolled
