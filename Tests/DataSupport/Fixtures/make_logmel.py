"""Makes the log-mel fixtures: for each configuration a sound and its spectrogram.

Run: python3 make_logmel.py (needs numpy). The formulas are those that `LogMel` documents, by the discrete Fourier
transform's definition instead of a fast one, and means of triangles over bins by sums over many frequencies.
"""

import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent
random = np.random.default_rng(5)


def hertz(mel):
    return 700 * (10 ** (mel / 2595) - 1)


def logmel(sound, rate, window_count, hop, bins, bands):
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_count) / window_count)
    frames = 1 + (len(sound) - window_count) // hop
    framed = np.stack([sound[hop * i : hop * i + window_count] * window for i in range(frames)])
    turn = np.exp(-2j * np.pi * np.outer(np.arange(window_count), np.arange(bins // 2 + 1)) / bins)
    power = 2 * np.abs(framed @ turn) ** 2 / (bins * np.sum(window**2))
    parts = (np.arange(1000) + 0.5) / 1000 - 0.5
    frequencies = ((np.arange(bins // 2 + 1)[:, None] + parts) * rate / bins).ravel()
    edges = hertz(np.linspace(0, 2595 * np.log10(1 + rate / 2 / 700), bands + 2))
    rising = (frequencies[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - frequencies[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.clip(np.minimum(rising, falling), 0, None)
    weights = triangles.reshape(-1, len(parts), bands).mean(axis=1)
    return np.log(power @ weights + 1e-6)


for rate, length, window_count, hop, bins, bands in [
    (16000, 4096, 400, 58, 1024, 64),
    (8000, 8000, 200, 80, 512, 64),
    (44100, 1024, 256, 12, 4096, 64),
    (1000, 500, 25, 7, 64, 16),
]:
    time = np.arange(length) / rate
    sound = 0.5 * np.sin(2 * np.pi * (rate / 16) * time) * np.exp(-4 * time / time[-1])
    sound = (sound + 0.05 * random.standard_normal(length)).astype(np.float32)
    np.save(folder / f"logmel-{rate}-sound.npy", sound)
    values = logmel(sound.astype(np.float64), rate, window_count, hop, bins, bands)
    np.save(folder / f"logmel-{rate}.npy", values.astype(np.float32))
    print(rate, values.shape)
