#!/usr/bin/env python3
"""Trains the arms of a claim in PyTorch: peer.py NAME SEEDS ARM...

Reads the settings of each arm from a config.yaml of runs/claims/NAME and trains a perceptron of torch.nn by them, with
PyTorch's own layers, dropout, loss and optimizer, on as many random pictures of data/clothes; prints what all seeds
reach on its test pictures, with standard errors. It shares no code with lethe. It knows what claims about perceptrons
use, `bernoulli` dropout of activations with its schedules, and refuses other settings.
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


def check(config):
    """Refuses settings that are not done here."""
    assert config["model"]["backbone"] == "mlp" and config["optimizer"]["name"] == "adam", config["model"]
    assert not any((config["data"].get("augment") or {}).values()), config["data"]["augment"]
    assert not any(config["loss"].get(key) for key in ("l1", "l2", "max_norm")), config["loss"]


def train(config, seed):
    check(config)
    torch.manual_seed(seed)
    images, labels = pictures("train")
    shuffled = torch.randperm(len(images))
    chosen, others = shuffled[:config["data"]["limit"]], shuffled[-2000:]
    unseen = images[others], labels[others]
    images, labels = images[chosen], labels[chosen]
    model, sites = perceptron(config["model"]["hidden"], config.get("dropout") or [])
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
        F.cross_entropy(model(images[part]), labels[part]).backward()
        optimizer.step()
        if (step + 1) % every == 0:
            accuracies.append(accuracy(model.eval(), *unseen))
            model.train()
    passed = next(i for i, value in enumerate(accuracies, 1) if value >= 0.99 * max(accuracies))
    return model.eval(), images, labels, passed * every


@torch.no_grad()
def accuracy(model, images, labels):
    return (model(images).argmax(1) == labels).float().mean().item()


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


@torch.no_grad()
def measure(model, images, labels, passed):
    tested, classes = pictures("t10k")
    logits = model(tested)
    return {
        "accuracy": accuracy(model, tested, classes),
        "steps to 99% of the best accuracy": passed,
        "cross-entropy": F.cross_entropy(logits, classes).item(),
        "cross-entropy of training": F.cross_entropy(model(images), labels).item(),
        **dict(zip(("rank", "correlation"), inside(model, tested[:128]))),
    }


def main(name, seeds, arms):
    for arm in arms:
        with open(sorted(glob.glob(f"{ROOT}/runs/claims/{name}/trials/{arm}-s*/config.yaml"))[0]) as file:
            config = yaml.safe_load(file)
        rows = [measure(*train(config, seed)) for seed in range(int(seeds))]
        for key in rows[0]:
            values = np.array([row[key] for row in rows])
            print(f"{arm}: {key} {values.mean():.4f} ± {values.std(ddof=1) / math.sqrt(len(values)):.4f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
