"""Reference values for times until an event, some of which are only known to be longer.

    python3 survival.py > survival.json

Made with lifelines (medians and their intervals) and NumPy: observed less expected events of an arm, event time by event time,
for every division of the trials into two arms.
"""

import itertools
import json
import math

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times


def excess(times, events, arm):
    """Observed less expected events of an arm."""
    total = 0.0
    for t in sorted(set(times[events])):
        risk = times >= t
        dead = (times == t) & events
        total += (dead & arm).sum() - dead.sum() * (risk & arm).sum() / risk.sum()
    return total


def permutation(times, events, size):
    everyone = range(len(times))
    statistics = []
    for chosen in itertools.combinations(everyone, size):
        arm = np.isin(everyone, chosen)
        statistics.append(abs(excess(times, events, arm)))
    # The first combination is that of the trials as they stand.
    return float(np.mean(np.array(statistics) >= statistics[0] - 1e-9))


def number(x):
    return None if x is None or math.isinf(x) or math.isnan(x) else float(x)


def median(times, events):
    fit = KaplanMeierFitter().fit(times, events)
    ends = median_survival_times(fit.confidence_interval_)
    # A share of a half that rounding has made a little larger is a half.
    curve = fit.survival_function_.iloc[:, 0].round(12)
    half = curve.index[curve <= 0.5]
    return [number(half[0]) if len(half) else None] + [number(v) for v in ends.iloc[0]]


def case(rng, a, b):
    slow = rng.choice([0.4, 1.0, 3.0], size=2)
    times = np.concatenate([np.ceil(rng.exponential(4 * s, n)) for s, n in zip(slow, (a, b))])
    end = np.where(rng.random(a + b) < 0.8, 10, rng.integers(3, 10, a + b))
    events = times <= end
    times = np.minimum(times, end)
    return {
        "times": times.tolist(), "events": events.tolist(), "first": a,
        "p": permutation(times, events, a) if events.any() else None,
        "median": median(times, events) if events.any() else [None, None, None],
    }


rng = np.random.default_rng(7)
sizes = [(3, 3), (4, 6), (5, 5), (6, 6), (8, 7), (8, 8), (2, 9), (6, 6), (5, 8), (7, 7)]
print(json.dumps([case(rng, a, b) for a, b in sizes], indent=1))
