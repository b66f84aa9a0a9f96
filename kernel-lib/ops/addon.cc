// Two TensorFlow ops of our own, a recurrence over a whole sequence and its gradient, registered through TensorFlow's C API when
// Node loads this addon. tfjs-node then runs them by name. Compiled for the oldest CPU of its kind; the kernels come in levels.
#include <node_api.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "problem.h"
#include "tensorflow/c/c_api.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_tensor.h"
#if defined(UNROLLED_X64)
#include <xmmintrin.h>
#endif

namespace {

using unrolled::Level;
using unrolled::Problem;
using unrolled::Recurrence;
using unrolled::Worker;

constexpr int kVersion = 1;  // of what the TypeScript side and this agree on

const Level& BestLevel() {
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

const Level& level() {
  static const Level& best = BestLevel();
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
  unsigned char reverse = 0, replace = 0, save = 0;

  const Recurrence& recurrence() const {
    const Recurrence* all[] = {&level().rnn, &level().gru, &level().gru_before, &level().lstm};
    return *all[kind];
  }
  int gates() const { return kGates[kind]; }
};

using Status = std::unique_ptr<TF_Status, decltype(&TF_DeleteStatus)>;
Status NewStatus() { return Status(TF_NewStatus(), &TF_DeleteStatus); }

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

struct WrongArgument {
  std::string what;
};

// The inputs and outputs of one run.
class Context {
 public:
  explicit Context(TF_OpKernelContext* context) : context_(context), status_(NewStatus()) {}
  ~Context() {
    for (TF_Tensor* each : tensors_) TF_DeleteTensor(each);
  }

  TF_Tensor* Input(int k) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, k, &tensor, status_.get());
    Check();
    tensors_.push_back(tensor);
    return tensor;
  }

  // Null for an empty tensor.
  const float* Floats(int k, const char* name, int64_t expected, bool optional = false) {
    TF_Tensor* tensor = Input(k);
    const int64_t got = TF_TensorElementCount(tensor);
    if (optional && got == 0) return nullptr;
    if (got != expected) {
      throw WrongArgument{std::string(name) + ": got " + std::to_string(got) + " numbers, expected " +
                          std::to_string(expected)};
    }
    return static_cast<const float*>(TF_TensorData(tensor));
  }

  float* Output(int k, const std::vector<int64_t>& shape) {
    int64_t count = 1;
    for (int64_t size : shape) count *= size;
    TF_Tensor* tensor = TF_AllocateOutput(context_, k, TF_FLOAT, shape.data(), int(shape.size()),
                                          size_t(count) * sizeof(float), status_.get());
    Check();
    tensors_.push_back(tensor);
    return count == 0 ? nullptr : static_cast<float*>(TF_TensorData(tensor));
  }

  void Fail(TF_Code code, const std::string& message) {
    TF_SetStatus(status_.get(), code, message.c_str());
    TF_OpKernelContext_Failure(context_, status_.get());
  }

 private:
  void Check() {
    if (TF_GetCode(status_.get()) != TF_OK) throw WrongArgument{TF_Message(status_.get())};
  }
  TF_OpKernelContext* context_;
  Status status_;
  std::vector<TF_Tensor*> tensors_;
};

const std::vector<std::string> kInputs = {"x",      "mask",      "dropout", "h0",         "c0",
                                          "kernel", "recurrent", "bias",    "inner_bias", "peepholes"};
const std::vector<std::string> kOutputs = {"hs", "h", "c", "saved"};
const std::vector<std::string> kGradientInputs = {"hs", "saved", "dhs", "dh", "dc"};
const std::vector<std::string> kGradientOutputs = {"dx",         "dh0",   "dc0",         "dkernel",
                                                   "drecurrent", "dbias", "dinner_bias", "dpeepholes"};

Problem Read(Context& context, const Attributes& attributes) {
  Problem P{};
  TF_Tensor* x = context.Input(0);
  TF_Tensor* recurrent = context.Input(6);
  if (TF_NumDims(x) != 3 || TF_NumDims(recurrent) != 2) throw WrongArgument{"x and recurrent: expected 3 and 2 axes"};
  const int64_t batch = TF_Dim(x, 0), time = TF_Dim(x, 1), input = TF_Dim(x, 2), hidden = TF_Dim(recurrent, 0);
  if (batch < 1 || time < 1 || input < 1 || hidden < 1) throw WrongArgument{"expected no empty axis"};
  const int64_t wide = attributes.gates() * hidden;
  P.batch = int(batch);
  P.time = int(time);
  P.input = int(input);
  P.hidden = int(hidden);
  P.reverse = attributes.reverse != 0;
  P.replace = attributes.replace != 0;
  P.save = attributes.save != 0;
  P.gate = attributes.gate;
  P.candidate = attributes.candidate;
  P.output = attributes.output;
  const bool lstm = attributes.kind == kLstm;
  P.x = context.Floats(0, "x", batch * time * input);
  P.mask = context.Floats(1, "mask", batch * time, true);
  P.dropout = context.Floats(2, "dropout", batch * hidden, true);
  P.h0 = context.Floats(3, "h0", batch * hidden);
  P.c0 = context.Floats(4, "c0", lstm ? batch * hidden : 0);
  P.kernel = context.Floats(5, "kernel", input * wide);
  P.recurrent = context.Floats(6, "recurrent", hidden * wide);
  P.bias = context.Floats(7, "bias", wide);
  P.inner_bias = context.Floats(8, "inner_bias", attributes.kind == kGru ? hidden : 0);
  P.peepholes = context.Floats(9, "peepholes", 3 * hidden, true);
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
    P.dx = context.Output(0, {batch, P.time, P.input});
    P.dh0 = context.Output(1, {batch, hidden});
    P.dc0 = context.Output(2, {lstm ? batch : 0, hidden});
    P.dkernel = context.Output(3, {P.input, wide});
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
                           "save: bool"}) {
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
