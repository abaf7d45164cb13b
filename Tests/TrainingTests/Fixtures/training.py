#!/usr/bin/env python3
"""Makes the fixtures of whole trainings with PyTorch 2.13 in float64: python3 training.py [NAME ...]

Weights, batches, latents and masks come from the seed through `streams.py`, so a fixture holds the
experiment, ten steps of losses, and of every final tensor its norm, a projection and a few elements.

A fixture's tolerance is 1e-4 unless PyTorch's own float32 is further from its float64. So it is with
the full dcgan32: of 2 million values before a leaky ReLU one or two a step are so close to 0 that
rounding decides their sign, which changes a gradient by 1e-3. Cases marked `strict` may not be so.
"""
import json
import math
import os
import sys

import numpy as np
import torch

import losses
import streams

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(HERE, "..", "..")
sys.path += [os.path.join(TESTS, "ModelsTests", "Fixtures"),
             os.path.join(TESTS, "LayersTests", "Fixtures")]
import networks  # noqa: E402
from fixture import channels_first, channels_last, numbers  # noqa: E402

SHOWN = 12


def array(values):
    return torch.from_numpy(np.asarray(values, np.float64)).to(torch.get_default_dtype())


def rectangles(count, shape):
    """Images of one rectangle each, float32 in -1...1; every number is exact."""
    height, width, channels = shape
    n = (numbers(count * 10, 11).reshape(count, 10).astype(np.float64) + 1) / 2
    images = np.empty((count, *shape), np.float32)
    for image, r in zip(images, n):
        top, left = int(r[0] * height / 2), int(r[1] * width / 2)
        bottom, right = top + 2 + int(r[2] * height / 2), left + 2 + int(r[3] * width / 2)
        image[:] = 2 * r[4:4 + channels] - 1
        image[top:bottom, left:right] = 2 * r[7:7 + channels] - 1
    return images


def dropout(kind, at, rate, **more):
    return {"type": kind, "at": at, "rate": rate, **more}


def experiment(side, channels, model, steps=10, batch=16, **more):
    """An experiment in which no network and no step has anything that its case does not name."""
    train = {"steps": steps, "batch": batch, **more.pop("train", {})}
    if model["family"] == "gan":
        model = {"norm": "none", "minibatch_stddev": False} | model
        more["loss"] = {"adversarial": "non_saturating", "r1_gamma": 0, "r2_gamma": 0} | more.get("loss", {})
        train = {"ema": []} | train
        if "adam" in more["optimizer"]["name"]:
            more["optimizer"] = {"beta2": 0.999} | more["optimizer"]
    data = {"size": side, "channels": channels, "holdout": 0}
    if "augment" in more:
        data["augment"] = more.pop("augment")
    return {"seed": 3, "data": data, "model": model, "train": train, **more}


MLP = {"backbone": "mlp", "latent": 6, "hidden": [12, 16]}
CONV = {"backbone": "conv", "latent": 6, "width": 4}
GAN, VAE = {"family": "gan"}, {"family": "vae"}

# Cases with a `file` must equal `experiments/bench/<file>.yaml`.
CASES = {
    "mlp-vae": {"file": "mlp-vae", "count": 300, "experiment": experiment(
        28, 1, VAE | MLP | {"latent": 20, "hidden": [256, 512]}, batch=128,
        dropout=[dropout("bernoulli", ["encoder.block1", "encoder.block2", "decoder.block1",
                                       "decoder.block2"], 0.3)],
        optimizer={"name": "adam", "learning_rate": 1e-3, "beta1": 0.9})},
    "mlp-gan": {"file": "mlp-gan", "count": 150, "experiment": experiment(
        28, 1, GAN | MLP | {"latent": 64, "hidden": [256, 512]}, batch=64,
        dropout=[dropout("bernoulli", ["generator.block1", "generator.block2",
                                       "discriminator.block1", "discriminator.block2"], 0.3)],
        optimizer={"name": "adam", "learning_rate": 2e-4, "beta1": 0.5})},
    "dcgan32": {"file": "dcgan32", "count": 150, "strict": False, "experiment": experiment(
        32, 3, GAN | CONV | {"latent": 128, "width": 64, "norm": "batch"}, batch=64,
        dropout=[dropout("spatial", ["generator.block2", "generator.block3"], 0.3),
                 dropout("bernoulli", ["discriminator.block1", "discriminator.block2",
                                       "discriminator.block3"], 0.3)],
        optimizer={"name": "adam", "learning_rate": 2e-4, "beta1": 0.5})},
    "dcgan32-narrow": {"file": "dcgan32", "count": 50,
                       "overrides": ["model.width=8", "train.batch=16"], "experiment": experiment(
        32, 3, GAN | CONV | {"latent": 128, "width": 8, "norm": "batch"}, batch=16,
        dropout=[dropout("spatial", ["generator.block2", "generator.block3"], 0.3),
                 dropout("bernoulli", ["discriminator.block1", "discriminator.block2",
                                       "discriminator.block3"], 0.3)],
        optimizer={"name": "adam", "learning_rate": 2e-4, "beta1": 0.5})},
    "hinge-spectral-ema": {"count": 50, "experiment": experiment(
        16, 1, GAN | CONV | {"norm": "batch", "discriminator": {"norm": "spectral"}},
        train={"ema": 0.9}, loss={"adversarial": "hinge", "discriminator_steps": 2, "l1": 1e-4},
        dropout=[dropout("bernoulli", ["discriminator.block1"], 0.5, active_in="d_step",
                         schedule="linear", cutoff=8)],
        optimizer={"name": "adamw", "learning_rate": 1e-3, "beta1": 0.5, "weight_decay": 0.1,
                   "epsilon": 1e-5})},
    "wgan-gp": {"count": 50, "experiment": experiment(
        16, 3, GAN | CONV | {"norm": "batch", "discriminator": {"norm": "layer"}},
        loss={"adversarial": "wasserstein", "gp_lambda": 10, "discriminator_steps": 3},
        optimizer={"name": "rmsprop", "learning_rate": 1e-4, "momentum": 0.5})},
    "relativistic-r1": {"count": 50, "experiment": experiment(
        6, 3, GAN | MLP | {"norm": "none"},
        loss={"adversarial": "relativistic", "r1_gamma": 2, "l2": 1e-3},
        dropout=[dropout("gaussian", ["discriminator.block1"], 0.2, active_in="g_step")],
        optimizer={"name": "sgd", "learning_rate": 0.05, "momentum": 0.9, "weight_decay": 1e-2})},
    "relativistic-r1-r2": {"count": 50, "experiment": experiment(
        16, 1, GAN | CONV | {"norm": "batch", "discriminator": {"norm": "none"}},
        loss={"adversarial": "relativistic", "r1_gamma": 0.5, "r2_gamma": 0.7},
        train={"ema": [0.9, 0.5]}, sampling={"ema": 0.5},
        optimizer={"name": "adam", "learning_rate": 1e-3, "beta1": 0.2, "beta2": 0.99,
                   "schedule": "cosine", "warmup": 3, "discriminator": {"learning_rate": 2e-3}})},
    "conv-vae-gaussian": {"count": 50, "experiment": experiment(
        16, 3, VAE | CONV | {"norm": "batch"}, loss={"likelihood": "gaussian", "kl_weight": 0.3},
        optimizer={"name": "adam", "learning_rate": 1e-3, "beta1": 0.9})},
    "lecam-diffaugment": {"count": 50, "experiment": experiment(
        10, 3, GAN | MLP | {"norm": "none"},
        loss={"adversarial": "hinge", "r1_gamma": 0.5, "lecam": {"weight": 0.3, "decay": 0.9}},
        augment={"diffaugment": ["color", "translation", "cutout"]},
        optimizer={"name": "sgd", "learning_rate": 0.01})},
    "consistency": {"count": 50, "experiment": experiment(
        6, 1, GAN | MLP | {"norm": "none"},
        loss={"adversarial": "non_saturating", "consistency": {"real": 5, "generated": 2}},
        augment={"diffaugment": ["translation", "color"]},
        optimizer={"name": "sgd", "learning_rate": 0.01})},
    "noise-consistency": {"count": 50, "experiment": experiment(
        6, 3, GAN | MLP | {"norm": "none"},
        loss={"adversarial": "non_saturating", "noise_consistency": 3},
        dropout=[dropout("gaussian", ["discriminator.block1"], 0.2)],
        optimizer={"name": "sgd", "learning_rate": 0.05})},
    "r-drop-vae": {"count": 50, "experiment": experiment(
        6, 3, VAE | MLP, loss={"r_drop": 0.7},
        dropout=[dropout("bernoulli", ["encoder.block1", "decoder.block2"], 0.3)],
        optimizer={"name": "adam", "learning_rate": 1e-3, "beta1": 0.9})},
    "least-squares": {"count": 50, "experiment": experiment(
        6, 1, GAN | MLP | {"norm": "batch"}, loss={"adversarial": "least_squares"},
        optimizer={"name": "sgd", "learning_rate": 0.05})},
}


class Training:
    def __init__(self, count, setup):
        self.setup, self.loss = setup, setup.get("loss", {})
        self.seed, self.batch = setup["seed"], setup["train"]["batch"]
        model, data = setup["model"], setup["data"]
        self.family, self.latent = model["family"], model["latent"]
        self.visits, self.step = {}, 0
        self.parts = data.get("augment", {}).get("diffaugment", [])
        self.lecam = {n: torch.zeros(1) for n in ("real", "generated", "total")}
        side, channels = data["size"], data["channels"]
        self.images = self.load(count, (side, side, channels))
        roles = ("generator", "discriminator") if self.family == "gan" else ("encoder", "decoder")
        self.first, self.second = (self.network(role, (side, side, channels)) for role in roles)
        self.sampler = self.first if self.family == "gan" else self.second
        averages = setup["train"].get("ema", [])
        self.ema = {decay: {n: t.detach().clone() for n, t in self.sampler.named.items()}
                    for decay in (averages if isinstance(averages, list) else [averages])}
        rate = setup["optimizer"]["learning_rate"]
        if self.family == "gan":
            other = setup["optimizer"].get("discriminator", {}).get("learning_rate", rate)
            self.optimizers = [self.optimizer([self.first], rate), self.optimizer([self.second], other)]
        else:
            self.optimizers = [self.optimizer([self.first, self.second], rate)]

    # Data, first values and masks, all from streams.

    def load(self, count, shape):
        unit = streams.in_content_order((rectangles(count, shape) + np.float32(1)) / np.float32(2))
        bernoulli = self.family == "vae" and self.loss.get("likelihood", "bernoulli") == "bernoulli"
        return unit if bernoulli else unit * np.float32(2) + np.float32(-1)

    def network(self, role, image):
        model = self.setup["model"]
        norm = model.get(role, {}).get("norm", model.get("norm", "none"))
        networks.LATENT, networks.WIDTH = self.latent, model.get("width")
        if model["backbone"] == "mlp":
            chain = networks.mlp(role, self.family, image, norm, model["hidden"])
        else:
            chain = networks.dcgan(role, self.family, image, norm)
        for name, tensor in chain.named.items():
            with torch.no_grad():
                first = self.first_values(name, tuple(tensor.shape), chain.named)
                tensor.copy_(array(first).reshape(tensor.shape))
        return chain

    def first_values(self, name, shape, named):
        count, layer = math.prod(shape), name.rpartition(".")[0]
        dcgan = self.family == "gan" and self.setup["model"]["backbone"] == "conv"
        if name.endswith(("_u", "_v")):
            return streams.normal("init/" + name, count, self.seed)
        if name.endswith(("running_mean", "norm.bias")) or (dcgan and name.endswith("bias")):
            return np.zeros(count)
        if name.endswith("running_var") or (not dcgan and name.endswith("norm.weight")):
            return np.ones(count)
        if dcgan:
            mean = np.float32(1 if name.endswith("norm.weight") else 0)
            return mean + np.float32(0.02) * streams.normal("init/" + name, count, self.seed)
        fan_in = math.prod(named[layer + ".weight"].shape[1:])
        bound = np.float32(1) / np.sqrt(np.float32(fan_in))
        u = streams.uniform("init/" + name, count, self.seed)
        return bound * (np.float32(2) * u - np.float32(1))

    def real(self, index):
        chosen = streams.batch_indices(index, len(self.images), self.batch, self.seed)
        return channels_first(array(self.images[chosen]))

    def noise(self, stream):
        n = streams.normal(stream, self.batch * self.latent, self.seed, self.step)
        return array(n).reshape(self.batch, self.latent)

    def drop(self, x, block, phase):
        visit = self.visits[block] = self.visits.get(block, 0) + 1
        entry = next((e for e in self.setup.get("dropout", []) if block in e["at"]), None)
        if entry is None or entry.get("active_in", phase) != phase:
            return x
        rate = entry["rate"]
        if entry.get("schedule") == "linear":
            rate *= max(0, 1 - self.step / entry["cutoff"])
        rate = float(np.float32(rate))
        stream = f"dropout/{block}.post_act" + (f"/{visit}" if visit > 1 else "")
        shape = list(channels_last(x).shape)
        if entry["type"] == "spatial":
            shape[1:-1] = [1] * len(shape[1:-1])
        make = streams.normal16 if entry["type"] == "gaussian" else streams.uniform16
        drawn = make(stream, math.prod(shape), self.seed, self.step)
        drawn = channels_first(array(drawn).reshape(shape))
        if entry["type"] == "gaussian":
            return x * (1 + math.sqrt(rate / (1 - rate)) * drawn)
        return torch.where(drawn >= rate, x / (1 - rate), 0)

    def run(self, chain, x, phase=None):
        block = 0
        for layer in chain.layers:
            x = layer(x)
            if chain.training and isinstance(layer, (torch.nn.ReLU, torch.nn.LeakyReLU)):
                block += 1
                x = self.drop(x, f"{chain.role}.block{block}", phase)
        return x

    # Updates.

    def optimizer(self, chains, rate):
        o = self.setup["optimizer"]
        named = {n: t for c in chains for n, t in c.named.items() if t.requires_grad}
        decayed = [t for n, t in named.items() if t.dim() > 1]
        others = [t for n, t in named.items() if t.dim() == 1]
        decay = o.get("weight_decay", 0)
        groups = [{"params": decayed, "weight_decay": decay}, {"params": others, "weight_decay": 0}]
        if o["name"] in ("adam", "adamw"):
            kind = torch.optim.Adam if o["name"] == "adam" else torch.optim.AdamW
            made = kind(groups, rate, betas=(o["beta1"], o.get("beta2", 0.999)),
                        eps=o.get("epsilon", 1e-8))
        else:
            kind = torch.optim.SGD if o["name"] == "sgd" else torch.optim.RMSprop
            made = kind(groups, rate, momentum=o.get("momentum", 0))
        made.full = rate
        return made

    def share(self):
        """The share of the full learning rate at this step."""
        o, steps = self.setup["optimizer"], self.setup["train"]["steps"]
        warmup = o.get("warmup", 0)
        if self.step < warmup:
            return (self.step + 1) / warmup
        done = (self.step - warmup) / (steps - warmup)
        return {"constant": 1, "linear": 1 - done,
                "cosine": (1 + math.cos(math.pi * done)) / 2}[o.get("schedule", "constant")]

    def update(self, optimizer, loss):
        weights = [p for p in optimizer.param_groups[0]["params"]]
        loss = loss + self.loss.get("l1", 0) * sum(w.abs().sum() for w in weights)
        loss = loss + self.loss.get("l2", 0) * sum(w.square().sum() for w in weights)
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
            p.grad = g
        for group in optimizer.param_groups:
            group["lr"] = optimizer.full * self.share()
        optimizer.step()

    def uniform(self, name, *shape):
        return array(streams.uniform(name, math.prod(shape), self.seed, self.step)).reshape(shape)

    def augmented(self, x):
        """DiffAugment with the random numbers of this pass."""
        if not self.parts:
            return x
        visit = self.visits["augment"] = self.visits.get("augment", 0) + 1
        stream, n = f"augment/diffaugment/{visit}/", len(x)
        return losses.diffaugment(x, self.parts, lambda name: self.uniform(stream + name, n))

    def shown(self, x):
        return x if "consistency" in self.loss else self.augmented(x)

    def demands(self, discriminator, real, generated):
        """The terms that ask for more of a discriminator, by name; each side is examples and logits."""
        made = {}
        if "lecam" in self.loss:
            made["lecam"] = losses.lecam(real[1], generated[1], self.lecam, **self.loss["lecam"])
        for name, change in (("consistency", self.augmented), ("noise_consistency", lambda x: x)):
            if name in self.loss:
                weights = self.loss[name]
                weights = weights if isinstance(weights, dict) else dict(real=weights, generated=weights)
                made[name] = sum(
                    weights[side] * (logits - discriminator(change(x))).square().mean()
                    for side, (x, logits) in (("real", real), ("generated", generated)))
        return made

    def gan_step(self):
        generator, discriminator = self.first, self.second
        kind, steps = self.loss.get("adversarial", "non_saturating"), self.loss.get(
            "discriminator_steps", 1)
        logged = {}
        for index in range(steps):
            drawn = self.real(self.step * steps + index)
            generated = self.run(
                generator, self.noise(f"latent/discriminator/{index}"), "d_step").detach()
            real = self.shown(drawn).requires_grad_()
            generated = self.shown(generated).requires_grad_()
            real_logits = self.run(discriminator, real, "d_step")
            generated_logits = self.run(discriminator, generated, "d_step")
            loss = losses.discriminator_loss(kind, real_logits, generated_logits)
            logged["d_loss"] = loss
            for name, logits, examples in (("r1", real_logits, real),
                                           ("r2", generated_logits, generated)):
                if self.loss.get(name + "_gamma"):
                    logged[name] = losses.r1(logits, examples, self.loss[name + "_gamma"])
                    loss = loss + logged[name]
            if "gp_lambda" in self.loss:
                share = array(streams.uniform(
                    f"penalty/{index}", self.batch, self.seed, self.step))
                logged["gp"] = losses.wgan_gp(
                    lambda x: self.run(discriminator, x, "d_step"), real.detach(),
                    generated.detach(), share, self.loss["gp_lambda"])
                loss = loss + logged["gp"]
            demands = self.demands(
                lambda x: self.run(discriminator, x, "d_step"), (real, real_logits),
                (generated, generated_logits))
            logged |= demands
            self.update(self.optimizers[1], loss + sum(demands.values()))
        generated = self.run(generator, self.noise("latent/generator"), "g_step")
        logits = self.run(discriminator, self.shown(generated), "g_step")
        logged["g_loss"] = losses.generator_loss(
            kind, lambda: self.run(discriminator, self.shown(drawn), "g_step"), logits)
        self.update(self.optimizers[0], logged["g_loss"])
        return logged

    def vae_step(self):
        data, likelihood = self.real(self.step), self.loss.get("likelihood", "bernoulli")

        def draw():
            mean, log_variance = self.run(self.first, data).chunk(2, 1)
            output = self.run(self.second, mean + self.noise("latent") * (0.5 * log_variance).exp())
            terms = losses.vae_terms(likelihood, output, data, mean, log_variance)
            return (mean, log_variance), output, terms

        code, output, (reconstruction, kl) = draw()
        weight = self.loss.get("kl_weight", 1)
        loss = reconstruction + weight * kl
        logged = {"reconstruction": reconstruction, "kl": kl}
        if "r_drop" in self.loss:
            other, other_output, terms = draw()
            logged["r_drop"] = (losses.two_codes(code, other)
                                + losses.two_outputs(likelihood, output, other_output))
            loss = (loss + terms[0] + weight * terms[1]) / 2 + self.loss["r_drop"] * logged["r_drop"]
        self.update(self.optimizers[0], loss)
        return logged | {"loss": loss}

    def advance(self):
        self.visits = {}
        logged = self.gan_step() if self.family == "gan" else self.vae_step()
        for decay, average in self.ema.items():
            share = float(np.float32(min(decay, (1 + self.step) / (10 + self.step))))
            for name, tensor in self.sampler.named.items():
                value = tensor.detach()
                kept = share if tensor.requires_grad else 0
                average[name] = average[name] * kept + value * (1 - kept)
        self.step += 1
        return {name: value.item() for name, value in logged.items()}

    def sample(self, count):
        z = streams.normal("sampling", count * self.latent, self.seed)
        if self.ema:
            chosen = self.setup.get("sampling", {}).get("ema", next(iter(self.ema)))
            with torch.no_grad():
                for name, tensor in self.sampler.named.items():
                    tensor.copy_(self.ema[chosen][name])
        self.sampler.eval()
        images = self.run(self.sampler, array(z).reshape(count, self.latent)).detach()
        if self.family == "vae":
            bernoulli = self.loss.get("likelihood", "bernoulli") == "bernoulli"
            images = images.sigmoid() if bernoulli else images.clamp(-1, 1)
        return channels_last(images)

    def tensors(self):
        named = {n: t.detach() for c in (self.first, self.second) for n, t in c.named.items()}
        for decay, average in self.ema.items():
            named |= {f"ema/{decay}/{n}": t for n, t in average.items()}
        for optimizer in self.optimizers:
            names = {id(t): n for c in (self.first, self.second) for n, t in c.named.items()}
            for p, state in optimizer.state.items():
                named |= {f"optimizer/{names[id(p)]}/{slot}": value for slot, value in state.items()
                          if slot != "step" and value is not None}
        if "lecam" in self.loss:
            named |= {f"discriminator.lecam.{n}": t for n, t in self.lecam.items()}
        return named


def digest(tensor):
    """Norm, projection on `numbers` of seed 1, and evenly spaced elements."""
    flat = tensor.flatten()
    direction = array(numbers(len(flat), 1))
    shown = min(SHOWN, len(flat))
    places = [i * len(flat) // shown for i in range(shown)]
    return {"shape": list(tensor.shape), "norm": flat.norm().item(),
            "projection": (flat @ direction).item(), "elements": [flat[i].item() for i in places]}


def train(case, dtype):
    torch.set_default_dtype(dtype)
    training = Training(case["count"], case["experiment"])
    curve = [training.advance() for _ in range(case["experiment"]["train"]["steps"])]
    named = {n: t.clone() for n, t in training.tensors().items()}
    return curve, named, training.sample(4)


def deviation(exact, other):
    """Of losses, then of tensors as a share of their norms."""
    losses = max(abs(b[k] - a[k]) / max(abs(a[k]), 0.01 * max(map(abs, a.values())))
                 for a, b in zip(exact[0], other[0]) for k in a)
    tensors = max(((b.double() - a).norm() / (a.norm() + 1e-12)).item()
                  for a, b in ((a, other[1][n]) for n, a in exact[1].items()))
    return losses, tensors


def make(name, case):
    single, exact = train(case, torch.float32), train(case, torch.float64)
    deviations = deviation(exact, single)
    tolerances = [max(1e-4, 4 * d) for d in deviations]
    assert not case.get("strict", True) or tolerances == [1e-4, 1e-4], (name, deviations)
    written = json.loads(json.dumps(case["experiment"]))
    for entry in written.get("dropout", []):
        entry["at"] = [block + ".post_act" for block in entry["at"]]
    fixture = {"file": case.get("file"), "overrides": case.get("overrides", []),
               "count": case["count"], "losses": exact[0],
               "experiment": json.dumps(written | {"name": name}),
               "lossTolerance": tolerances[0], "tensorTolerance": tolerances[1],
               "tensors": {n: digest(t) for n, t in exact[1].items()}, "samples": digest(exact[2])}
    path = os.path.join(HERE, name + ".json")
    with open(path, "w") as file:
        rounded = json.loads(json.dumps(fixture), parse_float=lambda text: float(f"{float(text):.9g}"))
        json.dump(rounded, file, indent=0, sort_keys=True)
        file.write("\n")
    print(f"{os.path.getsize(path):7d} {name}: PyTorch's float32 is off by %.1e, %.1e" % deviations)


if __name__ == "__main__":
    for name in sys.argv[1:] or CASES:
        make(name, CASES[name])
