// Which CPU this is, how many of its cores there are to use, and work on all of them. For addon.cc alone: see level.cc.
#pragma once
#include <algorithm>
#include <climits>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "problem.h"
#if defined(UNROLLED_X64)
#include <xmmintrin.h>
#endif

namespace {

const unrolled::Level& BestLevel() {
#if defined(UNROLLED_X64)
  __builtin_cpu_init();
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool v4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  const char* wish = std::getenv("UNROLLED_CPU");
  const std::string at_most = wish ? wish : "v4";
  if (v3 && v4 && at_most == "v4") return unrolled::level_v4;
  if (v3 && at_most != "v1") return unrolled::level_v3;
#endif
  return unrolled::level_v1;
}

const unrolled::Level& level() {
  static const unrolled::Level& best = BestLevel();
  return best;
}

// What a container is allowed, in cores: more threads than that would only wait for each other.
int Quota() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  double quota = 0, period = 0;
  return file >> quota >> period && period > 0 ? std::max(1, int(quota / period + 0.5)) : INT_MAX;
}

int Cores() {
  static const int cores = [] {
    const char* wish = std::getenv("UNROLLED_THREADS");
    const int wished = wish ? std::atoi(wish) : 0;
    return wished > 0 ? wished : std::max(1, std::min(Quota(), int(std::thread::hardware_concurrency())));
  }();
  return cores;
}

// While it lives, this thread takes numbers below 1e-38 for 0, as TensorFlow's threads do: a gradient that vanishes passes
// through them for many steps, and some CPUs take a hundred times as long for each.
class NoDenormals {
#if defined(UNROLLED_X64)
 public:
  NoDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
  ~NoDenormals() { _mm_setcsr(before_); }

 private:
  const unsigned before_;
#endif
};

// work(k) for k below n, one thread each.
template <class Work>
void InParallel(int n, const Work& work) {
  const auto guarded = [&work](int k) {
    [[maybe_unused]] const NoDenormals no_denormals;
    work(k);
  };
  std::vector<std::thread> threads;
  for (int k = 1; k < n; k++) threads.emplace_back(guarded, k);
  guarded(0);
  for (std::thread& each : threads) each.join();
}

}  // namespace
