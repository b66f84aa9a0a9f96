// The gradient of lstm.h: from the last step to the first, dA of a chunk of steps, then what it adds to the weights' gradients.
#pragma once
#include "lstm.h"
#include "sequence_back.h"

namespace unrolled {
namespace {
namespace lstm {

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
  pack_transposed_by(each_sees_another(P), to.WhT, P.recurrent, P.hidden, G, P.hidden, order, part, parts);
  pack_transposed_by(P.input_dropout != nullptr, to.WxT, P.kernel, P.input, G, P.hidden, order, part, parts);
  pack_peepholes(P, to.peepholes, share(panels(P), part, parts), share(panels(P), part + 1, parts));
}

struct Sums {
  ptrdiff_t dWx, dWh, db, dp;
  int64_t size;
  explicit Sums(const Problem& P) {
    const int64_t row = int64_t(wide(P)) * G;
    dWx = 0;
    dWh = dWx + row * kernel_rows(P);
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
    row = arena.take(row_size(P));
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
      const float* gates = gates_at(P, t, b, p);
      const V i = load(gates), f = load(gates + W), g = load(gates + 2 * W), o = load(gates + 3 * W);
      const V c_next = load(cells_at(P, t, b, p));
      const V c = step > 0 ? load(cells_at(P, time_of(P, step - 1), b, p)) : load_some(P.c0 + int64_t(b) * H + u, some);
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
  copy_in(at.dh, P.dh, w, H);
  copy_in(at.dc, P.dc, w, H);
  back_through_time(
      P, rows,
      [&](int step, int index) {
        backward_step(P, w, at, sums, weights.peepholes, step, index);
        times_transposed_by(each_sees_another(P), at.dA, index, rows, all, places, weights.WhT, H,
                            [&](int n, int r, int u, V value) {
                              add_to_dh(P, w, at.dh + r * wide_H + u, r, u, step, value, n);
                            });
      },
      [&](int start, int steps) {
        add_input_weights<0, 1, 2, 3>(P, w, w.sums + sums.dWx, at.xs, start, steps, at.dA, at.row);
        add_state_weights<0, 1, 2, 3>(P, w, w.sums + sums.dWh, at.hs, start, steps, at.dA, at.row);
        write_dx(P, w, at.dA, start, steps, all, places, weights.WxT);
      });
  copy_out(P.dh0, at.dh, w, H);
  copy_out(P.dc0, at.dc, w, H);
}

inline void add_up(const Problem& P, const Worker* workers, int count, int part, int parts) {
  const Sums from(P);
  const int p0 = share(panels(P), part, parts), p1 = share(panels(P), part + 1, parts);
  unpack_gates(P.dkernel, workers, count, from.dWx, kernel_rows(P), G, P.hidden, order, p0, p1);
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
