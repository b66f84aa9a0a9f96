// The gated recurrent unit over a whole sequence, the reset before the product: Cho et al. 2014, eq. 5-8.
//   z = σ(x Wxz + h Whz + bz)    r = σ(x Wxr + h Whr + br)    h~ = φ(x Wxh + (r h) Whh + bh)
//   h' = z h + (1 - z) h~, or with the other convention h' = (1 - z) h + z h~
// Two products a step, the second on r h. A panel is W units with z, r and h~ side by side.
#pragma once
#include "gru.h"

namespace unrolled {
namespace {
namespace gru_before {

constexpr int G = 3;
constexpr int order[G] = {0, 1, 2};
constexpr int gates_alone[2] = {0, 1};
constexpr int candidate_alone[1] = {2};
constexpr Segment all[1] = {{0, G * W}};
constexpr Segment of_gates[1] = {{0, 2 * W}};
constexpr Segment of_candidate[1] = {{2 * W, W}};
constexpr int x_places[G] = {0, 1, 2}, h_places[2] = {0, 1};  // of what x and h reach by a product, in vectors

inline int panels(const Problem& P) { return up_to_vectors(P.hidden) / W; }
inline int wide(const Problem& P) { return up_to_vectors(P.hidden); }

// Saved for the backward pass: z, r and h~ [time, batch, panel, 3, W].
inline int64_t saved(const Problem& P) { return int64_t(P.time) * P.batch * wide(P) * G; }
inline float* parts_at(const Problem& P, int t, int b) { return P.saved + (int64_t(t) * P.batch + b) * wide(P) * G; }

struct Packed {
  float *Wx, *Wzr, *Whh, *bias;
  int64_t size;
  explicit Packed(const Problem& P) {
    Arena arena{P.packed};
    Wx = arena.take(int64_t(wide(P)) * G * P.input);
    Wzr = arena.take(int64_t(wide(P)) * 2 * P.hidden);
    Whh = arena.take(int64_t(wide(P)) * P.hidden);
    bias = arena.take(int64_t(wide(P)) * G);
    size = arena.taken;
  }
};
inline int64_t packed(const Problem& P) { return Packed(P).size; }

inline void pack(const Problem& P, int part, int parts) {
  const Packed to(P);
  const int p0 = share(panels(P), part, parts), p1 = share(panels(P), part + 1, parts);
  pack_gates(to.Wx, ptrdiff_t(P.input) * G * W, P.kernel, P.input, G, P.hidden, order, p0, p1);
  pack_gates(to.Wzr, ptrdiff_t(P.hidden) * 2 * W, P.recurrent, P.hidden, G, P.hidden, gates_alone, p0, p1);
  pack_gates(to.bias, G * W, P.bias, 1, G, P.hidden, order, p0, p1);
  pack_columns(to.Whh, P.hidden, 0, P.recurrent, P.hidden, G, P.hidden, 2, part, parts);
}

struct Scratch {
  Arena arena;
  States states;
  Inputs inputs;
  float *reset, *candidate, *z;
  Scratch(const Problem& P, int rows, float* base)
      : arena{base}, states(P, rows, arena), inputs(P, rows, G, arena) {
    const int64_t state = int64_t(rows) * wide(P);
    reset = arena.take(state);
    candidate = arena.take(state);
    z = arena.take(state);
  }
};
inline int64_t scratch(const Problem& P, int rows) { return Scratch(P, rows, nullptr).arena.taken; }

// z, and into `reset` r h, and into `candidate` what x adds to it.
inline void gates(const Problem& P, const Worker& w, const Packed& weights, const Scratch& at, int step) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const int t = time_of(P, step);
  const float* seen = at.states.seen[step % 2] + 2 * at.states.apart;  // by the candidate
  at.inputs.begin(P, w, G, t);
  for (int p = 0; p < panels(P); p++) {
    const float* Wx = weights.Wx + ptrdiff_t(p) * P.input * G * W;
    const float* Wzr = weights.Wzr + ptrdiff_t(p) * H * 2 * W;
    const int u = p * W;
    in_row_blocks<most_rows<4>()>(rows, [&](int from, auto number) {
      constexpr int R = number.value;
      V a[R][G];
      for (int k = 0; k < R; k++) {
        for (int n = 0; n < G; n++) a[k][n] = load(weights.bias + (p * G + n) * W);
      }
      add_inputs<G>(a, P, w, at.inputs, Wx, from, t, u);
      add_states<0, 1>(a, P, at.states, Wzr, from, step);
      for (int k = 0; k < R; k++) {
        const ptrdiff_t here = ptrdiff_t(from + k) * wide_H + u;
        const V z = activate(P.gate, a[k][0]), r = activate(P.gate, a[k][1]);
        store(at.z + here, z);
        store(at.reset + here, r * load(seen + here));
        store(at.candidate + here, a[k][2]);
        if (P.save) {
          float* parts = parts_at(P, t, w.b0 + from + k) + p * G * W;
          store(parts, z);
          store(parts + W, r);
        }
      }
    });
  }
}

inline void forward(const Problem& P, const Worker& w) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const Packed weights(P);
  const Scratch at(P, rows, w.scratch);
  at.states.begin(P, w);
  for (int step = 0; step < P.time; step++) {
    const int t = time_of(P, step);
    const float *h = at.states.h[step % 2], *kept = gru::carried(P, at.states, step);
    gates(P, w, weights, at, step);
    for (int v = 0; v < panels(P); v += WIDE) {
      const float* Whh = weights.Whh + ptrdiff_t(v) * W * H;
      with_number<WIDE>(panels(P) - v < WIDE ? panels(P) - v : WIDE, [&](auto number) {
        constexpr int N = number.value;
        in_row_blocks<most_rows<4>()>(rows, [&](int from, auto height) {
          constexpr int R = height.value;
          V a[R][N];
          for (int k = 0; k < R; k++) {
            for (int n = 0; n < N; n++) a[k][n] = load(at.candidate + (from + k) * wide_H + (v + n) * W);
          }
          add_product_wide<R, N>(a, at.reset + from * wide_H, wide_H, Whh, N * W, H);
          for (int k = 0; k < R; k++) {
            const int r = from + k;
            const int64_t b = w.b0 + r;
            for (int n = 0; n < N; n++) {
              const int u = (v + n) * W;
              const ptrdiff_t here = ptrdiff_t(r) * wide_H + u;
              const V candidate = activate(P.candidate, a[k][n]);
              V out = gru::interpolate(P, load(at.z + here), load(kept + here), candidate);
              if (!is_taken(P, int(b), t)) out = load(h + here);
              at.states.put(P, w, step, r, u, out);
              if (P.save) store(parts_at(P, t, int(b)) + ((v + n) * G + 2) * W, candidate);
            }
          }
        });
      });
    }
  }
  at.states.finish(P, w);
}

}  // namespace gru_before
}  // namespace
}  // namespace unrolled
