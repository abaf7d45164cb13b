#!/usr/bin/env python3
"""Makes the fixtures of networks that are told of classes with PyTorch 2.13: python3 conditional.py

The networks are those of networks.py: with a vector of the class behind the latent, or with a scale and shift for each
class in the norms (de Vries et al. 2017); discriminators with a projection (Miyato & Koyama 2018), encoders with a
shift of what they return.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.parametrizations import spectral_norm

import networks
from networks import HERE, LATENT, WIDTH, channels_first, channels_last, results, save, values

CLASSES = 4


def classes():
    """The input `classes`, which need not be one-hot for a comparison."""
    return values("classes", (3, CLASSES))


class ConditionalNorm(nn.Module):
    """A norm whose scale and shift have an addition for each class."""

    def __init__(self, kind, channels):
        super().__init__()
        self.kind = kind
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.class_scale = nn.Embedding(CLASSES, channels)
        self.class_shift = nn.Embedding(CLASSES, channels)
        if kind == "batch":
            self.register_buffer("running_mean", torch.zeros(channels))
            self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x):
        if self.kind == "batch":
            y = F.batch_norm(x, self.running_mean, self.running_var, training=True)
        else:
            y = F.group_norm(x, x.shape[1] if self.kind == "instance" else 1)
        scale = self.weight + classes() @ self.class_scale.weight
        shift = self.bias + classes() @ self.class_shift.weight
        places = [1] * (x.dim() - 2)
        return y * scale.view(*scale.shape, *places) + shift.view(*shift.shape, *places)


def term(network, role, norm, channels):
    """What a network that reads examples adds to its result, as a function of its features, [N, C, …]."""
    address = f"{role}.output.class.weight"
    if role == "encoder":
        shift = nn.Embedding(CLASSES, 2 * LATENT)
        network.named[address] = shift.weight
        return lambda features: classes() @ shift.weight
    projection = nn.Linear(channels, CLASSES, bias=False)
    if norm == "spectral":
        projection = spectral_norm(projection)
        inner = projection.parametrizations.weight
        network.named |= {address: inner.original, address + "_u": inner[0]._u,
                          address + "_v": inner[0]._v}
        network.state += [address + "_u", address + "_v"]
    else:
        network.named[address] = projection.weight
    return lambda features: (
        features.flatten(2).sum(2) if features.dim() > 2 else features
    ).mul(classes() @ projection.weight).sum(1, keepdim=True)


class Joined(nn.Module):
    """A network that makes examples of latents with the vectors of classes behind them."""

    def __init__(self, network, role):
        super().__init__()
        self.network, self.embedding = network, nn.Embedding(CLASSES, LATENT)
        network.named[f"{role}.class_embedding.weight"] = self.embedding.weight

    def forward(self, x, *more):
        return self.network(torch.cat([x, classes() @ self.embedding.weight], 1), *more)


class Reader(nn.Module):
    """A chain that reads examples, with a term of the class."""

    def __init__(self, chain, role, norm, channels):
        super().__init__()
        self.chain, self.term = chain, term(chain, role, norm, channels)
        self.end = 2 if isinstance(chain.layers[-2], nn.Flatten) else 1

    def forward(self, x):
        for layer in self.chain.layers[:-self.end]:
            x = layer(x)
        y = x
        for layer in self.chain.layers[-self.end:]:
            y = layer(y)
        return y + self.term(x)


def resnet_reader(network, role, norm, channels):
    first, flatten, linear = network.head
    add = term(network, role, norm, channels)

    def head(x):
        features = first(x)
        return linear(flatten(features)) + add(features)

    network.head = networks.Function(head)
    return network


def network(backbone, role, example, norm, **more):
    """The network and the function that the fixture is of."""
    family = "gan" if role in ("generator", "discriminator") else "vae"
    generative = role in ("generator", "decoder")
    conditioned = (backbone in ("conv", "resnet") and role != "discriminator"
                   and norm in ("batch", "layer", "instance"))
    plain = networks.normalization
    if conditioned:
        networks.normalization = lambda kind, channels, *_: ConditionalNorm(kind, channels)
    joined = generative and not conditioned
    networks.LATENT = 2 * LATENT if joined else LATENT
    make = {"mlp": networks.mlp, "resnet": networks.Residual,
            "conv": networks.wavegan if len(example) == 2 else networks.dcgan}[backbone]
    size = example[0] if make is networks.wavegan else example
    rest = () if backbone == "mlp" else (None,)
    made = make(role, family, size, norm, *rest, **more)
    networks.normalization, networks.LATENT = plain, LATENT
    if joined:
        return made, Joined(made, role)
    if generative:
        return made, made
    if backbone == "resnet":
        channels = WIDTH * 2 ** (len(made.blocks) - 1) + bool(more.get("stddev"))
        return made, resnet_reader(made, role, norm, channels)
    linear = made.layers[-1]
    channels = linear.in_features
    if backbone == "conv":
        convolutions = [layer for layer in made.layers if isinstance(layer, (nn.Conv1d, nn.Conv2d))]
        channels = convolutions[-1].out_channels + bool(more.get("stddev"))
    return made, Reader(made, role, norm, channels)


def case(backbone, family, example, norm, **more):
    for role in ("generator", "discriminator") if family == "gan" else ("decoder", "encoder"):
        own = more if role == "discriminator" else {}
        made, function = network(backbone, role, example, norm, **own)
        shape = (3, LATENT) if role in ("generator", "decoder") else (3, *example)
        sizes = "x".join(map(str, example))
        save(HERE, f"{backbone}-{family}-{sizes}-{norm}-classes-{role}",
             results(made.named, function, shape, 1, made.state))


def recurrent(cell, family):
    h, w, c = 4, 3, 3
    for role in ("generator", "discriminator") if family == "gan" else ("decoder", "encoder"):
        generative = role in ("generator", "decoder")
        networks.LATENT = 2 * LATENT if generative else LATENT
        made = networks.Recurrent(role, cell, h, w * c, 1 if family == "gan" else 2 * LATENT)
        networks.LATENT = LATENT
        teacher = values("teacher", (3, h, w, c)).reshape(3, h, w * c)
        if generative:
            joined = Joined(made, role)

            def function(x):
                more = (teacher,) if role == "decoder" else ()
                return channels_first(joined(x, *more).reshape(-1, h, w, c))
        else:
            add = term(made, role, "none", 6)

            def function(x):
                last = made.rnn(channels_last(x).reshape(len(x), h, w * c))[0][:, -1]
                return made.head(last) + add(last)

        example = (3, LATENT) if generative else (3, h, w, c)
        save(HERE, f"rnn-{cell}-classes-{role}", results(made.named, function, example))


if __name__ == "__main__":
    case("mlp", "gan", (6, 6, 1), "none", stddev="stddev")
    case("mlp", "vae", (6, 6, 3), "batch")
    case("conv", "gan", (16, 16, 1), "batch")
    case("conv", "gan", (16, 16, 3), "instance", stddev="stddev")
    case("conv", "vae", (16, 16, 1), "batch")
    case("conv", "gan", (256, 1), "none")
    case("resnet", "vae", (12, 12, 1), "batch")
    case("resnet", "gan", (16, 16, 1), "spectral")
    case("resnet", "gan", (16, 16, 3), "fixup")
    case("resnet", "vae", (256, 1), "layer")
    recurrent("gru", "gan")
    recurrent("lstm", "vae")
