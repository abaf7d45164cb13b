"""Writes recent.json: values of the metrics since 2023 for the sets that make.py describes, by plain NumPy and SciPy in
float64, written from the papers alone. Run it in this folder.

A file has, by the name of a set, `value` by key and further numbers beside it. Distances are differences squared.
"""
import json
import pathlib

import numpy as np
from scipy import stats
from scipy.spatial.distance import cdist, pdist
from scipy.special import betaln, gammaln

from random_sets import make

K = 5


def memorized_share(t, g):
    d = np.sort(cdist(g, t), axis=1)
    ratio = np.where(d[:, 1] == 0, 0, d[:, 0] / np.where(d[:, 1] == 0, 1, d[:, 1]))
    curve = {f"{x / 10}": (ratio < x / 10).mean() for x in range(1, 10)}
    return {"value": (ratio < 1 / 3).mean(), "thresholds": curve}


def own(t):
    d = cdist(t, t)
    np.fill_diagonal(d, np.inf)
    return d


def clipped_density(t, g):
    d = own(t)
    near = np.argsort(d, axis=1, kind="stable")[:, :K]
    radius = np.sort(d, axis=1)[:, K - 1]
    radius = np.minimum(radius, np.median(radius))
    counts = np.zeros(len(t))
    for i in range(len(t)):
        for j in near[i]:
            counts[j] += d[i, j] <= radius[i]
    best = np.minimum(counts / K, 1).mean()
    inside = (cdist(t, g) <= radius[:, None]).sum(0)
    value = np.minimum(inside / K, 1).mean() / best
    return {"value": min(value, 1), "unclipped": value}


def clipped_coverage(t, g):
    radius = np.sort(own(t), axis=1)[:, K - 1]
    covered = (np.sort(cdist(t, g), axis=1)[:, :K] < radius[:, None]).mean()
    n, m = len(t), len(g)
    expected = np.zeros(m + 1)
    for rows in range(K, m + 1):
        j = np.arange(rows + 1)
        log_p = (gammaln(rows + 1) - gammaln(j + 1) - gammaln(rows - j + 1)
                 + betaln(K + j, n - K + rows - j) - betaln(K, n - K))
        expected[rows] = (np.minimum(j, K) * np.exp(log_p)).sum() / K
    return {"value": np.searchsorted(expected, covered) / (m + 1), "covered": covered}


def gaussian(a, b, width):
    return np.exp(-cdist(a, b, "sqeuclidean") / (2 * width**2))


def kernel_audio_distance(t, g):
    width = np.median(pdist(t))
    n, m = len(t), len(g)
    within = [(gaussian(x, x, width).sum() - len(x)) / (len(x) * (len(x) - 1)) for x in (t, g)]
    squared = sum(within) - 2 * gaussian(g, t, width).sum() / (n * m)
    return {"value": 100 * squared, "bandwidth": width}


def novelty(t, g):
    """By the matrix of the paper, whose positive eigenvalues are those of the difference of covariances."""
    width = np.median(pdist(t))
    n, m = len(g), len(t)
    cross = gaussian(g, t, width) / np.sqrt(n * m)
    whole = np.block([[gaussian(g, g, width) / n, cross], [-cross.T, -gaussian(t, t, width) / m]])
    values = np.linalg.eigvals(whole).real
    values = values[values > 1e-12]
    return {"value": (values * np.log(values.sum() / values)).sum(), "frequency": values.sum()}


def local_copying(t, g):
    d = np.sort(own(t), axis=1)[:, :K]
    logs = np.log(d[:, -1:] / np.where(d[:, :-1] > 0, d[:, :-1], np.nan))
    dimension = 1 / np.nanmean(logs)
    copied = set()
    for x, radius in zip(t, d[:, -1]):
        far = np.sqrt(((g - x) ** 2).sum(1))
        order = [i for i in np.argsort(far, kind="stable") if far[i] < radius]
        largest = 0
        for place, i in enumerate(order):
            share = K / (len(t) - 1) * (far[i] / radius) ** dimension
            if (place + 1) / len(g) >= 20 * share:
                largest = place + 1
        copied.update(order[:largest])
    return {"value": len(copied) / len(g), "dimension": dimension}


def membership(t, p, g):
    """Of the first rows of both, as many as the smaller set has."""
    n = min(len(t), len(p))
    members, others = (cdist(x[:n], g).min(1) for x in (t, p))
    threshold = np.sort(others)[int(0.01 * n)]
    found = int((members < threshold).sum())
    interval = stats.binomtest(found, n).proportion_ci(method="exact")
    u = stats.mannwhitneyu(others, members).statistic
    return {"value": found / n, "low": interval.low, "high": interval.high, "auc": u / n**2}


if __name__ == "__main__":
    found = {}
    for path in sorted(pathlib.Path("sets").glob("*.json")):
        t, p, g = make(json.loads(path.read_text())["spec"])
        values = {"memorized_share": memorized_share(t, g), "kernel_audio_distance": kernel_audio_distance(t, g),
                  "membership": membership(t, p, g)}
        if len(t) + len(g) <= 1000:
            values["novelty"] = novelty(t, g)
        if len(t) > K:
            values |= {"clipped_density": clipped_density(t, g), "clipped_coverage": clipped_coverage(t, g),
                       "local_copying": local_copying(t, g)}
        found[path.stem] = values
    text = json.dumps(found, indent=1, allow_nan=False)
    pathlib.Path("recent.json").write_text(text + "\n")
