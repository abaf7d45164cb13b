"""A small network with its features of a few images, for FeatureNetworkTests: features.safetensors.

Run with PyTorch. `as_features` of lethe.py turns an `nn.Sequential` into what `lethe metrics --features` reads.
"""
import pathlib
import sys

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "Sources/PythonReader"))
from lethe import as_features  # noqa: E402

if __name__ == "__main__":
    torch.manual_seed(7)
    network = nn.Sequential(
        nn.Conv2d(3, 6, 3, stride=2, padding=1), nn.BatchNorm2d(6), nn.LeakyReLU(0.2),
        nn.Conv2d(6, 8, 3, padding=1, bias=False), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 1),
        nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(8 * 2 * 1, 5), nn.Sigmoid())
    with torch.no_grad():
        for _ in range(20):  # moves the running statistics away from their first values
            network(torch.rand(16, 3, 16, 8) * 2 - 1)
    network.eval()
    images = torch.rand(7, 3, 16, 8)
    with torch.no_grad():
        features = network(images * 2 - 1)
    others = {"images": images.permute(0, 2, 3, 1).contiguous(), "features": features}
    as_features(network, pathlib.Path(__file__).with_name("features.safetensors"), [16, 8, 3], [-1, 1], others)
