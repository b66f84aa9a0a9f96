// The gradient of rnn.h: from the last step to the first, dA of a chunk of steps, then what it adds to the weights' gradients.
#pragma once
#include "rnn.h"
#include "sequence_back.h"

namespace unrolled {
namespace {
namespace rnn {

constexpr int order[1] = {0};

struct PackedBack {
  float *WhT, *WxT;
  int64_t size;
  explicit PackedBack(const Problem& P) {
    Arena arena{P.packed};
    WhT = arena.take(transposed_size(P.hidden, wide(P)));
    WxT = arena.take(transposed_size(P.input, wide(P)));
    size = arena.taken;
  }
};
inline int64_t packed_back(const Problem& P) { return PackedBack(P).size; }

inline void pack_back(const Problem& P, int part, int parts) {
  const PackedBack to(P);
  pack_transposed(to.WhT, P.recurrent, P.hidden, 1, P.hidden, order, part, parts);
  pack_transposed(to.WxT, P.kernel, P.input, 1, P.hidden, order, part, parts);
}

struct Sums {
  ptrdiff_t dWx, dWh, db;
  int64_t size;
  explicit Sums(const Problem& P) {
    dWx = 0;
    dWh = dWx + int64_t(wide(P)) * kernel_rows(P);
    db = dWh + int64_t(wide(P)) * P.hidden;
    size = db + wide(P);
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
    dA = {arena.take(int64_t(wide(P)) * height), 1, height, wide(P)};
    xs = {arena.take(turned_size(P.input, height)), height};
    hs = {arena.take(turned_size(P.hidden, height)), height};
    size = arena.taken;
  }
};
inline int64_t scratch_back(const Problem& P, int rows) { return ScratchBack(P, rows, nullptr).size; }

inline void backward_step(const Problem& P, const Worker& w, const ScratchBack& at, float* db, int step, int index) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const int t = time_of(P, step);
  for (int v = 0; v < vectors(P); v++) {
    const int u = v * W, some = H - u;
    V sum{};
    for (int r = 0; r < rows; r++) {
      const int b = w.b0 + r;
      const int64_t here = (int64_t(b) * P.time + t) * H + u;
      const V dh = load(at.dh + r * wide_H + u) + load_some(P.dhs + here, some);
      const bool taken = is_taken(P, b, t);
      const V da = taken ? dh * slope(P.candidate, load_some(P.hs + here, some)) : V{};
      store(at.dA.row(0, index + r) + u, da);
      store(at.dh + r * wide_H + u, taken ? V{} : dh);
      sum += da;
    }
    store(db + u, load(db + u) + sum);
  }
}

// dW[vector][feature][lane] += the turned rows times dA.
inline void add_weights(const Problem& P, float* dW, const Turned& turned, int rows, int features, const Gradients& dA) {
  constexpr int offsets[WIDE] = {0, W, 2 * W, 3 * W};
  int v = 0;
  for (; v + WIDE <= vectors(P); v += WIDE) {
    add_tiles<WIDE>(turned, rows, features, dA.at + v * W, offsets, dA.width,
                    [&](int feature, int n) { return dW + (ptrdiff_t(v + n) * features + feature) * W; });
  }
  constexpr int first[1] = {0};
  for (; v < vectors(P); v++) {
    add_tiles<1>(turned, rows, features, dA.at + v * W, first, dA.width,
                 [&](int feature, int) { return dW + (ptrdiff_t(v) * features + feature) * W; });
  }
}

inline void backward(const Problem& P, const Worker& w) {
  const int rows = w.b1 - w.b0, H = P.hidden, wide_H = wide(P);
  const Segment all[1] = {{0, wide_H}};
  const PackedBack weights(P);
  const ScratchBack at(P, rows, w.scratch);
  const Sums sums(P);
  memset(w.sums, 0, sizeof(float) * sums.size);
  copy_in(at.dh, P.dh, w, H);
  back_through_time(
      P, rows,
      [&](int step, int index) {
        backward_step(P, w, at, w.sums + sums.db, step, index);
        times_transposed(at.dA, index, rows, all, weights.WhT, H, [&](int r, int u, V value) {
          add_to_dh(P, w, at.dh + r * wide_H + u, r, u, step, value, 0);
        });
      },
      [&](int start, int steps) {
        turn_inputs(P, w, at.xs, start, steps, at.row, 0, 1);
        turn_states(P, w, at.hs, start, steps, at.row, 0);
        add_weights(P, w.sums + sums.dWx, at.xs, steps * rows, P.input, at.dA);
        for_symbols(P, w, start, steps, [&](int index, int id) {
          for (int v = 0; v < vectors(P); v++) {
            float* into = w.sums + sums.dWx + (ptrdiff_t(v) * P.symbols + id) * W;
            store(into, load(into) + load(at.dA.row(0, index) + v * W));
          }
        });
        add_weights(P, w.sums + sums.dWh, at.hs, steps * rows, H, at.dA);
        write_dx(P, w, at.dA, start, steps, all, order, weights.WxT);
      });
  copy_out(P.dh0, at.dh, w, H);
}

inline void add_up(const Problem& P, const Worker* workers, int count, int part, int parts) {
  const Sums from(P);
  const int p0 = share(vectors(P), part, parts), p1 = share(vectors(P), part + 1, parts);
  unpack_gates(P.dkernel, workers, count, from.dWx, kernel_rows(P), 1, P.hidden, order, p0, p1);
  unpack_gates(P.drecurrent, workers, count, from.dWh, P.hidden, 1, P.hidden, order, p0, p1);
  unpack_gates(P.dbias, workers, count, from.db, 1, 1, P.hidden, order, p0, p1);
}

constexpr Recurrence recurrence = {saved,        packed, scratch,   pack,     forward, packed_back,
                                   scratch_back, sums,   pack_back, backward, add_up};

}  // namespace rnn
}  // namespace
}  // namespace unrolled
