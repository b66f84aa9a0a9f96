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
  float *h[2], *seen[2], *reset, *candidate, *z;
  int64_t size;
  Scratch(const Problem& P, int rows, float* base) {
    Arena arena{base};
    const int64_t state = int64_t(rows) * wide(P);
    for (int k = 0; k < 2; k++) h[k] = arena.take(state);
    for (int k = 0; k < 2; k++) seen[k] = P.dropout ? arena.take(state) : h[k];
    reset = arena.take(state);
    candidate = arena.take(state);
    z = arena.take(state);
    size = arena.taken;
  }
};
inline int64_t scratch(const Problem& P, int rows) { return Scratch(P, rows, nullptr).size; }

// z, and into `reset` r h, and into `candidate` what x adds to it.
inline void gates(const Problem& P, const Worker& w, const Packed& weights, const Scratch& at, const float* seen, int t) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
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
      const ptrdiff_t stride = ptrdiff_t(P.time) * P.input;
      add_product_wide<R, G>(a, P.x + (w.b0 + from) * stride + ptrdiff_t(t) * P.input, stride, Wx, G * W, P.input);
      add_product<R, G, 0, 1>(a, seen + from * wide_H, wide_H, Wzr, 2 * W, H);
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
    gates(P, w, weights, at, seen, t);
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
              const int u = (v + n) * W, some = H - u;
              const ptrdiff_t here = ptrdiff_t(r) * wide_H + u;
              const V candidate = activate(P.candidate, a[k][n]);
              V out = gru::interpolate(P, load(at.z + here), load(seen + here), candidate);
              if (!is_taken(P, int(b), t)) out = load(h + here);
              store(h_next + here, out);
              if (P.dropout) store(seen_next + here, out * load_some(P.dropout + b * H + u, some));
              store_some(P.hs + (b * P.time + t) * H + u, out, some);
              if (P.save) store(parts_at(P, t, int(b)) + ((v + n) * G + 2) * W, candidate);
            }
          }
        });
      });
    }
  }
  for (int r = 0; r < rows; r++) {
    memcpy(P.h + int64_t(w.b0 + r) * H, at.h[P.time % 2] + r * wide_H, sizeof(float) * H);
  }
}

struct PackedBack {
  float *WzrT, *WhhT, *WxT;
  int64_t size;
  explicit PackedBack(const Problem& P) {
    Arena arena{P.packed};
    WzrT = arena.take(transposed_size(P.hidden, wide(P) * 2));
    WhhT = arena.take(transposed_size(P.hidden, wide(P)));
    WxT = arena.take(transposed_size(P.input, wide(P) * G));
    size = arena.taken;
  }
};
inline int64_t packed_back(const Problem& P) { return PackedBack(P).size; }

inline void pack_back(const Problem& P, int part, int parts) {
  const PackedBack to(P);
  pack_transposed(to.WzrT, P.recurrent, P.hidden, G, P.hidden, gates_alone, part, parts);
  pack_transposed(to.WhhT, P.recurrent, P.hidden, G, P.hidden, candidate_alone, part, parts);
  pack_transposed(to.WxT, P.kernel, P.input, G, P.hidden, order, part, parts);
}

struct Sums {
  ptrdiff_t dWx, dWzr, dWhh, db;
  int64_t size;
  explicit Sums(const Problem& P) {
    dWx = 0;
    dWzr = dWx + int64_t(wide(P)) * G * P.input;
    dWhh = dWzr + int64_t(wide(P)) * 2 * P.hidden;
    db = dWhh + int64_t(wide(P)) * P.hidden;
    size = db + int64_t(wide(P)) * G;
  }
};
inline int64_t sums(const Problem& P) { return Sums(P).size; }

struct ScratchBack {
  float *dh, *row;
  Gradients dA;
  Turned xs, hs, resets;
  int64_t size;
  ScratchBack(const Problem& P, int rows, float* base) {
    Arena arena{base};
    const int height = chunk_steps(P, rows) * rows;
    dh = arena.take(int64_t(rows) * wide(P));
    row = arena.take(wide(P));
    dA = {arena.take(int64_t(wide(P)) * height * G), panels(P), height, G * W};
    xs = {arena.take(turned_size(P.input, height)), height};
    hs = {arena.take(turned_size(P.hidden, height)), height};
    resets = {arena.take(turned_size(P.hidden, height)), height};
    size = arena.taken;
  }
};
inline int64_t scratch_back(const Problem& P, int rows) { return ScratchBack(P, rows, nullptr).size; }

inline V seen_before(const Problem& P, int b, int step, int u) {
  const V h = load_some(h_before(P, b, step) + u, P.hidden - u);
  return P.dropout ? h * load_some(P.dropout + int64_t(b) * P.hidden + u, P.hidden - u) : h;
}

// dh after the step to dA of z and h~, and the share of dh that goes past the gates.
inline void backward_step(const Problem& P, const Worker& w, const ScratchBack& at, float* db, int step, int index) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const int t = time_of(P, step);
  for (int p = 0; p < panels(P); p++) {
    const int u = p * W, some = H - u;
    V sum_z{}, sum_h{};
    for (int r = 0; r < rows; r++) {
      const int b = w.b0 + r;
      const V dh = load(at.dh + r * wide_H + u) + load_some(P.dhs + (int64_t(b) * P.time + t) * H + u, some);
      float* da = at.dA.row(p, index + r);
      if (!is_taken(P, b, t)) {
        store(at.dh + r * wide_H + u, dh);
        for (int n = 0; n < G; n++) store(da + n * W, V{});
        continue;
      }
      const float* parts = parts_at(P, t, b) + p * G * W;
      const V z = load(parts), candidate = load(parts + 2 * W);
      const V h = seen_before(P, b, step, u);
      const V to_candidate = P.replace ? z : splat(1.0f) - z;
      const V da_z = (P.replace ? dh * (candidate - h) : dh * (h - candidate)) * slope(P.gate, z);
      const V da_h = dh * to_candidate * slope(P.candidate, candidate);
      store(at.dh + r * wide_H + u, dh * (splat(1.0f) - to_candidate));
      store(da, da_z);
      store(da + 2 * W, da_h);
      sum_z += da_z;
      sum_h += da_h;
    }
    float* into = db + p * G * W;
    store(into, load(into) + sum_z);
    store(into + 2 * W, load(into + 2 * W) + sum_h);
  }
  // d(r h) = da_h Whh^T, which is known now, gives dA of r.
}

// r h of the rows of a chunk.
inline void turn_resets(const Problem& P, const Worker& w, const ScratchBack& at, int from_step, int steps) {
  const int rows = w.b1 - w.b0;
  for (int s = 0; s < steps; s++) {
    const int t = time_of(P, from_step + s);
    for (int r = 0; r < rows; r++) {
      const int b = w.b0 + r;
      const float* parts = parts_at(P, t, b);
      for (int p = 0; p < panels(P); p++) {
        store(at.row + p * W, load(parts + (p * G + 1) * W) * seen_before(P, b, from_step + s, p * W));
      }
      put_turned(at.resets, s * rows + r, at.row, P.hidden);
    }
  }
}

inline void backward(const Problem& P, const Worker& w) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const PackedBack weights(P);
  const ScratchBack at(P, rows, w.scratch);
  const Sums sums(P);
  memset(w.sums, 0, sizeof(float) * sums.size);
  float* db = w.sums + sums.db;
  for (int r = 0; r < rows; r++) copy_row(at.dh + r * wide_H, P.dh + int64_t(w.b0 + r) * H, H, wide_H);
  const int chunk = chunk_steps(P, rows);
  for (int end = P.time; end > 0; end -= chunk) {
    const int start = end > chunk ? end - chunk : 0;
    for (int step = end - 1; step >= start; step--) {
      const int index = (step - start) * rows, t = time_of(P, step);
      backward_step(P, w, at, db, step, index);
      times_transposed(at.dA, index, rows, of_candidate, weights.WhhT, H, [&](int r, int u, V d_reset) {
        const int b = w.b0 + r, p = u / W;
        float* da_r = at.dA.row(p, index + r) + W;
        if (!is_taken(P, b, t)) return store(da_r, V{});
        const V reset = load(parts_at(P, t, b) + (p * G + 1) * W);
        const V value = d_reset * seen_before(P, b, step, u) * slope(P.gate, reset);
        store(da_r, value);
        store(db + (p * G + 1) * W, load(db + (p * G + 1) * W) + value);
        store(at.dh + r * wide_H + u, load(at.dh + r * wide_H + u) + d_reset * reset);
      });
      times_transposed(at.dA, index, rows, of_gates, weights.WzrT, H, [&](int r, int u, V value) {
        add_to_dh(P, w, at.dh + r * wide_H + u, r, u, step, value);
      });
    }
    const int steps = end - start;
    turn_inputs(P, w, at.xs, start, steps);
    turn_states(P, w, at.hs, start, steps, at.row);
    turn_resets(P, w, at, start, steps);
    add_outer<0, 1, 2>(w.sums + sums.dWx, at.xs, steps * rows, P.input, at.dA);
    add_outer<0, 1>(w.sums + sums.dWzr, at.hs, steps * rows, H, at.dA);
    add_outer<2>(w.sums + sums.dWhh, at.resets, steps * rows, H, at.dA);
    write_dx(P, w, at.dA, start, steps, all, weights.WxT);
  }
  for (int r = 0; r < rows; r++) {
    memcpy(P.dh0 + int64_t(w.b0 + r) * H, at.dh + r * wide_H, sizeof(float) * H);
  }
}

inline void add_up(const Problem& P, const Worker* workers, int count, int part, int parts) {
  const Sums from(P);
  const int p0 = share(panels(P), part, parts), p1 = share(panels(P), part + 1, parts);
  unpack_gates(P.dkernel, workers, count, from.dWx, P.input, G, P.hidden, order, p0, p1);
  unpack_gates(P.drecurrent, workers, count, from.dWzr, P.hidden, G, P.hidden, gates_alone, p0, p1);
  unpack_gates(P.drecurrent, workers, count, from.dWhh, P.hidden, G, P.hidden, candidate_alone, p0, p1);
  unpack_gates(P.dbias, workers, count, from.db, 1, G, P.hidden, order, p0, p1);
}

constexpr Recurrence recurrence = {saved,        packed, scratch,   pack,     forward, packed_back,
                                   scratch_back, sums,   pack_back, backward, add_up};

}  // namespace gru_before
}  // namespace
}  // namespace unrolled
