"""Writes imdb.json: what Keras's imdb.load_data and pad_sequences make of each of their arguments.

    KERAS_BACKEND=torch python test/golden/imdb_golden.py

Needs keras, torch and numpy. The reviews are not Keras's own, which would be a download: load_data reads a small file of the
same form, whose ranks are in the JSON.
"""

import os
import pathlib
import tempfile

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
from keras.src.datasets import imdb

from golden_file import write_golden

draw = np.random.RandomState(7)
WORDS = 30


def reviews(count):
    # Squares, so that small ranks are frequent, as they are in a text; rank 30 comes once at least.
    drawn = [[1 + int(u * u * WORDS) for u in draw.uniform(size=draw.randint(1, 13))] for _ in range(count)]
    drawn[0].append(WORDS)
    return drawn


HALVES = {"train": reviews(9), "test": reviews(7)}
LABELS = {half: [int(draw.randint(2)) for _ in ranks] for half, ranks in HALVES.items()}

LOADS = [
    {},
    {"num_words": 12},
    {"num_words": 31, "skip_top": 5},
    {"num_words": 31, "skip_top": 1},
    {"maxlen": 8, "num_words": 20},
    {"seed": 0, "num_words": 34},
    {"seed": 4294967295, "num_words": 34},
    {"start_char": None, "num_words": 34},
    {"start_char": 7, "num_words": 34},
    {"oov_char": None, "num_words": 15},
    {"oov_char": 0, "num_words": 15, "skip_top": 6},
    {"index_from": 0, "num_words": 20, "start_char": None, "oov_char": None},
    {"index_from": 10, "num_words": 25},
    {"start_char": None, "oov_char": None, "maxlen": 8, "num_words": 15, "skip_top": 5, "seed": 2, "index_from": 1},
]

SEQUENCES = [[1, 2, 3], [4, 5, 6, 7, 8], [], [9]]
PADS = [
    {},
    {"maxlen": 2},
    {"maxlen": 4},
    {"maxlen": 4, "padding": "post"},
    {"maxlen": 4, "truncating": "post"},
    {"maxlen": 4, "padding": "post", "truncating": "post", "value": -1},
    {"maxlen": 7, "value": 12},
    {"maxlen": 4, "dtype": "float32", "value": 0.5},
]


def ragged(lists):
    array = np.empty(len(lists), dtype=object)
    array[:] = lists
    return array


def load(path, arguments):
    imdb.get_file = lambda **_: str(path)
    (x_train, y_train), (x_test, y_test) = imdb.load_data(**arguments)
    sets = {"train": (x_train, y_train), "test": (x_test, y_test)}
    return {
        half: {"reviews": [[int(w) for w in x] for x in xs], "labels": [int(y) for y in ys]}
        for half, (xs, ys) in sets.items()
    }


with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "imdb.npz"
    np.savez(
        file,
        x_train=ragged(HALVES["train"]),
        y_train=np.array(LABELS["train"]),
        x_test=ragged(HALVES["test"]),
        y_test=np.array(LABELS["test"]),
    )
    loads = [{"arguments": arguments, **load(file, arguments)} for arguments in LOADS]

pads = [
    {"arguments": arguments, "rows": keras.utils.pad_sequences(SEQUENCES, **arguments).tolist()} for arguments in PADS
]
write_golden(
    __file__,
    {"ranks": HALVES, "labels": LABELS, "loads": loads, "sequences": SEQUENCES, "pads": pads},
    keras=keras.__version__,
)
