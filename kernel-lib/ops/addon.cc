// Two TensorFlow ops of our own, a recurrence over a whole sequence and its gradient, registered through TensorFlow's C API when
// Node loads this addon. tfjs-node then runs them by name. Compiled for the oldest CPU of its kind; the kernels come in levels.
#include <node_api.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "context.h"
#include "problem.h"
#include "tensorflow/c/ops.h"
#include "threads.h"

namespace {

using unrolled::Problem;
using unrolled::Recurrence;
using unrolled::Worker;

constexpr int kVersion = 3;  // of what the TypeScript side and this agree on

struct Free {
  void operator()(float* p) const { std::free(p); }
};
using Floats = std::unique_ptr<float, Free>;

Floats Allocate(int64_t floats) {
  const size_t bytes = (size_t(std::max<int64_t>(floats, 1)) * sizeof(float) + 63) / 64 * 64;
  void* p = nullptr;
  if (posix_memalign(&p, 64, bytes) != 0) throw std::bad_alloc();
  return Floats(static_cast<float*>(p));
}

enum Kind { kRnn, kGru, kGruBefore, kLstm };
constexpr int kGates[] = {1, 3, 3, 4};

struct Attributes {
  int32_t kind = 0, gate = 0, candidate = 0, output = 0;
  unsigned char reverse = 0, replace = 0, carry_dropped = 0, save = 0;

  const Recurrence& recurrence() const {
    const Recurrence* all[] = {&level().rnn, &level().gru, &level().gru_before, &level().lstm};
    return *all[kind];
  }
  int gates() const { return kGates[kind]; }
};

void* Create(TF_OpKernelConstruction* construction) {
  auto* attributes = new Attributes;
  const Status status = NewStatus();
  const auto number = [&](const char* name, int32_t* value) {
    TF_OpKernelConstruction_GetAttrInt32(construction, name, value, status.get());
  };
  const auto yes = [&](const char* name, unsigned char* value) {
    TF_OpKernelConstruction_GetAttrBool(construction, name, value, status.get());
  };
  number("kind", &attributes->kind);
  number("gate", &attributes->gate);
  number("candidate", &attributes->candidate);
  number("output", &attributes->output);
  yes("reverse", &attributes->reverse);
  yes("replace", &attributes->replace);
  yes("carry_dropped", &attributes->carry_dropped);
  yes("save", &attributes->save);
  if (TF_GetCode(status.get()) != TF_OK) {
    TF_OpKernelConstruction_Failure(construction, status.get());
  } else if (attributes->kind < kRnn || attributes->kind > kLstm) {
    TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "kind: expected 0 to 3");
    TF_OpKernelConstruction_Failure(construction, status.get());
  }
  return attributes;
}

void Delete(void* kernel) { delete static_cast<Attributes*>(kernel); }

const std::vector<std::string> kInputs = {"x",         "mask", "dropout",    "h0",        "c0",           "kernel",
                                          "recurrent", "bias", "inner_bias", "peepholes", "input_dropout"};
const std::vector<std::string> kOutputs = {"hs", "h", "c", "saved"};
const std::vector<std::string> kGradientInputs = {"hs", "saved", "dhs", "dh", "dc"};
const std::vector<std::string> kGradientOutputs = {"dx",         "dh0",   "dc0",         "dkernel",
                                                   "drecurrent", "dbias", "dinner_bias", "dpeepholes"};

// Whole numbers from 0 to below `rows`: any other would read beside the kernel.
const float* Ids(Context& context, int64_t count, int64_t rows) {
  const float* ids = context.Floats(0, "ids", count);
  for (int64_t k = 0; k < count; k++) {
    if (!(ids[k] >= 0 && ids[k] < float(rows) && ids[k] == float(int64_t(ids[k])))) {
      throw WrongArgument{"ids: expected whole numbers from 0 to " + std::to_string(rows - 1)};
    }
  }
  return ids;
}

Problem Read(Context& context, const Attributes& attributes) {
  Problem P{};
  TF_Tensor* x = context.Input(0);
  TF_Tensor* recurrent = context.Input(6);
  TF_Tensor* kernel = context.Input(5);
  if (TF_NumDims(kernel) != 2 || TF_NumDims(recurrent) != 2) throw WrongArgument{"the weights: expected 2 axes"};
  if (TF_NumDims(x) != 2 && TF_NumDims(x) != 3) throw WrongArgument{"x: expected 3 axes, or 2 of ids"};
  const bool ids = TF_NumDims(x) == 2;
  const int64_t batch = TF_Dim(x, 0), time = TF_Dim(x, 1), rows = TF_Dim(kernel, 0), hidden = TF_Dim(recurrent, 0);
  if (batch < 1 || time < 1 || rows < 1 || hidden < 1) throw WrongArgument{"expected no empty axis"};
  const int64_t wide = attributes.gates() * hidden;
  P.batch = int(batch);
  P.time = int(time);
  P.input = ids ? 0 : int(rows);
  P.symbols = ids ? int(rows) : 0;
  P.hidden = int(hidden);
  P.reverse = attributes.reverse != 0;
  P.replace = attributes.replace != 0;
  P.carry_dropped = attributes.carry_dropped != 0;
  P.save = attributes.save != 0;
  P.gate = attributes.gate;
  P.candidate = attributes.candidate;
  P.output = attributes.output;
  const bool lstm = attributes.kind == kLstm;
  P.x = ids ? nullptr : context.Floats(0, "x", batch * time * rows);
  P.ids = ids ? Ids(context, batch * time, rows) : nullptr;
  P.mask = context.Floats(1, "mask", batch * time, true);
  const int64_t dropped = TF_TensorElementCount(context.Input(2));
  P.masks = dropped == 0 ? 0 : dropped == batch * hidden ? 1 : attributes.gates();
  P.dropout = context.Floats(2, "dropout", batch * P.masks * hidden, true);
  P.h0 = context.Floats(3, "h0", batch * hidden);
  P.c0 = context.Floats(4, "c0", lstm ? batch * hidden : 0);
  P.kernel = context.Floats(5, "kernel", rows * wide);
  P.recurrent = context.Floats(6, "recurrent", hidden * wide);
  P.bias = context.Floats(7, "bias", wide);
  P.inner_bias = context.Floats(8, "inner_bias", attributes.kind == kGru ? hidden : 0);
  P.peepholes = context.Floats(9, "peepholes", 3 * hidden, true);
  P.input_dropout = context.Floats(10, "input_dropout", attributes.gates() * batch * P.input, true);
  if (P.input_dropout && attributes.kind == kRnn) throw WrongArgument{"input_dropout: expected none for one gate"};
  return P;
}

// How many workers share the batch: no more than there are cores, and none for less than it costs to start one.
std::vector<Worker> Share(const Problem& P, const Attributes& attributes) {
  const double products = 2.0 * P.batch * P.time * (P.input + P.hidden) * attributes.gates() * P.hidden;
  const int worth = int(std::min(1e6, products / 1e6));
  const int count = std::max(1, std::min({Cores(), P.batch, worth}));
  std::vector<Worker> workers(count);
  for (int k = 0; k < count; k++) {
    workers[k] = {int(int64_t(P.batch) * k / count), int(int64_t(P.batch) * (k + 1) / count), nullptr, nullptr};
  }
  return workers;
}

template <class Run>
void Guarded(void* kernel, TF_OpKernelContext* tf_context, const Run& run) {
  Context context(tf_context);
  try {
    run(context, *static_cast<Attributes*>(kernel));
  } catch (const WrongArgument& error) {
    context.Fail(TF_INVALID_ARGUMENT, error.what);
  } catch (const std::bad_alloc&) {
    context.Fail(TF_RESOURCE_EXHAUSTED, "out of memory");
  } catch (const std::exception& error) {
    context.Fail(TF_INTERNAL, error.what());
  }
}

void Forward(void* kernel, TF_OpKernelContext* tf_context) {
  Guarded(kernel, tf_context, [](Context& context, const Attributes& attributes) {
    const Recurrence& recurrence = attributes.recurrence();
    Problem P = Read(context, attributes);
    const bool lstm = attributes.kind == kLstm;
    P.hs = context.Output(0, {P.batch, P.time, P.hidden});
    P.h = context.Output(1, {P.batch, P.hidden});
    P.c = context.Output(2, {lstm ? P.batch : 0, P.hidden});
    P.saved = context.Output(3, {P.save ? recurrence.saved(P) : 0});

    std::vector<Worker> workers = Share(P, attributes);
    const int count = int(workers.size());
    const Floats packed = Allocate(recurrence.packed(P));
    P.packed = packed.get();
    std::vector<Floats> scratch;
    for (Worker& each : workers) {
      scratch.push_back(Allocate(recurrence.scratch(P, each.b1 - each.b0)));
      each.scratch = scratch.back().get();
    }
    InParallel(count, [&](int k) { recurrence.pack(P, k, count); });
    InParallel(count, [&](int k) { recurrence.forward(P, workers[k]); });
  });
}

void Backward(void* kernel, TF_OpKernelContext* tf_context) {
  Guarded(kernel, tf_context, [](Context& context, const Attributes& attributes) {
    const Recurrence& recurrence = attributes.recurrence();
    Problem P = Read(context, attributes);
    const int64_t batch = P.batch, hidden = P.hidden, wide = attributes.gates() * hidden;
    const bool lstm = attributes.kind == kLstm, gru = attributes.kind == kGru;
    const int first = int(kInputs.size());
    P.hs = const_cast<float*>(context.Floats(first, "hs", batch * P.time * hidden));
    P.saved = const_cast<float*>(context.Floats(first + 1, "saved", recurrence.saved(P)));
    P.dhs = context.Floats(first + 2, "dhs", batch * P.time * hidden);
    P.dh = context.Floats(first + 3, "dh", batch * hidden);
    P.dc = context.Floats(first + 4, "dc", lstm ? batch * hidden : 0);
    P.dx = P.ids ? context.Output(0, {0}) : context.Output(0, {batch, P.time, P.input});
    P.dh0 = context.Output(1, {batch, hidden});
    P.dc0 = context.Output(2, {lstm ? batch : 0, hidden});
    P.dkernel = context.Output(3, {P.input + P.symbols, wide});
    P.drecurrent = context.Output(4, {hidden, wide});
    P.dbias = context.Output(5, {wide});
    P.dinner_bias = context.Output(6, {gru ? hidden : 0});
    P.dpeepholes = context.Output(7, {P.peepholes ? 3 : 0, hidden});

    std::vector<Worker> workers = Share(P, attributes);
    const int count = int(workers.size());
    const Floats packed = Allocate(recurrence.packed_back(P));
    P.packed = packed.get();
    std::vector<Floats> memory;
    for (Worker& each : workers) {
      memory.push_back(Allocate(recurrence.scratch_back(P, each.b1 - each.b0)));
      each.scratch = memory.back().get();
      memory.push_back(Allocate(recurrence.sums(P)));
      each.sums = memory.back().get();
    }
    InParallel(count, [&](int k) { recurrence.pack_back(P, k, count); });
    InParallel(count, [&](int k) { recurrence.backward(P, workers[k]); });
    InParallel(count, [&](int k) { recurrence.add_up(P, workers.data(), count, k, count); });
  });
}

void UnknownShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

void Register(const char* name, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs,
              void (*compute)(void*, TF_OpKernelContext*), TF_Status* status) {
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  for (const std::string& each : inputs) TF_OpDefinitionBuilderAddInput(op, (each + ": float").c_str());
  for (const std::string& each : outputs) TF_OpDefinitionBuilderAddOutput(op, (each + ": float").c_str());
  for (const char* each : {"kind: int", "gate: int", "candidate: int", "output: int", "reverse: bool", "replace: bool",
                           "carry_dropped: bool", "save: bool"}) {
    TF_OpDefinitionBuilderAddAttr(op, each);
  }
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, &UnknownShapes);
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) != TF_OK) return;
  TF_KernelBuilder* builder = TF_NewKernelBuilder(name, "CPU", &Create, compute, &Delete);
  TF_RegisterKernelBuilder(name, builder, status);
}

std::string RegisterAll() {
  const Status status = NewStatus();
  Register("UnrolledSequence", kInputs, kOutputs, &Forward, status.get());
  if (TF_GetCode(status.get()) == TF_OK) {
    std::vector<std::string> inputs = kInputs;
    inputs.insert(inputs.end(), kGradientInputs.begin(), kGradientInputs.end());
    Register("UnrolledSequenceGrad", inputs, kGradientOutputs, &Backward, status.get());
  }
  return TF_GetCode(status.get()) == TF_OK ? "" : TF_Message(status.get());
}

void Export(napi_env env, napi_value exports, const char* name, const std::string& text) {
  napi_value value;
  if (napi_create_string_utf8(env, text.c_str(), text.size(), &value) == napi_ok) {
    napi_set_named_property(env, exports, name, value);
  }
}

napi_value Init(napi_env env, napi_value exports) {
  // Once a process, however many threads of Node load it: TensorFlow's registry is the process's.
  static const std::string failure = RegisterAll();
  napi_value version;
  if (napi_create_int32(env, kVersion, &version) == napi_ok) napi_set_named_property(env, exports, "version", version);
  Export(env, exports, "level", level().name);
  if (!failure.empty()) Export(env, exports, "failure", failure);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
