"""The table of the searches for defaults: what each arm reaches beside its null, and its score.

    python3 results/search/table.py [RUNS]

reads RUNS/*/trials.csv (runs/search), which `lethe run experiments/search/NAME.yaml --out runs/search/NAME` makes, writes
table.csv beside this script and prints the table of README.md.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent))
from trials import METRICS, WITH_NULLS, seconds, trials, values, write  # noqa: E402


def score(row):
    """Recall plus coverage, each over its null and at most 1: 2 is what held-out examples score."""
    shares = [float(row[m]) / float(row[m + "_null"]) for m in ("recall", "coverage")]
    return sum(min(1, share) for share in shares)


def rows(runs):
    """A row a finished trial, in the order of the files."""
    for search, trial in trials(runs):
        if trial["state"] == "finished":
            found = values(trial)
            yield {"search": search, "arm": trial["arm"], "steps": trial["step"], "seconds": seconds(trial),
                   "score": f"{score(found):.2f}"} | found


def main():
    table = list(rows(sys.argv[1] if len(sys.argv) > 1 else "runs/search"))
    write(HERE / "table.csv", ["search", "arm", "steps", "seconds", "score", *WITH_NULLS], table)
    print("| search | arm | score | recall | coverage | Fréchet distance | Vendi score |\n|---|---|---|---|---|---|---|")
    for row in table:
        found = " | ".join(f"{row[m]} ({row[m + '_null']})" for m in METRICS)
        print(f"| {row['search']} | {row['arm']} | {row['score']} | {found} |")


main()
