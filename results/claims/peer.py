#!/usr/bin/env python3
"""Trains the arms of a claim in PyTorch: peer.py NAME SEEDS ARM...

Reads the settings of each arm from a config.yaml of runs/claims/NAME and trains a network of torch.nn by them, with PyTorch's own
layers, dropout, losses and optimizer, on as many random training pictures; prints what all seeds reach on the test pictures. It shares
no code with lethe. Knows the classifiers of clothes that claims use: `mlp`, `conv` with pooling, `resnet` and GRUs; dropout of
activations and channels, or between and inside the steps of a GRU, schedules of rates, cutout, mixup, penalties and max-norm.
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


def idx(path, offset):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def pictures(name):
    folder = os.path.join(ROOT, "data", "clothes")
    images = idx(f"{folder}/{name}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
    return torch.from_numpy(images / np.float32(255)), torch.from_numpy(idx(f"{folder}/{name}-labels-idx1-ubyte.gz", 8).astype(np.int64))


class Site(nn.Module):
    """Dropout at an address, at the rate that the arm has there and then; none where it has none."""

    def __init__(self, address, entries):
        super().__init__()
        self.entries = [e for e in entries if any(fnmatch.fnmatchcase(address, g) for g in np.atleast_1d(e["at"]))]
        self.progress = 0

    def rate(self, entry):
        schedule, cutoff = entry.get("schedule", "constant"), entry.get("cutoff")
        if schedule == "early":
            return entry["rate"] if self.progress < cutoff else 0
        if schedule == "late":
            return entry["rate"] if self.progress >= cutoff else 0
        assert schedule == "constant", schedule
        return entry["rate"]

    def forward(self, x):
        for entry in self.entries:
            drop = {"bernoulli": F.dropout, "spatial": F.dropout2d}[entry.get("type", "bernoulli")]
            x = drop(x, self.rate(entry), self.training)
        return x


class Classifier(nn.Module):
    def __init__(self, model, entries):
        super().__init__()
        self.backbone = model["backbone"]

        def site(address):
            return Site(f"classifier.{address}", entries)

        if self.backbone == "mlp":
            sizes, layers = [784, *model["hidden"]], [nn.Flatten(), site("input")]
            for number, (a, b) in enumerate(zip(sizes, sizes[1:]), 1):
                layers += [nn.Linear(a, b), nn.ReLU(), site(f"block{number}.post_act")]
            self.body = nn.Sequential(*layers, site("pre_output"), nn.Linear(sizes[-1], 10))
        elif self.backbone == "conv":
            assert model["pool"] == "max"
            layers, inputs = [site("input")], 1
            for number in (1, 2):
                outputs = model["width"] << (number - 1)
                normed = number > 1 and model["norm"] == "batch"
                layers += [nn.Conv2d(inputs, outputs, 3, padding=1, bias=not normed)]
                layers += [site(f"block{number}.pre_norm"), nn.BatchNorm2d(outputs)] if normed else []
                layers += [nn.LeakyReLU(0.2), site(f"block{number}.post_act"), nn.MaxPool2d(2)]
                inputs = outputs
            self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(49 * inputs, 10))
        elif self.backbone == "resnet":
            width = model["width"]
            self.blocks = nn.ModuleList([Block(1, 1, width, site), Block(2, width, 2 * width, site)])
            self.norm, self.before, self.after = nn.BatchNorm2d(2 * width), site("output.pre_norm"), site("output.post_act")
            self.head = nn.Linear(49 * 2 * width, 10)
        else:
            hidden = model["hidden"][0]
            self.cell, self.head = nn.GRUCell(28, hidden), nn.Linear(hidden, 10)
            self.entry, self.exit = site("input"), site("pre_output")
            self.recurrent = [e for e in entries if e.get("type") in ("stepwise_rnn", "variational_rnn")]

    def forward(self, x):
        if self.backbone in ("mlp", "conv"):
            return self.body(x)
        if self.backbone == "resnet":
            for block in self.blocks:
                x = block(x)
            return self.head(self.after(F.relu(self.norm(self.before(x)))).flatten(1))
        return self.head(self.exit(self.read(self.entry(x[:, 0]))))

    def read(self, rows):
        """The last state of a GRU that reads row after row, with the masks of the arm on its input and state."""
        state = rows.new_zeros(len(rows), self.cell.hidden_size)
        rate, fixed = 0, False
        if self.recurrent and self.training:
            rate, fixed = self.recurrent[0]["rate"], self.recurrent[0]["type"] == "variational_rnn"
        masks = None
        for step in range(rows.shape[1]):
            if masks is None or not fixed:
                masks = [F.dropout(torch.ones_like(t), rate) for t in (rows[:, 0], state)]
            seen, held = rows[:, step] * masks[0], state * masks[1]
            state = self.step(seen, held, state)
        return state

    def step(self, seen, held, state):
        """A step of a GRU whose gates see `held` and whose old state is `state`."""
        cell = self.cell
        a, b = F.linear(seen, cell.weight_ih, cell.bias_ih).chunk(3, 1), F.linear(held, cell.weight_hh, cell.bias_hh).chunk(3, 1)
        reset, update = torch.sigmoid(a[0] + b[0]), torch.sigmoid(a[1] + b[1])
        return (1 - update) * torch.tanh(a[2] + reset * b[2]) + update * state


class Block(nn.Module):
    """A residual block that pools; its first one reads pictures, without a norm before them."""

    def __init__(self, number, inputs, outputs, site):
        super().__init__()
        self.first = number == 1
        name, middle = f"block{number}", outputs if number == 1 else inputs
        self.norms = nn.ModuleList([nn.Identity() if self.first else nn.BatchNorm2d(inputs), nn.BatchNorm2d(outputs)])
        self.convolutions = nn.ModuleList([nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.Conv2d(outputs, outputs, 3, padding=1)])
        self.before = nn.ModuleList([site(f"{name}.branch1.pre_norm"), site(f"{name}.branch2.pre_norm")])
        self.shortcut = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        y = x if self.first else F.relu(self.norms[0](self.before[0](x)))
        y = self.convolutions[0](y)
        y = self.convolutions[1](F.relu(self.norms[1](self.before[1](y))))
        return F.avg_pool2d(y, 2) + self.shortcut(F.avg_pool2d(x, 2))


def cutout(x, length):
    """Squares of zeros around random middles, which may hang over the edge."""
    places = torch.arange(28)
    middle = torch.randint(28, (2, len(x), 1))
    inside = (places >= middle - length // 2) & (places < middle - length // 2 + length)
    return x.masked_fill((inside[0][:, :, None] & inside[1][:, None, :])[:, None], 0)


def limit_norms(model, bound):
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                rows = parameter.flatten(1)
                rows.mul_((bound / rows.norm(dim=1, keepdim=True).clamp(min=1e-12)).clamp(max=1))


def train(config, seed):
    torch.manual_seed(seed)
    images, labels = pictures("train")
    chosen = torch.randperm(len(images))[:config["data"]["limit"]]
    images, labels = images[chosen], labels[chosen]
    model = Classifier(config["model"], config.get("dropout") or [])
    steps, batch, rate = config["train"]["steps"], config["train"]["batch"], config["optimizer"]["learning_rate"]
    optimizer = torch.optim.Adam(model.parameters(), rate, (config["optimizer"]["beta1"], config["optimizer"]["beta2"]))
    augment, loss_keys = config["data"].get("augment") or {}, config["loss"]
    order, sites = torch.empty(0, dtype=torch.long), [m for m in model.modules() if isinstance(m, Site)]
    for step in range(steps):
        share = {"constant": 1, "linear": 1 - step / steps, "cosine": (1 + math.cos(math.pi * step / steps)) / 2}
        optimizer.param_groups[0]["lr"] = rate * share[config["optimizer"]["schedule"]]
        for site in sites:
            site.progress = step
        if len(order) < batch:
            order = torch.randperm(len(images))
        x, y, order = images[order[:batch]], labels[order[:batch]], order[batch:]
        if augment.get("cutout"):
            x = cutout(x, augment["cutout"]["length"])
        target = F.one_hot(y, 10).float()
        if augment.get("mixup"):
            kept = np.random.default_rng((seed, step)).beta(*[augment["mixup"]["alpha"]] * 2)
            x, target = kept * x + (1 - kept) * x.roll(-1, 0), kept * target + (1 - kept) * target.roll(-1, 0)
        loss = F.cross_entropy(model(x), target)
        weights = [p for p in model.parameters() if p.dim() > 1]
        loss = loss + loss_keys.get("l1", 0) * sum(w.abs().sum() for w in weights) if loss_keys.get("l1") else loss
        loss = loss + loss_keys.get("l2", 0) * sum(w.square().sum() for w in weights) if loss_keys.get("l2") else loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss_keys.get("max_norm"):
            limit_norms(model, loss_keys["max_norm"])
    return model.eval(), images, labels


def measure(model, images, labels):
    with torch.no_grad():
        logits = torch.cat([model(part) for part in images.split(1000)])
    return (logits.argmax(1) == labels).float().mean().item(), F.cross_entropy(logits, labels).item()


def inside(model, images):
    """Effective rank, and mean absolute correlation of units, of a perceptron's hidden activations, means over its layers."""
    ranks, correlations, hidden = [], [], images
    with torch.no_grad():
        for layer in model.body:
            hidden = layer(hidden)
            if not isinstance(layer, nn.ReLU):
                continue
            shares = torch.linalg.svdvals(hidden - hidden.mean(0))
            shares = shares[shares > 0] / shares.sum()
            ranks.append((-(shares * shares.log()).sum()).exp().item())
            table = torch.corrcoef(hidden[:, hidden.std(0) > 1e-8].T).abs()
            correlations.append(((table.sum() - len(table)) / (len(table) * (len(table) - 1))).item())
    return np.mean(ranks), np.mean(correlations)


def main(name, seeds, arms):
    tested = pictures("t10k")
    for arm in arms:
        found = sorted(glob.glob(f"{ROOT}/runs/claims/{name}/trials/{arm}-s*/config.yaml"))
        with open(found[0]) as file:
            config = yaml.safe_load(file)
        rows = []
        for seed in range(int(seeds)):
            model, images, labels = train(config, seed)
            looked = inside(model, tested[0][:128]) if model.backbone == "mlp" else ()
            rows.append((*measure(model, *tested), measure(model, images, labels)[1], *looked))
        values = np.array(rows)
        print(arm, *(f"{key} {mean:.4f} ± {error:.4f}" for key, mean, error in zip(
            ("accuracy", "cross-entropy", "of training", "rank", "correlation"), values.mean(0), values.std(0, ddof=1) / math.sqrt(len(values)))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
