"""A process that holds a recurrence of PyTorch or Keras ready and times it on request; see scripts/lib/bench/worker-process.ts."""

import resource
import sys

from bench_replies import serve, timed

UNITS_OF_RSS = 1 if sys.platform == "darwin" else 1024


class Torch:
    def __init__(self):
        import torch

        self.torch = torch

    def versions(self):
        return {"PyTorch": self.torch.__version__, "PyTorch's threads": str(self.torch.get_num_threads())}

    def job(self, cell, mode, sizes):
        torch = self.torch
        kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
        model = kind(sizes["input"], sizes["units"], batch_first=True)
        x = torch.randn(sizes["batch"], sizes["time"], sizes["input"], requires_grad=mode == "train")
        if mode == "forward":

            def forward():
                with torch.inference_mode():
                    model(x)

            return forward
        dy = torch.randn(sizes["batch"], sizes["time"], sizes["units"])
        sources = [x, *model.parameters()]
        return lambda: torch.autograd.grad(model(x)[0], sources, dy)


class Keras:
    def __init__(self):
        import keras
        import tensorflow

        self.keras, self.tf = keras, tensorflow

    def versions(self):
        return {"Keras": self.keras.__version__, "Keras's TensorFlow": self.tf.__version__}

    def job(self, cell, mode, sizes):
        keras, tf = self.keras, self.tf
        kind = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "rnn": keras.layers.SimpleRNN}[cell]
        layer = kind(sizes["units"], return_sequences=True)
        x = tf.random.normal([sizes["batch"], sizes["time"], sizes["input"]])
        dy = tf.random.normal([sizes["batch"], sizes["time"], sizes["units"]])
        layer(x)

        @tf.function(jit_compile=False)
        def forward(x):
            return layer(x, training=False)

        @tf.function(jit_compile=False)
        def train(x, dy):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(x, training=True)
            sources = [x, *(weight.value for weight in layer.trainable_weights)]
            return tape.gradient(y, sources, output_gradients=dy)

        if mode == "forward":
            return lambda: forward(x)[0, 0, 0].numpy()
        return lambda: train(x, dy)[-1][..., 0].numpy()


def main():
    library = {"torch": Torch, "keras": Keras}[sys.argv[1]]()
    jobs = {}

    def answer(request):
        what = request["do"]
        if what == "hello":
            return {"versions": library.versions()}
        if what == "prepare":
            jobs[request["slot"]] = library.job(request["cell"], request["mode"], request["sizes"])
            return {}
        if what == "block":
            return timed(jobs[request["slot"]], request)
        if what == "memory":
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNITS_OF_RSS
            return {"peak": peak, "now": peak}
        jobs.clear()
        return {}

    serve(answer)


if __name__ == "__main__":
    main()
