#!/usr/bin/env python3
"""Makes the fixtures of whole networks with PyTorch 2.13: python3 networks.py"""
import math
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


def normalization(kind, channels, vector, sound=False):
    return {"batch": nn.BatchNorm1d if vector or sound else nn.BatchNorm2d,
            "layer": nn.LayerNorm if vector else lambda c: nn.GroupNorm(1, c),
            "instance": lambda c: nn.InstanceNorm2d(c, affine=True)}[kind](channels)


class MinibatchStandardDeviation(nn.Module):
    """As `minibatch_stddev_layer` of Progressive GAN with one group, and a running mean of the number."""

    def __init__(self):
        super().__init__()
        self.register_buffer("running_deviation", torch.ones(1))

    def forward(self, x):
        deviation = (x.var(0, correction=0) + 1e-8).sqrt().mean()
        with torch.no_grad():
            self.running_deviation.lerp_(deviation[None], 0.1)
        return torch.cat([x, deviation.expand(x.shape[0], 1, *x.shape[2:])], 1)


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Chain(nn.Module):
    """Layers with our addresses."""

    def __init__(self, role, norm, vector, sound=False):
        super().__init__()
        self.role, self.norm, self.vector, self.sound = role, norm, vector, sound
        self.layers, self.named, self.state = nn.ModuleList(), {}, []

    def contraction(self, address, layer, inside=False):
        """Names a layer's parameters, and adds it to the chain unless it is inside another."""
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
        if not inside:
            self.layers.append(layer)
        return layer

    def normalized(self, block, channels):
        if self.norm in ("none", "spectral", "fixup"):
            return nn.Identity()
        layer = normalization(self.norm, channels, self.vector, self.sound)
        address = f"{self.role}.{block}.norm"
        self.named |= {f"{address}.{n}": p for n, p in layer.named_parameters()}
        buffers = {f"{address}.{n}": b for n, b in layer.named_buffers() if n.startswith("running")}
        self.named |= buffers
        self.state += list(buffers)
        self.layers.append(layer)
        return layer

    def attention(self, channels):
        """Self-attention as in SAGAN, without pooling."""
        kind = nn.Conv1d if self.sound else nn.Conv2d

        def convolution(name, inputs, outputs):
            return self.contraction(
                f"attention.{name}.conv", kind(inputs, outputs, 1, bias=False), inside=True)

        keys, values = max(1, channels // 8), max(1, channels // 2)
        query, key = convolution("query", channels, keys), convolution("key", channels, keys)
        value, output = convolution("value", channels, values), convolution("output", values, channels)
        scale = nn.Parameter(torch.zeros(1))
        self.named[f"{self.role}.attention.scale.weight"] = scale

        def forward(x):
            weights = (query(x).flatten(2).mT @ key(x).flatten(2)).softmax(-1)
            seen = value(x).flatten(2) @ weights.mT
            return x + scale * output(seen.reshape(x.shape[0], values, *x.shape[2:]))

        return forward

    def minibatch(self):
        layer = MinibatchStandardDeviation()
        address = f"{self.role}.output.minibatch_stddev.running_deviation"
        self.named[address] = layer.running_deviation
        self.state.append(address)
        self.layers.append(layer)
        return layer

    def attend(self, side, channels, attention):
        """Adds an attention where maps of this side are to have one."""
        if side == attention:
            self.layers.append(Function(self.attention(channels)))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def mlp(role, family, image, norm, hidden=HIDDEN, stddev=None):
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
    if stddev:
        chain.minibatch()
    chain.contraction("output.linear", nn.Linear(sizes[-1] + bool(stddev), outputs))
    if generative:
        chain.layers.append(nn.Unflatten(1, (c, h, w)))
    if role == "generator":
        chain.layers.append(nn.Tanh())
    return chain


def pooling(kind, sound):
    return {"max": nn.MaxPool1d if sound else nn.MaxPool2d,
            "average": nn.AvgPool1d if sound else nn.AvgPool2d}[kind](4 if sound else 2)


def upsampling(kind, sound):
    mode = "linear" if sound and kind == "bilinear" else kind
    return nn.Upsample(scale_factor=4 if sound else 2, mode=mode)


def wavegan(role, family, length, norm, pool, upsample=None, stddev=None, attention=None):
    stages, base = 0, length
    while base % 4 == 0 and base >= 64:
        stages, base = stages + 1, base // 4
    top = WIDTH * 2 ** (stages - 1)
    bias = norm != "batch"
    chain = Chain(role, norm, False, True)

    def rising(address, inputs, outputs, bias=True):
        if upsample:
            chain.layers.append(upsampling(upsample, True))
            return chain.contraction(address, nn.Conv1d(inputs, outputs, 25, 1, 12, bias=bias))
        return chain.contraction(address, nn.ConvTranspose1d(inputs, outputs, 25, 4, 11, 1, bias=bias))

    if role in ("generator", "decoder"):
        chain.contraction("block1.linear", nn.Linear(LATENT, top * base))
        chain.layers.append(nn.Unflatten(1, (top, base)))
        chain.normalized("block1", top)
        chain.layers.append(nn.ReLU())
        chain.attend(base, top, attention)
        for i in range(1, stages):
            c = top // 2 ** (i - 1)
            rising(f"block{i + 1}.conv", c, c // 2, bias)
            chain.normalized(f"block{i + 1}", c // 2)
            chain.layers.append(nn.ReLU())
            chain.attend(base * 4**i, c // 2, attention)
        rising("output.conv", WIDTH, 1)
        if role == "generator":
            chain.layers.append(nn.Tanh())
        return chain
    c = [1] + [WIDTH * 2**i for i in range(stages)]
    stride, padding = (1, 12) if pool else (4, 11)
    for i in range(stages):
        chain.contraction(
            f"block{i + 1}.conv", nn.Conv1d(c[i], c[i + 1], 25, stride, padding, bias=bias or i == 0))
        if i > 0:
            chain.normalized(f"block{i + 1}", c[i + 1])
        chain.layers.append(nn.LeakyReLU(0.2) if family == "gan" else nn.ReLU())
        if pool:
            chain.layers.append(pooling(pool, True))
        chain.attend(length // 4 ** (i + 1), c[i + 1], attention)
    if stddev:
        chain.minibatch()
    chain.layers.append(nn.Flatten())
    chain.contraction("output.linear", nn.Linear(
        (top + bool(stddev)) * base, 1 if family == "gan" else 2 * LATENT))
    return chain


class Residual(Chain):
    """Pre-activation blocks with upsampling, or pooling of the sum."""

    def __init__(
            self, role, family, example, norm, pool, upsample=None, stddev=None, attention=None):
        super().__init__(role, norm, False, len(example) == 2)
        side, channels = example[0], example[-1]
        self.rank, self.factor = len(example) - 1, 4 if self.sound else 2
        self.generative = role in ("generator", "decoder")
        self.activation = nn.LeakyReLU(0.2) if norm == "fixup" else nn.ReLU()
        self.pool = pooling(pool or "average", self.sound)
        self.upsample = upsampling(upsample or "nearest", self.sound)
        stages, base = 0, side
        while base % self.factor == 0 and base >= (64 if self.sound else 8):
            stages, base = stages + 1, base // self.factor
        top = WIDTH * 2 ** (stages - 1)
        if self.generative:
            self.stem = nn.Sequential(
                self.contraction("stem.linear", nn.Linear(LATENT, top * base**self.rank)),
                nn.Unflatten(1, (top, *[base] * self.rank)))
            sizes = [top] + [WIDTH * 2 ** max(0, i - 1) for i in reversed(range(stages))]
        else:
            sizes = [channels] + [WIDTH * 2**i for i in range(stages)]
        self.blocks = [self.block(i + 1, *sizes[i:i + 2]) for i in range(stages)]
        self.side, self.attended = attention, None
        if attention:
            level = round(math.log(attention // base, self.factor))
            self.attended = self.attention(WIDTH * 2 ** (stages - 1 - level))
        self.norm_out = self.normalized("output", sizes[-1])
        if self.generative:
            self.head = self.convolution("output.conv", sizes[-1], channels)
        else:
            self.head = nn.Sequential(
                self.minibatch() if stddev else nn.Identity(), nn.Flatten(), self.contraction(
                    "output.linear", nn.Linear(
                        (top + bool(stddev)) * base**self.rank, 1 if family == "gan" else 2 * LATENT)))

    def convolution(self, address, inputs, outputs, kernel=None, bias=True):
        kernel = kernel or (9 if self.sound else 3)
        kind = nn.Conv1d if self.sound else nn.Conv2d
        return self.contraction(address, kind(inputs, outputs, kernel, 1, kernel // 2, bias=bias))

    def block(self, number, inputs, outputs):
        name = f"block{number}"
        first = None
        if self.generative or number > 1:
            first = self.normalized(f"{name}.branch1", inputs)
        conv1 = self.convolution(
            f"{name}.branch1.conv", inputs, outputs, bias=self.norm not in ("batch", "instance"))
        second = self.normalized(f"{name}.branch2", outputs)
        conv2 = self.convolution(f"{name}.branch2.conv", outputs, outputs)
        shortcut = nn.Identity()
        if inputs != outputs:
            shortcut = self.convolution(f"{name}.shortcut.conv", inputs, outputs, 1, False)
        scale = 1
        if self.norm == "fixup":
            scale = nn.Parameter(torch.ones(1))
            self.named[f"{self.role}.{name}.scale.weight"] = scale
        up = self.upsample if self.generative else nn.Identity()
        down = nn.Identity() if self.generative else self.pool

        def forward(x):
            branch = self.activation(first(x)) if first else x
            branch = scale * conv2(self.activation(second(conv1(up(branch)))))
            return down(shortcut(up(x)) + branch)

        return forward

    def forward(self, x):
        x = self.stem(x) if self.generative else x
        for block in [None, *self.blocks]:
            x = block(x) if block else x
            if self.attended and x.shape[2] == self.side:
                x = self.attended(x)
        x = self.head(self.activation(self.norm_out(x)))
        return x.tanh() if self.role == "generator" else x


def dcgan(role, family, image, norm, pool=None, upsample=None, stddev=None, attention=None):
    side, width, channels = image
    stages, base, base_width = 0, side, width
    while base % 2 == 0 and base_width % 2 == 0 and min(base, base_width) >= 8:
        stages, base, base_width = stages + 1, base // 2, base_width // 2
    top = WIDTH * 2 ** (stages - 1)
    bias = norm not in ("batch", "instance")
    chain = Chain(role, norm, False)

    def rising(address, inputs, outputs, bias=True):
        if upsample:
            chain.layers.append(upsampling(upsample, False))
            return chain.contraction(address, nn.Conv2d(inputs, outputs, 3, 1, 1, bias=bias))
        return chain.contraction(address, nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=bias))

    if role in ("generator", "decoder"):
        chain.contraction("block1.linear", nn.Linear(LATENT, top * base * base_width))
        chain.layers.append(nn.Unflatten(1, (top, base, base_width)))
        chain.normalized("block1", top)
        chain.layers.append(nn.ReLU())
        chain.attend(base, top, attention)
        for i in range(1, stages):
            c = top // 2 ** (i - 1)
            rising(f"block{i + 1}.conv", c, c // 2, bias)
            chain.normalized(f"block{i + 1}", c // 2)
            chain.layers.append(nn.ReLU())
            chain.attend(base * 2**i, c // 2, attention)
        rising("output.conv", WIDTH, channels)
        if role == "generator":
            chain.layers.append(nn.Tanh())
        return chain
    c = [channels] + [WIDTH * 2**i for i in range(stages)]
    for i in range(stages):
        size, stride = (3, 1) if pool else (4, 2)
        chain.contraction(
            f"block{i + 1}.conv", nn.Conv2d(c[i], c[i + 1], size, stride, 1, bias=bias or i == 0))
        if i > 0:
            chain.normalized(f"block{i + 1}", c[i + 1])
        chain.layers.append(nn.LeakyReLU(0.2) if family == "gan" else nn.ReLU())
        if pool:
            chain.layers.append(pooling(pool, False))
        chain.attend(side // 2 ** (i + 1), c[i + 1], attention)
    if stddev:
        chain.minibatch()
    chain.layers.append(nn.Flatten())
    outputs = 1 if family == "gan" else 2 * LATENT
    chain.contraction("output.linear", nn.Linear((top + bool(stddev)) * base * base_width, outputs))
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


def convolutional(backbone, role, example, norm, pool=None, **more):
    """A network over images or sounds, with pooling or without, and with more that some can have."""
    family = "gan" if role in ("generator", "discriminator") else "vae"
    if backbone == "mlp":
        network = mlp(role, family, example, norm, **more)
    elif backbone == "resnet":
        network = Residual(role, family, example, norm, pool, **more)
    elif len(example) == 2:
        network = wavegan(role, family, example[0], norm, pool, **more)
    else:
        network = dcgan(role, family, example, norm, pool, **more)
    x = (3, LATENT) if role in ("generator", "decoder") else (3, *example)
    name = "-".join([backbone, family, "x".join(map(str, example)), norm, pool or "standard",
                     *(f"{key}{value}" if key == "attention" else value
                       for key, value in more.items()), role])
    save(HERE, name, results(network.named, network, x, 1, network.state))


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
    for arguments in (
            ("conv", "gan", (256, 1), "none"), ("conv", "vae", (320, 1), "batch"),
            ("conv", "gan", (256, 1), "layer", "average"), ("conv", "gan", (16, 16, 3), "batch", "max"),
            ("resnet", "gan", (16, 16, 3), "batch"), ("resnet", "gan", (16, 16, 1), "spectral", "max"),
            ("resnet", "vae", (12, 12, 1), "none"), ("resnet", "gan", (256, 1), "none"),
            ("resnet", "vae", (256, 1), "layer", "max"), ("resnet", "gan", (16, 16, 3), "fixup"),
            ("resnet", "vae", (256, 1), "fixup")):
        backbone, family, *rest = arguments
        for role in ("generator", "discriminator") if family == "gan" else ("decoder", "encoder"):
            convolutional(backbone, role, *rest)
    convolutional("conv", "generator", (16, 16, 3), "batch", upsample="nearest")
    convolutional("conv", "generator", (16, 16, 1), "spectral", upsample="bilinear")
    convolutional("conv", "generator", (256, 1), "none", upsample="nearest")
    convolutional("conv", "decoder", (256, 1), "layer", upsample="bilinear")
    convolutional("resnet", "generator", (16, 16, 3), "none", upsample="bilinear")
    convolutional("resnet", "decoder", (256, 1), "none", upsample="bilinear")
    convolutional("conv", "discriminator", (16, 16, 3), "batch", stddev="stddev")
    convolutional("conv", "discriminator", (256, 1), "none", stddev="stddev")
    convolutional("resnet", "discriminator", (16, 16, 1), "spectral", stddev="stddev")
    convolutional("mlp", "discriminator", (6, 6, 1), "none", stddev="stddev")
    for role in ("generator", "discriminator"):
        convolutional("conv", role, (16, 16, 3), "spectral", attention=8)
        convolutional("conv", role, (256, 1), "none", attention=16)
        convolutional("resnet", role, (16, 16, 1), "batch", attention=4)
    for role in ("encoder", "decoder"):
        convolutional("resnet", role, (16, 16, 1), "none", attention=8)
