#!/usr/bin/env python3
"""Times training steps of the bench workloads in PyTorch on the CPU.

usage: pytorch_steps.py WORKLOAD SECONDS THREADS

Prints one JSON object: workload, median_ms, min_ms, first_step_s, peak_memory_mb. The models, losses
and optimizers are those of experiments/bench/*.yaml, dropout 0.3 included; data are random numbers.
"""
import json
import resource
import statistics
import sys
import time

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


def mlp_vae():
    encoder = dense([784, 512, 256, 40], nn.ReLU)
    decoder = dense([20, 256, 512, 784], nn.ReLU)
    return vae([encoder, decoder], encoder, decoder, torch.rand(128, 784),
               lambda y, x: binary_cross_entropy_with_logits(y, x, reduction="sum"))


def gru_vae():
    encoder, head = nn.GRU(32, 128, batch_first=True), nn.Linear(128, 32)
    start, decoder, out = nn.Linear(16, 128), nn.GRU(32, 128, batch_first=True), nn.Linear(128, 32)
    sounds = torch.rand(32, 64, 32) * 2 - 1
    fed = torch.cat([torch.zeros(32, 1, 32), sounds[:, :-1]], 1)

    def masked(x):  # one mask for all time steps
        return dropout(torch.ones(32, 1, 32), RATE) * x

    def decode(code):
        states, _ = decoder(masked(fed), start(code)[None].tanh())
        return out(dropout(states, RATE))

    return vae([encoder, head, start, decoder, out], lambda x: head(encoder(masked(x))[1][0]),
               decode, sounds, lambda y, x: ((y - x) ** 2).sum())


def gan(generator, discriminator, images, latent):
    optimizers = [adam(n.parameters(), 2e-4, 0.5) for n in (discriminator, generator)]

    def latents():
        return torch.randn(len(images), latent)

    def step():
        optimizers[0].zero_grad(set_to_none=True)
        with torch.no_grad():
            generated = generator(latents())
        loss = softplus(-discriminator(images)).mean() + softplus(discriminator(generated)).mean()
        loss.backward()
        optimizers[0].step()
        discriminator.requires_grad_(False)
        optimizers[1].zero_grad(set_to_none=True)
        softplus(-discriminator(generator(latents()))).mean().backward()
        optimizers[1].step()
        discriminator.requires_grad_(True)

    return step


def leaky():
    return nn.LeakyReLU(0.2)


def mlp_gan():
    generator = dense([64, 256, 512, 784], leaky, nn.Tanh())
    return gan(generator, dense([784, 512, 256, 1], leaky), torch.rand(64, 784) * 2 - 1, 64)


def dcgan(memory_format):
    def up(inputs, outputs):
        return [nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs),
                nn.ReLU(), nn.Dropout2d(RATE)]

    def down(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), leaky(),
                nn.Dropout(RATE)]

    generator = nn.Sequential(
        nn.Linear(128, 4096), nn.Unflatten(1, (256, 4, 4)), nn.BatchNorm2d(256), nn.ReLU(),
        *up(256, 128), *up(128, 64), nn.ConvTranspose2d(64, 3, 4, 2, 1), nn.Tanh())
    discriminator = nn.Sequential(
        nn.Conv2d(3, 64, 4, 2, 1), leaky(), nn.Dropout(RATE), *down(64, 128), *down(128, 256),
        nn.Flatten(), nn.Linear(4096, 1))
    images = (torch.rand(64, 3, 32, 32) * 2 - 1).to(memory_format=memory_format)
    return gan(generator.to(memory_format=memory_format),
               discriminator.to(memory_format=memory_format), images, 128)


def wavegan():
    channels, rest = [1, 16, 32, 64, 128], {"kernel_size": 25, "stride": 4, "padding": 11}
    up = [nn.Linear(100, 2048), nn.Unflatten(1, (128, 16)), nn.ReLU()]
    for inputs, outputs in zip(channels[:0:-1], channels[-2:0:-1]):
        up += [nn.ConvTranspose1d(inputs, outputs, output_padding=1, **rest), nn.ReLU(),
               nn.Dropout1d(RATE)]
    up += [nn.ConvTranspose1d(16, 1, output_padding=1, **rest), nn.Tanh()]
    down = []
    for inputs, outputs in zip(channels, channels[1:]):
        down += [nn.Conv1d(inputs, outputs, **rest), leaky(), nn.Dropout(RATE)]
    down += [nn.Flatten(), nn.Linear(2048, 1)]
    return gan(nn.Sequential(*up), nn.Sequential(*down), torch.rand(32, 1, 4096) * 2 - 1, 100)


WORKLOADS = {
    "mlp-vae": mlp_vae,
    "mlp-gan": mlp_gan,
    "dcgan32": lambda: dcgan(torch.contiguous_format),
    "dcgan32-channels-last": lambda: dcgan(torch.channels_last),
    "wavegan4096": wavegan,
    "gru-vae": gru_vae,
}


def main():
    name, seconds, threads = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    step = WORKLOADS[name]()
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
        "workload": name, "median_ms": statistics.median(times), "min_ms": min(times),
        "first_step_s": first,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6}))


if __name__ == "__main__":
    main()
