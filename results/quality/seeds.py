#!/usr/bin/env python3
"""The table of ten seeds a recipe: python3 results/quality/seeds.py [RUNS]

reads RUNS/*/trials.csv (runs/seeds), which

    lethe run experiments/recipes/NAME.yaml --set ablation.seeds=10 --out runs/seeds/NAME --jobs 2

makes, writes seeds.csv beside this script and prints the table of README.md.
"""
import csv
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).parent
METRICS = ["recall", "coverage", "frechet_distance", "vendi"]
COLUMNS = ["recipe", "seed", "state", "seconds", *(m + e for m in METRICS for e in ("", "_null")), "collapsed"]


def collapsed(row):
    """Whether samples are of few kinds: less than half of the held-out examples' Vendi score, or a tenth of their recall."""
    return (float(row["vendi"]) < float(row["vendi_null"]) / 2
            or float(row["recall"]) < float(row["recall_null"]) / 10)


def rows(runs):
    for path in sorted(pathlib.Path(runs).glob("*/trials.csv")):
        for trial in csv.DictReader(path.open()):
            row = {"recipe": path.parent.name, "seed": trial["seed"], "state": trial["state"],
                   "seconds": round(float(trial["seconds"] or 0))}
            if trial["state"] == "finished":
                row |= {name: f"{float(trial[name]):.4g}" for name in COLUMNS[4:-1]}
                row["collapsed"] = "yes" if collapsed(row) else "no"
            yield row


def main():
    table = list(rows(sys.argv[1] if len(sys.argv) > 1 else "runs/seeds"))
    with (HERE / "seeds.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    print("| recipe | seeds | failed | collapsed | recall | coverage | Fréchet distance | Vendi score |\n"
          "|---|---|---|---|---|---|---|---|")
    for recipe in dict.fromkeys(row["recipe"] for row in table):
        trials = [row for row in table if row["recipe"] == recipe]
        done = [row for row in trials if row["state"] == "finished"]
        cells = []
        for metric in METRICS:
            values = [float(row[metric]) for row in done]
            cells.append(f"{statistics.median(values):.3g}, {min(values):.3g} to {max(values):.3g} "
                         f"({statistics.median(float(row[metric + '_null']) for row in done):.3g})")
        print(f"| {recipe} | {len(trials)} | {len(trials) - len(done)} | "
              f"{sum(row['collapsed'] == 'yes' for row in done)} | {' | '.join(cells)} |")


main()
