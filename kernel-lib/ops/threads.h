// Which CPU this is, how many of its cores there are to use, and work on all of them. For addon.cc alone: see level.cc.
#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <mutex>
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

inline void Pause() {
#if defined(UNROLLED_X64)
  _mm_pause();
#endif
}

// Threads that stay. Waking one takes longer than some phases of a step, so they look out for the next phase for a moment before
// they sleep. For no longer: a thread that spins on the core of the one that it waits for keeps it from going on, and only one
// that is woken is put on an idle core.
class Crew {
 public:
  // work(k) for k below n, one thread each; this thread does work(0).
  void Run(int n, const std::function<void(int)>& work) {
    const std::lock_guard<std::mutex> one_at_a_time(busy_);
    while (int(members_.size()) < n - 1) {
      members_.emplace_back(&Crew::Serve, this, int(members_.size()) + 1, round_.load());
    }
    work_ = &work;
    left_.store(n - 1);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      round_.store(round_.load() / kMost * kMost + kMost + n);
    }
    if (sleeping_.load() > 0) wake_.notify_all();
    work(0);
    if (!Spin([this] { return left_.load(std::memory_order_acquire) == 0; })) {
      while (left_.load(std::memory_order_acquire) > 0) std::this_thread::yield();
    }
  }

 private:
  // What a round holds: its number, and how many take part in it.
  static constexpr uint64_t kMost = 1 << 16;

  void Serve(int k, uint64_t seen) {
    for (;;) {
      seen = Next(seen);
      if (uint64_t(k) >= seen % kMost) continue;
      (*work_)(k);
      left_.fetch_sub(1, std::memory_order_release);
    }
  }

  uint64_t Next(uint64_t seen) {
    const auto came = [&] { return round_.load(std::memory_order_acquire) != seen; };
    if (!Spin(came)) {
      std::unique_lock<std::mutex> lock(mutex_);
      sleeping_.fetch_add(1);
      wake_.wait(lock, came);
      sleeping_.fetch_sub(1);
    }
    return round_.load(std::memory_order_acquire);
  }

  // Whether it came true in that moment.
  template <class Condition>
  static bool Spin(const Condition& condition) {
    using clock = std::chrono::steady_clock;
    const auto until = clock::now() + std::chrono::microseconds(50);
    for (int k = 1; k % 64 != 0 || clock::now() < until; k++) {
      if (condition()) return true;
      Pause();
    }
    return false;
  }

  std::mutex busy_, mutex_;
  std::condition_variable wake_;
  std::atomic<uint64_t> round_{0};
  std::atomic<int> left_{0}, sleeping_{0};
  const std::function<void(int)>* work_ = nullptr;
  std::vector<std::thread> members_;
};

// work(k) for k below n, one thread each.
template <class Work>
void InParallel(int n, const Work& work) {
  const auto guarded = [&work](int k) {
    [[maybe_unused]] const NoDenormals no_denormals;
    work(k);
  };
  if (n == 1) return guarded(0);
  // Never taken down: its threads sleep on it while the process ends.
  static Crew& crew = *new Crew;
  crew.Run(n, guarded);
}

}  // namespace
