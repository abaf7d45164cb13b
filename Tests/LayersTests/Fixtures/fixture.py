"""Numbers that the Swift tests make too, and the file of expected results they compare with.

Every input and parameter is a function of its name (`values`), so a fixture holds results only:
base64 of little-endian float32, by name. PyTorch computes them in float64.
"""
import base64
import json
import math
import os

import numpy as np
import torch

MASK = (1 << 64) - 1


def numbers(count, seed):
    """As `numbers` of the Swift target TestSupport: SplitMix64, uniform in -1...1."""
    z = np.uint64((seed + 1) * 0x9E3779B97F4A7C15 & MASK) + np.arange(
        count, dtype=np.uint64) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * 2.0**-52 - 1).astype(np.float32)


def values(name, shape):
    """As `fixtureValues` of TestSupport."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = (seed ^ byte) * 0x01000193 & 0xFFFFFFFF
    n = numbers(math.prod(shape), seed)
    if name.endswith("running_var"):
        n = 1 + np.float32(0.5) * n
    elif name.endswith("weight") and len(shape) == 1:
        n = 1 + np.float32(0.25) * n
    elif name.endswith("weight"):
        n = n * np.float32(math.sqrt(3 * shape[0] / math.prod(shape)))
    elif name.endswith("bias") or name.endswith("running_mean"):
        n = np.float32(0.25) * n
    return torch.tensor(n.reshape(shape), dtype=torch.float64)


def channels_first(x):
    return x.movedim(-1, 1) if x.dim() > 2 else x


def channels_last(x):
    return x.movedim(1, -1) if x.dim() > 2 else x


def fill(named):
    """Gives parameters and buffers their numbers by our names; returns those with gradients."""
    with torch.no_grad():
        for name, tensor in named.items():
            tensor.copy_(values(name, tuple(tensor.shape)))
            tensor.grad = None
    return {name: t for name, t in named.items() if t.requires_grad}


def results(named, function, example, calls=1, state=()):
    """y, the gradients of <y, cotangent>, and what buffers hold after `calls` calls.

    `example` is the shape of x, channels last; `state` names the buffers.
    """
    trained = fill(named)
    x = values("x", example).requires_grad_()
    for _ in range(calls):
        y = channels_last(function(channels_first(x)))
    (y * values("cotangent", tuple(y.shape))).sum().backward()
    out = {"y": y, "grad/x": x.grad}
    out |= {f"grad/{name}": t.grad for name, t in trained.items()}
    out |= {f"state/{name}": named[name] for name in state}
    return out


def save(folder, name, arrays):
    encoded = {
        key: base64.b64encode(a.detach().contiguous().numpy().astype("<f4").tobytes()).decode()
        for key, a in arrays.items()
    }
    path = os.path.join(folder, name + ".json")
    with open(path, "w") as file:
        json.dump(encoded, file, indent=0, sort_keys=True)
        file.write("\n")
    print(f"{os.path.getsize(path):7d} {name}")
