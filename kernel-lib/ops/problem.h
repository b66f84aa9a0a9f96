// What the TensorFlow side (addon.cc) and the kernels (level.cc, compiled once for each level of CPU) tell each other.
// Plain data and function pointers alone: an inline function in here would be compiled at every level, and the linker keeps one.
#pragma once
#include <cstdint>

namespace unrolled {

// In the order of the TypeScript side, native/own-ops.ts.
enum Activation : int { tanh_, sigmoid_, hard_sigmoid_, hard_sigmoid_keras2_, relu_, linear_ };

// Everything is float32 and row-major. What a recurrence has no use for is null.
struct Problem {
  int batch, time, hidden;
  int input;      // 0 where there are ids
  int symbols;    // how many rows of the kernel the ids choose from; 0 where there is x
  bool reverse;   // from the last time step to the first
  bool save;      // whether a backward pass will follow
  bool replace;   // GRU: h = (1 - z) h + z h~ in place of h = z h + (1 - z) h~
  bool carry_dropped;  // GRU: the h that is carried on goes through the dropout too, which then has one mask
  int masks;      // of dropout: 1 for all gates, or one a gate; 0 where there is none
  int gate, candidate, output;  // Activation; a simple RNN's only one is `candidate`

  const float* x;          // [batch, time, input]; null where there are ids
  const float* ids;        // [batch, time], whole numbers below `symbols`: x_t Wx is that row of the kernel; or null
  const float* mask;       // [batch, time], 0 where the step is not taken; or null
  const float* dropout;    // [batch, masks, hidden], what h is multiplied by before a gate sees it; or null
  const float* input_dropout;  // [batch, gates, input], what x is multiplied by before a gate sees it; or null
  const float* h0;         // [batch, hidden]
  const float* c0;         // [batch, hidden]; LSTM
  const float* kernel;     // [input or symbols, gates * hidden]
  const float* recurrent;  // [hidden, gates * hidden]
  const float* bias;       // [gates * hidden]
  const float* inner_bias; // [hidden]; GRU, inside of the reset
  const float* peepholes;  // [3, hidden], pi pf po; LSTM; or null

  float* hs;     // [batch, time, hidden]
  float* h;      // [batch, hidden], after the last step
  float* c;      // the same, LSTM
  float* saved;  // for the backward pass, in a layout of the level's own

  const float* dhs;  // as hs
  const float* dh;   // as h
  const float* dc;   // as c
  float* dx;  // null where there are ids
  float* dh0;
  float* dc0;
  float* dkernel;
  float* drecurrent;
  float* dbias;
  float* dinner_bias;
  float* dpeepholes;

  float* packed;  // the weights as the kernels read them, shared by all workers
};

// The sequences b0 up to b1 of the batch, and memory of this worker alone.
struct Worker {
  int b0, b1;
  float* scratch;
  float* sums;  // its share of the weights' gradients
};

// One recurrence at one level of CPU. Sizes are in floats. `part` of `parts` is for several workers to share one job.
struct Recurrence {
  int64_t (*saved)(const Problem&);
  int64_t (*packed)(const Problem&);
  int64_t (*scratch)(const Problem&, int rows);
  void (*pack)(const Problem&, int part, int parts);
  void (*forward)(const Problem&, const Worker&);

  int64_t (*packed_back)(const Problem&);
  int64_t (*scratch_back)(const Problem&, int rows);
  int64_t (*sums)(const Problem&);
  void (*pack_back)(const Problem&, int part, int parts);
  void (*backward)(const Problem&, const Worker&);
  void (*add_up)(const Problem&, const Worker* workers, int count, int part, int parts);
};

struct Level {
  const char* name;
  Recurrence rnn, gru, gru_before, lstm;
};

extern const Level level_v1, level_v3, level_v4;

}  // namespace unrolled
