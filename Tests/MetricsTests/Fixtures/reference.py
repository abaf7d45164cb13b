"""The array metrics in plain NumPy, float64: distances are differences squared, never an expansion.

Sets are used as they are: sizes are not equalised and duplicates stay. Where an exact answer needs
another way than the usual (a singular covariance, a rank-deficient kernel), `value` is that way, and
the usual one is given beside it.
"""
import numpy as np
from scipy import stats
from scipy.spatial.distance import cdist, jensenshannon, pdist

CRITICAL = 1.959963984540054


class Sets:
    """Three sets and the distances between them."""

    def __init__(self, t, p, g):
        self.t, self.p, self.g = t, p, g
        self.tt, self.tp, self.tg = cdist(t, t), cdist(t, p), cdist(t, g)
        self.pg, self.gg = cdist(p, g), cdist(g, g)
        np.fill_diagonal(self.tt, np.inf)
        np.fill_diagonal(self.gg, np.inf)


def radii(distances, k):
    """Distance of each row to its k-th neighbour; the diagonal is infinite."""
    return np.partition(distances, k - 1, axis=1)[:, k - 1]


def centred(x):
    return (x - x.mean(0)) / np.sqrt(len(x) - 1)


def triangle(x):
    """A matrix with the Gram matrix of x and no more rows than columns."""
    return np.linalg.qr(x, mode="r") if len(x) > x.shape[1] else x


def frechet(a, b):
    """The trace of the square root of a product of covariances is a nuclear norm: no square roots."""
    ca, cb = centred(a), centred(b)
    nuclear = np.linalg.svd(triangle(ca) @ triangle(cb).T, compute_uv=False).sum()
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + (ca**2).sum() + (cb**2).sum() - 2 * nuclear


def frechet_by_eigenvalues(a, b):
    """As the definition says, which loses half of the digits when a covariance is singular."""
    sa, sb = (np.atleast_2d(np.cov(x, rowvar=False)) for x in (a, b))
    w, v = np.linalg.eigh(sa)
    root = (v * np.sqrt(np.maximum(w, 0))) @ v.T
    values = np.maximum(np.linalg.eigvalsh(root @ sb @ root), 0)
    mean = ((a.mean(0) - b.mean(0)) ** 2).sum()
    return mean + np.trace(sa) + np.trace(sb) - 2 * np.sqrt(values).sum()


def kernel(a, b, number=np.float64):
    a, b, d = a.astype(number), b.astype(number), a.shape[1]
    n, m = len(a), len(b)
    kaa, kbb, kab = (((x @ y.T) / d + 1) ** 3 for x, y in ((a, a), (b, b), (a, b)))
    within = (kaa.sum() - np.trace(kaa)) / (n * (n - 1)) + (kbb.sum() - np.trace(kbb)) / (m * (m - 1))
    return float(within - 2 * kab.sum() / (n * m))


def unit_rows(x):
    return x / np.sqrt((x**2).sum(1, keepdims=True))


def vendi(x):
    """Squared singular values are the eigenvalues, without the noise around zero of the others."""
    values = np.linalg.svd(unit_rows(x), compute_uv=False) ** 2 / len(x)
    values = values[values > 1e-28]
    return {"0.5": np.sqrt(values).sum() ** 2, "1": np.exp(-(values * np.log(values)).sum()),
            "2": 1 / (values**2).sum(), "inf": 1 / values.max()}


def rke(s, bandwidth):
    off_diagonal = np.exp(-((s.gg / bandwidth) ** 2)).sum()  # distances on the diagonal are infinite and add 0
    return len(s.g) ** 2 / (len(s.g) + off_diagonal)


def cells(x, centres):
    return cdist(x, centres).argmin(1)


def ndb(s, count):
    centres = s.t[:count]
    a, b = (np.bincount(cells(x, centres), minlength=count) for x in (s.t, s.g))
    n, m = len(s.t), len(s.g)
    counted = (a + b) > 0
    a, b = a[counted], b[counted]
    pooled = (a + b) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    z = (a / n - b / m) / np.where(error > 0, error, 1)
    return {"ndb": float((np.abs(z) > CRITICAL).mean()), "js": jensenshannon(a / n, b / m) ** 2}


def z_of_u(generated, holdout):
    m, n = len(generated), len(holdout)
    if m == 0 or n == 0:
        return None
    u = stats.mannwhitneyu(generated, holdout, alternative="less").statistic
    return (u - (m * n / 2 - 0.5)) / np.sqrt(m * n * (m + n + 1) / 12)


def ct(s, count):
    """Global, and per cell with the nearest of all training rows and (`own`) of those of the cell."""
    centres = s.t[:count]
    of_t, of_p, of_g = (cells(x, centres) for x in (s.t, s.p, s.g))
    found = {"global": z_of_u(s.tg.min(0), s.tp.min(0))}
    for name, own in (("cell", False), ("own_cell", True)):
        total = weight = everything = 0.0
        for c in range(count):
            rows = (of_t == c) if own else np.full(len(s.t), True)
            z = z_of_u(s.tg[rows][:, of_g == c].min(0), s.tp[rows][:, of_p == c].min(0))
            found[f"{name}_{c}"] = z
            share = float((of_p == c).mean())
            everything += share * (z or 0)
            if (of_g == c).sum() > 20 and z is not None:
                total, weight = total + share * z, weight + share
        found[f"{name}s_weighted"] = total / weight if weight else None
        found[f"{name}s_weighted_all"] = everything
    return found


def cosine_distance(g, t, number=np.float64):
    g, t = unit_rows(g.astype(number)), unit_rows(t.astype(number))
    return float((1 - np.abs(g @ t.T)).min(1).mean())


def mifid(distance, m):
    return distance / (m + 1e-14) if m < 0.1 else distance


def authenticity(s):
    nearest = s.tg.argmin(0)
    return float((~(s.tg.min(0) < s.tt.min(1)[nearest])).mean())


def closer_to_train(s):
    count = int((s.tg.min(0) < s.pg.min(0)).sum())
    n = len(s.g)
    return count, {side: stats.binomtest(count, n, 0.5, side).pvalue for side in ("two-sided", "greater")}


def nn_ratio(s):
    """A training row that is in P and in G is as near to both: 0/0 counts as 1."""
    holdout, generated = s.tp.min(1), s.tg.min(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.median(np.where(holdout == generated, 1, holdout / generated)))


def copy_rate(s):
    nearest = np.sort(s.tg, axis=0)[:50]
    mean = nearest.mean(0)
    return float((nearest[0] < 0.5 * mean).mean())


def near_ties(s):
    """The smallest relative gap, other than an exact tie, of the comparisons that metrics decide by."""
    gap = np.inf
    pairs = [(s.tg.min(0), s.pg.min(0)), (s.tg.min(0), s.tt.min(1)[s.tg.argmin(0)])]
    for k in (3, 5):
        pairs += [(s.tg, radii(s.tt, k)[:, None]), (s.tg, radii(s.gg, k))]
    nearest = np.sort(s.tg, axis=0)[:50]
    pairs += [(nearest[0], 0.5 * nearest.mean(0)), (pdist(s.g), np.quantile(pdist(s.p), 0.001))]
    for a, b in pairs:
        difference = np.abs(a - b) / np.maximum(np.maximum(a, b), 1e-300)
        gap = min(gap, difference[difference > 0].min())
    return gap


def birthday(s):
    """Pairs of G closer than the 0.1% quantile of P's pair distances, and the support they tell of."""
    quantile = np.quantile(pdist(s.p), 0.001)
    close = int((pdist(s.g) < quantile).sum())
    n = len(s.g)
    return n * (n - 1) / (2 * close) if close else None, close, float(quantile)


def realism(s):
    """Per g the largest radius/distance over T's balls (k = 5) whose radius is below the median."""
    ball = radii(s.tt, 5)
    kept = ball < np.median(ball)
    with np.errstate(divide="ignore"):
        score = (ball[kept][:, None] / s.tg[kept]).max(0)
    return {"mean": float(score.mean()), "min": float(score.min())}


def neighbours(s):
    """Precision and recall with k = 3, density and coverage with k = 5 and 3."""
    found = {}
    for k in (3, 5):
        ball, fake = radii(s.tt, k), radii(s.gg, k)
        inside = s.tg < ball[:, None]
        found[k] = {"precision": inside.any(0).mean(), "recall": (s.tg < fake).any(1).mean(),
                    "density": inside.sum(0).mean() / k, "coverage": (s.tg.min(1) < ball).mean()}
    return found
