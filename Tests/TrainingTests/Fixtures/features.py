"""A small network with its features of a few images, for FeatureNetworkTests: features.safetensors.

Run with PyTorch and safetensors; `describe` turns an `nn.Sequential` into what `lethe metrics --features`
reads, and is what users need.
"""
import json
import pathlib

import torch
from safetensors.torch import save_file
from torch import nn


def describe(network, input, range):
    """The metadata of a network. input: [H, W, C] or [T, 1]; range: [0, 1] or [-1, 1]."""
    layers = []
    for index, layer in enumerate(network):
        own = {name: f"{index}.{name}" for name in layer.state_dict() if name != "num_batches_tracked"}
        if isinstance(layer, (nn.Conv1d, nn.Conv2d)):
            own |= {"layer": "conv", "stride": layer.stride[0], "padding": layer.padding[0]}
        elif isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            own |= {"layer": "batch_norm", "epsilon": layer.eps}
        elif isinstance(layer, nn.LeakyReLU):
            own |= {"layer": "leaky_relu", "slope": layer.negative_slope}
        elif isinstance(layer, (nn.MaxPool2d, nn.AvgPool2d)):
            own |= {"layer": "max_pool" if isinstance(layer, nn.MaxPool2d) else "average_pool",
                    "size": layer.kernel_size}
        else:
            own |= {"layer": {nn.Linear: "linear", nn.ReLU: "relu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid",
                              nn.Flatten: "flatten"}[type(layer)]}
        layers.append(own)
    return {"lethe.features": json.dumps({"input": input, "range": range, "layers": layers})}


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
    tensors = dict(network.state_dict())
    tensors = {name: value for name, value in tensors.items() if "num_batches" not in name}
    tensors |= {"images": images.permute(0, 2, 3, 1).contiguous(), "features": features}
    save_file(tensors, pathlib.Path(__file__).with_name("features.safetensors"),
              metadata=describe(network, [16, 8, 3], [-1, 1]))
