#!/usr/bin/env python3
"""Makes the fixtures of whole networks with PyTorch 2.13: python3 networks.py"""
import os
import sys

import torch
import torch.nn as nn
from torch.nn.utils.parametrizations import spectral_norm

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "LayersTests", "Fixtures"))
from fixture import channels_first, channels_last, results, save, values  # noqa: E402

torch.set_default_dtype(torch.float64)
LATENT, WIDTH, HIDDEN = 5, 4, (7, 9)


def normalization(kind, channels, vector):
    return {"batch": nn.BatchNorm1d if vector else nn.BatchNorm2d,
            "layer": nn.LayerNorm if vector else lambda c: nn.GroupNorm(1, c),
            "instance": lambda c: nn.InstanceNorm2d(c, affine=True)}[kind](channels)


class Chain(nn.Module):
    """Layers with our addresses."""

    def __init__(self, role, norm, vector):
        super().__init__()
        self.role, self.norm, self.vector = role, norm, vector
        self.layers, self.named, self.state = nn.ModuleList(), {}, []

    def contraction(self, address, layer):
        address = f"{self.role}.{address}"
        if self.norm == "spectral":
            layer = spectral_norm(layer)
            inner = layer.parametrizations.weight
            self.named |= {f"{address}.weight": inner.original, f"{address}.weight_u": inner[0]._u,
                           f"{address}.weight_v": inner[0]._v}
            self.state += [f"{address}.weight_u", f"{address}.weight_v"]
        else:
            self.named[f"{address}.weight"] = layer.weight
        if layer.bias is not None:
            self.named[f"{address}.bias"] = layer.bias
        self.layers.append(layer)

    def normalized(self, block, channels):
        if self.norm in ("none", "spectral"):
            return
        layer = normalization(self.norm, channels, self.vector)
        address = f"{self.role}.{block}.norm"
        self.named |= {f"{address}.{n}": p for n, p in layer.named_parameters()}
        buffers = {f"{address}.{n}": b for n, b in layer.named_buffers() if n.startswith("running")}
        self.named |= buffers
        self.state += list(buffers)
        self.layers.append(layer)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def mlp(role, family, image, norm, hidden=HIDDEN):
    h, w, c = image
    generative = role in ("generator", "decoder")
    chain = Chain(role, norm, True)
    sizes = [LATENT, *hidden] if generative else [h * w * c, *reversed(hidden)]
    if not generative:
        chain.layers.append(nn.Flatten())
    for i, (a, b) in enumerate(zip(sizes[:-1], sizes[1:]), 1):
        chain.contraction(f"block{i}.linear", nn.Linear(a, b, bias=norm != "batch"))
        chain.normalized(f"block{i}", b)
        chain.layers.append(nn.LeakyReLU(0.2) if family == "gan" else nn.ReLU())
    outputs = h * w * c if generative else 1 if family == "gan" else 2 * LATENT
    chain.contraction("output.linear", nn.Linear(sizes[-1], outputs))
    if generative:
        chain.layers.append(nn.Unflatten(1, (c, h, w)))
    if role == "generator":
        chain.layers.append(nn.Tanh())
    return chain


def dcgan(role, family, image, norm):
    side, _, channels = image
    stages, base = 0, side
    while base % 2 == 0 and base >= 8:
        stages, base = stages + 1, base // 2
    top = WIDTH * 2 ** (stages - 1)
    bias = norm not in ("batch", "instance")
    chain = Chain(role, norm, False)
    if role in ("generator", "decoder"):
        chain.contraction("block1.linear", nn.Linear(LATENT, top * base * base))
        chain.layers.append(nn.Unflatten(1, (top, base, base)))
        chain.normalized("block1", top)
        chain.layers.append(nn.ReLU())
        for i in range(1, stages):
            c = top // 2 ** (i - 1)
            chain.contraction(f"block{i + 1}.conv", nn.ConvTranspose2d(c, c // 2, 4, 2, 1, bias=bias))
            chain.normalized(f"block{i + 1}", c // 2)
            chain.layers.append(nn.ReLU())
        chain.contraction("output.conv", nn.ConvTranspose2d(WIDTH, channels, 4, 2, 1))
        if role == "generator":
            chain.layers.append(nn.Tanh())
        return chain
    c = [channels] + [WIDTH * 2**i for i in range(stages)]
    for i in range(stages):
        chain.contraction(f"block{i + 1}.conv", nn.Conv2d(c[i], c[i + 1], 4, 2, 1, bias=bias or i == 0))
        if i > 0:
            chain.normalized(f"block{i + 1}", c[i + 1])
        chain.layers.append(nn.LeakyReLU(0.2) if family == "gan" else nn.ReLU())
    chain.layers.append(nn.Flatten())
    outputs = 1 if family == "gan" else 2 * LATENT
    chain.contraction("output.linear", nn.Linear(top * base * base, outputs))
    return chain


class Recurrent(nn.Module):
    """Frames [N, T, F] to a vector, or a latent to frames, fed `teacher` or its own output."""

    def __init__(self, role, cell, frames, size, outputs, hidden=6):
        super().__init__()
        self.frames, self.size, self.cell = frames, size, cell
        self.generative = role in ("generator", "decoder")
        self.activation = {"generator": torch.tanh}.get(role, lambda y: y)
        self.rnn = (nn.GRU if cell == "gru" else nn.LSTM)(size, hidden, batch_first=True)
        self.head = nn.Linear(hidden, size if self.generative else outputs)
        self.named = {f"{role}.rnn.{n}": p for n, p in self.rnn.named_parameters()}
        self.named |= {f"{role}.output.linear.{n}": p for n, p in self.head.named_parameters()}
        if self.generative:
            self.start = nn.Linear(LATENT, hidden * (1 if cell == "gru" else 2))
            self.named |= {f"{role}.start.linear.{n}": p for n, p in self.start.named_parameters()}

    def forward(self, x, teacher=None):
        if not self.generative:
            return self.head(self.rnn(x.reshape(len(x), self.frames, self.size))[0][:, -1])
        state = self.start(x).tanh()[None]
        if self.cell == "lstm":
            state = tuple(part.contiguous() for part in state.chunk(2, 2))
        fed, made = x.new_zeros(len(x), 1, self.size), []
        for step in range(self.frames):
            hidden, state = self.rnn(fed, state)
            made.append(self.activation(self.head(hidden)))
            fed = made[-1] if teacher is None else teacher[:, step:step + 1]
        return torch.cat(made, 1)


def recurrent(cell, family):
    """A colour image of 4 rows of 3 pixels."""
    h, w, c = 4, 3, 3
    roles = ("generator", "discriminator") if family == "gan" else ("decoder", "encoder")
    for role in roles:
        network = Recurrent(role, cell, h, w * c, 1 if family == "gan" else 2 * LATENT)
        teacher = values("teacher", (3, h, w, c)).reshape(3, h, w * c)

        def function(x):
            if not network.generative:
                return network(channels_last(x))
            y = network(x, teacher if role == "decoder" else None)
            return channels_first(y.reshape(-1, h, w, c))

        example = (3, LATENT) if network.generative else (3, h, w, c)
        save(HERE, f"rnn-{cell}-{role}", results(network.named, function, example))


def case(backbone, family, side, channels, norm):
    image = (side, side, channels)
    roles = ("generator", "discriminator") if family == "gan" else ("decoder", "encoder")
    for role in roles:
        chain = (mlp if backbone == "mlp" else dcgan)(role, family, image, norm)
        example = (3, LATENT) if role in ("generator", "decoder") else (3, *image)
        name = f"{backbone}-{family}-{side}x{channels}-{norm}-{role}"
        save(HERE, name, results(chain.named, chain, example, 1, chain.state))


if __name__ == "__main__":
    for arguments in (
            ("mlp", "gan", 6, 1, "none"), ("mlp", "gan", 6, 3, "batch"), ("mlp", "gan", 6, 3, "spectral"),
            ("mlp", "vae", 6, 3, "none"), ("mlp", "vae", 6, 1, "layer"),
            ("conv", "gan", 16, 1, "batch"), ("conv", "gan", 16, 3, "none"),
            ("conv", "gan", 16, 3, "layer"), ("conv", "gan", 16, 1, "instance"),
            ("conv", "gan", 16, 1, "spectral"), ("conv", "gan", 28, 1, "batch"),
            ("conv", "gan", 32, 3, "batch"), ("conv", "vae", 16, 1, "batch")):
        case(*arguments)
    for cell in ("gru", "lstm"):
        recurrent(cell, "gan")
        recurrent(cell, "vae")
