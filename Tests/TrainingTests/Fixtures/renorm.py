#!/usr/bin/env python3
"""Makes the fixture of weights of limited norm with PyTorch 2.13: python3 renorm.py"""
import torch

from training import HERE
from fixture import save, values

CASES = {"linear.weight": ((4, 6), 0), "conv.weight": ((3, 2, 4, 4), 0),
         "transposed.weight": ((2, 3, 4, 4), 1)}

out = {}
for name, (shape, axis) in CASES.items():
    weight = values(name, shape).float()
    for bound in (0.5, 1, 100):
        out[f"{name}/{bound}"] = torch.renorm(weight, p=2, dim=axis, maxnorm=bound)
save(HERE, "renorm", out)
