"""MS-SSIM of pairs of images by torchmetrics, for MultiScaleSimilarity: python3 ms_ssim.py > ms_ssim.json

Images are made from SplitMix64 as in random_sets.py: blocks of 8 pixels and noise. Of images too small for five
scales torchmetrics is given the weights of the scales that there are."""

import json

import numpy as np
import torch
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure as ms_ssim

from random_sets import Stream

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
# Height, width, channels, and the share of the first image in the second; below 0 for its negative.
CASES = [
    (28, 28, 1, 0.7), (28, 28, 1, 0.0), (11, 13, 1, 0.6), (32, 32, 3, 0.6), (47, 61, 3, 0.8), (64, 64, 3, 0.5),
    (99, 120, 1, 0.3), (176, 176, 1, 0.7), (190, 177, 3, 0.9), (32, 32, 1, -1.0),
]


def image(stream, height, width, channels):
    blocks = stream.rows(((height + 7) // 8) * ((width + 7) // 8), channels)
    blocks = blocks.reshape((height + 7) // 8, (width + 7) // 8, channels).repeat(8, 0).repeat(8, 1)
    noise = stream.rows(height * width, channels).reshape(height, width, channels)
    return 0.75 * blocks[:height, :width] + 0.25 * noise


def tensor(image):
    return torch.from_numpy(image.astype(np.float32).astype(np.float64).transpose(2, 0, 1)[None].copy())


# Without this default the weights would be in single precision.
torch.set_default_dtype(torch.float64)
results = []
for seed, (height, width, channels, share) in enumerate(CASES):
    stream = Stream(seed)
    first = image(stream, height, width, channels)
    own = image(stream, height, width, channels)
    second = 1 - first if share < 0 else share * first + (1 - share) * own
    scales = max(n for n in range(1, 6) if min(height, width) >> (n - 1) >= 11)
    used = WEIGHTS[:scales]
    betas = WEIGHTS if scales == 5 else tuple(w / sum(used) for w in used)
    value = ms_ssim(
        tensor(first), tensor(second), data_range=1.0, betas=betas, normalize="relu")
    results.append(
        {"seed": seed, "height": height, "width": width, "channels": channels, "share": share,
         "value": float(value)})
print(json.dumps(results, indent=1))
