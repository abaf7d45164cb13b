#!/usr/bin/env python3
"""Times training steps of the bench models in PyTorch on the CPU.

usage: pytorch_steps.py MODEL SECONDS THREADS [KEY=NUMBER[,NUMBER…]…]

Prints one JSON object: median_ms, min_ms, first_step_s, peak_memory_mb, made_by. The models, losses and optimizers are
those of experiments/bench/*.yaml, dropout 0.3 included, with the sizes that are given; data are random numbers. With
`autocast=1` the step runs in bfloat16 as `torch.autocast` does. The model `product` is none: it prints gigaflops, the speed of a product of matrices of 1,536 rows and columns.
"""
import json
import resource
import statistics
import sys
import time
from functools import partial

STARTED = time.time()
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.functional import binary_cross_entropy_with_logits, dropout, softplus  # noqa: E402

RATE = 0.3


def dense(sizes, activation, *last):
    """Linear layers with an activation and dropout between them."""
    layers = []
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        layers.append(nn.Linear(inputs, outputs))
        if index < len(sizes) - 2:
            layers += [activation(), nn.Dropout(RATE)]
    return nn.Sequential(*layers, *last)


def adam(parameters, rate, beta1):
    return torch.optim.Adam(parameters, rate, betas=(beta1, 0.999), fused=True)


def vae(modules, encode, decode, examples, reconstruction):
    """A step on minus the evidence lower bound, summed over an example and averaged over the batch."""
    optimizer = adam([p for module in modules for p in module.parameters()], 1e-3, 0.9)

    def step():
        optimizer.zero_grad(set_to_none=True)
        mean, log_variance = encode(examples).chunk(2, 1)
        code = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        loss = reconstruction(decode(code), examples)
        loss = loss + 0.5 * (mean**2 + log_variance.exp() - log_variance - 1).sum()
        (loss / len(examples)).backward()
        optimizer.step()

    return step


def mlp_vae(batch=128, hidden=(256, 512), latent=20):
    encoder = dense([784, *reversed(hidden), 2 * latent], nn.ReLU)
    decoder = dense([latent, *hidden, 784], nn.ReLU)
    return vae([encoder, decoder], encoder, decoder, torch.rand(batch, 784),
               lambda y, x: binary_cross_entropy_with_logits(y, x, reduction="sum"))


def gru_vae(batch=32, hidden=128):
    encoder, head = nn.GRU(32, hidden, batch_first=True), nn.Linear(hidden, 32)
    start, decoder, out = nn.Linear(16, hidden), nn.GRU(32, hidden, batch_first=True), nn.Linear(hidden, 32)
    sounds = torch.rand(batch, 64, 32) * 2 - 1
    fed = torch.cat([torch.zeros(batch, 1, 32), sounds[:, :-1]], 1)

    def masked(x):  # one mask for all time steps
        return dropout(torch.ones(batch, 1, 32), RATE) * x

    def decode(code):
        states, _ = decoder(masked(fed), start(code)[None].tanh())
        return out(dropout(states, RATE))

    return vae([encoder, head, start, decoder, out], lambda x: head(encoder(masked(x))[1][0]),
               decode, sounds, lambda y, x: ((y - x) ** 2).sum())


def gan(generator, discriminator, images, latent, rate=2e-4, beta1=0.5, penalty=0, averaging=0):
    """A step, with R1 of the weight `penalty` and a moving average of the generator where they are not 0."""
    optimizers = [adam(n.parameters(), rate, beta1) for n in (discriminator, generator)]
    averaged = [p.detach().clone() for p in generator.parameters()]
    images.requires_grad_(penalty > 0)

    def latents():
        return torch.randn(len(images), latent)

    def step():
        optimizers[0].zero_grad(set_to_none=True)
        with torch.no_grad():
            generated = generator(latents())
        scores = discriminator(images)
        loss = softplus(-scores).mean() + softplus(discriminator(generated)).mean()
        if penalty > 0:
            slopes, = torch.autograd.grad(scores.sum(), images, create_graph=True)
            loss = loss + penalty / 2 * (slopes**2).sum(1).mean()
        loss.backward(inputs=list(discriminator.parameters()))
        optimizers[0].step()
        discriminator.requires_grad_(False)
        optimizers[1].zero_grad(set_to_none=True)
        softplus(-discriminator(generator(latents()))).mean().backward()
        optimizers[1].step()
        discriminator.requires_grad_(True)
        if averaging > 0:
            torch._foreach_lerp_(averaged, [p.detach() for p in generator.parameters()], averaging)

    return step


def leaky():
    return nn.LeakyReLU(0.2)


class MinibatchDeviation(nn.Module):
    """One more feature: the mean over features of their deviation in the batch."""

    def forward(self, x):
        deviation = (x.var(0, unbiased=False) + 1e-8).sqrt().mean()
        return torch.cat([x, deviation.expand(len(x), 1)], 1)


def digits_gan(batch=64):
    """A step of experiments/digits-gan-placement.yaml without dropout: R1 and a moving average of the generator."""
    def block(inputs, outputs):
        return [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), leaky()]

    generator = nn.Sequential(*block(64, 256), *block(256, 512), nn.Linear(512, 784), nn.Tanh())
    discriminator = nn.Sequential(nn.Linear(784, 512), leaky(), nn.Linear(512, 256), leaky(), MinibatchDeviation(),
                                  nn.Linear(257, 1))
    return gan(generator, discriminator, torch.rand(batch, 784) * 2 - 1, 64, rate=1e-3, beta1=0.0, penalty=5,
               averaging=0.002)


def mlp_gan(batch=64, hidden=(256, 512)):
    generator = dense([64, *hidden, 784], leaky, nn.Tanh())
    return gan(generator, dense([784, *reversed(hidden), 1], leaky), torch.rand(batch, 784) * 2 - 1, 64)


def dcgan(batch=64, side=32, width=64, memory_format=torch.contiguous_format):
    def up(inputs, outputs):
        return [nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs),
                nn.ReLU(), nn.Dropout2d(RATE)]

    def down(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), leaky(),
                nn.Dropout(RATE)]

    channels = [width << stage for stage in range((side // 4).bit_length() - 1)]
    pairs, most = list(zip(channels, channels[1:])), channels[-1]
    generator = nn.Sequential(
        nn.Linear(128, most * 16), nn.Unflatten(1, (most, 4, 4)), nn.BatchNorm2d(most), nn.ReLU(),
        *[layer for few, many in reversed(pairs) for layer in up(many, few)],
        nn.ConvTranspose2d(width, 3, 4, 2, 1), nn.Tanh())
    discriminator = nn.Sequential(
        nn.Conv2d(3, width, 4, 2, 1), leaky(), nn.Dropout(RATE),
        *[layer for few, many in pairs for layer in down(few, many)],
        nn.Flatten(), nn.Linear(most * 16, 1))
    images = (torch.rand(batch, 3, side, side) * 2 - 1).to(memory_format=memory_format)
    return gan(generator.to(memory_format=memory_format),
               discriminator.to(memory_format=memory_format), images, 128)


def wavegan(batch=32, width=16):
    channels, rest = [1, *(width << stage for stage in range(4))], {"kernel_size": 25, "stride": 4, "padding": 11}
    up = [nn.Linear(100, channels[-1] * 16), nn.Unflatten(1, (channels[-1], 16)), nn.ReLU()]
    for inputs, outputs in zip(channels[:0:-1], channels[-2:0:-1]):
        up += [nn.ConvTranspose1d(inputs, outputs, output_padding=1, **rest), nn.ReLU(),
               nn.Dropout1d(RATE)]
    up += [nn.ConvTranspose1d(width, 1, output_padding=1, **rest), nn.Tanh()]
    down = []
    for inputs, outputs in zip(channels, channels[1:]):
        down += [nn.Conv1d(inputs, outputs, **rest), leaky(), nn.Dropout(RATE)]
    down += [nn.Flatten(), nn.Linear(channels[-1] * 16, 1)]
    return gan(nn.Sequential(*up), nn.Sequential(*down), torch.rand(batch, 1, 4096) * 2 - 1, 100)


MODELS = {
    "mlp-vae": mlp_vae,
    "mlp-gan": mlp_gan,
    "dcgan": dcgan,
    "dcgan-channels-last": partial(dcgan, memory_format=torch.channels_last),
    "wavegan": wavegan,
    "gru-vae": gru_vae,
    "digits-gan": digits_gan,
}


def product(seconds, side=1536):
    a, b, times, begun = torch.rand(side, side), torch.rand(side, side), [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - begun < seconds:
        before = time.perf_counter()
        torch.mm(a, b)
        times.append(time.perf_counter() - before)
    return 2 * side**3 / statistics.median(times) / 1e9


def number(text):
    values = [int(part) for part in text.split(",")]
    return values if len(values) > 1 else values[0]


def main():
    name, seconds, threads = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    sizes = {key: number(value) for key, value in (argument.split("=") for argument in sys.argv[4:])}
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    if name == "product":
        print(json.dumps({"gigaflops": product(seconds)}))
        return
    reduced = sizes.pop("autocast", 0) == 1
    full = MODELS[name](**sizes)

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=reduced):
            full()

    step()
    first = time.time() - STARTED
    for _ in range(4):
        step()
    times, begun = [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - begun < seconds:
        before = time.perf_counter()
        step()
        times.append((time.perf_counter() - before) * 1e3)
    print(json.dumps({
        "median_ms": statistics.median(times), "min_ms": min(times), "first_step_s": first,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "made_by": {"versions": {"PyTorch": torch.__version__.split("+")[0]}}}))


if __name__ == "__main__":
    main()
