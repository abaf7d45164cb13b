"""Feature likelihood divergence in float64, after fld/MoG.py and fld/metrics/FLD.py of the authors.

Source: Jiralerspong et al. 2023, arXiv:2302.04440.

A fit has m centres and n data rows x, and varies log-variances s of the centres and one more:
  ll[i][c] = -ln m - D[i][c] / (2 exp s[c]) - d/2 (s[c] + ln 2 pi)   for the centres,
  the same without -ln m and with D = 0.81 |x[i] - mean(x)|^2        for the one more;
  loss = -mean over i of logsumexp over c, divided by d, with the s before the step.
s starts at ln((min over i of D[i][c] + 1e-3) / d), the one more at 0. An epoch is one step of all rows:
Adam with bias correction, s -= 0.5 mhat / (sqrt(vhat) + 1e-8), then s of the centres (not the one more) is
clamped to -40...40. After the step of epoch index e > 5 the fit ends when loss[e] differs by less than
5e-4 from each of the four losses before it (the authors' window of five contains loss[e] itself).
What is scored is the mixture of the m centres alone, with weights 1/m.
"""
import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import logsumexp


def squared(a, b):
    return cdist(a, b, "sqeuclidean")


def centre_terms(distances, s, d):
    return -0.5 * distances * np.exp(-s) - 0.5 * d * (s + np.log(2 * np.pi))


def fit(centres, data):
    """The log-variances of the centres, the epochs taken, and how near 5e-4 the stop was decided."""
    d, m = data.shape[1], len(centres)
    distances = squared(data, centres)
    s = np.append(np.log((distances.min(0) + 1e-3) / d), 0.0)
    distances = np.hstack([distances, 0.81 * squared(data, data.mean(0)[None])])
    weights = np.append(np.full(m, -np.log(m)), 0.0)
    first, second, losses, margin = np.zeros(m + 1), np.zeros(m + 1), [], np.inf
    for epoch in range(50):
        terms = weights + centre_terms(distances, s, d)
        total = logsumexp(terms, axis=1)
        losses.append(-total.mean() / d)
        share = np.exp(terms - total[:, None])
        gradient = -(share * (0.5 * distances * np.exp(-s) - 0.5 * d)).mean(0) / d
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        s = s - 0.5 * (first / (1 - 0.9 ** (epoch + 1))) / (
            np.sqrt(second / (1 - 0.999 ** (epoch + 1))) + 1e-8)
        s[:m] = np.clip(s[:m], -40, 40)
        if epoch > 5:
            change = max(abs(losses[-1] - loss) for loss in losses[-5:-1])
            margin = min(margin, abs(change - 5e-4))
            if change < 5e-4:
                break
    return s[:m], len(losses), margin


def nll(centres, s, x):
    """Mean negative log-likelihood of a number of x."""
    d = x.shape[1]
    terms = centre_terms(squared(x, centres), s, d) - np.log(len(centres))
    return -logsumexp(terms, axis=1).mean() / d


def fld(t, p, g):
    """All of FLD: T is what is fitted, P what is scored and what standardises."""
    mean, deviation = p.mean(0), p.std(0, ddof=1)
    t, p, g = ((x - mean) / deviation for x in (t, p, g))
    s, epochs, margin = fit(g, t)
    base_s, base_epochs, base_margin = fit(t[0::2], t[1::2])
    found = {"test_nll": nll(g, s, p), "train_nll": nll(g, s, t), "epochs": epochs,
             "baseline": nll(t[0::2], base_s, p), "baseline_epochs": base_epochs,
             "stop_margin": min(margin, base_margin)}
    found["fld"] = 100 * (found["test_nll"] - found["baseline"])
    found["fld_gap"] = 100 * (found["test_nll"] - found["train_nll"])
    return found
