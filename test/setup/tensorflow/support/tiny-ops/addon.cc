// The smallest addon that set-up can take: one op, y = 2x, with a kernel for each level.
#include <node_api.h>
#include "level.h"
#include "tensorflow/c/c_api.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_tensor.h"

namespace {
struct Level { const char* name; void (*twice)(const float*, float*, int64_t); };

Level best() {
#ifdef UNROLLED_X64
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) return {"v4", v4::twice};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {"v3", v3::twice};
#endif
  return {"v1", v1::twice};
}

void compute(void*, TF_OpKernelContext* context) {
  TF_Status* status = TF_NewStatus();
  TF_Tensor* x = nullptr;
  TF_GetInput(context, 0, &x, status);
  const int64_t n = TF_TensorElementCount(x);
  TF_Tensor* y = TF_AllocateOutput(context, 0, TF_FLOAT, &n, 1, n * sizeof(float), status);
  best().twice(static_cast<const float*>(TF_TensorData(x)), static_cast<float*>(TF_TensorData(y)), n);
  TF_DeleteTensor(x);
  TF_DeleteTensor(y);
  TF_DeleteStatus(status);
}

napi_value init(napi_env env, napi_value exports) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder("UnrolledTestTwice");
  TF_OpDefinitionBuilderAddInput(op, "x: float");
  TF_OpDefinitionBuilderAddOutput(op, "y: float");
  TF_RegisterOpDefinition(op, status);
  TF_RegisterKernelBuilder("UnrolledTestTwice", TF_NewKernelBuilder("UnrolledTestTwice", "CPU", nullptr, &compute, nullptr), status);
  napi_value version, level;
  napi_create_int32(env, TF_GetCode(status) == TF_OK ? 1 : -1, &version);
  napi_create_string_utf8(env, best().name, NAPI_AUTO_LENGTH, &level);
  napi_set_named_property(env, exports, "version", version);
  napi_set_named_property(env, exports, "level", level);
  TF_DeleteStatus(status);
  return exports;
}
}

NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
