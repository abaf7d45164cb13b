"""The table of the searches for defaults: what each arm reaches beside its null, and its score.

    python3 results/search/table.py [RUNS]

reads RUNS/*/trials.csv (runs/search), which `lethe run experiments/search/NAME.yaml --out runs/search/NAME` makes, writes
table.csv beside this script and prints the table of README.md.
"""
import csv
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
METRICS = ["recall", "coverage", "frechet_distance", "vendi"]
COLUMNS = ["search", "arm", "steps", "seconds", "score"] + [
    name for metric in METRICS for name in (metric, metric + "_null")]


def score(row):
    """Recall plus coverage, each over its null and at most 1: 2 is what held-out examples score."""
    shares = [float(row[m]) / float(row[m + "_null"]) for m in ("recall", "coverage")]
    return sum(min(1, share) for share in shares)


def rows(runs):
    """A row a finished trial, in the order of the files."""
    for path in sorted(pathlib.Path(runs).glob("*/trials.csv")):
        for trial in csv.DictReader(path.open()):
            if trial["state"] != "finished":
                continue
            row = {"search": path.parent.name, "arm": trial["arm"], "steps": trial["step"],
                   "seconds": round(float(trial["seconds"] or 0))}
            for name in COLUMNS[5:]:
                row[name] = f"{float(trial[name]):.4g}" if trial.get(name) else ""
            row["score"] = f"{score(row):.2f}"
            yield row


def main():
    table = list(rows(sys.argv[1] if len(sys.argv) > 1 else "runs/search"))
    with (HERE / "table.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    print("| search | arm | score | recall | coverage | Fréchet distance | Vendi score |\n|---|---|---|---|---|---|---|")
    for row in table:
        values = " | ".join(f"{row[m]} ({row[m + '_null']})" for m in METRICS)
        print(f"| {row['search']} | {row['arm']} | {row['score']} | {values} |")


main()
