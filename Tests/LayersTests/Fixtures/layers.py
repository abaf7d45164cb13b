#!/usr/bin/env python3
"""Makes the fixtures of single layers with PyTorch 2.13: python3 layers.py"""
import os

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.parametrizations import spectral_norm

from fixture import channels_first, channels_last, results, save

HERE = os.path.dirname(os.path.abspath(__file__))
torch.set_default_dtype(torch.float64)


def parameters(module, address="layer"):
    return {f"{address}.{name}": p for name, p in module.named_parameters()}


def plain(name, module, example):
    save(HERE, name, results(parameters(module), module, example))


def norm(name, module, example, calls=1):
    buffers = {f"layer.{n}": b for n, b in module.named_buffers() if n.startswith("running")}
    named = parameters(module) | buffers
    state = list(buffers) if module.training else []
    save(HERE, name, results(named, module, example, calls, state))


def spectral(name, module, example, calls):
    """`calls` training calls; and a fixture of its own for one call in evaluation mode."""
    wrapped = spectral_norm(module)
    inner = wrapped.parametrizations.weight
    named = {"layer.weight": inner.original, "layer.weight_u": inner[0]._u,
             "layer.weight_v": inner[0]._v}
    if module.bias is not None:
        named["layer.bias"] = module.bias
    state = ["layer.weight_u", "layer.weight_v"]
    save(HERE, name, results(named, wrapped, example, calls, state))
    save(HERE, name + "-sampling", results(named, wrapped.eval(), example))


class Image(nn.Module):
    """Linear to C, H, W."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(5, 24)

    def forward(self, x):
        return self.linear(x).unflatten(1, (4, 2, 3))


plain("linear", nn.Linear(7, 5), (3, 7))
image = Image()
save(HERE, "linear-to-image", results(parameters(image.linear), image, (3, 5)))
for name, outputs in (("few", 2), ("many", 9)):
    head = nn.Linear(24, outputs)
    save(HERE, f"linear-from-image-{name}", results(
        parameters(head), lambda x, head=head: head(x.flatten(1)), (3, 2, 3, 4)))
plain("conv2d", nn.Conv2d(3, 5, (3, 4), (2, 1), (1, 2), (1, 2)), (2, 7, 9, 3))
plain("conv1d", nn.Conv1d(2, 3, 5, 2, 2), (2, 11, 2))
plain("transposed2d", nn.ConvTranspose2d(3, 4, 3, (2, 3), 1, (1, 2), dilation=2), (2, 4, 3, 3))
plain("transposed1d", nn.ConvTranspose1d(3, 2, 25, 4, 11, 1), (2, 5, 3))
norm("batch-vector", nn.BatchNorm1d(5), (4, 5), calls=2)
norm("batch-image", nn.BatchNorm2d(3), (2, 4, 5, 3), calls=2)
norm("batch-sampling", nn.BatchNorm2d(3).eval(), (2, 4, 5, 3))
norm("layer-vector", nn.LayerNorm(6), (3, 6))
norm("layer-image", nn.GroupNorm(1, 3), (2, 4, 5, 3))
norm("instance-image", nn.InstanceNorm2d(3, affine=True), (2, 4, 5, 3))
norm("instance-sound", nn.InstanceNorm1d(3, affine=True), (2, 6, 3))
spectral("spectral-linear", nn.Linear(7, 5), (3, 7), 3)
spectral("spectral-conv", nn.Conv2d(3, 4, 3, 1, 1), (2, 4, 4, 3), 3)
spectral("spectral-transposed", nn.ConvTranspose2d(3, 4, 4, 2, 1), (2, 3, 3, 3), 3)
for name, function in (
        ("relu", F.relu), ("leaky_relu", lambda x: F.leaky_relu(x, 0.2)), ("tanh", torch.tanh),
        ("sigmoid", torch.sigmoid), ("silu", F.silu), ("max-pool", lambda x: F.max_pool2d(x, 2)),
        ("average-pool", lambda x: F.avg_pool2d(x, 2)),
        ("upsample", lambda x: F.interpolate(x, scale_factor=3, mode="nearest")),
        ("bilinear", lambda x: F.interpolate(x, scale_factor=2, mode="bilinear")),
        ("bilinear-3", lambda x: F.interpolate(x, scale_factor=3, mode="bilinear"))):
    save(HERE, name, results({}, function, (2, 4, 6, 3)))
save(HERE, "bilinear-single", results(
    {}, lambda x: F.interpolate(x, scale_factor=2, mode="bilinear"), (2, 1, 3, 2)))
for name, function in (
        ("max-pool-sound", lambda x: F.max_pool1d(x, 4)),
        ("linear-upsample-sound", lambda x: F.interpolate(x, scale_factor=4, mode="linear"))):
    save(HERE, name, results({}, function, (2, 8, 3)))
for name, cell in (("gru", nn.GRU(5, 4)), ("lstm", nn.LSTM(5, 4))):
    save(HERE, name, results(
        parameters(cell), lambda x, cell=cell: channels_first(cell(channels_last(x))[0]),
        (6, 3, 5)))
