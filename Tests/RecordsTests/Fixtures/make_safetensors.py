"""Makes from-python.safetensors, or checks a file that the tests wrote.

    pip install safetensors numpy
    python make_safetensors.py            # writes from-python.safetensors beside this script
    python make_safetensors.py --check    # reads from-lethe.safetensors
"""

import pathlib
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

here = pathlib.Path(__file__).parent

if "--check" in sys.argv:
    path = here / "from-lethe.safetensors"
    tensors = load_file(path)
    expected = {
        "discriminator.block1.weight": np.array(
            [1, -2.5, 3e-20, np.inf, -0.0, 0.1], np.float32
        ).reshape(2, 1, 3),
        "step": np.array(7, np.float32),
        "empty": np.zeros((0, 4), np.float32),
        'é "quoted"\n': np.array([-1], np.float32),
    }
    assert set(tensors) == set(expected), tensors.keys()
    for name, values in expected.items():
        assert tensors[name].dtype == np.float32 and tensors[name].shape == values.shape, name
        assert tensors[name].tobytes() == values.tobytes(), name
    with safe_open(path, "np") as file:
        assert file.metadata() == {"format": "lethe", "seed": "7", "note": 'a "b" \\ é\n\x01'}
    print("ok")
else:
    save_file(
        {
            "f32": np.array([[0, 0.1, -2.5], [3e-20, 1e20, -0.5]], np.float32),
            "f64": np.array([0.1, -1e300]),
            "i64": np.array([-1, 2**63 - 1, -(2**63)], np.int64),
            "u8": np.array([0, 127, 255], np.uint8),
            "scalar": np.array(42, np.float32),
            "empty": np.zeros((3, 0), np.float32),
            'é"\\\U0001f600': np.array([1], np.float32),
        },
        here / "from-python.safetensors",
        metadata={"format": "pt", "note": 'é "quoted"\n'},
    )
