"""Trials of runs as rows, for the tables that scripts of these folders write."""
import csv
import pathlib

METRICS = ["recall", "coverage", "frechet_distance", "vendi"]
WITH_NULLS = [name for metric in METRICS for name in (metric, metric + "_null")]


def trials(runs):
    """The name of a run and a row of its trials.csv, for every trial of RUNS/*."""
    for path in sorted(pathlib.Path(runs).glob("*/trials.csv")):
        for trial in csv.DictReader(path.open()):
            yield path.parent.name, trial


def values(trial):
    """The metrics of a finished trial, beside what held-out examples have."""
    return {name: f"{float(trial[name]):.4g}" for name in WITH_NULLS}


def seconds(trial):
    return round(float(trial["seconds"] or 0))


def write(path, columns, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
