"""Reference values of SciPy (and rliable's definitions) for Lethe's statistics.

    python3 make.py > statistics.json

Made with SciPy 1.x and NumPy. The step-down max-T test is written here with Student's t, by the book.
"""

import itertools
import json

import numpy as np
from scipy import stats


def iqm(x, axis=-1):
    return stats.trim_mean(x, 0.25, axis=axis)


def step_down(rows):
    """Westfall and Young's step-down max-T with the signs of a seed flipped for all rows; None where a seed is missing."""
    d = np.array([[np.nan if v is None else v for v in row] for row in rows])
    n = d.shape[1]
    signs = np.array(list(itertools.product([1, -1], repeat=n)))

    def t(x):
        """Student's t of each row, infinite where all of its values are equal."""
        size = np.sum(~np.isnan(x), axis=-1)
        with np.errstate(divide="ignore"):
            return np.abs(np.nanmean(x, axis=-1)) / (np.nanstd(x, axis=-1, ddof=1) / np.sqrt(size))

    observed = t(d)
    order = np.argsort(-observed)
    flipped = np.array([t(s * d) for s in signs])[:, order]
    highest = np.maximum.accumulate(flipped[:, ::-1], axis=1)[:, ::-1]
    p = (highest >= observed[order] * (1 - 1e-9)).mean(axis=0)
    corrected = np.empty(len(rows))
    corrected[order] = np.maximum.accumulate(p)
    return corrected.tolist()


def family(rng, rows, seeds, missing=False):
    control = rng.exponential(size=seeds)
    d = np.round(rng.normal(rng.normal(size=(rows, 1)) * 0.8, 1, (rows, seeds)) - control + 1, 6).tolist()
    if missing:
        # Of rows with values of other numbers of seeds, t and the statistic of the program are not in the same order, so
        # that all rows lack the same seed.
        for row in d:
            row[2] = None
    return {"differences": d, "corrected": step_down(d)}


def sample(rng, n):
    x = rng.normal(rng.normal(), 1, n) if rng.random() < 0.5 else rng.exponential(size=n) - 0.5
    x = np.round(x, 6)
    test = stats.permutation_test(
        (x,), lambda v, axis: v.mean(axis=axis), permutation_type="samples", n_resamples=np.inf
    )
    interval = stats.ttest_1samp(x, 0).confidence_interval()
    return {
        "values": x.tolist(),
        "iqm": iqm(x),
        "t": [interval.low, interval.high],
        "sign_flip": test.pvalue,
    }


def corrected(rng, m):
    p = np.round(rng.random(m) ** 3, 5)
    order = np.argsort(p)
    holm = np.empty(m)
    holm[order] = np.minimum(1, np.maximum.accumulate((m - np.arange(m)) * p[order]))
    return {"p": p.tolist(), "holm": holm.tolist(), "bh": stats.false_discovery_control(p).tolist()}


def main():
    rng = np.random.default_rng(20261124)
    t = [(p, d, stats.t.ppf(p, d)) for p in (0.6, 0.9, 0.975, 0.9995) for d in (1, 2, 7, 30, 400)]
    print(
        json.dumps(
            {
                "samples": [sample(rng, n) for n in (3, 4, 5, 6, 7, 8, 8, 10, 12, 16)],
                "families": [family(rng, m, n) for m, n in ((1, 6), (2, 6), (4, 7), (8, 8), (12, 9))]
                + [family(rng, 3, 8, missing=True)],
                "corrections": [corrected(rng, m) for m in (1, 2, 5, 12, 40)],
                "t_quantiles": t,
                "normal_quantiles": [(p, stats.norm.ppf(p)) for p in (1e-12, 1e-4, 0.025, 0.4, 0.5, 0.8, 0.9999)],
            }
        )
    )


main()
