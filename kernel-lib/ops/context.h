// The inputs and outputs of one run of an op, checked: a wrong one must end as a status of TensorFlow's, not as a crash.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/tf_tensor.h"

namespace {

using Status = std::unique_ptr<TF_Status, decltype(&TF_DeleteStatus)>;
Status NewStatus() { return Status(TF_NewStatus(), &TF_DeleteStatus); }

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

}  // namespace
