// The gradient of gru.h: from the last step to the first, dA of a chunk of steps, then what it adds to the weights' gradients.
#pragma once
#include "gru.h"
#include "sequence_back.h"

namespace unrolled {
namespace {
namespace gru {

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
  pack_transposed_by(each_sees_another(P), to.WhT, P.recurrent, P.hidden, G, P.hidden, order, part, parts);
  pack_transposed_by(P.input_dropout != nullptr, to.WxT, P.kernel, P.input, G, P.hidden, order, part, parts);
}

struct Sums {
  ptrdiff_t dWx, dWh, db;
  int64_t size;
  explicit Sums(const Problem& P) {
    dWx = 0;
    dWh = dWx + int64_t(wide(P)) * G * kernel_rows(P);
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
    row = arena.take(row_size(P));
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
      const V h = carried_before(P, b, step, u);
      const V to_candidate = P.replace ? z : splat(1.0f) - z;
      const V dz = P.replace ? dh * (candidate - h) : dh * (h - candidate);
      const V d[PARTS] = {dz * slope(P.gate, z), V{}, dh * to_candidate * slope(P.candidate, candidate), V{}};
      const V da_r = d[2] * s * slope(P.gate, reset);
      const V ds = d[2] * reset;
      store(at.dh + r * wide_H + u, past(P, b, u, dh * (splat(1.0f) - to_candidate)));
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
  copy_in(at.dh, P.dh, w, H);
  back_through_time(
      P, rows,
      [&](int step, int index) {
        backward_step(P, w, at, w.sums + sums.db, step, index);
        times_transposed_by(each_sees_another(P), at.dA, index, rows, from_h, h_places, weights.WhT, H,
                            [&](int n, int r, int u, V value) {
                              add_to_dh(P, w, at.dh + r * wide_H + u, r, u, step, value, n);
                            });
      },
      [&](int start, int steps) {
        add_input_weights<0, 1, 2>(P, w, w.sums + sums.dWx, at.xs, start, steps, at.dA, at.row);
        add_state_weights<0, 1, 3>(P, w, w.sums + sums.dWh, at.hs, start, steps, at.dA, at.row);
        write_dx(P, w, at.dA, start, steps, from_x, x_places, weights.WxT);
      });
  copy_out(P.dh0, at.dh, w, H);
}

inline void add_up(const Problem& P, const Worker* workers, int count, int part, int parts) {
  const Sums from(P);
  const int p0 = share(panels(P), part, parts), p1 = share(panels(P), part + 1, parts);
  unpack_gates(P.dkernel, workers, count, from.dWx, kernel_rows(P), G, P.hidden, order, p0, p1);
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
