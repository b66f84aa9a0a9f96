// What one level offers.
#pragma once
#include <cstdint>
namespace v1 { void twice(const float* x, float* y, int64_t n); }
#ifdef UNROLLED_X64
namespace v3 { void twice(const float* x, float* y, int64_t n); }
namespace v4 { void twice(const float* x, float* y, int64_t n); }
#endif
