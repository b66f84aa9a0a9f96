"""A process that holds the IMDB model of the Keras example ready in Keras; see scripts/lib/bench/worker-process.ts."""

import os
import sys
import time

import keras
import numpy as np
import tensorflow as tf
from bench_replies import serve

SIZE, TIME = 32, 80
folder = sys.argv[1]
seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1


def read(half):
    ids = np.fromfile(os.path.join(folder, half + ".ids"), dtype="int32").reshape(-1, TIME)
    return ids, np.fromfile(os.path.join(folder, half + ".labels"), dtype="uint8").astype("float32")


keras.utils.set_random_seed(seed)
x, y = read("train")
model = keras.Sequential(
    [
        keras.layers.Embedding(20_000, 128),
        keras.layers.LSTM(128, dropout=0.2, recurrent_dropout=0.2),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
taken = 0


def train(steps):
    """The next steps of the epoch, by `fit` itself."""
    global taken
    start = taken * SIZE % len(x)
    part = slice(start, start + steps * SIZE)
    model.fit(x[part], y[part], batch_size=SIZE, epochs=1, shuffle=False, verbose=0)
    taken += steps


def epoch():
    """A whole epoch on the batches that lie in the folder now."""
    model.fit(*read("train"), batch_size=SIZE, epochs=1, shuffle=False, verbose=0)


def answer(request):
    if request["do"] == "hello":
        return {"versions": {"Keras": keras.__version__, "Keras's TensorFlow": tf.__version__}}
    if request["do"] != "block":
        return {}
    begin = time.perf_counter()
    if request["slot"] == "judge":
        loss, accuracy = model.evaluate(*read("test"), batch_size=500, verbose=0)
        return {"ms": (time.perf_counter() - begin) * 1000, "accuracy": accuracy, "loss": loss}
    if request["slot"] == "epoch":
        epoch()
        return {"ms": (time.perf_counter() - begin) * 1000}
    train(request["repeats"])
    return {"ms": (time.perf_counter() - begin) * 1000 / request["repeats"]}


if __name__ == "__main__":
    serve(answer)
