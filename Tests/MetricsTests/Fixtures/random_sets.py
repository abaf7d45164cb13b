"""Sets of examples that Swift makes to the same bits (RandomSets.swift), from a short description.

Streams: SplitMix64, whose state starts at a seed; a draw adds 0x9E3779B97F4A7C15 and mixes;
u = (z >> 11) * 2^-53. Everything is drawn row by row, and only doubles are added, subtracted and
multiplied, each operation rounded, from left to right as written here.

Of a description with seed s and dimension d:
- weights: w[0] = 1, w[j+1] = w[j] * decay;
- centres, where not listed, from a stream of seed s:
    C[c][j] = (u - 0.5) * spread * w[j] + offset;
- the training, holdout and generated rows, from streams of seed s + 1, s + 2, s + 3:
    X[i][j] = C[i mod modes][j] + (u - 0.5) * scale * w[j] + shift;
- edits, in their order, from one stream of seed s + 4 that they share; row r of an edit replaces a row:
    set[first + r][j] = from[(source + r) mod (rows of from)][j] + (u - 0.5) * noise + shift,
  so noise 0 and shift 0 copy exactly (u is drawn all the same).
"""
import numpy as np

MASK = (1 << 64) - 1


class Stream:
    """SplitMix64 as uniform doubles in 0..<1."""

    def __init__(self, seed):
        self.state = seed

    def rows(self, count, dimension):
        total = count * dimension
        gamma = 0x9E3779B97F4A7C15
        with np.errstate(over="ignore"):
            z = np.uint64(self.state) + np.arange(1, total + 1, dtype=np.uint64) * np.uint64(gamma)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
        self.state = (self.state + total * gamma) & MASK
        return ((z >> np.uint64(11)).astype(np.float64) * 2.0**-53).reshape(count, dimension)


def rows(count, scale=1.0, shift=0.0, modes=None):
    return {"count": count, "scale": scale, "shift": shift, "modes": modes}


def edit(target, count, first=0, source=0, noise=0.0, shift=0.0, origin="training"):
    return {"set": target, "first": first, "count": count, "from": origin, "source": source,
            "noise": noise, "shift": shift}


def describe(seed, dimension, training, holdout, generated, modes=1, spread=0.0, offset=0.0,
             decay=1.0, centres=None, edits=(), ct_cells=3, ndb_cells=9):
    sets = {"training": training, "holdout": holdout, "generated": generated}
    for one in sets.values():
        one["modes"] = one["modes"] or modes
    return {"seed": seed, "dimension": dimension, "decay": decay, "modes": modes, "spread": spread,
            "offset": offset, "centres": centres, **sets, "edits": list(edits),
            "ct_cells": ct_cells, "ndb_cells": ndb_cells}


def make(spec):
    """The training, held-out and generated rows of a description."""
    d, seed = spec["dimension"], spec["seed"]
    weights = np.cumprod(np.append(1.0, np.full(d - 1, spec["decay"])))
    centres = spec["centres"]
    if centres is None:
        u = Stream(seed).rows(spec["modes"], d)
        centres = (u - 0.5) * spec["spread"] * weights + spec["offset"]
    centres = np.asarray(centres, dtype=np.float64)
    sets = {}
    for number, name in enumerate(("training", "holdout", "generated"), start=1):
        one = spec[name]
        u = Stream(seed + number).rows(one["count"], d)
        place = np.arange(one["count"]) % one["modes"]
        sets[name] = centres[place] + (u - 0.5) * one["scale"] * weights + one["shift"]
    stream = Stream(seed + 4)
    for change in spec["edits"]:
        origin = sets[change["from"]]
        taken = (change["source"] + np.arange(change["count"])) % len(origin)
        u = stream.rows(change["count"], d)
        values = origin[taken] + (u - 0.5) * change["noise"] + change["shift"]
        sets[change["set"]][change["first"]:change["first"] + change["count"]] = values
    return sets["training"], sets["holdout"], sets["generated"]


def checks(matrix):
    """What tells that Swift has made the same rows: the wrapping sum of all bit patterns, and more."""
    values = np.ascontiguousarray(matrix).ravel()
    with np.errstate(over="ignore"):
        bits = np.add.reduce(values.view(np.uint64))
    return {"first": float(values[0]), "last": float(values[-1]),
            "sum": float(np.cumsum(values)[-1]), "bits": f"{int(bits):016x}"}


GOLDEN = describe(
    0, 4, rows(64, 2.0), rows(48, 2.0), rows(56, 1.6, 0.1), modes=3,
    centres=[[0, 0, 0, 0], [6, 0, 0, 1], [0, 6, 1, 0]], edits=[edit("generated", 8, noise=0.01)])

# Numbers of modes are odd: rows go through the modes in turn, and FLD's baseline splits them by parity.
RANDOM = {
    "plane": describe(
        100, 2, rows(50), rows(50), rows(50, shift=0.05), modes=5, spread=4.0,
        edits=[edit("generated", 4, noise=1e-2)], ndb_cells=5),
    "large": describe(
        200, 3, rows(3000, 2.0), rows(1500, 2.0), rows(2000, 1.9, 0.02), modes=21, spread=10.0,
        edits=[edit("generated", 100, first=40, source=7, noise=1e-3)], ndb_cells=100),
    "honest": describe(
        300, 16, rows(500), rows(500), rows(500), modes=11, spread=3.0, decay=0.9, ndb_cells=50),
    "unequal": describe(
        400, 64, rows(1000, 1.5), rows(250, 1.5), rows(600, 1.5), modes=5, spread=2.0, decay=0.95,
        edits=[edit("generated", 30, source=500, noise=1e-4)], ndb_cells=60),
    "offset": describe(
        500, 128, rows(300), rows(300), rows(300, 0.9, 0.03), modes=7, spread=1.0, offset=1000.0,
        decay=0.97, edits=[edit("generated", 60, first=100, noise=1e-2)], ndb_cells=30),
    "wide": describe(
        600, 512, rows(200, 4.0), rows(150, 4.0), rows(180, 3.8, 0.01), modes=9, spread=4.0,
        decay=0.98, edits=[edit("generated", 20, noise=1e-3)], ndb_cells=18),
    "duplicated": describe(
        700, 8, rows(520), rows(300), rows(350), modes=7, spread=3.0,
        edits=[edit("training", 40, first=300, source=20),
               edit("holdout", 10, first=100, source=60),
               edit("generated", 25, first=10, source=290),
               edit("generated", 30, first=200, source=50),
               edit("generated", 15, first=300, source=100, origin="generated")], ndb_cells=35),
    "modes": describe(
        800, 10, rows(600), rows(400), rows(500, modes=3), modes=13, spread=4.0, ndb_cells=50),
    "copied": describe(
        900, 32, rows(500, 2.0), rows(500, 2.0), rows(500, 2.0), modes=11, spread=3.0, decay=0.93,
        edits=[edit("generated", 250, source=100, noise=1e-4)], ndb_cells=50),
    "tiny": describe(
        1000, 20, rows(1500, 1e-3), rows(1200, 1e-3), rows(1500, 1.2e-3, 2e-5), modes=31,
        spread=4e-3, offset=-5.0, decay=0.9, edits=[edit("generated", 75, noise=1e-6)],
        ndb_cells=100),
}
