#!/usr/bin/env python3
"""Makes the fixtures of the losses of sound VAEs with PyTorch 2.15: python3 sounds.py"""
import torch
import torch.nn.functional as F

from training import HERE
from fixture import save, values

torch.set_default_dtype(torch.float64)
LEAST, GAIN = -6, 10


def learned_deviation(shape):
    """The likelihood with a learned deviation of σ-VAE, arXiv:2006.13202, and its gradients."""
    output, data = values("output", (4, 3, 5, 2)).requires_grad_(), values("data", (4, 3, 5, 2))
    p = values("decoder.deviation.logarithm", shape).requires_grad_()
    deviation = (LEAST + F.softplus(GAIN * p - LEAST)).exp()
    loss = -torch.distributions.Normal(output, deviation).log_prob(data).sum() / len(data)
    gradients = torch.autograd.grad(loss, [output, p])
    return {"loss": loss, "loss/output": gradients[0], "loss/logarithm": gradients[1]}


def magnitude(x, window):
    """Every sample lies in four windows."""
    hop = window // 4
    count = -(-x.shape[1] // hop) + 3
    padded = F.pad(x, (window - hop, (count + 3) * hop - (window - hop) - x.shape[1]))
    spectrum = torch.stft(padded, window, hop, window=torch.hann_window(window), center=False, return_complex=True)
    assert spectrum.shape[2] == count
    return spectrum.abs().square().clamp(min=1e-7).sqrt()


def spectral(length):
    """The multi-resolution loss of Parallel WaveGAN, arXiv:1910.11480, averaged over examples, and its gradient."""
    made, wanted = (values(name, (3, length, 1)) for name in ("made", "wanted"))
    made.requires_grad_()
    parts = []
    for window in (128, 256, 512):
        if window > length:
            continue
        found, target = magnitude(made[..., 0], window), magnitude(wanted[..., 0], window)
        convergence = (found - target).flatten(1).norm(dim=1) / target.flatten(1).norm(dim=1)
        parts.append(convergence.mean() + (found.log() - target.log()).abs().mean())
    loss = torch.stack(parts).mean()
    gradient, = torch.autograd.grad(loss, [made])
    return {"loss": loss, "loss/made": gradient}


save(HERE, "losses-deviation-one", learned_deviation((1,)))
save(HERE, "losses-deviation-bands", learned_deviation((5, 2)))
save(HERE, "losses-spectral-300", spectral(300))
save(HERE, "losses-spectral-520", spectral(520))
