// The kernels at one level of CPU: compiled once for each, with -DUNROLLED_LEVEL=v1, v3 or v4 and the flags of that level.
// All of it is in unnamed namespaces and none of it calls the C++ library: the linker would keep one level's copy for all.
#include "gru_back.h"
#include "gru_before_back.h"
#include "lstm_back.h"
#include "rnn_back.h"

#define UNROLLED_JOIN(a, b) a##b
#define UNROLLED_NAMED(a, b) UNROLLED_JOIN(a, b)
#define UNROLLED_TEXT(a) #a
#define UNROLLED_QUOTED(a) UNROLLED_TEXT(a)

namespace unrolled {

extern const Level UNROLLED_NAMED(level_, UNROLLED_LEVEL);
const Level UNROLLED_NAMED(level_, UNROLLED_LEVEL) = {UNROLLED_QUOTED(UNROLLED_LEVEL), rnn::recurrence, gru::recurrence,
                                                       gru_before::recurrence, lstm::recurrence};

}  // namespace unrolled
