// Long short-term memory over a whole sequence: Hochreiter and Schmidhuber 1997, Gers et al. 2000.
//   i = σ(x Wxi + h Whi + pi c + bi)    f = σ(x Wxf + h Whf + pf c + bf)    g = φ(x Wxg + h Whg + bg)
//   c' = f c + i g                      o = σ(x Wxo + h Who + po c' + bo)   h' = o ψ(c')
// A panel is W units with all of their gates side by side, in the order i, f, g, o.
#pragma once
#include "sequence.h"

namespace unrolled {
namespace {
namespace lstm {

constexpr int G = 4;
constexpr int order[G] = {0, 1, 2, 3};
constexpr Segment all[1] = {{0, G * W}};
constexpr int places[G] = {0, 1, 2, 3};  // of the gates, in vectors

inline int panels(const Problem& P) { return up_to_vectors(P.hidden) / W; }
inline int wide(const Problem& P) { return up_to_vectors(P.hidden); }
inline int depth(const Problem& P) { return P.input + P.hidden; }

// Saved for the backward pass: the gates [time, panel, batch, 4, W], then c [time, panel, batch, W].
inline int64_t saved(const Problem& P) { return int64_t(P.time) * P.batch * wide(P) * (G + 1); }
inline float* gates_at(const Problem& P, int t, int b, int p) {
  return P.saved + ((int64_t(t) * panels(P) + p) * P.batch + b) * G * W;
}
inline float* cells_at(const Problem& P, int t, int b, int p) {
  return P.saved + int64_t(P.time) * P.batch * G * wide(P) + ((int64_t(t) * panels(P) + p) * P.batch + b) * W;
}

struct Packed {
  float *weights, *bias, *peepholes;
  int64_t size;
  explicit Packed(const Problem& P) {
    Arena arena{P.packed};
    weights = arena.take(int64_t(panels(P)) * depth(P) * G * W);
    bias = arena.take(int64_t(panels(P)) * G * W);
    peepholes = arena.take(int64_t(panels(P)) * 3 * W);
    size = arena.taken;
  }
};
inline int64_t packed(const Problem& P) { return Packed(P).size; }

inline void pack_peepholes(const Problem& P, float* to, int p0, int p1) {
  constexpr int looks[3] = {0, 1, 2};
  if (P.peepholes) pack_gates(to, 3 * W, P.peepholes, 1, 3, P.hidden, looks, p0, p1);
}

inline void pack(const Problem& P, int part, int parts) {
  const Packed to(P);
  const int p0 = share(panels(P), part, parts), p1 = share(panels(P), part + 1, parts);
  const ptrdiff_t panel = ptrdiff_t(depth(P)) * G * W;
  pack_gates(to.weights, panel, P.kernel, P.input, G, P.hidden, order, p0, p1);
  pack_gates(to.weights + ptrdiff_t(P.input) * G * W, panel, P.recurrent, P.hidden, G, P.hidden, order, p0, p1);
  pack_gates(to.bias, G * W, P.bias, 1, G, P.hidden, order, p0, p1);
  pack_peepholes(P, to.peepholes, p0, p1);
}

struct Scratch {
  Arena arena;
  States states;
  Inputs inputs;
  float* c;
  Scratch(const Problem& P, int rows, float* base)
      : arena{base}, states(P, rows, arena), inputs(P, rows, G, arena), c(arena.take(int64_t(rows) * wide(P))) {}
};
inline int64_t scratch(const Problem& P, int rows) { return Scratch(P, rows, nullptr).arena.taken; }

inline void forward(const Problem& P, const Worker& w) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const Packed weights(P);
  const Scratch at(P, rows, w.scratch);
  at.states.begin(P, w);
  copy_in(at.c, P.c0, w, H);
  for (int step = 0; step < P.time; step++) {
    const int t = time_of(P, step);
    const float* h = at.states.h[step % 2];
    at.inputs.begin(P, w, G, t);
    for (int p = 0; p < panels(P); p++) {
      const float* Wx = weights.weights + ptrdiff_t(p) * depth(P) * G * W;
      const float* Wh = Wx + ptrdiff_t(P.input) * G * W;
      const int u = p * W;
      const float* look = weights.peepholes + p * 3 * W;
      in_row_blocks<most_rows<G>()>(rows, [&](int from, auto number) {
        constexpr int R = number.value;
        V a[R][G];
        for (int n = 0; n < G; n++) {
          const V bias = load(weights.bias + (p * G + n) * W);
          for (int k = 0; k < R; k++) a[k][n] = bias;
        }
        add_inputs<G>(a, P, w, at.inputs, Wx, from, t, u);
        add_states<0, 1, 2, 3>(a, P, at.states, Wh, from, step);
        for (int k = 0; k < R; k++) {
          const int r = from + k;
          const int64_t b = w.b0 + r;
          const V c = load(at.c + r * wide_H + u);
          const V i = activate(P.gate, P.peepholes ? a[k][0] + load(look) * c : a[k][0]);
          const V f = activate(P.gate, P.peepholes ? a[k][1] + load(look + W) * c : a[k][1]);
          const V g = activate(P.candidate, a[k][2]);
          V c_next = f * c + i * g;
          const V o = activate(P.gate, P.peepholes ? a[k][3] + load(look + 2 * W) * c_next : a[k][3]);
          V out = o * activate(P.output, c_next);
          if (!is_taken(P, int(b), t)) {
            out = load(h + r * wide_H + u);
            c_next = c;
          }
          store(at.c + r * wide_H + u, c_next);
          at.states.put(P, w, step, r, u, out);
          if (P.save) {
            float* gates = gates_at(P, t, int(b), p);
            store(gates, i);
            store(gates + W, f);
            store(gates + 2 * W, g);
            store(gates + 3 * W, o);
            store(cells_at(P, t, int(b), p), c_next);
          }
        }
      });
    }
  }
  at.states.finish(P, w);
  copy_out(P.c, at.c, w, H);
}

}  // namespace lstm
}  // namespace
}  // namespace unrolled
