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

inline int panels(const Problem& P) { return up_to_vectors(P.hidden) / W; }
inline int wide(const Problem& P) { return up_to_vectors(P.hidden); }
inline int depth(const Problem& P) { return P.input + P.hidden; }

// Saved for the backward pass: the gates [time, batch, panel, 4, W], then c [time, batch, wide].
inline int64_t saved(const Problem& P) { return int64_t(P.time) * P.batch * wide(P) * (G + 1); }
inline float* gates_at(const Problem& P, int t, int b) { return P.saved + (int64_t(t) * P.batch + b) * wide(P) * G; }
inline float* cells_at(const Problem& P, int t, int b) {
  return P.saved + (int64_t(P.time) * P.batch * G + int64_t(t) * P.batch + b) * wide(P);
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
  float *h[2], *seen[2], *c;
  int64_t size;
  Scratch(const Problem& P, int rows, float* base) {
    Arena arena{base};
    const int64_t state = int64_t(rows) * wide(P);
    c = arena.take(state);
    for (int k = 0; k < 2; k++) h[k] = arena.take(state);
    for (int k = 0; k < 2; k++) seen[k] = P.dropout ? arena.take(state) : h[k];
    size = arena.taken;
  }
};
inline int64_t scratch(const Problem& P, int rows) { return Scratch(P, rows, nullptr).size; }

inline void forward(const Problem& P, const Worker& w) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const Packed weights(P);
  const Scratch at(P, rows, w.scratch);
  for (int r = 0; r < rows; r++) {
    const int64_t b = w.b0 + r;
    copy_row(at.h[0] + r * wide_H, P.h0 + b * H, H, wide_H);
    copy_row(at.c + r * wide_H, P.c0 + b * H, H, wide_H);
    if (P.dropout) see(at.seen[0] + r * wide_H, at.h[0] + r * wide_H, P.dropout + b * H, H);
  }
  for (int step = 0; step < P.time; step++) {
    const int t = time_of(P, step);
    const float *h = at.h[step % 2], *seen = at.seen[step % 2];
    float *h_next = at.h[1 - step % 2], *seen_next = at.seen[1 - step % 2];
    for (int p = 0; p < panels(P); p++) {
      const float* Wx = weights.weights + ptrdiff_t(p) * depth(P) * G * W;
      const float* Wh = Wx + ptrdiff_t(P.input) * G * W;
      const int u = p * W, some = H - u;
      const float* look = weights.peepholes + p * 3 * W;
      in_row_blocks<most_rows<G>()>(rows, [&](int from, auto number) {
        constexpr int R = number.value;
        V a[R][G];
        for (int n = 0; n < G; n++) {
          const V bias = load(weights.bias + (p * G + n) * W);
          for (int k = 0; k < R; k++) a[k][n] = bias;
        }
        const ptrdiff_t stride = ptrdiff_t(P.time) * P.input;
        add_product_wide<R, G>(a, P.x + (w.b0 + from) * stride + ptrdiff_t(t) * P.input, stride, Wx, G * W, P.input);
        add_product_wide<R, G>(a, seen + from * wide_H, wide_H, Wh, G * W, H);
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
          store(h_next + r * wide_H + u, out);
          if (P.dropout) store(seen_next + r * wide_H + u, out * load_some(P.dropout + b * H + u, some));
          store_some(P.hs + (b * P.time + t) * H + u, out, some);
          if (P.save) {
            float* gates = gates_at(P, t, int(b)) + p * G * W;
            store(gates, i);
            store(gates + W, f);
            store(gates + 2 * W, g);
            store(gates + 3 * W, o);
            store(cells_at(P, t, int(b)) + u, c_next);
          }
        }
      });
    }
  }
  for (int r = 0; r < rows; r++) {
    memcpy(P.h + int64_t(w.b0 + r) * H, at.h[P.time % 2] + r * wide_H, sizeof(float) * H);
    memcpy(P.c + int64_t(w.b0 + r) * H, at.c + r * wide_H, sizeof(float) * H);
  }
}

struct PackedBack {
  float *WhT, *WxT, *peepholes;
  int64_t size;
  explicit PackedBack(const Problem& P) {
    Arena arena{P.packed};
    WhT = arena.take(transposed_size(P.hidden, wide(P) * G));
    WxT = arena.take(transposed_size(P.input, wide(P) * G));
    peepholes = arena.take(int64_t(panels(P)) * 3 * W);
    size = arena.taken;
  }
};
inline int64_t packed_back(const Problem& P) { return PackedBack(P).size; }

inline void pack_back(const Problem& P, int part, int parts) {
  const PackedBack to(P);
  pack_transposed(to.WhT, P.recurrent, P.hidden, G, P.hidden, order, part, parts);
  pack_transposed(to.WxT, P.kernel, P.input, G, P.hidden, order, part, parts);
  pack_peepholes(P, to.peepholes, share(panels(P), part, parts), share(panels(P), part + 1, parts));
}

struct Sums {
  ptrdiff_t dWx, dWh, db, dp;
  int64_t size;
  explicit Sums(const Problem& P) {
    const int64_t row = int64_t(wide(P)) * G;
    dWx = 0;
    dWh = dWx + row * P.input;
    db = dWh + row * P.hidden;
    dp = db + row;
    size = dp + int64_t(wide(P)) * 3;
  }
};
inline int64_t sums(const Problem& P) { return Sums(P).size; }

struct ScratchBack {
  float *dh, *dc, *row;
  Gradients dA;
  Turned xs, hs;
  int64_t size;
  ScratchBack(const Problem& P, int rows, float* base) {
    Arena arena{base};
    const int height = chunk_steps(P, rows) * rows;
    dh = arena.take(int64_t(rows) * wide(P));
    dc = arena.take(int64_t(rows) * wide(P));
    row = arena.take(wide(P));
    dA = {arena.take(int64_t(panels(P)) * height * G * W), panels(P), height, G * W};
    xs = {arena.take(turned_size(P.input, height)), height};
    hs = {arena.take(turned_size(P.hidden, height)), height};
    size = arena.taken;
  }
};
inline int64_t scratch_back(const Problem& P, int rows) { return ScratchBack(P, rows, nullptr).size; }

// dh and dc after the step to dA of the step and dc before it; of what is not taken, dh and dc stay as they are.
inline void backward_step(const Problem& P, const Worker& w, const ScratchBack& at, const Sums& sums,
                          const float* peepholes, int step, int index) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const int t = time_of(P, step);
  for (int p = 0; p < panels(P); p++) {
    const int u = p * W, some = H - u;
    const V pi = P.peepholes ? load(peepholes + p * 3 * W) : V{};
    const V pf = P.peepholes ? load(peepholes + (p * 3 + 1) * W) : V{};
    const V po = P.peepholes ? load(peepholes + (p * 3 + 2) * W) : V{};
    V db[G] = {}, dp[3] = {};
    for (int r = 0; r < rows; r++) {
      const int b = w.b0 + r;
      const V dh = load(at.dh + r * wide_H + u) + load_some(P.dhs + (int64_t(b) * P.time + t) * H + u, some);
      float* da = at.dA.row(p, index + r);
      store(at.dh + r * wide_H + u, dh);
      if (!is_taken(P, b, t)) {
        for (int n = 0; n < G; n++) store(da + n * W, V{});
        continue;
      }
      const float* gates = gates_at(P, t, b) + p * G * W;
      const V i = load(gates), f = load(gates + W), g = load(gates + 2 * W), o = load(gates + 3 * W);
      const V c_next = load(cells_at(P, t, b) + u);
      const V c = step > 0 ? load(cells_at(P, time_of(P, step - 1), b) + u) : load_some(P.c0 + int64_t(b) * H + u, some);
      const V squashed = activate(P.output, c_next);
      const V da_o = dh * squashed * slope(P.gate, o);
      const V dc = load(at.dc + r * wide_H + u) + dh * o * slope(P.output, squashed) + da_o * po;
      const V da_i = dc * g * slope(P.gate, i);
      const V da_f = dc * c * slope(P.gate, f);
      const V da_g = dc * i * slope(P.candidate, g);
      store(at.dc + r * wide_H + u, dc * f + da_i * pi + da_f * pf);
      store(at.dh + r * wide_H + u, V{});
      store(da, da_i);
      store(da + W, da_f);
      store(da + 2 * W, da_g);
      store(da + 3 * W, da_o);
      db[0] += da_i;
      db[1] += da_f;
      db[2] += da_g;
      db[3] += da_o;
      dp[0] += da_i * c;
      dp[1] += da_f * c;
      dp[2] += da_o * c_next;
    }
    float* into = w.sums + sums.db + p * G * W;
    for (int n = 0; n < G; n++) store(into + n * W, load(into + n * W) + db[n]);
    into = w.sums + sums.dp + p * 3 * W;
    for (int n = 0; n < 3; n++) store(into + n * W, load(into + n * W) + dp[n]);
  }
}

inline void backward(const Problem& P, const Worker& w) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const PackedBack weights(P);
  const ScratchBack at(P, rows, w.scratch);
  const Sums sums(P);
  memset(w.sums, 0, sizeof(float) * sums.size);
  for (int r = 0; r < rows; r++) {
    copy_row(at.dh + r * wide_H, P.dh + int64_t(w.b0 + r) * H, H, wide_H);
    copy_row(at.dc + r * wide_H, P.dc + int64_t(w.b0 + r) * H, H, wide_H);
  }
  const int chunk = chunk_steps(P, rows);
  for (int end = P.time; end > 0; end -= chunk) {
    const int start = end > chunk ? end - chunk : 0;
    for (int step = end - 1; step >= start; step--) {
      const int index = (step - start) * rows;
      backward_step(P, w, at, sums, weights.peepholes, step, index);
      times_transposed(at.dA, index, rows, all, weights.WhT, H, [&](int r, int u, V value) {
        add_to_dh(P, w, at.dh + r * wide_H + u, r, u, step, value);
      });
    }
    const int steps = end - start;
    turn_inputs(P, w, at.xs, start, steps);
    turn_states(P, w, at.hs, start, steps, at.row);
    add_outer<0, 1, 2, 3>(w.sums + sums.dWx, at.xs, steps * rows, P.input, at.dA);
    add_outer<0, 1, 2, 3>(w.sums + sums.dWh, at.hs, steps * rows, H, at.dA);
    write_dx(P, w, at.dA, start, steps, all, weights.WxT);
  }
  for (int r = 0; r < rows; r++) {
    memcpy(P.dh0 + int64_t(w.b0 + r) * H, at.dh + r * wide_H, sizeof(float) * H);
    memcpy(P.dc0 + int64_t(w.b0 + r) * H, at.dc + r * wide_H, sizeof(float) * H);
  }
}

inline void add_up(const Problem& P, const Worker* workers, int count, int part, int parts) {
  const Sums from(P);
  const int p0 = share(panels(P), part, parts), p1 = share(panels(P), part + 1, parts);
  unpack_gates(P.dkernel, workers, count, from.dWx, P.input, G, P.hidden, order, p0, p1);
  unpack_gates(P.drecurrent, workers, count, from.dWh, P.hidden, G, P.hidden, order, p0, p1);
  unpack_gates(P.dbias, workers, count, from.db, 1, G, P.hidden, order, p0, p1);
  constexpr int looks[3] = {0, 1, 2};
  if (P.peepholes) unpack_gates(P.dpeepholes, workers, count, from.dp, 1, 3, P.hidden, looks, p0, p1);
}

constexpr Recurrence recurrence = {saved,       packed,       scratch, pack,      forward,  packed_back,
                                   scratch_back, sums, pack_back, backward, add_up};

}  // namespace lstm
}  // namespace
}  // namespace unrolled
