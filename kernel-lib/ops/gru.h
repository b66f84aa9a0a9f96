// The gated recurrent unit over a whole sequence, the reset after the product, as cuDNN, PyTorch and Keras have it.
//   z = σ(x Wxz + h Whz + bz)    r = σ(x Wxr + h Whr + br)    s = h Whh + bhh    h~ = φ(x Wxh + bh + r s)
//   h' = z h + (1 - z) h~, or with the other convention h' = (1 - z) h + z h~
// A panel is W units with z, r, h~ and s side by side: x reaches the first three of them, h all but the third.
#pragma once
#include "sequence.h"

namespace unrolled {
namespace {
namespace gru {

constexpr int G = 3, PARTS = 4;
constexpr int order[G] = {0, 1, 2};
constexpr Segment from_x[1] = {{0, 3 * W}};
constexpr Segment from_h[2] = {{0, 2 * W}, {3 * W, W}};
constexpr int x_places[G] = {0, 1, 2}, h_places[G] = {0, 1, 3};  // of what x and h reach, in vectors

inline int panels(const Problem& P) { return up_to_vectors(P.hidden) / W; }
inline int wide(const Problem& P) { return up_to_vectors(P.hidden); }

// Saved for the backward pass: z, r, h~ and s [time, batch, panel, 4, W].
inline int64_t saved(const Problem& P) { return int64_t(P.time) * P.batch * wide(P) * PARTS; }
inline float* parts_at(const Problem& P, int t, int b) { return P.saved + (int64_t(t) * P.batch + b) * wide(P) * PARTS; }

struct Packed {
  float *Wx, *Wh, *bias, *inner_bias;
  int64_t size;
  explicit Packed(const Problem& P) {
    Arena arena{P.packed};
    Wx = arena.take(int64_t(wide(P)) * G * P.input);
    Wh = arena.take(int64_t(wide(P)) * G * P.hidden);
    bias = arena.take(int64_t(wide(P)) * G);
    inner_bias = arena.take(wide(P));
    size = arena.taken;
  }
};
inline int64_t packed(const Problem& P) { return Packed(P).size; }

inline void pack(const Problem& P, int part, int parts) {
  const Packed to(P);
  const int p0 = share(panels(P), part, parts), p1 = share(panels(P), part + 1, parts);
  pack_gates(to.Wx, ptrdiff_t(P.input) * G * W, P.kernel, P.input, G, P.hidden, order, p0, p1);
  pack_gates(to.Wh, ptrdiff_t(P.hidden) * G * W, P.recurrent, P.hidden, G, P.hidden, order, p0, p1);
  pack_gates(to.bias, G * W, P.bias, 1, G, P.hidden, order, p0, p1);
  if (part == 0) copy_row(to.inner_bias, P.inner_bias, P.hidden, wide(P));
}

struct Scratch {
  Arena arena;
  States states;
  Inputs inputs;
  Scratch(const Problem& P, int rows, float* base) : arena{base}, states(P, rows, arena), inputs(P, rows, G, arena) {}
};
inline int64_t scratch(const Problem& P, int rows) { return Scratch(P, rows, nullptr).arena.taken; }

// h of a step as it is carried on: what the gates see, or all of it.
inline const float* carried(const Problem& P, const States& states, int step) {
  return (P.carry_dropped ? states.seen : states.h)[step % 2];
}
inline V carried_before(const Problem& P, int b, int step, int u) {
  return P.carry_dropped ? seen_before(P, b, step, u) : load_some(h_before(P, b, step) + u, P.hidden - u);
}
// And its gradient, of dh that goes past the gates.
inline V past(const Problem& P, int b, int u, V dh) {
  return P.carry_dropped && P.dropout ? dh * load_some(mask(P, b, 0) + u, P.hidden - u) : dh;
}

// Between what was and the candidate.
inline V interpolate(const Problem& P, V z, V h, V candidate) {
  return P.replace ? h + z * (candidate - h) : candidate + z * (h - candidate);
}

inline void forward(const Problem& P, const Worker& w) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const Packed weights(P);
  const Scratch at(P, rows, w.scratch);
  const States& states = at.states;
  states.begin(P, w);
  for (int step = 0; step < P.time; step++) {
    const int t = time_of(P, step);
    const float *h = states.h[step % 2], *kept = carried(P, states, step);
    at.inputs.begin(P, w, G, t);
    for (int p = 0; p < panels(P); p++) {
      const float* Wx = weights.Wx + ptrdiff_t(p) * P.input * G * W;
      const float* Wh = weights.Wh + ptrdiff_t(p) * H * G * W;
      const int u = p * W;
      in_row_blocks<most_rows<PARTS>()>(rows, [&](int from, auto number) {
        constexpr int R = number.value;
        V a[R][PARTS];
        for (int k = 0; k < R; k++) {
          for (int n = 0; n < G; n++) a[k][n] = load(weights.bias + (p * G + n) * W);
          a[k][3] = load(weights.inner_bias + u);
        }
        add_inputs<G>(a, P, w, at.inputs, Wx, from, t, u);
        add_states<0, 1, 3>(a, P, states, Wh, from, step);
        for (int k = 0; k < R; k++) {
          const int r = from + k;
          const int64_t b = w.b0 + r;
          const V z = activate(P.gate, a[k][0]);
          const V reset = activate(P.gate, a[k][1]);
          const V candidate = activate(P.candidate, a[k][2] + reset * a[k][3]);
          V out = interpolate(P, z, load(kept + r * wide_H + u), candidate);
          if (!is_taken(P, int(b), t)) out = load(h + r * wide_H + u);
          states.put(P, w, step, r, u, out);
          if (P.save) {
            float* parts = parts_at(P, t, int(b)) + p * PARTS * W;
            store(parts, z);
            store(parts + W, reset);
            store(parts + 2 * W, candidate);
            store(parts + 3 * W, a[k][3]);
          }
        }
      });
    }
  }
  states.finish(P, w);
}

}  // namespace gru
}  // namespace
}  // namespace unrolled
