"""Lethe's losses in PyTorch."""
import math

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


SYM6 = torch.tensor([
    0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633,
    0.4910559419267466, 0.787641141030194, 0.3379294217276218, -0.07263752278646252,
    -0.021060292512300564, 0.04472490177066578, 0.0017677118642428036, -0.007800708325034148],
    dtype=torch.float64) / math.sqrt(2)


def finer(x):
    """Twice the resolution of x [N, C, H, W], by zeros between pixels and a convolution along each axis."""
    for axis in (2, 3):
        size = [s * 2 if a == axis else s for a, s in enumerate(x.shape)]
        index = [slice(None)] * axis + [slice(0, None, 2)]
        wide = torch.zeros(size, dtype=x.dtype)
        wide[tuple(index)] = x
        pad = [0, 0, 6, 5] if axis == 2 else [6, 5, 0, 0]
        kernel = (2 * SYM6.flip(0)).reshape([1, 1] + ([12, 1] if axis == 2 else [1, 12]))
        wide = F.conv2d(F.pad(wide, pad).flatten(0, 1)[:, None], kernel)
        x = wide.reshape(size)
    return x


def coarser(x):
    """Half the resolution, 6 pixels less on each side first."""
    for axis in (2, 3):
        sizes = [1] + ([12, 1] if axis == 2 else [1, 12])
        stride = (2, 1) if axis == 2 else (1, 2)
        # Pixel i of the result is at fine pixel 2i + 6, and the middle of the filter is its coefficient 5.
        part = x.narrow(axis, 1, x.shape[axis] - 2)
        part = F.conv2d(part.flatten(0, 1)[:, None], SYM6.reshape([1] + sizes), stride=stride)
        x = part.reshape(x.shape[0], x.shape[1], *part.shape[2:])
    return x


def adaptive(x, parts, p, uniform, normal):
    """The blitting and geometric transformations of adaptive augmentation of x [N, C, H, W], as Karras et al. 2020 write
    them: matrices from places of the result to places of the image, an affine grid and bilinear samples of the image at
    twice its resolution."""
    n, _, height, width = x.shape
    matrix = torch.eye(3, dtype=x.dtype).repeat(n, 1, 1)

    def then(rows):
        nonlocal matrix
        rows = [[torch.as_tensor(v, dtype=x.dtype).expand(n) for v in row] for row in rows + [[0, 0, 1]]]
        matrix = matrix @ torch.stack([torch.stack(row, -1) for row in rows], -2)

    def scale(a, b):
        then([[a, 0, 0], [0, b, 0]])

    def turn(angle):
        then([[angle.cos(), -angle.sin(), 0], [angle.sin(), angle.cos(), 0]])

    def move(a, b):
        then([[1, 0, a], [0, 1, b]])

    def on(name, value, chance=p):
        return torch.where(uniform(name + "/on") < chance, value, 0.0)

    if "blit" in parts:
        scale(1 - 2 * on("mirror", (uniform("mirror") * 2).floor()), 1)
        turn(on("turn", (uniform("turn") * 4).floor()) * math.pi / 2)
        move(*(torch.round(on("move", (2 * uniform("move/" + axis) - 1) * side / 8))
               for axis, side in (("x", width), ("y", height))))
    if "warp" in parts:
        each = 1 - math.sqrt(1 - p)
        size = on("size", 2 ** (0.2 * normal("size")))
        size = torch.where(size == 0, 1.0, size)
        scale(size, size)
        turn(on("before", (2 * uniform("before") - 1) * math.pi, each))
        stretch = on("stretch", 2 ** (0.2 * normal("stretch")))
        stretch = torch.where(stretch == 0, 1.0, stretch)
        scale(stretch, 1 / stretch)
        turn(on("after", (2 * uniform("after") - 1) * math.pi, each))
        move(*(on("shift", normal("shift/" + axis) * side / 8) for axis, side in (("x", width), ("y", height))))
    fine = finer(F.pad(x, [width // 2, width // 2, height // 2, height // 2], mode="reflect"))
    # A fine pixel is half a fine pixel off, as the filter's middle is a pixel's own place.
    half = torch.tensor([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]], dtype=x.dtype)
    twice = torch.diag(torch.tensor([2.0, 2, 1], dtype=x.dtype))
    matrix = half.inverse() @ twice @ matrix @ twice.inverse() @ half
    sizes = [(side + 6) * 2 for side in (height, width)]

    def unit(height, width):
        return torch.diag(torch.tensor([2 / width, 2 / height, 1], dtype=x.dtype))

    matrix = unit(*fine.shape[2:]) @ matrix @ unit(*sizes).inverse()
    grid = F.affine_grid(matrix[:, :2], [n, x.shape[1], *sizes], align_corners=False)
    return coarser(F.grid_sample(fine, grid, mode="bilinear", padding_mode="zeros", align_corners=False))


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
