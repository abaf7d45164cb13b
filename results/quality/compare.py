#!/usr/bin/env python3
"""Trains recipes in lethe and in PyTorch and compares what they reach: compare.py [--seeds N] [RECIPE...]

Both get the same training examples, here chosen at random, and one thread; `lethe metrics` measures both beside the
same held-out examples. Runs of the two take turns. Appends to table.csv beside this file, which has one row a program
and seed, prints the table of README.md, and leaves everything else in runs/quality. Needs the data of `make data`,
sox, and a Python with PyTorch, NumPy, Pillow and PyYAML, which runs this file.
"""
import argparse
import csv
import gzip
import json
import os
import subprocess
import sys

import numpy as np
import yaml
from PIL import Image, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
LETHE = os.environ.get("LETHE", os.path.join(ROOT, ".build/release/lethe"))
METRICS = ("precision", "recall", "density", "coverage", "frechet_distance", "vendi")
COLUMNS = ["recipe", "program", "seed", "seconds", *(m + e for m in METRICS for e in ("", "_null"))]


def examples(data, folder):
    """Every example of an experiment's data as an array: pictures in 0...255 or the beginnings of sounds."""
    path = os.path.join(folder, data["path"])
    if path.endswith(".npy"):
        return np.load(path).reshape(-1, data["size"], data["size"], data["channels"])
    if path.endswith("ubyte.gz"):
        with gzip.open(path) as file:
            return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, data["size"], data["size"], 1)
    files = sorted(os.path.join(f, n) for f, _, names in os.walk(path, followlinks=True) for n in names)
    if data.get("kind") != "audio":
        return np.stack([picture(file, data["size"]) for file in files if file.endswith(".png")])
    length, sounds = data["length"], []
    for file in files:
        raw = subprocess.run(["sox", file, "-t", "f32", "-r", str(data["sample_rate"]), "-c", "1", "-"],
                             check=True, capture_output=True).stdout
        sound = np.frombuffer(raw, "<f4")[:length]
        if np.abs(sound).max(initial=0) >= 1e-4:
            sounds.append(np.pad(sound, (0, length - len(sound))))
    return np.stack(sounds)


def picture(file, side):
    """The square in the middle of a picture on white."""
    image = Image.open(file).convert("RGBA")
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return np.asarray(ImageOps.fit(image, (side, side), Image.Resampling.BOX))


def split(recipe, folder):
    """Writes the training and the held-out examples, and returns their files."""
    files = [os.path.join(folder, name) for name in ("train.npy", "holdout.npy")]
    if not all(map(os.path.exists, files)):
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(ROOT, "experiments", "recipes")
        array = examples(recipe["data"], path)
        order = np.random.default_rng(0).permutation(len(array))
        held = round(len(array) * recipe["data"]["holdout"])
        np.save(files[0], array[order[held:]])
        np.save(files[1], array[order[:held]])
    return files


def lethe(*words):
    return subprocess.run([LETHE, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def measure(train, holdout, samples, data):
    words = ["metrics", "--json", "--threads", "1", "--train", train, "--holdout", holdout, "--generated", samples,
             "--features", "encoder", "--only", ",".join(METRICS)]
    if data.get("kind") == "audio":
        words += ["--sample-rate", str(data["sample_rate"]), "--length", str(data["length"])]
    values = json.loads(lethe(*words))["values"]
    return {m + e: round(v, 4) for m in METRICS
            for e, v in (("", values[m]["value"]), ("_null", values[m]["null"]))}


def run(name, seed):
    source = os.path.join(ROOT, "experiments", "recipes", name + ".yaml")
    with open(source) as file:
        recipe = yaml.safe_load(file)
    folder = os.path.join(ROOT, "runs", "quality", name)
    train, holdout = split(recipe, folder)
    results = os.path.join(folder, f"s{seed}")
    settings = [f"data.path={train}", "data.holdout=0", f"seed={seed}", "train.sample_every=0",
                "train.checkpoint_every=0", "metrics.searched=1"]
    if "windows" in recipe["data"]:
        settings.append("data.windows=all")
    lethe("train", source, "--fresh", "--threads", "1", "--out", results,
          *(word for setting in settings for word in ("--set", setting)))
    (trial,) = os.listdir(os.path.join(results, "trials"))
    trial = os.path.join(results, "trials", trial)
    with open(os.path.join(trial, "status.json")) as file:
        status = json.load(file)
    ours, theirs = (os.path.join(folder, f"{program}-s{seed}.npy") for program in ("lethe", "pytorch"))
    lethe("generate", os.path.join(trial, "checkpoint.safetensors"), "--count", str(recipe["metrics"]["samples"]),
          "--npy", ours)
    seconds = subprocess.run(
        [sys.executable, os.path.join(HERE, "peer.py"), os.path.join(trial, "config.yaml"), train, theirs],
        check=True, capture_output=True, text=True).stdout.strip()
    for program, samples, took in (
            ("lethe", ours, status["seconds"] - status["measuring_seconds"]), ("pytorch", theirs, float(seconds))):
        yield {"recipe": name, "program": program, "seed": seed, "seconds": round(took, 1)} | measure(
            train, holdout, samples, recipe["data"])


def show(table):
    with open(table) as file:
        rows = list(csv.DictReader(file))
    print("| recipe | program | seed | seconds | recall | coverage | Fréchet distance | Vendi score |\n"
          "|---|---|---|---|---|---|---|---|")
    for row in rows:
        values = (f"{float(row[m]):.3g} ({float(row[m + '_null']):.3g})"
                  for m in ("recall", "coverage", "frechet_distance", "vendi"))
        print("|", " | ".join((row["recipe"], row["program"], row["seed"], f"{float(row['seconds']):.0f}", *values)), "|")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("recipes", nargs="*")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    table = os.path.join(HERE, "table.csv")
    for name in options.recipes:
        for seed in range(options.seeds):
            for row in run(name, seed):
                new = not os.path.exists(table)
                with open(table, "a", newline="") as file:
                    writer = csv.DictWriter(file, COLUMNS)
                    if new:
                        writer.writeheader()
                    writer.writerow(row)
    show(table)
