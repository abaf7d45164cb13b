#!/usr/bin/env python3
"""Makes the fixture of optimizers with PyTorch 2.13: python3 optimizers.py

Fifty steps of a linear map's squared error in float32, whose rounding of the settings is part of what an
optimizer does; a new batch each step; weight decay on the weight only.
"""
import torch

from training import HERE
from fixture import save, values

STEPS, N, INPUTS, OUTPUTS = 50, 8, 5, 3
CASES = {
    "adam": (torch.optim.Adam, {"lr": 0.01}, 0),
    "adam-gan": (torch.optim.Adam, {"lr": 0.002, "betas": (0.5, 0.99), "eps": 1e-6}, 0),
    "adamw": (torch.optim.AdamW, {"lr": 0.01}, 0.2),
    "sgd": (torch.optim.SGD, {"lr": 0.1}, 0),
    "sgd-decay": (torch.optim.SGD, {"lr": 0.1}, 0.05),
    "sgd-momentum": (torch.optim.SGD, {"lr": 0.02, "momentum": 0.9}, 0),
    "sgd-momentum-decay": (torch.optim.SGD, {"lr": 0.02, "momentum": 0.9}, 0.05),
    "rmsprop": (torch.optim.RMSprop, {"lr": 0.005}, 0),
    "rmsprop-momentum": (torch.optim.RMSprop, {"lr": 0.001, "momentum": 0.9, "alpha": 0.9}, 0),
}


def single(name, shape):
    return values(name, shape).float()


out = {}
for name, (kind, settings, decay) in CASES.items():
    w = single("w", (OUTPUTS, INPUTS)).requires_grad_()
    b = single("b", (OUTPUTS,)).requires_grad_()
    optimizer = kind([{"params": [w], "weight_decay": decay}, {"params": [b], "weight_decay": 0}],
                     **settings)
    for step in range(STEPS):
        x, y = single(f"x{step}", (N, INPUTS)), single(f"y{step}", (N, OUTPUTS))
        w.grad, b.grad = torch.autograd.grad((x @ w.T + b - y).square().mean(), [w, b])
        optimizer.step()
    out |= {name + "/w": w, name + "/b": b}
    for key, parameter in (("w", w), ("b", b)):
        for slot, value in optimizer.state[parameter].items():
            if slot != "step" and value is not None:
                out[f"{name}/{key}/{slot}"] = value
save(HERE, "optimizers", out)
