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
  float *h[2], *seen[2];
  int64_t size;
  Scratch(const Problem& P, int rows, float* base) {
    Arena arena{base};
    const int64_t state = int64_t(rows) * wide(P);
    for (int k = 0; k < 2; k++) h[k] = arena.take(state);
    for (int k = 0; k < 2; k++) seen[k] = P.dropout ? arena.take(state) : h[k];
    size = arena.taken;
  }
};
inline int64_t scratch(const Problem& P, int rows) { return Scratch(P, rows, nullptr).size; }

// Between what was and the candidate.
inline V interpolate(const Problem& P, V z, V h, V candidate) {
  return P.replace ? h + z * (candidate - h) : candidate + z * (h - candidate);
}

inline void forward(const Problem& P, const Worker& w) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const Packed weights(P);
  const Scratch at(P, rows, w.scratch);
  for (int r = 0; r < rows; r++) {
    const int64_t b = w.b0 + r;
    copy_row(at.h[0] + r * wide_H, P.h0 + b * H, H, wide_H);
    copy_row(at.seen[0] + r * wide_H, P.h0 + b * H, H, wide_H);
    if (P.dropout) see(at.seen[0] + r * wide_H, at.h[0] + r * wide_H, P.dropout + b * H, H);
  }
  for (int step = 0; step < P.time; step++) {
    const int t = time_of(P, step);
    const float *h = at.h[step % 2], *seen = at.seen[step % 2];
    float *h_next = at.h[1 - step % 2], *seen_next = at.seen[1 - step % 2];
    for (int p = 0; p < panels(P); p++) {
      const float* Wx = weights.Wx + ptrdiff_t(p) * P.input * G * W;
      const float* Wh = weights.Wh + ptrdiff_t(p) * H * G * W;
      const int u = p * W, some = H - u;
      in_row_blocks<most_rows<PARTS>()>(rows, [&](int from, auto number) {
        constexpr int R = number.value;
        V a[R][PARTS];
        for (int k = 0; k < R; k++) {
          for (int n = 0; n < G; n++) a[k][n] = load(weights.bias + (p * G + n) * W);
          a[k][3] = load(weights.inner_bias + u);
        }
        const ptrdiff_t stride = ptrdiff_t(P.time) * P.input;
        add_product<R, PARTS, 0, 1, 2>(a, P.x + (w.b0 + from) * stride + ptrdiff_t(t) * P.input, stride, Wx, G * W,
                                       P.input);
        add_product<R, PARTS, 0, 1, 3>(a, seen + from * wide_H, wide_H, Wh, G * W, H);
        for (int k = 0; k < R; k++) {
          const int r = from + k;
          const int64_t b = w.b0 + r;
          const V z = activate(P.gate, a[k][0]);
          const V reset = activate(P.gate, a[k][1]);
          const V candidate = activate(P.candidate, a[k][2] + reset * a[k][3]);
          V out = interpolate(P, z, load(seen + r * wide_H + u), candidate);
          if (!is_taken(P, int(b), t)) out = load(h + r * wide_H + u);
          store(h_next + r * wide_H + u, out);
          if (P.dropout) store(seen_next + r * wide_H + u, out * load_some(P.dropout + b * H + u, some));
          store_some(P.hs + (b * P.time + t) * H + u, out, some);
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
  for (int r = 0; r < rows; r++) {
    memcpy(P.h + int64_t(w.b0 + r) * H, at.h[P.time % 2] + r * wide_H, sizeof(float) * H);
  }
}

struct PackedBack {
  float *WhT, *WxT;
  int64_t size;
  explicit PackedBack(const Problem& P) {
    Arena arena{P.packed};
    WhT = arena.take(transposed_size(P.hidden, wide(P) * G));
    WxT = arena.take(transposed_size(P.input, wide(P) * G));
    size = arena.taken;
  }
};
inline int64_t packed_back(const Problem& P) { return PackedBack(P).size; }

inline void pack_back(const Problem& P, int part, int parts) {
  const PackedBack to(P);
  pack_transposed(to.WhT, P.recurrent, P.hidden, G, P.hidden, order, part, parts);
  pack_transposed(to.WxT, P.kernel, P.input, G, P.hidden, order, part, parts);
}

struct Sums {
  ptrdiff_t dWx, dWh, db;
  int64_t size;
  explicit Sums(const Problem& P) {
    dWx = 0;
    dWh = dWx + int64_t(wide(P)) * G * P.input;
    db = dWh + int64_t(wide(P)) * G * P.hidden;
    size = db + int64_t(wide(P)) * PARTS;
  }
};
inline int64_t sums(const Problem& P) { return Sums(P).size; }

struct ScratchBack {
  float *dh, *row;
  Gradients dA;
  Turned xs, hs;
  int64_t size;
  ScratchBack(const Problem& P, int rows, float* base) {
    Arena arena{base};
    const int height = chunk_steps(P, rows) * rows;
    dh = arena.take(int64_t(rows) * wide(P));
    row = arena.take(wide(P));
    dA = {arena.take(int64_t(wide(P)) * height * PARTS), panels(P), height, PARTS * W};
    xs = {arena.take(turned_size(P.input, height)), height};
    hs = {arena.take(turned_size(P.hidden, height)), height};
    size = arena.taken;
  }
};
inline int64_t scratch_back(const Problem& P, int rows) { return ScratchBack(P, rows, nullptr).size; }

// dh after the step to dA of the step and the share of dh that goes past the gates.
inline void backward_step(const Problem& P, const Worker& w, const ScratchBack& at, float* db, int step, int index) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const int t = time_of(P, step);
  for (int p = 0; p < panels(P); p++) {
    const int u = p * W, some = H - u;
    V sum[PARTS] = {};
    for (int r = 0; r < rows; r++) {
      const int b = w.b0 + r;
      const V dh = load(at.dh + r * wide_H + u) + load_some(P.dhs + (int64_t(b) * P.time + t) * H + u, some);
      float* da = at.dA.row(p, index + r);
      if (!is_taken(P, b, t)) {
        store(at.dh + r * wide_H + u, dh);
        for (int n = 0; n < PARTS; n++) store(da + n * W, V{});
        continue;
      }
      const float* parts = parts_at(P, t, b) + p * PARTS * W;
      const V z = load(parts), reset = load(parts + W), candidate = load(parts + 2 * W), s = load(parts + 3 * W);
      V h = load_some(h_before(P, b, step) + u, some);
      if (P.dropout) h *= load_some(P.dropout + int64_t(b) * H + u, some);
      const V to_candidate = P.replace ? z : splat(1.0f) - z;
      const V dz = P.replace ? dh * (candidate - h) : dh * (h - candidate);
      const V d[PARTS] = {dz * slope(P.gate, z), V{}, dh * to_candidate * slope(P.candidate, candidate), V{}};
      const V da_r = d[2] * s * slope(P.gate, reset);
      const V ds = d[2] * reset;
      store(at.dh + r * wide_H + u, dh * (splat(1.0f) - to_candidate));
      store(da, d[0]);
      store(da + W, da_r);
      store(da + 2 * W, d[2]);
      store(da + 3 * W, ds);
      sum[0] += d[0];
      sum[1] += da_r;
      sum[2] += d[2];
      sum[3] += ds;
    }
    float* into = db + p * PARTS * W;
    for (int n = 0; n < PARTS; n++) store(into + n * W, load(into + n * W) + sum[n]);
  }
}

inline void backward(const Problem& P, const Worker& w) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const PackedBack weights(P);
  const ScratchBack at(P, rows, w.scratch);
  const Sums sums(P);
  memset(w.sums, 0, sizeof(float) * sums.size);
  for (int r = 0; r < rows; r++) copy_row(at.dh + r * wide_H, P.dh + int64_t(w.b0 + r) * H, H, wide_H);
  const int chunk = chunk_steps(P, rows);
  for (int end = P.time; end > 0; end -= chunk) {
    const int start = end > chunk ? end - chunk : 0;
    for (int step = end - 1; step >= start; step--) {
      const int index = (step - start) * rows;
      backward_step(P, w, at, w.sums + sums.db, step, index);
      times_transposed(at.dA, index, rows, from_h, weights.WhT, H, [&](int r, int u, V value) {
        add_to_dh(P, w, at.dh + r * wide_H + u, r, u, step, value);
      });
    }
    const int steps = end - start;
    turn_inputs(P, w, at.xs, start, steps);
    turn_states(P, w, at.hs, start, steps, at.row);
    add_outer<0, 1, 2>(w.sums + sums.dWx, at.xs, steps * rows, P.input, at.dA);
    add_outer<0, 1, 3>(w.sums + sums.dWh, at.hs, steps * rows, H, at.dA);
    write_dx(P, w, at.dA, start, steps, from_x, weights.WxT);
  }
  for (int r = 0; r < rows; r++) {
    memcpy(P.dh0 + int64_t(w.b0 + r) * H, at.dh + r * wide_H, sizeof(float) * H);
  }
}

inline void add_up(const Problem& P, const Worker* workers, int count, int part, int parts) {
  const Sums from(P);
  const int p0 = share(panels(P), part, parts), p1 = share(panels(P), part + 1, parts);
  unpack_gates(P.dkernel, workers, count, from.dWx, P.input, G, P.hidden, order, p0, p1);
  unpack_gates(P.drecurrent, workers, count, from.dWh, P.hidden, G, P.hidden, order, p0, p1);
  // The bias' gradients stand in rows of four: z, r, h~ and s.
  for (int p = p0; p < p1; p++) {
    const int u = p * W, some = P.hidden - u;
    for (int n = 0; n < PARTS; n++) {
      V sum{};
      for (int k = 0; k < count; k++) sum += load(workers[k].sums + from.db + (p * PARTS + n) * W);
      store_some((n < G ? P.dbias + n * P.hidden : P.dinner_bias) + u, sum, some);
    }
  }
}

constexpr Recurrence recurrence = {saved,        packed, scratch,   pack,     forward, packed_back,
                                   scratch_back, sums,   pack_back, backward, add_up};

}  // namespace gru
}  // namespace
}  // namespace unrolled
