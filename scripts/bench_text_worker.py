"""A process that holds the character model of the Keras example ready in Keras; see scripts/lib/bench/worker-process.ts."""

import json
import sys

import keras
import numpy as np
import tensorflow as tf
from bench_replies import serve, timed

SIZE, TIME, BATCH, HIDDEN, RATE = json.loads(sys.argv[1])
random = np.random.default_rng(1)
ids = random.integers(SIZE, size=20_000)
starts = np.arange(0, len(ids) - TIME, 3)
# As the example has it: all windows one-hot, a byte a place.
x = np.zeros((len(starts), TIME, SIZE), dtype="bool")
y = np.zeros((len(starts), SIZE), dtype="bool")
for row, start in enumerate(starts):
    x[row, np.arange(TIME), ids[start : start + TIME]] = 1
    y[row, ids[start + TIME]] = 1

model = keras.Sequential(
    [keras.Input(shape=(TIME, SIZE)), keras.layers.LSTM(HIDDEN), keras.layers.Dense(SIZE, activation="softmax")]
)
model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.RMSprop(learning_rate=RATE))
stateful = keras.Sequential(
    [
        keras.Input(batch_shape=(1, 1, SIZE)),
        keras.layers.LSTM(HIDDEN, stateful=True),
        keras.layers.Dense(SIZE, activation="softmax"),
    ]
)
on_window = tf.function(lambda one: model(one, training=False), autograph=False)
on_one = tf.function(lambda one: stateful(one, training=False), autograph=False)


def sample(preds, temperature=0.5):
    preds = np.asarray(preds).astype("float64")
    preds = np.exp(np.log(preds) / temperature)
    return int(np.argmax(np.random.multinomial(1, preds / np.sum(preds), 1)))


read = list(ids[:TIME])
last = 0


def train():
    rows = random.integers(len(x), size=BATCH)
    model.train_on_batch(x[rows], y[rows])


def write(probabilities):
    global read
    one = np.zeros((1, TIME, SIZE), dtype="float32")
    one[0, np.arange(TIME), read] = 1.0
    read = read[1:] + [sample(probabilities(one))]


def write_stateful():
    global last
    one = np.zeros((1, 1, SIZE), dtype="float32")
    one[0, 0, last] = 1.0
    last = sample(on_one(one)[0])


jobs = {
    "train": train,
    "predict": lambda: write(lambda one: model.predict(one, verbose=0)[0]),
    "window": lambda: write(lambda one: on_window(one)[0]),
    "stateful": write_stateful,
}


def answer(request):
    if request["do"] == "hello":
        return {"versions": {"Keras": keras.__version__, "Keras's TensorFlow": tf.__version__}}
    if request["do"] != "block":
        return {}
    return timed(jobs[request["slot"]], request)


if __name__ == "__main__":
    serve(answer)
