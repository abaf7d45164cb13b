#!/usr/bin/env python3
"""Makes the fixtures of losses and penalties with PyTorch 2.13: python3 penalties.py"""
import os

import torch

import losses
import streams
from training import HERE, networks
from fixture import channels_first, channels_last, fill, save, values

torch.set_default_dtype(torch.float64)
N, SEED = 4, 5
KINDS = ("non_saturating", "hinge", "least_squares", "wasserstein", "relativistic")


def case(name, chain, image):
    trained = fill(chain.named)

    def images(name):
        return channels_first(values(name, (N, *image))).requires_grad_()

    real, generated = images("real"), images("generated")
    out = {}

    def record(what, loss, by=trained):
        out[what] = loss
        gradients = torch.autograd.grad(loss, list(by.values()), allow_unused=True)
        for key, gradient in zip(by, gradients):
            gradient = torch.zeros_like(by[key]) if gradient is None else gradient
            out[f"{what}/{key}"] = channels_last(gradient) if key == "generated" else gradient

    for kind in KINDS:
        record(kind + "/d", losses.discriminator_loss(kind, chain(real), chain(generated)))
        record(kind + "/g", losses.generator_loss(kind, lambda: chain(real), chain(generated)),
               {"generated": generated})
    record("r1", losses.r1(chain(real), real, 3))
    share = torch.from_numpy(streams.uniform("penalty", N, SEED)).double()
    record("gp", losses.wgan_gp(chain, real.detach(), generated.detach(), share, 10))
    save(HERE, "losses-" + name, out)


def vae():
    out = {}
    output, mean = values("output", (N, 3, 3, 1)), values("mean", (N, 2))
    log_variance, data = values("log_variance", (N, 2)), values("data", (N, 3, 3, 1))
    sources = [t.requires_grad_() for t in (output, mean, log_variance)]
    for likelihood in ("bernoulli", "gaussian"):
        target = (data + 1) / 2 if likelihood == "bernoulli" else data
        terms = losses.vae_terms(likelihood, output, target, mean, log_variance)
        gradient, = torch.autograd.grad(terms[0], sources[:1])
        out |= {likelihood: terms[0], likelihood + "/output": gradient}
    gradients = torch.autograd.grad(terms[1], sources[1:])
    out |= {"kl": terms[1], "kl/mean": gradients[0], "kl/log_variance": gradients[1]}
    save(HERE, "losses-vae", out)


networks.WIDTH = 4
case("mlp", networks.mlp("discriminator", "gan", (6, 6, 1), "none"), (6, 6, 1))
for norm in ("none", "batch", "layer"):
    chain = networks.dcgan("discriminator", "gan", (16, 16, 1), norm)
    case("conv-" + norm, chain, (16, 16, 1))
vae()
