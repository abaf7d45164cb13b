#!/usr/bin/env python3
"""Makes classification.json: metrics of random predictions by scikit-learn 1.9 and SciPy 1.17, DeLong's variance by its
definition over all pairs, and correlations and effective ranks of random matrices by NumPy."""
import json
import os

import numpy as np
from scipy.optimize import brentq
from sklearn.metrics import log_loss, roc_auc_score, roc_curve

rng = np.random.default_rng(3)


def delong(scores, labels):
    x, y = scores[labels == 1], scores[labels == 0]
    wins = (x[:, None] > y[None]) + 0.5 * (x[:, None] == y[None])
    return wins.mean(1).var(ddof=1) / len(x) + wins.mean(0).var(ddof=1) / len(y)


def equal_error_rate(scores, labels):
    alarms, hits, _ = roc_curve(labels, scores, drop_intermediate=False)
    return brentq(lambda x: 1 - x - np.interp(x, alarms, hits), 0, 1)


def calibration_error(p, labels, intervals=15):
    confidence, right = p.max(1), p.argmax(1) == labels
    edges = np.linspace(0, 1, intervals + 1)
    error = 0
    for low, high in zip(edges, edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


cases = []
for classes, count, digits in [(2, 60, 8), (2, 200, 1), (4, 150, 8), (10, 300, 8)]:
    logits = rng.normal(size=(count, classes)) * 1.5
    labels = np.array([rng.integers(classes) if rng.random() < 0.5 else row.argmax() for row in logits])
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    if digits < 8:  # many ties
        p[:, 1] = np.round(p[:, 1], digits).clip(0.05, 0.95)
        p[:, 0] = 1 - p[:, 1]
    case = {"classes": classes, "probabilities": p.ravel().tolist(), "labels": labels.tolist(),
            "accuracy": float((p.argmax(1) == labels).mean()),
            "cross_entropy": log_loss(labels, p, labels=list(range(classes))),
            "calibration_error": calibration_error(p, labels)}
    if classes == 2:
        case |= {"auc": roc_auc_score(labels, p[:, 1]), "auc_variance": delong(p[:, 1], labels),
                 "equal_error_rate": equal_error_rate(p[:, 1], labels)}
    else:
        case["auc"] = roc_auc_score(labels, p, multi_class="ovr", average="macro")
    cases.append(case)

matrices = []
for rows, columns in [(40, 5), (6, 9), (200, 12)]:
    x = rng.normal(size=(rows, columns)) @ rng.normal(size=(columns, columns))
    x[:, 0] = 2.5
    c = np.corrcoef(x[:, 1:], rowvar=False)
    s = np.linalg.svd(x - x.mean(0), compute_uv=False)
    s = s[s > 0] / s.sum()
    matrices.append({"columns": columns, "values": x.ravel().tolist(),
                     "correlation": float(np.abs(c[~np.eye(len(c), dtype=bool)]).mean()),
                     "rank": float(np.exp(-(s * np.log(s)).sum()))})

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "classification.json"), "w") as file:
    json.dump({"cases": cases, "matrices": matrices}, file)
