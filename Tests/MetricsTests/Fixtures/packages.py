"""What PyPI packages find, for comparison: prdc, vendi-score, torch-fidelity, torchmetrics, SciPy."""
import contextlib
import importlib.metadata
import io

import numpy as np
import scipy.linalg
import scipy.sparse
import torch
from prdc import compute_prdc
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_kid import kernel_mmd
from torchmetrics.image.fid import _compute_fid
from torchmetrics.image.kid import poly_mmd
from torchmetrics.image.mifid import _compute_cosine_distance, _mifid_compute

if not hasattr(scipy.sparse, "csr"):  # vendi-score 0.0.3 needs a module that SciPy has dropped
    scipy.sparse.csr = scipy.sparse
from vendi_score import vendi


def version(name):
    return f"{name} {importlib.metadata.version(name)}"


def neighbours(t, g, k):
    with contextlib.redirect_stdout(io.StringIO()):
        return compute_prdc(t, g, nearest_k=k)


def moments(x):
    return torch.tensor(x.mean(0)), torch.tensor(np.atleast_2d(np.cov(x, rowvar=False)))


def frechet(t, g):
    root = scipy.linalg.sqrtm(moments(t)[1].numpy() @ moments(g)[1].numpy())
    traces = sum(np.trace(moments(x)[1].numpy()) for x in (t, g))
    by_root = ((t.mean(0) - g.mean(0)) ** 2).sum() + traces - 2 * np.trace(root).real
    fidelity = fid_statistics_to_metric(
        fid_features_to_statistics(torch.tensor(t)), fid_features_to_statistics(torch.tensor(g)), False)
    return {version("torchmetrics"): _compute_fid(*moments(t), *moments(g)).item(),
            version("torch-fidelity"): next(iter(fidelity.values())),
            version("scipy") + " sqrtm": by_root}


def kernel(t, g):
    """Of sets of one size: the packages know no other."""
    arguments = {"kid_kernel": "poly", "kid_kernel_poly_degree": 3, "kid_kernel_poly_gamma": None,
                 "kid_kernel_poly_coef0": 1}
    return {version("torchmetrics"): poly_mmd(torch.tensor(t), torch.tensor(g)).item(),
            version("torch-fidelity"): kernel_mmd(t, g, **arguments)}


def vendi_orders(g):
    """By the n x n kernel (`score_X` ignores its q, `score_K` does not) and by the d x d one."""
    unit = g / np.linalg.norm(g, axis=1, keepdims=True)
    orders = (0.5, 1, 2, "inf")
    return {version("vendi-score"): {str(q): float(vendi.score_K(unit @ unit.T, q=q)) for q in orders},
            version("vendi-score") + " dual": {str(q): float(vendi.score_dual(g, q=q)) for q in orders}}


def mifid(t, g):
    """torchmetrics' formula with the sets in Kaggle's order: the mean is over G."""
    mean = _compute_cosine_distance(torch.tensor(g), torch.tensor(t)).item()
    value = _mifid_compute(*moments(g), torch.tensor(g), *moments(t), torch.tensor(t)).item()
    return value, mean
