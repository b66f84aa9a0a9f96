"""Writes classifier.json: what the model of Keras's example imdb_lstm learns in some steps, in small and without dropout.

    KERAS_BACKEND=torch python test/golden/classifier_golden.py

Needs keras, torch and numpy. On PyTorch: on TensorFlow an embedding's gradient comes as rows, one for each place where a word
stands, and Keras 3.15's Adam squares each of them by itself, so that v grows by the sum of their squares in place of the square
of their sum. What is drawn is named in keras_golden.py. Words are ids from 0, which is padding, at the front; Adam has Keras's own
epsilon. Losses are those of the batch before each step; gates stand side by side in the order i f g o.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import torch

from golden_file import plain, write_golden
from keras_golden import Draws

DIGITS = 7
WORDS, EMBEDDING, HIDDEN, BATCH, TIME, STEPS, RATE = 20, 3, 4, 6, 5, 12, 0.02


def main():
    draw = Draws(1)
    weights = [
        draw(WORDS, EMBEDDING),
        draw(EMBEDDING, 4 * HIDDEN),
        draw(HIDDEN, 4 * HIDDEN),
        draw(4 * HIDDEN),
        draw(HIDDEN, 1),
        draw(1),
    ]
    ids = np.floor((draw(STEPS, BATCH, TIME) + 0.5) * (WORDS - 1) + 1).astype("int32")
    for step in range(STEPS):
        for row in range(BATCH):
            ids[step, row, : (step + row) % TIME] = 0
    labels = (draw(STEPS, BATCH) > 0).astype("int32")

    model = keras.Sequential(
        [keras.layers.Embedding(WORDS, EMBEDDING), keras.layers.LSTM(HIDDEN), keras.layers.Dense(1, activation="sigmoid")]
    )
    model.build((None, TIME))
    model.set_weights(weights)
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(RATE))
    losses = [float(model.train_on_batch(ids[step], labels[step].astype("float32"))) for step in range(STEPS)]

    names = ["E", "kernel", "recurrentKernel", "bias", "Why", "by"]

    def written(values):
        return {name: plain(torch.tensor(value), DIGITS) for name, value in zip(names, values)}

    case = {
        "rate": RATE,
        "ids": ids.tolist(),
        "labels": labels.tolist(),
        "before": written(weights),
        "losses": [float(f"{loss:.{DIGITS}g}") for loss in losses],
        "after": written(model.get_weights()),
    }
    write_golden(__file__, [case], keras=keras.__version__)


if __name__ == "__main__":
    main()
