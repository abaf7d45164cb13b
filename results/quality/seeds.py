#!/usr/bin/env python3
"""The table of ten seeds a recipe: python3 results/quality/seeds.py [RUNS]

reads RUNS/*/trials.csv (runs/seeds), which

    lethe run experiments/recipes/NAME.yaml --set ablation.seeds=10 --out runs/seeds/NAME --jobs 2

makes (the quickstart's with `experiments/quickstart.yaml --only none`), writes seeds.csv beside this script and prints the table of README.md.
"""
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent))
from trials import METRICS, WITH_NULLS, seconds, trials, values, write  # noqa: E402


def collapsed(row):
    """Whether samples are of few kinds: less than half of the held-out examples' Vendi score, or a tenth of their recall."""
    return (float(row["vendi"]) < float(row["vendi_null"]) / 2
            or float(row["recall"]) < float(row["recall_null"]) / 10)


def rows(runs):
    for recipe, trial in trials(runs):
        if trial["state"] == "waiting":  # arms that --only left out
            continue
        row = {"recipe": recipe, "seed": trial["seed"], "state": trial["state"], "seconds": seconds(trial)}
        if trial["state"] == "finished":
            row |= values(trial)
            row["collapsed"] = "yes" if collapsed(row) else "no"
        yield row


def main():
    table = list(rows(sys.argv[1] if len(sys.argv) > 1 else "runs/seeds"))
    write(HERE / "seeds.csv", ["recipe", "seed", "state", "seconds", *WITH_NULLS, "collapsed"], table)
    print("| recipe | seeds | failed | collapsed | recall | coverage | Fréchet distance | Vendi score |\n"
          "|---|---|---|---|---|---|---|---|")
    for recipe in dict.fromkeys(row["recipe"] for row in table):
        run = [row for row in table if row["recipe"] == recipe]
        done = [row for row in run if row["state"] == "finished"]
        cells = []
        for metric in METRICS:
            values = [float(row[metric]) for row in done]
            cells.append(f"{statistics.median(values):.3g}, {min(values):.3g} to {max(values):.3g} "
                         f"({statistics.median(float(row[metric + '_null']) for row in done):.3g})")
        print(f"| {recipe} | {len(run)} | {len(run) - len(done)} | "
              f"{sum(row['collapsed'] == 'yes' for row in done)} | {' | '.join(cells)} |")


main()
