"""Lethe's losses in PyTorch."""
import torch
import torch.nn.functional as F


def discriminator_loss(kind, real, generated):
    if kind == "non_saturating":
        ones, zeros = torch.ones_like(real), torch.zeros_like(generated)
        return (F.binary_cross_entropy_with_logits(real, ones)
                + F.binary_cross_entropy_with_logits(generated, zeros))
    if kind == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + generated).mean()
    if kind == "least_squares":
        return (F.mse_loss(real, torch.ones_like(real)) + generated.square().mean()) / 2
    if kind == "wasserstein":
        return generated.mean() - real.mean()
    return F.softplus(generated - real).mean()


def generator_loss(kind, real, generated):
    if kind == "non_saturating":
        return F.binary_cross_entropy_with_logits(generated, torch.ones_like(generated))
    if kind in ("hinge", "wasserstein"):
        return -generated.mean()
    if kind == "least_squares":
        return F.mse_loss(generated, torch.ones_like(generated)) / 2
    return F.softplus(real() - generated).mean()


def gradient_norms(logits, images):
    gradient, = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return gradient.flatten(1).square().sum(1)


def r1(logits, images, gamma):
    return gradient_norms(logits, images).mean() * gamma / 2


def wgan_gp(discriminator, real, generated, share, weight):
    between = (generated + (real - generated) * share.reshape(-1, 1, 1, 1)).requires_grad_()
    norms = (gradient_norms(discriminator(between), between) + 1e-12).sqrt()
    return (norms - 1).square().mean() * weight


def vae_terms(likelihood, output, data, mean, log_variance):
    n = len(data)
    if likelihood == "bernoulli":
        reconstruction = F.binary_cross_entropy_with_logits(output, data, reduction="sum") / n
    else:
        reconstruction = F.mse_loss(output, data, reduction="sum") / n
    posterior = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    return reconstruction, torch.distributions.kl_divergence(posterior, prior).sum() / n
