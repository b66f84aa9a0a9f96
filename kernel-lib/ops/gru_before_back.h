// The gradient of gru_before.h: from the last step to the first, dA of a chunk of steps, then what it adds to the weights' gradients.
#pragma once
#include "gru_before.h"
#include "sequence_back.h"

namespace unrolled {
namespace {
namespace gru_before {

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
  pack_transposed_by(each_sees_another(P), to.WzrT, P.recurrent, P.hidden, G, P.hidden, gates_alone, part, parts);
  pack_transposed(to.WhhT, P.recurrent, P.hidden, G, P.hidden, candidate_alone, part, parts);
  pack_transposed_by(P.input_dropout != nullptr, to.WxT, P.kernel, P.input, G, P.hidden, order, part, parts);
}

struct Sums {
  ptrdiff_t dWx, dWzr, dWhh, db;
  int64_t size;
  explicit Sums(const Problem& P) {
    dWx = 0;
    dWzr = dWx + int64_t(wide(P)) * G * kernel_rows(P);
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
    row = arena.take(row_size(P));
    dA = {arena.take(int64_t(wide(P)) * height * G), panels(P), height, G * W};
    xs = {arena.take(turned_size(P.input, height)), height};
    hs = {arena.take(turned_size(P.hidden, height)), height};
    resets = {arena.take(turned_size(P.hidden, height)), height};
    size = arena.taken;
  }
};
inline int64_t scratch_back(const Problem& P, int rows) { return ScratchBack(P, rows, nullptr).size; }

// dh after the step to dA of z and h~, and the share of dh that goes past the gates. dA of r needs d(r h) = da_h Whh^T first.
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
      const V h = gru::carried_before(P, b, step, u);
      const V to_candidate = P.replace ? z : splat(1.0f) - z;
      const V da_z = (P.replace ? dh * (candidate - h) : dh * (h - candidate)) * slope(P.gate, z);
      const V da_h = dh * to_candidate * slope(P.candidate, candidate);
      store(at.dh + r * wide_H + u, gru::past(P, b, u, dh * (splat(1.0f) - to_candidate)));
      store(da, da_z);
      store(da + 2 * W, da_h);
      sum_z += da_z;
      sum_h += da_h;
    }
    float* into = db + p * G * W;
    store(into, load(into) + sum_z);
    store(into + 2 * W, load(into + 2 * W) + sum_h);
  }
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
        store(at.row + p * W, load(parts + (p * G + 1) * W) * seen_before(P, b, from_step + s, p * W, 2));
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
  copy_in(at.dh, P.dh, w, H);
  back_through_time(
      P, rows,
      [&](int step, int index) {
        const int t = time_of(P, step);
        backward_step(P, w, at, db, step, index);
        times_transposed(at.dA, index, rows, of_candidate, weights.WhhT, H, [&](int r, int u, V d_reset) {
          const int b = w.b0 + r, p = u / W;
          float* da_r = at.dA.row(p, index + r) + W;
          if (!is_taken(P, b, t)) return store(da_r, V{});
          const V reset = load(parts_at(P, t, b) + (p * G + 1) * W);
          const V value = d_reset * seen_before(P, b, step, u, 2) * slope(P.gate, reset);
          store(da_r, value);
          store(db + (p * G + 1) * W, load(db + (p * G + 1) * W) + value);
          add_to_dh(P, w, at.dh + r * wide_H + u, r, u, step, d_reset * reset, 2);
        });
        times_transposed_by(each_sees_another(P), at.dA, index, rows, of_gates, h_places, weights.WzrT, H,
                            [&](int n, int r, int u, V value) {
                              add_to_dh(P, w, at.dh + r * wide_H + u, r, u, step, value, n);
                            });
      },
      [&](int start, int steps) {
        add_input_weights<0, 1, 2>(P, w, w.sums + sums.dWx, at.xs, start, steps, at.dA, at.row);
        add_state_weights<0, 1>(P, w, w.sums + sums.dWzr, at.hs, start, steps, at.dA, at.row);
        turn_resets(P, w, at, start, steps);
        add_outer<2>(w.sums + sums.dWhh, at.resets, steps * rows, H, at.dA);
        write_dx(P, w, at.dA, start, steps, all, x_places, weights.WxT);
      });
  copy_out(P.dh0, at.dh, w, H);
}

inline void add_up(const Problem& P, const Worker* workers, int count, int part, int parts) {
  const Sums from(P);
  const int p0 = share(panels(P), part, parts), p1 = share(panels(P), part + 1, parts);
  unpack_gates(P.dkernel, workers, count, from.dWx, kernel_rows(P), G, P.hidden, order, p0, p1);
  unpack_gates(P.drecurrent, workers, count, from.dWzr, P.hidden, G, P.hidden, gates_alone, p0, p1);
  unpack_gates(P.drecurrent, workers, count, from.dWhh, P.hidden, G, P.hidden, candidate_alone, p0, p1);
  unpack_gates(P.dbias, workers, count, from.db, 1, G, P.hidden, order, p0, p1);
}

constexpr Recurrence recurrence = {saved,        packed, scratch,   pack,     forward, packed_back,
                                   scratch_back, sums,   pack_back, backward, add_up};

}  // namespace gru_before
}  // namespace
}  // namespace unrolled
