// The simple recurrent network over a whole sequence: Elman 1990.
//   h' = φ(x Wxh + h Whh + bh)
// A panel is up to WIDE vectors of units. Nothing is saved but h: φ' is a function of it.
#pragma once
#include "sequence.h"

namespace unrolled {
namespace {
namespace rnn {

inline int wide(const Problem& P) { return up_to_vectors(P.hidden); }
inline int vectors(const Problem& P) { return wide(P) / W; }
inline int depth(const Problem& P) { return P.input + P.hidden; }

inline int64_t saved(const Problem&) { return 0; }

struct Packed {
  float *weights, *bias;
  int64_t size;
  explicit Packed(const Problem& P) {
    Arena arena{P.packed};
    weights = arena.take(int64_t(wide(P)) * depth(P));
    bias = arena.take(wide(P));
    size = arena.taken;
  }
};
inline int64_t packed(const Problem& P) { return Packed(P).size; }

inline void pack(const Problem& P, int part, int parts) {
  const Packed to(P);
  pack_columns(to.weights, depth(P), 0, P.kernel, P.input, 1, P.hidden, 0, part, parts);
  pack_columns(to.weights, depth(P), P.input, P.recurrent, P.hidden, 1, P.hidden, 0, part, parts);
  if (part == 0) copy_row(to.bias, P.bias, P.hidden, wide(P));
}

inline int64_t scratch(const Problem& P, int rows) {
  Arena arena{nullptr};
  States(P, rows, arena);
  return arena.taken;
}

inline void forward(const Problem& P, const Worker& w) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const Packed weights(P);
  Arena arena{w.scratch};
  const States states(P, rows, arena);
  states.begin(P, w);
  for (int step = 0; step < P.time; step++) {
    const int t = time_of(P, step);
    const float *h = states.h[step % 2], *seen = states.seen[step % 2];
    for (int v = 0; v < vectors(P); v += WIDE) {
      const float* Wx = weights.weights + ptrdiff_t(v) * W * depth(P);
      with_number<WIDE>(vectors(P) - v < WIDE ? vectors(P) - v : WIDE, [&](auto number) {
        constexpr int N = number.value;
        const float* Wh = Wx + ptrdiff_t(P.input) * N * W;
        in_row_blocks<most_rows<N>()>(rows, [&](int from, auto height) {
          constexpr int R = height.value;
          V a[R][N];
          for (int n = 0; n < N; n++) {
            for (int k = 0; k < R; k++) a[k][n] = load(weights.bias + (v + n) * W);
          }
          const ptrdiff_t stride = ptrdiff_t(P.time) * P.input;
          add_product_wide<R, N>(a, P.x + (w.b0 + from) * stride + ptrdiff_t(t) * P.input, stride, Wx, N * W, P.input);
          for (int k = 0; P.ids && k < R; k++) {
            const float* row = symbol_row(P, w.b0 + from + k, t, 1);
            for (int n = 0; n < N; n++) a[k][n] += load_some(row + (v + n) * W, P.hidden - (v + n) * W);
          }
          add_product_wide<R, N>(a, seen + from * wide_H, wide_H, Wh, N * W, H);
          for (int k = 0; k < R; k++) {
            const int r = from + k;
            const int64_t b = w.b0 + r;
            for (int n = 0; n < N; n++) {
              const int u = (v + n) * W;
              const V out = is_taken(P, int(b), t) ? activate(P.candidate, a[k][n]) : load(h + r * wide_H + u);
              states.put(P, w, step, r, u, out);
            }
          }
        });
      });
    }
  }
  states.finish(P, w);
}

}  // namespace rnn
}  // namespace
}  // namespace unrolled
