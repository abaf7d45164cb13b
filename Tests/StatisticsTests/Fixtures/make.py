"""Reference values of SciPy (and rliable's definitions) for Lethe's statistics.

    python3 make.py > statistics.json

Made with SciPy 1.x and NumPy. BCa is compared twice: at n = 4, where all 4**4 resamples are enumerated so that
nothing is random, and at other sizes against several runs of scipy.stats.bootstrap, whose spread is stored.
"""

import itertools
import json

import numpy as np
from scipy import stats


def iqm(x, axis=-1):
    return stats.trim_mean(x, 0.25, axis=axis)


def enumerated_bca(x, confidence=0.95):
    """SciPy's BCa formula on every resample of x."""
    x = np.asarray(x)
    n = len(x)
    drawn = np.sort([iqm(x[list(i)]) for i in itertools.product(range(n), repeat=n)])
    observed = iqm(x)
    share = (np.sum(drawn < observed) + np.sum(drawn <= observed)) / (2 * len(drawn))
    z0 = stats.norm.ppf(share)
    jack = np.array([iqm(np.delete(x, i)) for i in range(n)])
    d = jack.mean() - jack
    a = (d**3).sum() / (6 * (d**2).sum() ** 1.5)
    ends = []
    for tail in ((1 - confidence) / 2, (1 + confidence) / 2):
        z = z0 + stats.norm.ppf(tail)
        ends.append(np.percentile(drawn, 100 * stats.norm.cdf(z0 + z / (1 - a * z))))
    return {"observed": observed, "drawn": drawn.tolist(), "jackknife": jack.tolist(), "interval": ends}


def bootstrapped(x):
    runs = np.array(
        [
            list(
                stats.bootstrap(
                    (x,), iqm, method="BCa", n_resamples=9999, rng=np.random.default_rng(seed)
                ).confidence_interval
            )
            for seed in range(8)
        ]
    )
    return {"interval": runs.mean(axis=0).tolist(), "spread": runs.std(axis=0, ddof=1).tolist()}


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
        "bca": bootstrapped(x),
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
                "enumerated": [enumerated_bca(np.round(rng.exponential(size=4), 6)) for _ in range(4)],
                "corrections": [corrected(rng, m) for m in (1, 2, 5, 12, 40)],
                "t_quantiles": t,
                "normal_quantiles": [(p, stats.norm.ppf(p)) for p in (1e-12, 1e-4, 0.025, 0.4, 0.5, 0.8, 0.9999)],
            }
        )
    )


main()
