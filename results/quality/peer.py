#!/usr/bin/env python3
"""Trains a trial of lethe in PyTorch and draws samples: peer.py CONFIG.yaml TRAIN.npy SAMPLES.npy

CONFIG.yaml is the config.yaml of the trial, which has every setting; TRAIN.npy has pictures [N, H, W, C] in 0...255 or
sounds [N, T]. The networks and losses are those of the tests' fixtures, which lethe's steps equal. It knows what the
recipes use: GANs and VAEs of `mlp` and `conv` without dropout. One thread; prints the seconds that training took.
"""
import math
import os
import sys
import time

import numpy as np
import torch
import yaml

from spectrograms import LogMel

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(HERE, "..", "..", "Tests")
sys.path += [os.path.join(TESTS, "ModelsTests", "Fixtures"), os.path.join(TESTS, "TrainingTests", "Fixtures")]
import losses  # noqa: E402
import networks  # noqa: E402

torch.set_default_dtype(torch.float32)
torch.set_num_threads(1)


class Data:
    """Pictures [N, C, H, W] as networks see them, in -1...1 or, for a Bernoulli likelihood, 0...1."""

    def __init__(self, path, config):
        array, data = np.load(path), config["data"]
        self.unit = config["loss"].get("likelihood") == "bernoulli"
        self.mel = None
        if data["kind"] == "audio":
            assert data["representation"] == "log_mel"
            self.mel = LogMel(data["sample_rate"], data["length"], *(
                data["spectrogram"][key] for key in ("window", "frames", "bands")))
            pictures = self.mel.pictures(array)[..., None]
        else:
            pictures = array.astype(np.float32) / 255
            pictures = pictures if self.unit else pictures * 2 - 1
        self.pictures = torch.from_numpy(np.ascontiguousarray(np.moveaxis(pictures, -1, 1)))
        self.order, self.place = torch.empty(0, dtype=torch.long), 0

    @property
    def shape(self):
        channels, height, width = self.pictures.shape[1:]
        return height, width, channels

    def batch(self, count):
        """The next examples, every one once before any comes again."""
        while len(self.order) - self.place < count:
            self.order = torch.cat([self.order[self.place:], torch.randperm(len(self.pictures))])
            self.place = 0
        self.place += count
        return self.pictures[self.order[self.place - count:self.place]]

    def examples(self, output):
        """What lethe would have written: pictures in 0...255, or sounds."""
        output = np.moveaxis(output.numpy(), 1, -1)
        if self.mel:
            return self.mel.sounds(output[..., 0])
        unit = output if self.unit else (output + 1) / 2
        return np.round(np.clip(unit, 0, 1) * 255).astype(np.uint8)


class Training:
    def __init__(self, config, data):
        self.config, self.data = config, data
        self.loss, self.train, self.rates = config["loss"], config["train"], config["optimizer"]
        model = config["model"]
        assert not config.get("dropout") and model["backbone"] in ("mlp", "conv")
        self.family, self.latent, self.batch = model["family"], model["latent"], self.train["batch"]
        roles = ("generator", "discriminator") if self.family == "gan" else ("encoder", "decoder")
        self.first, self.second = (self.network(role, model) for role in roles)
        self.sampler = self.first if self.family == "gan" else self.second
        (self.decay,) = self.train["ema"] or [0]
        self.average = {n: t.detach().clone() for n, t in self.sampler.named.items()}
        rate = self.rates["learning_rate"]
        if self.family == "gan":
            self.optimizers = [self.adam(self.first.parameters(), rate),
                               self.adam(self.second.parameters(), self.rates["discriminator"]["learning_rate"])]
        else:
            # Only `gaussian_learned` has a gradient by it; one value for each frequency.
            self.deviation = torch.zeros(1, 1, self.data.shape[1], requires_grad=True)
            self.optimizers = [
                self.adam([*self.first.parameters(), *self.second.parameters(), self.deviation], rate)]

    def network(self, role, model):
        norm = model.get(role, {}).get("norm", model.get("norm"))
        stddev = role == "discriminator" and model["minibatch_stddev"]
        networks.LATENT, networks.WIDTH = model["latent"], model.get("width")
        if model["backbone"] == "mlp":
            return networks.mlp(role, self.family, self.data.shape, norm, model["hidden"], stddev)
        chain = networks.dcgan(role, self.family, self.data.shape, norm, stddev=stddev)
        if self.family == "gan":
            for name, tensor in chain.named.items():
                if name.endswith("norm.weight"):
                    torch.nn.init.normal_(tensor, 1, 0.02)
                elif name.endswith("weight"):
                    torch.nn.init.normal_(tensor, 0, 0.02)
                elif name.endswith("bias"):
                    torch.nn.init.zeros_(tensor)
        return chain

    def adam(self, parameters, rate):
        assert self.rates["name"] == "adam" and not self.rates.get("weight_decay")
        made = torch.optim.Adam(parameters, rate, (self.rates["beta1"], self.rates["beta2"]))
        made.full = rate
        return made

    def update(self, optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        done = self.step / self.train["steps"]
        share = {"constant": 1, "cosine": (1 + math.cos(math.pi * done)) / 2}[self.rates["schedule"]]
        for group in optimizer.param_groups:
            group["lr"] = optimizer.full * share
        optimizer.step()

    def noise(self):
        return torch.randn(self.batch, self.latent)

    def gan_step(self):
        kind, discriminator = self.loss["adversarial"], self.second
        real = self.data.batch(self.batch).requires_grad_(self.loss.get("r1_gamma", 0) > 0)
        with torch.no_grad():
            generated = self.first(self.noise())
        generated.requires_grad_(self.loss.get("r2_gamma", 0) > 0)
        on_real, on_generated = discriminator(real), discriminator(generated)
        loss = losses.discriminator_loss(kind, on_real, on_generated)
        if real.requires_grad:
            loss = loss + losses.r1(on_real, real, self.loss["r1_gamma"])
        if generated.requires_grad:
            loss = loss + losses.r1(on_generated, generated, self.loss["r2_gamma"])
        self.update(self.optimizers[1], loss)
        discriminator.requires_grad_(False)
        logits = discriminator(self.first(self.noise()))
        self.update(self.optimizers[0], losses.generator_loss(
            kind, lambda: discriminator(real.detach()), logits))
        discriminator.requires_grad_(True)

    def vae_step(self):
        data = self.data.batch(self.batch)
        mean, log_variance = self.first(data).chunk(2, 1)
        output = self.second(mean + self.noise() * (0.5 * log_variance).exp())
        kind = self.loss["likelihood"]
        if kind == "gaussian_learned":
            # The deviation's form and its bound are lethe's.
            log_deviation = torch.nn.functional.softplus(10 * self.deviation + 6) - 6
            errors = ((output - data) * (-log_deviation).exp()).square() / 2
            reconstruction = (errors + log_deviation + math.log(2 * math.pi) / 2).sum() / len(data)
            _, divergence = losses.vae_terms("gaussian", output, data, mean, log_variance)
        else:
            reconstruction, divergence = losses.vae_terms(kind, output, data, mean, log_variance)
        self.update(self.optimizers[0], reconstruction + self.loss["kl_weight"] * divergence)

    def follow(self):
        """Brings the average nearer to the weights; running statistics are taken as they are."""
        share = min(self.decay, (1 + self.step) / (10 + self.step)) if self.train["ema_warmup"] else self.decay
        with torch.no_grad():
            for name, tensor in self.sampler.named.items():
                self.average[name].lerp_(tensor, 1 - share if tensor.requires_grad else 1)

    def run(self):
        started = time.perf_counter()
        for self.step in range(self.train["steps"]):
            self.gan_step() if self.family == "gan" else self.vae_step()
            if self.decay:
                self.follow()
        return time.perf_counter() - started

    @torch.no_grad()
    def samples(self, count):
        if self.decay:
            for name, tensor in self.sampler.named.items():
                tensor.copy_(self.average[name])
        self.sampler.eval()
        output = self.sampler(torch.randn(count, self.latent))
        return output.sigmoid() if self.data.unit else output


if __name__ == "__main__":
    config_path, train_path, samples_path = sys.argv[1:]
    with open(config_path) as file:
        config = yaml.safe_load(file)
    torch.manual_seed(config["seed"])
    data = Data(train_path, config)
    training = Training(config, data)
    print(f"{training.run():.1f}")
    np.save(samples_path, data.examples(training.samples(config["metrics"]["samples"])))
