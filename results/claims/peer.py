#!/usr/bin/env python3
"""Trains the arms of a claim in PyTorch: peer.py NAME SEEDS ARM...

Reads the settings of each arm from a config.yaml of runs/claims/NAME and trains a perceptron or a residual net of
torch.nn by them, with PyTorch's own layers, dropout, loss and optimizer, on as many random pictures of data/clothes;
prints what all seeds reach on its test pictures, with standard errors. It shares no code with lethe. It knows what is
compared with it, `bernoulli` dropout of a perceptron's activations with its schedules, and mixup, and refuses other
settings.
"""
import fnmatch
import glob
import gzip
import math
import os
import sys

import numpy as np
import torch
import yaml
from torch import nn
from torch.nn import functional as F

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
torch.set_num_threads(1)


def pictures(name):
    """Pictures [N, 784] in 0...1 and their classes: `train` or `t10k`."""
    def read(kind, offset):
        with gzip.open(f"{ROOT}/data/clothes/{name}-{kind}-ubyte.gz") as file:
            return np.frombuffer(file.read(), np.uint8, offset=offset)

    images, labels = read("images-idx3", 16).reshape(-1, 784), read("labels-idx1", 8)
    return torch.from_numpy(images / np.float32(255)), torch.from_numpy(labels.astype(np.int64))


class Site(nn.Module):
    """Dropout at an address, at the rate that each entry of the arm has there and then."""

    def __init__(self, address, entries):
        super().__init__()
        self.entries = [e for e in entries if any(fnmatch.fnmatchcase(address, g) for g in np.atleast_1d(e["at"]))]
        self.step = 0

    def rate(self, entry):
        schedule = entry.get("schedule", "constant")
        assert schedule in ("constant", "early", "late"), schedule
        early = self.step < entry.get("cutoff", 0)
        return entry["rate"] if schedule == "constant" or early == (schedule == "early") else 0

    def forward(self, x):
        for entry in self.entries:
            x = F.dropout(x, self.rate(entry), self.training)
        return x


def perceptron(hidden, entries):
    sizes, layers = [784, *hidden], [Site("classifier.input", entries)]
    for number, (a, b) in enumerate(zip(sizes, sizes[1:]), 1):
        layers += [nn.Linear(a, b), nn.ReLU(), Site(f"classifier.block{number}.post_act", entries)]
    sites = [layer for layer in layers if isinstance(layer, Site)]
    for entry in entries:
        assert entry.get("type", "bernoulli") == "bernoulli" and any(entry in site.entries for site in sites), entry
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 10)), sites


class Block(nn.Module):
    """A residual block: twice norm, activation and 3x3 convolution; pooled to half the side. The first has no norm
    before its first convolution."""

    def __init__(self, inputs, outputs, first):
        super().__init__()
        before = [] if first else [nn.BatchNorm2d(inputs), nn.ReLU()]
        self.branch = nn.Sequential(
            *before, nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1))
        self.shortcut = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        return F.avg_pool2d(self.shortcut(x) + self.branch(x), 2)


def residual(width):
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)), Block(1, width, True), Block(width, 2 * width, False), nn.BatchNorm2d(2 * width),
        nn.ReLU(), nn.Flatten(), nn.Linear(2 * width * 49, 10)), []


def network(config):
    model, entries = config["model"], config.get("dropout") or []
    if model["backbone"] == "mlp":
        return perceptron(model["hidden"], entries)
    assert not entries, entries
    return residual(model["width"])


def check(config):
    """Refuses settings that are not done here."""
    model = config["model"]
    assert model["backbone"] in ("mlp", "resnet") and config["optimizer"]["name"] == "adam", model
    assert (model.get("norm"), model.get("pool")) in ((None, None), ("batch", "average")), model
    augment = config["data"].get("augment") or {}
    assert not any(value for key, value in augment.items() if key != "mixup"), augment
    assert not any(config["loss"].get(key) for key in ("l1", "l2", "max_norm")), config["loss"]


def train(config, seed):
    check(config)
    torch.manual_seed(seed)
    images, labels = pictures("train")
    shuffled = torch.randperm(len(images))
    chosen, others = shuffled[:config["data"]["limit"]], shuffled[-2000:]
    unseen = images[others], labels[others]
    images, labels = images[chosen], labels[chosen]
    model, sites = network(config)
    mixup = (config["data"].get("augment") or {}).get("mixup")
    (steps, batch), settings = (config["train"][key] for key in ("steps", "batch")), config["optimizer"]
    rate, order = settings["learning_rate"], torch.empty(0, dtype=torch.long)
    optimizer = torch.optim.Adam(model.parameters(), rate, (settings["beta1"], settings["beta2"]))
    shares = {"constant": lambda t: 1, "linear": lambda t: 1 - t, "cosine": lambda t: (1 + math.cos(math.pi * t)) / 2}
    every, accuracies = config["metrics"].get("every") or steps, []
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = rate * shares[settings["schedule"]](step / steps)
        for site in sites:
            site.step = step
        if len(order) < batch:
            order = torch.randperm(len(images))
        part, order = order[:batch], order[batch:]
        optimizer.zero_grad()
        x, y = images[part], F.one_hot(labels[part], 10).float()
        if mixup:
            share = torch.distributions.Beta(mixup["alpha"], mixup["alpha"]).sample((len(x), 1))
            x, y = (share * value + (1 - share) * value.roll(-1, 0) for value in (x, y))
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        if (step + 1) % every == 0:
            accuracies.append(accuracy(model.eval(), *unseen))
            model.train()
    passed = next(i for i, value in enumerate(accuracies, 1) if value >= 0.99 * max(accuracies))
    return model.eval(), images, labels, passed * every


@torch.no_grad()
def accuracy(model, images, labels):
    return (model(images).argmax(1) == labels).float().mean().item()


def attacked(model, images, labels, strength):
    """The accuracy after one step along the sign of the gradient (FGSM)."""
    right = 0
    for x, y in zip(images.split(1000), labels.split(1000)):
        x = x.clone().requires_grad_()
        step = torch.autograd.grad(F.cross_entropy(model(x), y), x)[0].sign()
        right += (model((x + strength * step).clamp(0, 1)).argmax(1) == y).sum().item()
    return right / len(images)


def inside(model, images):
    """Effective rank, and mean absolute correlation of units, of hidden activations, means over the layers."""
    ranks, correlations, hidden = [], [], images
    for layer in model:
        hidden = layer(hidden)
        if isinstance(layer, nn.ReLU):
            shares = torch.linalg.svdvals(hidden - hidden.mean(0))
            shares = shares[shares > 0] / shares.sum()
            ranks.append((-(shares * shares.log()).sum()).exp().item())
            table = torch.corrcoef(hidden[:, hidden.std(0) > 1e-8].T).abs()
            correlations.append(((table.sum() - len(table)) / (len(table) * (len(table) - 1))).item())
    return np.mean(ranks), np.mean(correlations)


def measure(config, model, images, labels, passed):
    tested, classes = pictures("t10k")
    with torch.no_grad():
        found = {
            "accuracy": accuracy(model, tested, classes),
            "cross-entropy": F.cross_entropy(model(tested), classes).item(),
            "cross-entropy of training": F.cross_entropy(model(images), labels).item(),
        }
        if config["metrics"].get("every"):
            found["steps to 99% of the best accuracy"] = passed
        if config["model"]["backbone"] == "mlp":
            found |= dict(zip(("rank", "correlation"), inside(model, tested[:128])))
    for strength in config["metrics"]["attacks"]["fgsm"]:
        found[f"accuracy after FGSM of {strength}"] = attacked(model, tested, classes, strength)
    return found


def main(name, seeds, arms):
    for arm in arms:
        with open(sorted(glob.glob(f"{ROOT}/runs/claims/{name}/trials/{arm}-s*/config.yaml"))[0]) as file:
            config = yaml.safe_load(file)
        rows = [measure(config, *train(config, seed)) for seed in range(int(seeds))]
        for key in rows[0]:
            values = np.array([row[key] for row in rows])
            print(f"{arm}: {key} {values.mean():.4f} ± {values.std(ddof=1) / math.sqrt(len(values)):.4f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
