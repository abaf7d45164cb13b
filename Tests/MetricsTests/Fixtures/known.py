"""Cases whose right answers follow from the definitions.

Of a case: `expected` by key (`ct` is its global Z), keys that are `infinite`, that are `unavailable` and
that are `positive`, of which no more is known than that they are beyond any number that means something.
"""
import math

from random_sets import describe, edit, rows

COUNT = 500
CENTRES = [[20.0 * (row == column) + 1 for column in range(5)] for row in range(5)]


def case(seed, edits=(), holdout_shift=0.0, generated=None):
    """Five clusters far apart, so that the first five training rows are one of each."""
    return describe(seed, 5, rows(COUNT, 2.0), rows(COUNT, 2.0, holdout_shift),
                    generated or rows(COUNT, 2.0), modes=5, centres=CENTRES, edits=edits, ndb_cells=5)


def z(pairs):
    """Of a U of `pairs` by two sets of COUNT rows."""
    square = COUNT * COUNT
    return (pairs - (square / 2 - 0.5)) / math.sqrt(square * (2 * COUNT + 1) / 12)


def answers(expected, infinite=(), unavailable=(), positive=()):
    return {"expected": expected, "infinite": list(infinite), "unavailable": list(unavailable),
            "positive": list(positive)}


SAME = {"frechet_distance": 0, "precision": 1, "recall": 1, "density": 1, "coverage": 1, "ndb": 0,
        "js": 0, "authenticity": 0, "copy_rate": 1}
ALL = COUNT * COUNT
POINT = describe(8100, 4, *(rows(30, 0.0) for _ in range(3)), centres=[[0.5] * 4])

KNOWN = {
    # G is T: every nearest training distance is 0.
    "copies": (case(8000, [edit("generated", COUNT)]), answers(
        {**SAME, "closer_to_train": 1, "ct": z(0)}, infinite=["nn_ratio"], positive=["fld_gap"])),
    # Half of G is rows of T, the other half is so far away that no test takes it for T or as a copy, and
    # beyond P, which lies between.
    "half_copies": (
        case(8010, [edit("generated", 250), edit("generated", 250, first=250, source=250, shift=500.0)],
             holdout_shift=100.0),
        answers({"precision": 0.5, "authenticity": 0.5, "closer_to_train": 0.5, "copy_rate": 0.5,
                 "ct": z(ALL / 2)})),
    # All of G is one point at the middle of the first cluster of five equal ones.
    "one_mode": (case(8020, generated=rows(COUNT, 0.0, modes=1)), answers(
        {"recall": 0, "vendi_0.5": 1, "vendi_1": 1, "vendi_2": 1, "vendi_inf": 1, "rke": 1,
         "birthday_support": 1, "ndb": 1,
         "js": (0.2 * math.log(1 / 3) + 0.8 * math.log(2) + math.log(1 / 0.6)) / 2})),
    # G is P: a tie counts for P.
    "equal": (case(8030, [edit("generated", COUNT, origin="holdout")]), answers(
        {"closer_to_train": 0, "ct": z(ALL / 2), "nn_ratio": 1})),
    # T, P and G are one set.
    "identical": (case(8040, [edit("generated", COUNT), edit("holdout", COUNT)]), answers(
        {**SAME, "closer_to_train": 0, "ct": z(ALL / 2), "fld_gap": 0})),
    # G is T moved by 1000 in each of five features, P by 10.
    "far": (case(8050, [edit("generated", COUNT, shift=1000.0)], holdout_shift=10.0), answers(
        {"frechet_distance": 5e6, "precision": 0, "recall": 0, "density": 0, "coverage": 0,
         "authenticity": 1, "closer_to_train": 0, "copy_rate": 0, "ct": z(ALL)})),
    # Every feature of every row is 0.5, so distances carry no information.
    "constant": (POINT, answers(
        {"frechet_distance": 0, "kernel_distance": 0, "vendi_0.5": 1, "vendi_1": 1, "vendi_2": 1,
         "vendi_inf": 1},
        unavailable=["precision", "recall", "density", "coverage", "rke", "birthday_support",
                     "authenticity", "ct", "fld", "nn_ratio", "copy_rate"])),
    # One row in each set.
    "single": (describe(8110, 4, *(rows(1, 2.0) for _ in range(3)), spread=1.0), answers(
        {"vendi_0.5": 1, "vendi_1": 1, "vendi_2": 1, "vendi_inf": 1},
        unavailable=["frechet_distance", "kernel_distance", "mifid", "precision", "recall", "density",
                     "coverage", "rke", "birthday_support", "ndb", "authenticity", "ct", "fld",
                     "copy_rate"])),
}
