"""Reads trials' event files with TensorBoard itself and compares them with log.jsonl.

    python3 tensorboard_check.py results/NAME/trials/*

for trials with `train.tensorboard: true` of a VAE. Needs the package tensorboard; not part of `make test`.
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

EVERYTHING = {"scalars": 0, "images": 0, "audio": 0}


def check(folder):
    events = EventAccumulator(folder + "/tensorboard", size_guidance=EVERYTHING)
    events.Reload()
    tags = events.Tags()
    losses = events.Scalars("loss/loss")
    steps = [event.step for event in losses]
    assert steps == sorted(set(steps)), "a step is there twice"
    log = {}
    with open(folder + "/log.jsonl") as lines:
        for line in lines:
            row = json.loads(line)
            log[row["step"]] = row["loss"]
    assert set(log) == set(steps), "steps differ from log.jsonl"
    assert all(abs(log[e.step] - e.value) <= 1e-6 * abs(e.value) for e in losses)
    for name in tags["images"]:
        print(name, [(e.step, e.width, e.height) for e in events.Images(name)])
    for name in tags["audio"]:
        print(name, [(e.step, e.sample_rate, e.length_frames) for e in events.Audio(name)])
    print(folder, len(steps), "steps,", len(tags["scalars"]), "scalars")


for folder in sys.argv[1:]:
    check(folder)
