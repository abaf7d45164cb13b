#!/usr/bin/env python3
"""Makes the fixtures of terms of losses, of DiffAugment and of adaptive augmentation, with PyTorch 2.13 in float64:
python3 terms.py
"""
import torch

import losses
import streams
from training import HERE, networks
from fixture import channels_first, channels_last, fill, save, values

torch.set_default_dtype(torch.float64)
N, SEED = 4, 5


def uniform(name):
    return torch.from_numpy(streams.uniform(name, N, SEED)).double()


def slopes(out, what, loss, sources):
    out[what] = loss
    gradients = torch.autograd.grad(loss, list(sources.values()), create_graph=True)
    out |= {f"{what}/{name}": g for name, g in zip(sources, gradients)}
    return out


def lecam():
    """LeCam beside R1, whose gradient is of second order."""
    chain = networks.mlp("discriminator", "gan", (6, 6, 1), "none")
    trained = fill(chain.named)
    real, generated = (channels_first(values(n, (N, 6, 6, 1))).requires_grad_()
                       for n in ("real", "generated"))
    state = {n: values(f"discriminator.lecam.{n}", (1,)) for n in ("real", "generated", "total")}
    state["total"] = state["total"].abs() + 1
    logits = chain(real)
    loss = losses.lecam(logits, chain(generated), state, 0.3, 0.9) + losses.r1(logits, real, 3)
    out = slopes({}, "lecam", loss, trained)
    save(HERE, "terms-lecam", out | {f"state/{n}": t for n, t in state.items()})


def two_draws():
    a, b = (values(n, (N, 3)).requires_grad_() for n in ("a", "b"))
    means, variances = ([values(f"{kind}/{n}", (N, 2)).requires_grad_() for n in "ab"]
                        for kind in ("mean", "log_variance"))
    outputs = [values(f"output/{n}", (N, 3, 3, 1)).requires_grad_() for n in "ab"]
    deviation = values("log_deviation", (1,)).requires_grad_()
    out = slopes({}, "classes", losses.two_classes(a, b), {"a": a, "b": b})
    codes = {"mean/a": means[0], "mean/b": means[1], "log_variance/a": variances[0],
             "log_variance/b": variances[1]}
    slopes(out, "codes", losses.two_codes(*zip(means, variances)), codes)
    for likelihood in ("bernoulli", "gaussian", "gaussian_learned"):
        more = {"log_deviation": deviation} if likelihood == "gaussian_learned" else {}
        loss = losses.two_outputs(likelihood, *outputs, deviation.exp())
        slopes(out, likelihood, loss, {"output/a": outputs[0], "output/b": outputs[1]} | more)
    save(HERE, "terms-two-draws", out)


def augmented(kind, height, width, channels, parts, augment):
    """The images, and the gradient of ½ Σ y² and of the sum of that gradient's squares."""
    x = channels_first(values("x", (N, height, width, channels))).requires_grad_()
    y = augment(x, parts)
    first, = torch.autograd.grad(y.square().sum() / 2, x, create_graph=True)
    second, = torch.autograd.grad(first.square().sum(), x)
    out = {"y": y, "first": first, "second": second}
    save(HERE, f"{kind}-{height}x{width}x{channels}-{'-'.join(parts)}",
         {name: channels_last(t) for name, t in out.items()})


def diffaugment(*sizes, parts):
    augmented("diffaugment", *sizes, parts, lambda x, parts: losses.diffaugment(
        x, parts, lambda name: uniform("augment/diffaugment/1/" + name)))


def adaptive(*sizes, parts):
    p = values("discriminator.augment.adaptive", (2,))[0]
    augmented("adaptive", *sizes, parts, lambda x, parts: losses.adaptive(
        x, parts, p, lambda name: uniform("augment/adaptive/1/" + name),
        lambda name: torch.from_numpy(streams.normal("augment/adaptive/1/" + name, N, SEED)).double()))


lecam()
two_draws()
diffaugment(16, 16, 3, parts=["color", "translation", "cutout"])
diffaugment(9, 12, 1, parts=["cutout", "translation"])
diffaugment(8, 20, 3, parts=["translation"])
adaptive(12, 12, 3, parts=["blit", "warp"])
adaptive(9, 14, 1, parts=["blit"])
adaptive(10, 7, 1, parts=["warp"])
