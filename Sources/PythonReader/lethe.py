"""Reads what the program `lethe` writes: results as tables, checkpoints as arrays and as PyTorch modules.

The program that printed this file writes what it reads: after an update, print it again.

    import lethe

    table = lethe.trials("results/digits")             # a row a trial
    table = lethe.metrics("results/digits")            # a row a trial and metric, with its controls
    curves = lethe.log("results/digits/trials/none-s0-0123456789")
    arrays, metadata = lethe.checkpoint("checkpoint.safetensors")

    generator = lethe.module("checkpoint.safetensors")
    samples = generator(torch.randn(64, generator.latent))          # [N, H, W, C] or [N, T, 1]
    critic = lethe.module("checkpoint.safetensors", "discriminator")
    lethe.as_features(torch.nn.Sequential(...), "network.safetensors", [28, 28, 1], [0, 1])

Needs NumPy. Tables are pandas data frames where pandas is installed, else dicts of arrays. Modules need PyTorch.
What the files hold is told by Formats.md of the guide.
"""
import csv
import dataclasses
import fnmatch
import functools
import json
import math
import pathlib
import re
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

try:
    import pandas
except ImportError:
    pandas = None

Path = Union[str, pathlib.Path]
Table = Any
"""A pandas data frame, or without pandas a dict of columns: a NumPy array by name."""


class LetheError(ValueError):
    """A file that is missing, damaged or something else: which one, what was expected and what was found."""

    def __init__(self, file: Path, expected: str, found: str):
        super().__init__(f"{file}: expected {expected}, found {found}")


# Results


def trials(results: Path) -> Table:
    """The table of trials, `trials.csv`: a row a trial, whatever has become of it. Numbers that are missing are NaN."""
    file = pathlib.Path(results, "trials.csv")
    with _opened(file, "the table that `lethe report RESULTS` writes", newline="") as lines:
        rows = list(csv.reader(lines))
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise LetheError(file, "a table whose rows are as long as its heading", f"{len(rows)} lines that are not")
    texts = ("trial", "arm", "placement", "type", "baseline", "state", "reason")
    columns = {}
    for name, cells in zip(rows[0], zip(*rows[1:]) if rows[1:] else ((),) * len(rows[0])):
        values = [cell if cell else None for cell in cells]
        columns[name] = _column(values if name in texts else [_number(value) for value in values])
    return _table(columns)


def metrics(results: Path) -> Table:
    """A row for each trial and metric: `arm`, `seed`, `value`, its controls, and other numbers of the metric.

    Trials that are not measured, as they wait, run or have failed, have no rows; `trials` tells about them.
    """
    rows = []
    for trial in _planned(results):
        file = pathlib.Path(results, "trials", trial["folder"], "metrics.json")
        if not file.exists():
            continue
        values = _json(file).get("values")
        if not isinstance(values, dict):
            raise LetheError(file, "an object of metrics under values", type(values).__name__)
        for name, metric in values.items():
            found = {key: value for key, value in metric.items() if not isinstance(value, (dict, list))}
            rows.append({"trial": trial["folder"], "arm": trial["arm"], "seed": trial["seed"], "metric": name, **found})
    first = ("trial", "arm", "seed", "metric", "value", "null", "copies", "planted", "copies_p", "spread",
             "null_spread", "aspect", "better", "word", "reason", "warning")
    return _table(_columns(rows, first))


def arms(results: Path) -> Table:
    """A row an arm of the plan, `sweep.json`: its dropout or baseline, its control, and values of the grid by key."""
    rows = []
    for arm in _sweep(results)["arms"]:
        grid = {pair["key"]: _number(pair["value"]) for pair in arm.get("grid", [])}
        own = {key: arm.get(key) for key in ("placement", "type", "rate", "baseline", "control")}
        rows.append({"arm": arm["name"], **own, "sites": ", ".join(arm.get("sites", [])), **grid})
    return _table(_columns(rows, ("arm", "placement", "type", "rate", "baseline", "control", "sites")))


def comparisons(results: Path) -> Table:
    """A row for each arm and metric of `report.json`: mean over seeds with its 95% interval, and the comparison with
    the control: difference, interval, p, corrected p and verdict; missing for arms that are compared with nothing."""
    rows = []
    for arm in report(results)["arms"]:
        for name, metric in arm.get("metrics", {}).items():
            compared = metric.get("comparison") or {}
            row = {"arm": arm["name"], "metric": name, "seeds": len(metric.get("values", [])),
                   "mean": metric.get("mean"), **_ends("", metric.get("interval")),
                   "difference": compared.get("difference"), **_ends("difference_", compared.get("interval"))}
            row.update({key: compared.get(key) for key in ("control", "p", "corrected_p", "correction", "verdict")})
            rows.append(row)
    return _table(_columns(rows, ("arm", "metric")))


def report(results: Path) -> Dict[str, Any]:
    """The report in numbers, `report.json`, as it is."""
    return _json(pathlib.Path(results, "report.json"), "the numbers that `lethe report RESULTS` writes")


def log(trial: Path) -> Table:
    """The log of a trial's folder, `log.jsonl`: a row a logged step, a column a number, NaN where a step has none.

    A last line that is cut short, of a trial that was killed while it wrote, is left out.
    """
    file = pathlib.Path(trial, "log.jsonl")
    rows: List[Dict[str, Any]] = []
    with _opened(file, "the log of a trial that has begun") as lines:
        texts = lines.read().split("\n")
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except ValueError:
            if number == len(texts):
                break
            raise LetheError(file, f"JSON in line {number}", repr(text[:60])) from None
        rows.append({key: _number(value) for key, value in row.items()})
    return _table(_columns(rows, ("step",)))


def _sweep(results: Path) -> Dict[str, Any]:
    """The plan of a run."""
    file = pathlib.Path(results, "sweep.json")
    sweep = _json(file, "the plan of `lethe run`")
    if sweep.get("version") != 3 or "arms" not in sweep or "trials" not in sweep:
        raise LetheError(file, "a plan of version 3", f"version {sweep.get('version')}")
    return sweep


def _planned(results: Path) -> List[Dict[str, Any]]:
    """`arm`, `seed` and `folder` of each trial: by the plan, or of single trials by the names of their folders."""
    if pathlib.Path(results, "sweep.json").exists():
        return _sweep(results)["trials"]
    folder = pathlib.Path(results, "trials")
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    found = [(name, re.fullmatch(r"(.+)-s(\d+)-[0-9a-f]{10}", name)) for name in names]
    planned = [{"arm": match[1], "seed": int(match[2]), "folder": name} for name, match in found if match]
    if not planned:
        raise LetheError(results, "a results folder, with sweep.json or trials/ARM-sSEED-HASH", "neither")
    return planned


def _ends(prefix: str, interval: Optional[Dict[str, float]]) -> Dict[str, Optional[float]]:
    """The ends of an interval as two columns."""
    return {prefix + end: (interval or {}).get(end) for end in ("lower", "upper")}


def _opened(file: pathlib.Path, what: str, **options):
    """The file, open for reading as text; an error that says what it would have been where it is missing."""
    try:
        return open(file, encoding="utf-8", **options)
    except OSError as error:
        raise LetheError(file, what, error.strerror or str(error)) from None


def _json(file: pathlib.Path, what: str = "a JSON file") -> Dict[str, Any]:
    """The object in a JSON file."""
    with _opened(file, what) as text:
        try:
            value = json.load(text)
        except ValueError as error:
            raise LetheError(file, "JSON", str(error)) from None
    if not isinstance(value, dict):
        raise LetheError(file, "a JSON object", type(value).__name__)
    return value


def _number(value: Any) -> Any:
    """The number that a text spells, NaN and infinities among them; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return int(value) if re.fullmatch(r"-?\d{1,18}", value) else float(value)
    except ValueError:
        return value


def _columns(rows: Sequence[Dict[str, Any]], first: Sequence[str]) -> Dict[str, np.ndarray]:
    """Columns of rows that need not have the same keys: `first`, then the others in the order in which they occur."""
    names = list(first) + [name for row in rows for name in row]
    return {name: _column([row.get(name) for row in rows]) for name in dict.fromkeys(names)}


def _column(values: List[Any]) -> np.ndarray:
    """Integers or truth values where all are, float64 with NaN where all that are there are numbers, else objects."""
    known = [value for value in values if value is not None]
    for kind, dtype in ((bool, np.bool_), (int, np.int64)):
        if known and len(known) == len(values) and all(type(value) is kind for value in known):
            return np.array(values, dtype)
    if all(isinstance(value, (int, float)) for value in known) and (known or not values):
        return np.array([math.nan if value is None else value for value in values], np.float64)
    return np.array(values, object)


def _table(columns: Dict[str, np.ndarray]) -> Table:
    """A data frame, or the columns themselves without pandas."""
    return columns if pandas is None else pandas.DataFrame(columns)


# Checkpoints

_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
          "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?"}
_LARGEST_HEADER = 100_000_000


class Checkpoint(NamedTuple):
    """What a safetensors file holds."""

    arrays: Dict[str, np.ndarray]
    """Arrays by name, with PyTorch's order of axes. `ema/D/NAME` is the average of NAME with the decay D."""
    metadata: Dict[str, str]
    """Texts by key, such as `step`, `seed` and `classes`."""


def checkpoint(file: Path) -> Checkpoint:
    """The arrays and the metadata of a checkpoint, or of any other safetensors file.

    bfloat16, which NumPy does not have, becomes float32.
    """
    try:
        data = bytearray(pathlib.Path(file).read_bytes())
    except OSError as error:
        raise LetheError(file, "a safetensors file", error.strerror or str(error)) from None
    header, start = _header(file, data)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise LetheError(file, "texts as metadata", str(metadata)[:80])
    spans = {name: _span(file, name, entry, len(data) - start) for name, entry in header.items()}
    end = 0
    for name, (first, last) in sorted(spans.items(), key=lambda item: item[1]):
        if first != end:
            raise LetheError(file, f"the bytes of {name} from {end} on", f"from {first} on")
        end = last
    if start + end != len(data):
        raise LetheError(file, f"{end} bytes of arrays, as the header says", f"{len(data) - start}")
    return Checkpoint({name: _array(data, start + spans[name][0], entry) for name, entry in header.items()}, metadata)


def _header(file: Path, data: bytearray) -> Tuple[Dict[str, Any], int]:
    """The header of a safetensors file, and where its data begin."""
    if len(data) < 8:
        raise LetheError(file, "a safetensors file", f"only {len(data)} bytes")
    count = int.from_bytes(data[:8], "little")
    most = min(len(data) - 8, _LARGEST_HEADER)
    if count > most:
        raise LetheError(file, f"a safetensors file with a header of at most {most} bytes", f"a claim of {count}")

    def unique(pairs):
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            raise ValueError("a name that stands there twice")
        return dict(pairs)

    try:
        header = json.loads(bytes(data[8:8 + count]).decode("utf-8"), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise LetheError(file, "the JSON of a safetensors file as its header", str(error)) from None
    if not isinstance(header, dict):
        raise LetheError(file, "an object as its header", type(header).__name__)
    return header, 8 + count


def _span(file: Path, name: str, entry: Any, available: int) -> Tuple[int, int]:
    """Where the bytes of an array lie in the data, checked against its shape and the size of the file."""
    def are_counts(values):
        return isinstance(values, list) and all(type(value) is int and value >= 0 for value in values)

    is_whole = isinstance(entry, dict) and set(entry) == {"dtype", "shape", "data_offsets"}
    if not is_whole or not are_counts(entry["shape"]) or not are_counts(entry["data_offsets"]) \
            or len(entry["data_offsets"]) != 2:
        raise LetheError(file, f"dtype, shape and data_offsets of {name}", str(entry)[:80])
    if entry["dtype"] not in _TYPES:
        raise LetheError(file, f"one of {', '.join(_TYPES)} as the dtype of {name}", str(entry["dtype"]))
    first, last = entry["data_offsets"]
    size = math.prod(entry["shape"]) * np.dtype(_TYPES[entry["dtype"]]).itemsize
    if last - first != size:
        raise LetheError(file, f"{size} bytes for {name}, {entry['dtype']} {entry['shape']}", str(last - first))
    if last > available:
        raise LetheError(file, f"{last} bytes of arrays for {name}", f"{available}: it is cut short or damaged")
    return first, last


def _array(data: bytearray, first: int, entry: Dict[str, Any]) -> np.ndarray:
    """The array whose bytes begin at `first`."""
    count = math.prod(entry["shape"])
    values = np.frombuffer(data, _TYPES[entry["dtype"]], count, first) if count else np.zeros(0, _TYPES[entry["dtype"]])
    if entry["dtype"] == "BF16":
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return values.reshape(entry["shape"])


def _write_safetensors(file: Path, arrays: Dict[str, np.ndarray], metadata: Dict[str, str]) -> None:
    """Writes arrays and texts as the reference implementation of safetensors does: wide types first, then by name."""
    types = {np.dtype(code): name for name, code in _TYPES.items() if name != "BF16"}
    header: Dict[str, Any] = {"__metadata__": metadata}
    parts, end = [], 0
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])):
        start, end = end, end + array.nbytes
        header[name] = {"dtype": types[array.dtype], "shape": list(array.shape), "data_offsets": [start, end]}
        parts.append(np.ascontiguousarray(array).tobytes())
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    text += b" " * (-len(text) % 8)
    pathlib.Path(file).write_bytes(len(text).to_bytes(8, "little") + text + b"".join(parts))


# Networks as PyTorch modules


def module(file: Path, network: Optional[str] = None, ema: Optional[float] = None,
           experiment: Optional[Dict[str, Any]] = None):
    """A network of a checkpoint as a `torch.nn.Module` in evaluation mode, with parameters named as in the checkpoint.

    network: `generator`, `discriminator` (`discriminator#2` of several), `encoder`, `decoder`, `classifier` or
    `detector`; by default the one that makes samples or tells classes apart.
    ema: decay of the average of weights, 0 for the weights themselves; by default the one that samples are drawn from.
    experiment: the resolved experiment, for checkpoints of versions that wrote it as YAML only:
    `yaml.safe_load(lethe.checkpoint(file).metadata["experiment"])`.

    The module is called with one batch and, of a conditional model, the classes: indices [N] into `module.classes`, or
    one-hot numbers [N, K]. Examples have the channels last, [N, H, W, C] or [N, T, 1], in the range that
    `lethe generate --npy` writes; sounds that networks see as spectrograms are [N, frames, bands, C]. `module.latent`,
    `module.example` and `module.range` tell Z, the shape of an example and the range of its values.

    - A generator or decoder maps latents [N, Z] to examples: what `lethe generate` writes. Of spectrograms these are
      the spectrograms, which the program makes into sounds afterwards.
    - A discriminator gives logits [N, 1], an encoder [N, 2Z], means and then log-variances, a classifier or detector
      logits [N, K].

    Dropout is off, as with `sampling.dropout: off`; where that says something else, samples of the program have masks
    that these have not. Of dropout that changes a network without masks too there are `bernoulli` and `spatial` with
    `test_time` scaling, and `example_tied`; others raise NotImplementedError. Spectral norms are folded into weights.
    """
    arrays, metadata = checkpoint(file)
    if metadata.get("format") != "lethe checkpoint 2":
        raise LetheError(file, "a checkpoint (metadata format: lethe checkpoint 2)", str(metadata.get("format")))
    try:
        plan = _plan(file, experiment or _experiment(file, metadata), metadata, network)
    except KeyError as error:
        raise LetheError(file, f"a resolved experiment with the key {error}", "none") from None
    own = _own_arrays(file, arrays, plan, ema)
    return _network_class()(plan, own).eval()


def _experiment(file: Path, metadata: Dict[str, str]) -> Dict[str, Any]:
    """The resolved experiment that a checkpoint has as JSON."""
    if "experiment_json" not in metadata:
        raise LetheError(file, "the experiment as JSON in the metadata (experiment_json)",
                         "one in YAML only, of an earlier version: give module(…, experiment=…)")
    try:
        return json.loads(metadata["experiment_json"])
    except ValueError as error:
        raise LetheError(file, "JSON under experiment_json in the metadata", str(error)) from None


@dataclasses.dataclass(frozen=True)
class _Plan:
    """What a network's layers depend on beside its arrays."""

    name: str
    role: str
    family: str
    backbone: str
    norm: str
    pool: str
    upsample: str
    attention: Optional[int]
    cell: str
    sizes: Tuple[int, ...]
    range: Tuple[int, int]
    frames: int
    latent: int
    is_logit: bool
    classes: Tuple[str, ...]
    decay: Optional[float]
    dropout: Tuple[Dict[str, Any], ...]

    @property
    def makes_examples(self) -> bool:
        return self.role in ("generator", "decoder")

    @property
    def is_product(self) -> bool:
        return self.role not in ("discriminator", "encoder")

    @property
    def is_sound(self) -> bool:
        return len(self.sizes) == 2

    @property
    def factor(self) -> int:
        """The divisor of sides from one resolution to the next."""
        return 4 if self.is_sound else 2

    @property
    def is_strided(self) -> bool:
        """True where the convolutions of blocks change the resolution by their strides."""
        if self.backbone != "conv":
            return False
        return self.upsample == "transposed" if self.makes_examples else self.pool == "none"

    @property
    def is_leaky(self) -> bool:
        """True where activations are leaky ReLU 0.2, not ReLU."""
        return self.norm == "fixup" or self.family == "gan" and (
            self.backbone == "mlp" or self.backbone == "conv" and self.role == "discriminator")


_ROLES = {"gan": ("generator", "discriminator"), "vae": ("decoder", "encoder"), "detector": ("detector",),
          "classifier": ("classifier",)}


def _plan(file: Path, experiment: Dict[str, Any], metadata: Dict[str, str], network: Optional[str]) -> _Plan:
    """The plan of a network by the resolved experiment."""
    model, sampling = experiment["model"], experiment.get("sampling") or {}
    roles = _ROLES[model["family"]]
    name = network or roles[0]
    role = name.split("#")[0]
    if role not in roles:
        raise LetheError(file, f"a network of a {model['family']}: {' or '.join(roles)}", name)
    own = {**model, **(model.get(role) or {})}
    sizes = _example_sizes(experiment["data"])
    attention = own.get("attention", "none")
    classes = tuple(metadata["classes"].split("/")) if metadata.get("classes") else ()
    return _Plan(
        name=name, role=role, family=model["family"], backbone=model["backbone"], norm=own.get("norm", "none"),
        pool=model.get("pool", "none"), upsample=own.get("upsample", "none"),
        attention=None if attention == "none" else int(attention), cell=model.get("cell", "gru"), sizes=sizes,
        range=_range(experiment), latent=model.get("latent", 0),
        frames=sizes[0] // model.get("frame", 1) if len(sizes) == 2 else sizes[0],
        is_logit=role == "decoder" and experiment["loss"].get("likelihood") == "bernoulli",
        classes=classes, decay=sampling.get("ema") or None, dropout=tuple(experiment.get("dropout") or ()))


def _example_sizes(data: Dict[str, Any]) -> Tuple[int, ...]:
    """The sizes of an example as networks see it: [H, W, C], [frames, bands, C] or [T, 1]."""
    if data["kind"] == "images":
        return (data["size"], data["size"], data["channels"])
    if data.get("representation", "waveform") == "waveform":
        return (data["length"], 1)
    spectrogram = data["spectrogram"]
    if data["representation"] == "log_mel":
        return (spectrogram["frames"], spectrogram["bands"], 1)
    return (spectrogram["frames"], spectrogram["window"] // 2, 2)


def _range(experiment: Dict[str, Any]) -> Tuple[int, int]:
    """The range of the values of examples that networks see and make."""
    family = experiment["model"]["family"]
    if family == "vae":
        return (0, 1) if experiment["loss"]["likelihood"] == "bernoulli" else (-1, 1)
    return (-1, 1) if family == "gan" or experiment["data"]["kind"] == "audio" else (0, 1)


def _own_arrays(file: Path, arrays: Dict[str, np.ndarray], plan: _Plan, ema: Optional[float]) -> Dict[str, np.ndarray]:
    """The arrays of a network under their names in it, averages in the place of weights where these are asked for."""
    decays = sorted({name.split("/")[1] for name in arrays if name.startswith("ema/")})
    decay = (plan.decay if plan.is_product else 0) if ema is None else ema
    own = {name: array for name, array in arrays.items() if "/" not in name}
    if decay:
        texts = [text for text in decays if float(text) == decay]
        prefix = f"ema/{texts[0]}/" if texts else ""
        averages = {name[len(prefix):]: array for name, array in arrays.items() if texts and name.startswith(prefix)}
        if not any(name.startswith(plan.name + ".") for name in averages):
            known = " or ".join(decays + ["0"])
            raise LetheError(file, f"an average of the {plan.name} with decay {known}", str(decay))
        own.update(averages)
    own = {name[len(plan.name) + 1:]: array for name, array in own.items() if name.startswith(plan.name + ".")}
    if not own:
        raise LetheError(file, f"arrays of the {plan.name}", "none")
    return own


def _without_spectral_norm(plan: _Plan, arrays: Dict[str, np.ndarray]) -> Dict[str, np.ndarray]:
    """Divides weights by the estimates of their largest singular values, uᵀWv, and leaves the vectors out."""
    arrays = dict(arrays)
    for name in [name for name in arrays if name.endswith("_u")]:
        u, v = arrays.pop(name), arrays.pop(name[:-1] + "v")
        weight = arrays[name[:-2]]
        rows = np.swapaxes(weight, 0, 1) if _is_transposed(plan, name[:-9]) else weight
        arrays[name[:-2]] = weight / (u @ rows.reshape(len(u), -1) @ v)
    return arrays


def _is_transposed(plan: _Plan, address: str) -> bool:
    """True for a transposed convolution."""
    return plan.makes_examples and plan.is_strided and re.fullmatch(r"(block\d+|output)\.conv", address) is not None


def _layer(plan: _Plan, address: str, arrays: Dict[str, np.ndarray]):
    """The layer at an address, with the sizes of its arrays and values that are not set yet."""
    from torch import nn
    kind, weight = address.split(".")[-1], arrays.get("weight")
    if kind == "linear":
        return nn.Linear(weight.shape[1], weight.shape[0], bias="bias" in arrays)
    if kind == "conv":
        return _convolution(plan, address, weight, "bias" in arrays)
    if kind == "norm":
        return _norm(plan, len(weight))
    if kind == "rnn":
        sizes = arrays["weight_ih_l0"].shape[1], arrays["weight_hh_l0"].shape[1]
        return (nn.LSTM if plan.cell == "lstm" else nn.GRU)(*sizes, batch_first=True)
    if kind in ("class", "class_embedding", "class_scale", "class_shift"):
        return nn.Embedding(*weight.shape)
    return _holder(arrays)


def _holder(arrays: Dict[str, np.ndarray]):
    """A module that holds arrays and does nothing: parameters, but for running statistics and units that are on."""
    import torch
    holder = torch.nn.Module()
    for name, array in arrays.items():
        value = torch.zeros(array.shape)
        if name in ("running_deviation", "active"):
            holder.register_buffer(name, value)
        else:
            holder.register_parameter(name, torch.nn.Parameter(value))
    return holder


def _convolution(plan: _Plan, address: str, weight: np.ndarray, bias: bool):
    """A convolution, transposed or not; of stride 1 it keeps the sizes."""
    from torch import nn
    kernel = weight.shape[2]
    if _is_transposed(plan, address):
        make = nn.ConvTranspose1d if plan.is_sound else nn.ConvTranspose2d
        padding, more = (11, 1) if plan.is_sound else (1, 0)
        return make(weight.shape[0], weight.shape[1], kernel, plan.factor, padding, more, bias=bias)
    make = nn.Conv1d if plan.is_sound else nn.Conv2d
    stride, padding = 1, kernel // 2
    if plan.is_strided and not address.startswith("attention."):
        stride, padding = plan.factor, 11 if plan.is_sound else 1
    return make(weight.shape[1], weight.shape[0], kernel, stride, padding, bias=bias)


def _norm(plan: _Plan, channels: int):
    """A norm of vectors, [N, C], or of maps, [N, C, T] or [N, C, H, W]."""
    from torch import nn
    is_vector = plan.backbone == "mlp"
    if plan.norm == "layer":
        return nn.LayerNorm(channels) if is_vector else nn.GroupNorm(1, channels)
    if plan.norm == "instance":
        return (nn.InstanceNorm1d if plan.is_sound else nn.InstanceNorm2d)(channels, affine=True)
    norm = (nn.BatchNorm1d if is_vector or plan.is_sound else nn.BatchNorm2d)(channels)
    norm.register_buffer("num_batches_tracked", None)
    return norm


@functools.lru_cache(maxsize=None)
def _network_class():
    """The class of networks. It is made at its first use, as PyTorch may be missing, and takes seconds to load."""
    import torch

    class Network(torch.nn.Module):
        """A network of a checkpoint; see `module`."""

        def __init__(self, plan: _Plan, arrays: Dict[str, np.ndarray]):
            super().__init__()
            self.plan = plan
            self.latent = plan.latent
            self.classes = plan.classes
            self.example = plan.sizes
            self.range = plan.range
            self.is_conditional = any("class" in name for name in arrays)
            arrays = _without_spectral_norm(plan, arrays)
            _build(self, plan, arrays)
            self.blocks = sorted({name.split(".")[0] for name in arrays if name.startswith("block")},
                                 key=lambda block: int(block[5:]))
            self.scales = _scales(plan, arrays)
            _fill(self, arrays)

        def forward(self, x, classes=None):
            told = _one_hot(self, classes, len(x))
            return (_made if self.plan.makes_examples else _read)(self, x, told)

    return Network


def _build(network, plan: _Plan, arrays: Dict[str, np.ndarray]) -> None:
    """Adds the layers of a network at their addresses, those that hold others first."""
    import torch
    grouped: Dict[str, Dict[str, np.ndarray]] = {}
    for name, array in arrays.items():
        address, _, own = name.rpartition(".")
        grouped.setdefault(address, {})[own] = array
    for address in sorted(grouped):
        *path, last = address.split(".")
        parent = network
        for part in path:
            if part not in dict(parent.named_children()):
                parent.add_module(part, torch.nn.Module())
            parent = parent.get_submodule(part)
        parent.add_module(last, _layer(plan, address, grouped[address]))


def _fill(network, arrays: Dict[str, np.ndarray]) -> None:
    """Sets the parameters and buffers of a network to the arrays of their names."""
    import torch
    places = dict([*network.named_parameters(), *network.named_buffers()])
    for name in sorted(places.keys() | arrays.keys()):
        expected, found = (list(part[name].shape) if name in part else None for part in (places, arrays))
        if expected != found:
            raise LetheError(f"{network.plan.name}.{name}", f"shape {expected}", f"{found}")
        with torch.no_grad():
            places[name].copy_(torch.from_numpy(np.array(arrays[name])))


# The computation of a network. Maps have PyTorch's order of axes inside: [N, C, T] or [N, C, H, W].


def _has(network, address: str) -> bool:
    """True where the network has a layer at an address."""
    part = network
    for name in address.split("."):
        part = dict(part.named_children()).get(name)
        if part is None:
            return False
    return True


def _one_hot(network, classes, count: int):
    """The classes of a batch as numbers [N, K]; None where the network is not told of any."""
    import torch
    if not network.is_conditional:
        if classes is not None:
            raise ValueError(f"expected no classes, as the {network.plan.name} is not told of any")
        return None
    kinds = len(network.classes)
    if classes is None or len(classes) != count:
        raise ValueError(f"expected the class of each of {count} examples, an index into {', '.join(network.classes)}")
    classes = torch.as_tensor(classes, device=next(network.parameters()).device)
    told = classes if classes.dim() == 2 else torch.nn.functional.one_hot(classes.long(), kinds)
    return _site(network, "label", told.to(next(network.parameters()).dtype))


def _made(network, latents, told):
    """What a generator or decoder makes of latents [N, Z], channels last."""
    import torch
    plan = network.plan
    code = _site(network, "latent", latents)
    if _has(network, "class_embedding"):
        code = torch.cat([code, told @ network.class_embedding.weight], 1)
    if plan.backbone == "rnn":
        y = _made_of_frames(network, code)
    else:
        y = (_made_by_residuals if plan.backbone == "resnet" else _made_by_chain)(network, code, told).movedim(1, -1)
    if plan.role == "generator":
        return y.tanh()
    return y.sigmoid() if plan.is_logit else y.clamp(-1, 1)


def _made_by_chain(network, x, told):
    """The blocks of an `mlp` or `conv`, then the last layer."""
    plan = network.plan
    for block in network.blocks:
        y = _contracted(network, block, x)
        x = _attended(network, _activated(network, block, y, told, "post_linear"))
    x = _site(network, "pre_output", x)
    if plan.backbone == "mlp":
        return network.output.linear(x).unflatten(1, (plan.sizes[-1], *plan.sizes[:-1]))
    return _contracted(network, "output", x)


def _contracted(network, block: str, x):
    """The contraction of a block: linear, from a vector to the coarsest map, or a convolution after an upsampling."""
    plan, part = network.plan, network.get_submodule(block)
    if not _has(part, "linear"):
        return part.conv(x if plan.is_strided or not plan.makes_examples else _upsampled(plan, x))
    y = part.linear(x)
    return _unflattened(network, y) if plan.backbone in ("conv", "resnet") else y


def _unflattened(network, y):
    """Vectors as maps of the coarsest resolution."""
    plan = network.plan
    base = [size // plan.factor ** len(network.blocks) for size in plan.sizes[:-1]]
    return y.unflatten(1, (-1, *base))


def _upsampled(plan: _Plan, x):
    """Maps with the resolution raised by repetition or interpolation."""
    from torch.nn import functional as F
    mode = {"nearest": "nearest", "bilinear": "linear" if plan.is_sound else "bilinear"}[plan.upsample]
    return F.interpolate(x, scale_factor=plan.factor, mode=mode)


def _activated(network, address: str, x, told, without_norm: Optional[str] = None):
    """Norm, if there is one, and activation, with the sites between them.

    without_norm: the site before the activation where there is no norm.
    """
    from torch.nn import functional as F
    if _has(network, address + ".norm"):
        x = _normalized(network, address + ".norm", _site(network, address + ".pre_norm", x), told)
        x = _site(network, address + ".post_norm", x)
    elif without_norm:
        x = _site(network, f"{address}.{without_norm}", x)
    x = F.leaky_relu(x, 0.2) if network.plan.is_leaky else F.relu(x)
    return _site(network, address + ".post_act", x)


def _normalized(network, address: str, x, told):
    """A norm, with the scale and shift of each example's class where classes have their own."""
    from torch.nn import functional as F
    norm = network.get_submodule(address)
    if not _has(norm, "class_scale"):
        return norm(x)
    if network.plan.norm == "batch":
        y = F.batch_norm(x, norm.running_mean, norm.running_var, training=norm.training, eps=norm.eps)
    else:
        y = F.group_norm(x, x.shape[1] if network.plan.norm == "instance" else 1, eps=norm.eps)
    scale = norm.weight + told @ norm.class_scale.weight
    shift = norm.bias + told @ norm.class_shift.weight
    places = (1,) * (x.dim() - 2)
    return y * scale.unflatten(1, (-1, *places)) + shift.unflatten(1, (-1, *places))


def _attended(network, x):
    """Self-attention between all places, at the one resolution that has it: x + γ·W_o(A·V), A = softmax(Q·Kᵀ)."""
    if network.plan.attention is None or x.dim() < 3 or x.shape[2] != network.plan.attention:
        return x
    part = network.attention
    weights = (part.query.conv(x).flatten(2).mT @ part.key.conv(x).flatten(2)).softmax(-1)
    seen = part.value.conv(x).flatten(2) @ weights.mT
    return x + part.scale.weight * part.output.conv(seen.unflatten(2, x.shape[2:]))


def _made_by_residuals(network, x, told):
    """Stem, blocks that raise the resolution, and the last convolution."""
    x = _attended(network, _site(network, "stem.post_linear", _contracted(network, "stem", x)))
    for block in network.blocks:
        x = _attended(network, _residual(network, block, x, told))
    return network.output.conv(_site(network, "pre_output", _activated(network, "output", x, told)))


def _residual(network, block: str, x, told):
    """A residual block: upsampling before its first convolution, or pooling of the sum."""
    plan, part = network.plan, network.get_submodule(block)
    raised = (lambda y: _upsampled(plan, y)) if plan.makes_examples else (lambda y: y)
    begins_with_convolution = block == "block1" and not plan.makes_examples
    branch = x if begins_with_convolution else _activated(network, block + ".branch1", x, told)
    branch = _site(network, block + ".branch1.post_linear", part.branch1.conv(raised(branch)))
    branch = _activated(network, block + ".branch2", branch, told)
    branch = _site(network, block + ".branch2.post_linear", part.branch2.conv(branch))
    if _has(part, "scale"):
        branch = branch * part.scale.weight
    straight = raised(part.shortcut.conv(x) if _has(part, "shortcut") else x)
    total = straight + _site(network, block + ".residual_branch", branch)
    return total if plan.makes_examples else _pooled(network, block, total)


def _pooled(network, block: str, x):
    """Maps with the resolution lowered by pooling, where there is one."""
    from torch.nn import functional as F
    plan = network.plan
    if plan.pool == "none":
        return x
    pools = {("max", True): F.max_pool1d, ("max", False): F.max_pool2d, ("average", True): F.avg_pool1d,
             ("average", False): F.avg_pool2d}
    return _site(network, block + ".post_pool", pools[plan.pool, plan.is_sound](x, plan.factor))


def _made_of_frames(network, code):
    """Frames one after another, each fed the one before, as an example, before any output function."""
    import torch
    plan = network.plan
    state = network.start.linear(code).tanh()[None]
    if plan.cell == "lstm":
        state = tuple(part.contiguous() for part in state.chunk(2, 2))
    fed = code.new_zeros(len(code), 1, math.prod(plan.sizes) // plan.frames)
    made = []
    for _ in range(plan.frames):
        hidden, state = network.rnn(_site(network, "rnn.input", fed, 2), state)
        y = network.output.linear(_site(network, "pre_output", hidden, 2))
        made.append(y)
        fed = y.tanh() if plan.role == "generator" else y.sigmoid() if plan.is_logit else y
    return torch.cat(made, 1).reshape(len(code), *plan.sizes)


def _read(network, x, told):
    """What a network that reads examples says of them, [N, outputs]."""
    plan = network.plan
    if tuple(x.shape[1:]) != plan.sizes:
        raise ValueError(f"expected examples of shape {list(plan.sizes)}, found {list(x.shape[1:])}")
    if plan.backbone == "rnn":
        frames = _site(network, "input", x.reshape(len(x), plan.frames, -1), 2)
        features = network.rnn(frames)[0][:, -1]
    else:
        features = _features(network, _site(network, "input", x.movedim(-1, 1)), told)
    features = _site(network, "pre_output", _with_deviation(network, features))
    y = network.output.linear(features.flatten(1))
    if not _has(network, "output.class"):
        return y
    vectors = told @ network.output.get_submodule("class").weight
    if plan.role == "encoder":
        return y + vectors
    return y + (features.flatten(2).sum(2) if features.dim() > 2 else features).mul(vectors).sum(1, keepdim=True)


def _features(network, x, told):
    """The blocks of a network that reads examples."""
    plan = network.plan
    if plan.backbone == "mlp":
        x = x.flatten(1)
    for block in network.blocks:
        if plan.backbone == "resnet":
            x = _residual(network, block, x, told)
        else:
            x = _activated(network, block, _contracted(network, block, x), told, "post_linear")
            x = _pooled(network, block, x) if plan.backbone == "conv" else x
        x = _attended(network, x)
    return _activated(network, "output", x, told) if plan.backbone == "resnet" else x


def _with_deviation(network, x):
    """Features with the running mean of how much the examples of a batch differ as a last channel, if there is one."""
    import torch
    if not _has(network, "output.minibatch_stddev"):
        return x
    channel = network.output.minibatch_stddev.running_deviation.expand(len(x), 1, *x.shape[2:])
    return torch.cat([x, channel], 1)


# Dropout that changes a network without masks

_PLACES = ("label", "latent", "input", "weights", "pre_norm", "post_norm", "post_linear", "post_act", "post_pool",
           "residual_branch", "pre_output", "recurrent", "attention")
_WEIGHED = ("standout", "max_pool", "stochastic_pool", "zoneout", "dropconnect", "targeted")
"""Types that put something other than the network itself in the place of masks."""


def _scales(plan: _Plan, arrays: Dict[str, np.ndarray]) -> Dict[str, Any]:
    """Factors by site of the network, one or one a channel: of dropout that is not rescaled in training, of units that
    are tied to examples, and of units that are switched off."""
    # Blocks are what layers are in: `block1` of `block1.conv.weight`. A recurrent layer is one itself.
    parts = [name.split(".")[:-2] if "rnn" not in name else ["rnn"] for name in arrays]
    blocks = {".".join([plan.role, *part[:length]]) for part in parts for length in range(len(part) + 1)}
    sites = sorted(f"{block}.{place}" for block in blocks for place in _PLACES
                   if place != "recurrent" or block.endswith(".rnn"))
    placed = [(site, entry) for entry in plan.dropout if float(entry["rate"]) for site in sites
              if any(fnmatch.fnmatchcase(site, glob) for glob in entry["at"])]
    scales = {site[len(plan.role) + 1:]: _scale(entry, site) for site, entry in placed}
    return {site: scale for site, scale in scales.items() if scale is not None}


def _scale(entry: Dict[str, Any], site: str) -> Any:
    """The factor of a dropout entry at a site: a number, `("free", share)` where that share of the channels is on and
    the others are off, or None for none."""
    kind, rate = entry["type"], float(entry["rate"])
    if kind == "example_tied":
        return ("free", 1 - rate)
    is_scaled = entry.get("scaling") == "test_time"
    if not is_scaled and kind not in _WEIGHED:
        return None
    place = site.split(".")[-1]
    only = {"zoneout": "recurrent", "dropconnect": "weights", "targeted": "weights", "max_pool": "post_pool",
            "stochastic_pool": "post_pool", "weight_drop": "recurrent", "recurrent": "recurrent",
            "variational_rnn": "recurrent", "stepwise_rnn": "recurrent"}
    if (kind in only and only[kind] != place) or (kind not in only and place in ("weights", "recurrent")):
        return None
    if kind not in ("bernoulli", "spatial") or place == "attention" or entry.get("schedule", "constant") != "constant":
        raise NotImplementedError(f"{site}: dropout of type {kind} with scaling {entry.get('scaling')} changes the "
                                  "network without masks in a way that this reader does not have")
    return 1 - rate


def _site(network, site: str, x, axis: int = 1):
    """Activations at a dropout site, multiplied by its factors along the axis of channels."""
    import torch
    scale = network.scales.get(site)
    if isinstance(scale, tuple):
        units = x.shape[axis]
        free = max(1, math.floor(np.float32(scale[1]) * np.float32(units) + np.float32(1e-3)))
        on = (torch.arange(units, device=x.device) < free).to(x.dtype)
        x = x * (on if axis == x.dim() - 1 else on.reshape(-1, *(1,) * (x.dim() - 2)))
    elif scale is not None:
        x = x * scale
    if _has(network, site) and hasattr(network.get_submodule(site), "active"):
        x = x * network.get_submodule(site).active.reshape(-1, *(1,) * (x.dim() - 2))
    return x


# Networks for features


def as_features(network, file: Path, input: Sequence[int], range: Sequence[int] = (0, 1),
                others: Optional[Dict[str, Any]] = None) -> None:
    """Writes a `torch.nn.Sequential`, of layers or of such networks, as a file for `lethe metrics --features FILE`.

    input: the shape of an example, [H, W, C] or [T, 1]. range: [0, 1] or [-1, 1], that of the values that it expects.
    others: further tensors to keep in the file.

    Layers: Linear, Conv1d and Conv2d, BatchNorm1d and BatchNorm2d, ReLU, LeakyReLU, Tanh, Sigmoid, Flatten, max and
    average pooling over windows that do not overlap, AdaptiveAvgPool of size 1. Dropout and Identity are left out.
    """
    if len(input) not in (2, 3) or list(range) not in ([0, 1], [-1, 1]):
        raise ValueError(f"expected input [H, W, C] or [T, 1] and range [0, 1] or [-1, 1], found {input} and {range}")
    layers = _described(network)
    named = {own for layer in layers for own in layer.values() if isinstance(own, str)}
    tensors = {name: value.float() for name, value in network.state_dict().items() if name in named}
    tensors.update(others or {})
    arrays = {name: value.detach().cpu().numpy() for name, value in tensors.items()}
    description = json.dumps({"input": list(input), "range": list(range), "layers": layers})
    _write_safetensors(file, arrays, {"lethe.features": description})


def _described(network, prefix: str = "") -> List[Dict[str, Any]]:
    """The layers of a sequence as the program reads them: `layer`, its options, and the names of its arrays."""
    from torch import nn
    if not isinstance(network, nn.Sequential):
        raise TypeError(f"{prefix or 'network'}: expected a torch.nn.Sequential, found {type(network).__name__}")
    layers: List[Dict[str, Any]] = []
    for name, layer in network.named_children():
        address = prefix + name
        if isinstance(layer, nn.Sequential):
            layers += _described(layer, address + ".")
        elif not isinstance(layer, (nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d)):
            own = {key: f"{address}.{key}" for key in layer.state_dict() if key != "num_batches_tracked"}
            layers.append({**own, **_description(layer, address)})
    return layers


def _description(layer, address: str) -> Dict[str, Any]:
    """The kind and the options of one layer.

    Raises TypeError for a layer or an option that the program does not have.
    """
    from torch import nn
    if isinstance(layer, (nn.Conv1d, nn.Conv2d)):
        for option, usual in (("groups", 1), ("padding_mode", "zeros"), ("dilation", 1)):
            _single(layer, address, option, usual)
        return {"layer": "conv", "stride": _single(layer, address, "stride"),
                "padding": _single(layer, address, "padding")}
    if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
        _single(layer, address, "track_running_stats", True)
        return {"layer": "batch_norm", "epsilon": layer.eps}
    if isinstance(layer, nn.LeakyReLU):
        return {"layer": "leaky_relu", "slope": layer.negative_slope}
    if isinstance(layer, (nn.MaxPool1d, nn.MaxPool2d, nn.AvgPool1d, nn.AvgPool2d)):
        size = _single(layer, address, "kernel_size")
        for option, usual in (("stride", size), ("padding", 0), ("ceil_mode", False), ("dilation", 1)):
            if hasattr(layer, option):
                _single(layer, address, option, usual)
        is_max = isinstance(layer, (nn.MaxPool1d, nn.MaxPool2d))
        return {"layer": "max_pool" if is_max else "average_pool", "size": size}
    if isinstance(layer, (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d)):
        _single(layer, address, "output_size", 1)
        return {"layer": "global_average_pool"}
    if isinstance(layer, nn.Flatten):
        _single(layer, address, "start_dim", 1)
        _single(layer, address, "end_dim", -1)
        return {"layer": "flatten"}
    plain = {nn.Linear: "linear", nn.ReLU: "relu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid"}
    if type(layer) not in plain:
        raise TypeError(f"{address}: {type(layer).__name__} is no layer that `lethe metrics --features` has")
    return {"layer": plain[type(layer)]}


def _single(layer, address: str, option: str, usual: Any = None) -> Any:
    """The value of an option, the same along all axes.

    Raises TypeError where it differs between axes, is a word where a number is meant, or is not the usual one.
    """
    value = getattr(layer, option)
    values = set(value) if isinstance(value, tuple) else {value}
    one = next(iter(values))
    if len(values) > 1 or (one != usual if usual is not None else not isinstance(one, int)):
        raise TypeError(f"{address}: {type(layer).__name__} with {option} {value} is no layer that "
                        "`lethe metrics --features` has")
    return one
