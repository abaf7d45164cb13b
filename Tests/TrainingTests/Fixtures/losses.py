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


def lecam(real, generated, state, weight, decay):
    """The paper's term; `state` has the averages and is changed."""
    with torch.no_grad():
        for name, value in (("real", real.mean()), ("generated", generated.mean()), ("total", 1)):
            state[name] = decay * state[name] + (1 - decay) * value
    of_real, of_generated = (state[n] / state["total"] for n in ("real", "generated"))
    return weight * ((real - of_generated).square().mean() + (generated - of_real).square().mean())


def diffaugment(x, parts, uniform):
    """DiffAugment of x [N, C, H, W]; `uniform(name)` gives a number in 0...1 for each image."""
    n, _, *sides = x.shape

    def each(name):
        return uniform(name).reshape(-1, 1, 1, 1)

    def whole(name, limit):
        return (uniform(name) * limit).floor().long()

    for part in parts:
        if part == "color":
            x = x + each("brightness") - 0.5
            grey = x.mean(1, keepdim=True)
            x = (x - grey) * (2 * each("saturation")) + grey
            mean = x.mean((1, 2, 3), keepdim=True)
            x = (x - mean) * (each("contrast") + 0.5) + mean
        elif part == "translation":
            shifts = []
            for name, side in zip(("rows", "columns"), sides):
                most = int(side / 8 + 0.5)
                shifts.append(whole("translation/" + name, 2 * most + 1) - most)
            moved = torch.zeros_like(x)
            moved = [moved[i] for i in range(n)]
            for i in range(n):
                (dy, dx), (h, w) = (int(s[i]) for s in shifts), sides
                padded = F.pad(x[i], (max(dx, 0), max(-dx, 0), max(dy, 0), max(-dy, 0)))
                moved[i] = padded[:, max(-dy, 0):max(-dy, 0) + h, max(-dx, 0):max(-dx, 0) + w]
            x = torch.stack(moved)
        else:
            kept = torch.ones(n, 1, *sides, dtype=x.dtype)
            lengths = [int(side / 2 + 0.5) for side in sides]
            middles = [whole(f"cutout/{axis}", side + 1 - length % 2)
                       for axis, (side, length) in enumerate(zip(sides, lengths), 1)]
            for i in range(n):
                (top, left) = (int(m[i]) - length // 2 for m, length in zip(middles, lengths))
                kept[i, :, max(top, 0):max(top + lengths[0], 0), max(left, 0):max(left + lengths[1], 0)] = 0
            x = x * kept
    return x


def two_classes(a, b):
    """The symmetric divergence of R-Drop between two sets of logits."""
    p, q = F.log_softmax(a, 1), F.log_softmax(b, 1)
    return (F.kl_div(q, p, reduction="batchmean", log_target=True)
            + F.kl_div(p, q, reduction="batchmean", log_target=True)) / 2


def two_codes(a, b):
    p, q = (torch.distributions.Normal(m, (0.5 * v).exp()) for m, v in (a, b))
    kl = torch.distributions.kl_divergence
    return (kl(p, q) + kl(q, p)).sum() / (2 * len(a[0]))


def two_outputs(likelihood, a, b, deviation=None):
    if likelihood == "bernoulli":
        p, q = (torch.distributions.Bernoulli(logits=x) for x in (a, b))
    else:
        scale = 0.5 ** 0.5 * torch.ones_like(a) if likelihood == "gaussian" else deviation
        p, q = (torch.distributions.Normal(x, scale) for x in (a, b))
    kl = torch.distributions.kl_divergence
    return (kl(p, q) + kl(q, p)).sum() / (2 * len(a))


def vae_terms(likelihood, output, data, mean, log_variance):
    n = len(data)
    if likelihood == "bernoulli":
        reconstruction = F.binary_cross_entropy_with_logits(output, data, reduction="sum") / n
    else:
        reconstruction = F.mse_loss(output, data, reduction="sum") / n
    posterior = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    return reconstruction, torch.distributions.kl_divergence(posterior, prior).sum() / n
