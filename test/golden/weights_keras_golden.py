"""Writes weights/keras-*: recurrent networks as Keras saves them, with an input and what they make of it.

    KERAS_BACKEND=torch python test/golden/weights_keras_golden.py             writes the files
    KERAS_BACKEND=torch python test/golden/weights_keras_golden.py check DIR   loads what kernel-lib wrote to DIR, and compares

Needs keras, a backend, h5py and numpy. Each .npz holds get_weights() as arr_0, arr_1, ..., and beside it xs [batch, time, input]
and outputs; two networks are written as HDF5, too, and the other files hold what a reader must know of NumPy and HDF5.
`WRITE_WEIGHTS=DIR npx vitest run test/weights` makes DIR.
"""

import pathlib
import sys

import h5py
import keras
import numpy as np

FOLDER = pathlib.Path(__file__).with_name("weights")
BATCH, TIME, INPUT, UNITS = 2, 4, 3, 4

layers = keras.layers


def both(layer):
    return layers.Bidirectional(layer)


def gru(**arguments):
    return layers.GRU(UNITS, return_sequences=True, **arguments)


def lstm(**arguments):
    return layers.LSTM(UNITS, return_sequences=True, **arguments)


# file, layers
CASES = [
    ("simple-rnn", lambda: [layers.SimpleRNN(UNITS, return_sequences=True)]),
    ("gru", lambda: [gru()]),
    ("gru-reset-before", lambda: [gru(reset_after=False)]),
    ("gru-no-bias", lambda: [gru(use_bias=False)]),
    ("gru-deep", lambda: [both(gru()), both(gru())]),
    ("lstm", lambda: [lstm()]),
    ("lstm-no-bias", lambda: [lstm(use_bias=False)]),
    ("lstm-both-directions", lambda: [both(lstm())]),
    ("lstm-two-layers", lambda: [lstm(), lstm()]),
]

# written as HDF5, too, under a dense layer that stands for all that is no recurrent layer
IN_HDF5 = "lstm-both-directions"


def write():
    for seed, (name, build) in enumerate(CASES):
        keras.utils.set_random_seed(seed)
        network = keras.Sequential([keras.Input((None, INPUT)), *build()])
        random = np.random.default_rng(seed)
        # Keras starts biases at 0 and 1, of which one could be taken for another.
        network.set_weights([random.normal(0, 0.5, w.shape).astype("float32") for w in network.get_weights()])
        xs = random.normal(size=(BATCH, TIME, INPUT)).astype("float32")
        outputs = np.asarray(keras.ops.convert_to_numpy(network(xs)))
        save = np.savez_compressed if seed % 2 else np.savez
        save(FOLDER / f"keras-{name}.npz", *network.get_weights(), xs=xs, outputs=outputs)

        if name == IN_HDF5:
            model = keras.Sequential([keras.Input((None, INPUT)), *network.layers, layers.Dense(2)])
            model.save_weights(FOLDER / f"keras-{name}.weights.h5")
        if name == "simple-rnn":
            network.save(FOLDER / f"keras-{name}.h5", include_optimizer=False)  # the layout of Keras 2

    values = np.float32([[1, -2, 3], [4.5, 0.125, -6]])
    np.savez(
        FOLDER / "numpy.npz",
        double=values.astype("<f8"),
        half=values.astype("<f2"),
        columns=np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)),
        scalar=np.float32(7),
        none=np.zeros((0, 3), "<f4"),
    )
    with h5py.File(FOLDER / "hdf5-half.h5", "w") as file:
        file["a"] = values.astype("<f2")
    np.savez(FOLDER / "numpy-objects.npz", w=np.array([{}, None], dtype=object))
    np.savez(FOLDER / "numpy-integers.npz", w=np.arange(3))


def check(folder):
    """What kernel-lib read and wrote again gives Keras's own outputs."""
    for name, build in CASES:
        golden = np.load(FOLDER / f"keras-{name}.npz")
        written = np.load(folder / f"keras-{name}.npz")
        arrays = [written[key] for key in written.files]
        network = keras.Sequential([keras.Input((None, INPUT)), *build()])
        network.set_weights([w for n, w in enumerate(arrays) if n % 3 < 2] if "no-bias" in name else arrays)
        outputs = keras.ops.convert_to_numpy(network(golden["xs"]))
        np.testing.assert_allclose(outputs, golden["outputs"], rtol=0, atol=1e-6, err_msg=name)
        if "no-bias" not in name:
            network = keras.Sequential([keras.Input((None, INPUT)), *build()])
            network.load_weights(folder / f"keras-{name}.weights.h5")
            outputs = keras.ops.convert_to_numpy(network(golden["xs"]))
            np.testing.assert_allclose(outputs, golden["outputs"], rtol=0, atol=1e-6, err_msg=f"{name}.weights.h5")
    print(f"Keras {keras.__version__} reads all {len(CASES)} networks of {folder} and computes the same.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        check(pathlib.Path(sys.argv[2]))
    else:
        write()
