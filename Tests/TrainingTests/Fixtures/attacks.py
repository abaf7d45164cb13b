#!/usr/bin/env python3
"""Makes attacks.json with PyTorch 2: losses, their gradients by the examples, and examples under FGSM and PGD, of networks
whose arrays are functions of their names; and blurred and resampled examples with SciPy."""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from scipy.ndimage import gaussian_filter, gaussian_filter1d

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "LayersTests", "Fixtures"))
from fixture import values  # noqa: E402

torch.set_default_dtype(torch.float64)
COUNT, CLASSES = 5, 3


def array(name, *shape):
    return values(f"classifier.{name}", shape)


def linear(x, name, outputs):
    return F.linear(x, array(f"{name}.weight", outputs, x.shape[1]), array(f"{name}.bias", outputs))


def mlp(x):
    x = x.permute(0, 3, 1, 2).flatten(1)
    for number, size in enumerate([9, 7], 1):
        x = F.relu(linear(x, f"block{number}.linear", size))
    return linear(x, "output.linear", CLASSES)


def conv(x):
    x = x.permute(0, 3, 1, 2)
    x = F.relu(F.conv2d(x, array("block1.conv.weight", 4, 1, 4, 4), array("block1.conv.bias", 4), 2, 1))
    x = F.conv2d(x, array("block2.conv.weight", 8, 4, 4, 4), None, 2, 1)
    norm = [array(f"block2.norm.{n}", 8) for n in ("running_mean", "running_var", "weight", "bias")]
    x = F.relu(F.batch_norm(x, *norm))
    return linear(x.flatten(1), "output.linear", CLASSES)


def attacked(network, side, name):
    clean = (values(f"{name}/examples", (COUNT, side, side, 1)) + 1) / 2
    labels = torch.arange(COUNT) % CLASSES

    def gradient(x):
        x = x.clone().requires_grad_()
        loss = F.cross_entropy(network(x), labels, reduction="sum")
        return torch.autograd.grad(loss, x)[0]

    def stepped(x, step, strength):
        x = x + step * gradient(x).sign()
        return torch.minimum(torch.maximum(x, clean - strength), clean + strength).clamp(0, 1)

    strength, steps = 0.1, 4
    start = values(f"{name}/start", clean.shape)
    iterated = (clean + strength * start).clamp(0, 1)
    for _ in range(steps):
        smallest = gradient(iterated).abs()
        assert smallest[smallest > 0].min() > 1e-7, "a sign that rounding could change"
        iterated = stepped(iterated, 2.5 * strength / steps, strength)
    logits = network(clean)
    return {"losses": F.cross_entropy(logits, labels, reduction="none").tolist(),
            "probabilities": logits.softmax(1).flatten().tolist(), "gradient": gradient(clean).flatten().tolist(),
            "fgsm": stepped(clean, strength, strength).flatten().tolist(), "pgd": iterated.flatten().tolist()}


image = values("blur/image", (6, 5, 3)).numpy()
sound = values("blur/sound", (40, 1)).numpy()
fixture = {
    "mlp": attacked(mlp, 6, "mlp"), "conv": attacked(conv, 16, "conv"),
    "blurred_image": gaussian_filter(image, (1.3, 1.3, 0), mode="reflect").ravel().tolist(),
    "blurred_sound": gaussian_filter1d(sound, 2.1, axis=0, mode="reflect").ravel().tolist(),
}
with open(os.path.join(HERE, "attacks.json"), "w") as file:
    json.dump(fixture, file)
