// Vectors of the widest registers that the level has, and the nonlinearities on them.
#pragma once
#include "problem.h"

namespace unrolled {
namespace {

#if defined(__AVX512F__)
constexpr int W = 16;
constexpr int ACCUMULATORS = 24;  // of 32 registers
#elif defined(__AVX__)
constexpr int W = 8;
constexpr int ACCUMULATORS = 12;  // of 16
#elif defined(__aarch64__)
constexpr int W = 4;
constexpr int ACCUMULATORS = 24;
#else
constexpr int W = 4;
constexpr int ACCUMULATORS = 12;
#endif

typedef float V __attribute__((vector_size(4 * W)));
typedef int VI __attribute__((vector_size(4 * W)));
typedef float Unaligned __attribute__((vector_size(4 * W), aligned(4), may_alias));

inline V load(const float* p) { return *reinterpret_cast<const Unaligned*>(p); }
inline void store(float* p, V v) { *reinterpret_cast<Unaligned*>(p) = v; }
inline V splat(float s) { return s - V{}; }

// The first n floats, zeros behind them.
inline V load_some(const float* p, int n) {
  if (n >= W) return load(p);
  V v{};
  for (int k = 0; k < n; k++) v[k] = p[k];
  return v;
}
inline void store_some(float* p, V v, int n) {
  if (n >= W) return store(p, v);
  for (int k = 0; k < n; k++) p[k] = v[k];
}

inline int up_to_vectors(int n) { return (n + W - 1) / W * W; }

// NaN compares false and so stays NaN.
inline V clip(V x, float low, float high) {
  x = x < splat(low) ? splat(low) : x;
  return x > splat(high) ? splat(high) : x;
}

struct Exponential {
  V power;  // 2^n
  V rest;   // e^r - 1
};

// e^x = 2^n e^r with |r| <= ln(2) / 2, and the Taylor series of e^r - 1 to r^7, whose first missing term is 5e-9.
inline Exponential exponential(V x) {
  const V magic = splat(12582912.0f);  // 1.5 * 2^23: what is added to it is rounded to a whole number
  const V n = (x * splat(1.44269504f) + magic) - magic;
  const V r = (x - n * splat(0.693359375f)) - n * splat(-2.12194440e-4f);  // ln 2 in two parts
  V p = splat(1.0f / 5040);
  p = p * r + splat(1.0f / 720);
  p = p * r + splat(1.0f / 120);
  p = p * r + splat(1.0f / 24);
  p = p * r + splat(1.0f / 6);
  p = p * r + splat(0.5f);
  p = p * r * r + r;
  const VI bits = (__builtin_convertvector(n, VI) + 127) << 23;
  return {(V)bits, p};
}

// tanh x = (e^2x - 1) / (e^2x + 1), by e^2x - 1 so that small x keep all their digits.
inline V tanh(V x) {
  const V bounded = clip(x, -9.1f, 9.1f);  // beyond it, 1 to the last bit
  const Exponential e = exponential(bounded + bounded);
  const V minus_one = e.power * e.rest + (e.power - splat(1.0f));
  return minus_one / (minus_one + splat(2.0f));
}

inline V sigmoid(V x) {
  const Exponential e = exponential(-clip(x, -87.0f, 87.0f));
  return splat(1.0f) / (splat(1.0f) + (e.power * e.rest + e.power));
}

inline V ramp(V x, float slope) { return clip(x * splat(slope) + splat(0.5f), 0.0f, 1.0f); }
inline V ramp_slope(V y, float slope) {
  const V inside = y > splat(0.0f) ? splat(slope) : V{};
  return y < splat(1.0f) ? inside : V{};
}

// f(a)
inline V activate(int f, V a) {
  switch (f) {
    case tanh_: return tanh(a);
    case sigmoid_: return sigmoid(a);
    case hard_sigmoid_: return ramp(a, 1.0f / 6);
    case hard_sigmoid_keras2_: return ramp(a, 0.2f);
    case relu_: return a < V{} ? V{} : a;
    default: return a;
  }
}

// f'(a) from y = f(a)
inline V slope(int f, V y) {
  switch (f) {
    case tanh_: return splat(1.0f) - y * y;
    case sigmoid_: return y * (splat(1.0f) - y);
    case hard_sigmoid_: return ramp_slope(y, 1.0f / 6);
    case hard_sigmoid_keras2_: return ramp_slope(y, 0.2f);
    case relu_: return y > V{} ? splat(1.0f) : V{};
    default: return splat(1.0f);
  }
}

}  // namespace
}  // namespace unrolled
