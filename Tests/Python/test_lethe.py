"""Tests of Sources/PythonReader/lethe.py against the program: what it writes is read, and its networks are rebuilt.

    LETHE=.build/release/lethe python3 -m unittest -v Tests/Python/test_lethe.py

Needs NumPy; tests of networks need PyTorch. The worst differences from the program are printed at the end.
"""
import base64
import copy
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import wave
import zlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("Sources/PythonReader", "Tests/LayersTests/Fixtures", "Tests/Python")]

import lethe  # noqa: E402
import spectrograms  # noqa: E402

try:
    import torch
    from torch import nn
except ImportError:
    torch = None

LETHE = os.path.abspath(os.environ.get("LETHE", ROOT / ".build/release/lethe"))
TOLERANCE = 1e-5
COUNT = 66
"""Latents in a comparison: more than one batch of the program, which has 64."""
WORST = {}
"""The worst difference by what was compared."""


def program(*arguments):
    """Runs the program. Returns its standard output, or raises with what it said."""
    done = subprocess.run([LETHE, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"lethe {' '.join(map(str, arguments))}: status {done.returncode}\n{done.stderr}")
    return done.stdout


def numbers(seed, *shape):
    """Random numbers in 0…1 that are float32 and have some structure: neighbours are alike."""
    values = np.random.default_rng(seed).uniform(size=shape)
    for axis in range(1, len(shape) - 1):
        values = (values + np.roll(values, 1, axis)) / 2
    return values.astype(np.float32)


class Folder(unittest.TestCase):
    """Tests with a folder of their own."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def experiment(self, name, **sections):
        """Writes an experiment file, as JSON, which is YAML too."""
        file = self.folder / f"{name}.yaml"
        file.write_text(json.dumps({"name": name, **sections}))
        return file

    def train(self, name, **sections):
        """Trains a little. Returns the trial's folder."""
        usual = {"train": {"steps": 60, "batch": 8, "threads": 1}, "optimizer": {"learning_rate": 0.003},
                 "metrics": {"samples": 45, "features": "pixels"}}
        merged = {key: {**usual.get(key, {}), **value} if isinstance(value, dict) else value
                  for key, value in {**usual, **sections}.items()}
        merged["metrics"] = {key: value for key, value in merged["metrics"].items() if value is not None}
        out = self.folder / name
        program("train", self.experiment(name, **merged), "--out", out)
        return next((out / "trials").iterdir())

    def module(self, trial, network=None, **options):
        """A network of a trial's checkpoint."""
        file = trial / "checkpoint.safetensors"
        return lethe.module(file, network, **options)

    def array(self, name, values):
        """Writes an array; returns its file."""
        file = self.folder / f"{name}.npy"
        np.save(file, values)
        return file

    def close(self, what, found, expected, tolerance=TOLERANCE):
        """Checks that two arrays are close, and keeps the worst difference."""
        found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
        self.assertEqual(found.shape, expected.shape, what)
        worst = float(np.abs(found - expected).max())
        WORST[what] = max(WORST.get(what, 0), worst)
        self.assertLessEqual(worst, tolerance, what)


# Data and models of the comparisons

FORMS = {
    "image": {"kind": "images"}, "wave": {"kind": "audio", "representation": "waveform"},
    "log_mel": {"kind": "audio", "representation": "log_mel", "spectrogram": {"window": 64, "frames": 16, "bands": 8}},
    "stft": {"kind": "audio", "representation": "stft", "spectrogram": {"window": 32, "frames": 32}},
}
RATE = 16_000
SMALL = {"mlp": {"hidden": [7, 9]}, "conv": {"width": 4}, "resnet": {"width": 4}, "rnn": {"hidden": [6]}}
"""Sizes of networks by backbone."""


def data_of(form, seed, count=40, size=16):
    """Examples as files have them: images in 0…1, [N, size, size, 3], of 8 bits, or sounds in −1…1, [N, 256, 1], of 16
    bits."""
    if form == "image":
        return (np.round(numbers(seed, count, size, size, 3) * 255) / 255).astype(np.float32)
    return (np.round((2 * numbers(seed, count, 256, 1) - 1) * 32767) / 32768).astype(np.float32)


def write_sounds(folder, values):
    """Writes sounds [N, T, 1] as WAV files."""
    folder.mkdir()
    for number, sound in enumerate(values):
        with wave.open(str(folder / f"{number:05}.wav"), "wb") as file:
            file.setparams((1, 2, RATE, len(sound), "NONE", ""))
            file.writeframes((sound[:, 0] * 32768).astype("<i2").tobytes())


def write_pictures(folder, values):
    """Writes pictures [N, H, W, 3] as PNG files."""
    folder.mkdir()
    for number, picture in enumerate(values):
        rows = np.pad(np.round(picture * 255).astype(np.uint8).reshape(len(picture), -1), ((0, 0), (1, 0)))
        size = picture.shape[1].to_bytes(4, "big") + picture.shape[0].to_bytes(4, "big")
        chunks = ((b"IHDR", size + b"\x08\x02\0\0\0"), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b""))
        parts = [len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
                 for kind, data in chunks]
        (folder / f"{number:05}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def seen(form, values, network_range):
    """Examples as networks see them."""
    if form in ("log_mel", "stft"):
        sizes = FORMS[form]["spectrogram"]
        make = spectrograms.log_mel if form == "log_mel" else spectrograms.phases
        values, form = np.stack([make(sound[:, 0], RATE, **sizes) for sound in values]), "wave"
    ours = (0, 1) if form == "image" else (-1, 1)
    share = (values - ours[0]) / (ours[1] - ours[0])
    return (share * (network_range[1] - network_range[0]) + network_range[0]).astype(np.float32)


def cases():
    """Name, form of the data, and the sections `model` and `loss` of each comparison."""
    made = {}

    def add(form, family, backbone, loss=None, **model):
        words = [form, family, backbone, *(f"{key}_{value}" for key, value in model.items()), *(loss or {}).values()]
        name = "-".join(words)
        own = {"family": family, "backbone": backbone, "latent": 5, **SMALL[backbone], **model}
        made[name] = (form, own, loss or {})

    for form in FORMS:
        for family in ("gan", "vae"):
            for backbone in SMALL:
                add(form, family, backbone)
    for family in ("gan", "vae"):
        for form in ("image", "wave"):
            for backbone in SMALL:
                add(form, family, backbone, conditional=True)
            add(form, family, "rnn", cell="lstm")
            # Of waveforms one family each, as the two share their layers.
            for backbone in ("conv", "resnet") if form == "image" else ("conv",) if family == "gan" else ("resnet",):
                for norm in ("batch", "layer", "instance", "spectral", "none"):
                    add(form, family, backbone, norm=norm)
                for norm in ("instance", "layer", "spectral"):
                    add(form, family, backbone, conditional=True, norm=norm)
                add(form, family, backbone, attention=16 if form == "wave" else 8)
                add(form, family, backbone, pool="max")
                add(form, family, backbone, upsample="bilinear")
            add(form, family, "conv", pool="average", upsample="nearest")
            add(form, family, "resnet", norm="fixup")
        add("image", family, "rnn", cell="lstm", conditional=True)
        for norm in ("batch", "layer", "spectral", "none"):
            add("image", family, "mlp", norm=norm)
        add("image", family, "conv", attention=4, norm="spectral")
    add("image", "gan", "conv", minibatch_stddev=False)
    for backbone in SMALL:
        add("image", "vae", backbone, {"likelihood": "gaussian"})
        add("wave", "vae", backbone, {"likelihood": "gaussian"})
    return made


@unittest.skipIf(torch is None, "PyTorch is missing")
class SampleTests(Folder):
    """Samples of modules are those of `lethe generate`, and what they say of examples is what the program measures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        torch.set_num_threads(1)
        for form in FORMS:
            for part, seed in (("train", 1), ("test", 2)):
                np.save(cls.folder / f"{form}-{part}.npy", data_of(form, seed))
                write = write_pictures if form == "image" else write_sounds
                write(cls.folder / f"{form}-{part}", data_of(form, seed))
        np.save(cls.folder / "labels.npy", np.arange(40) % 3)
        np.save(cls.folder / "latents.npy", np.random.default_rng(3).normal(size=(COUNT, 5)).astype(np.float32))

    def data(self, form, conditional=False):
        """The section `data`: 40 examples to train on and 40 that are held out."""
        own = {"path": f"{form}-train.npy", "test": f"{form}-test.npy", "holdout": 0, **FORMS[form]}
        if form != "image":
            own.update(sample_rate=RATE, length=256)
        return {**own, **({"labels": "labels.npy", "test_labels": "labels.npy"} if conditional else {})}

    def generated(self, file, *options):
        """What the program makes of the latents."""
        program("generate", file, "--latents", self.folder / "latents.npy", "--npy", self.folder / "made.npy", *options)
        return np.load(self.folder / "made.npy")

    def made(self, module, *classes):
        """What a module makes of them."""
        with torch.no_grad():
            return module(torch.tensor(np.load(self.folder / "latents.npy")), *classes).numpy()

    def test_every_network(self):
        for name, (form, model, loss) in cases().items():
            with self.subTest(name):
                # Only the discriminator is compared with what is measured at the end.
                more = {"metrics": {"searched": 1}} if model["family"] == "gan" else {
                    "metrics": {"set": "validation"}, "optimizer": {"learning_rate": 0.001}}
                trial = self.train(name, data=self.data(form, "conditional" in model), model=model, loss=loss, **more)
                self.compare_samples(name, trial, form, model)
                if model["family"] == "gan":
                    self.compare_discriminator(name, trial, form, model)
                elif "conditional" not in model:
                    self.compare_encoder(name, trial, form)
                shutil.rmtree(self.folder / name)

    def compare_samples(self, name, trial, form, model):
        file = trial / "checkpoint.safetensors"
        module = self.module(trial)
        if form == "log_mel":
            return
        if "conditional" in model:
            kind = module.classes[1]
            made = self.made(module, torch.full((COUNT,), 1))
            self.close(f"{name}: samples", made, self.generated(file, "--class", kind))
        elif form == "stft":
            made = self.made(module)
            sounds = np.stack([spectrograms.sound_of_phases(picture, 256, **FORMS[form]["spectrogram"])
                               for picture in (made if module.range == (-1, 1) else 2 * made - 1)])
            # What rounding does to a phase grows from round to round, so that single samples of a sound differ more.
            expected = self.generated(file)
            self.assertGreater(np.abs(expected).mean(), 1e-3, "sounds are silent")
            difference = np.abs(sounds[..., None] - expected).mean() / np.abs(expected).mean()
            self.close(f"{name}: sounds of samples (mean, relative)", [difference], [0], 1e-3)
        else:
            made = self.made(module)
            self.assertGreater(np.ptp(made[:, 0], axis=0).max(), 1e-4, "samples do not differ")
            self.close(f"{name}: samples", made, self.generated(file))

    def compare_discriminator(self, name, trial, form, model, module=None):
        """The gap of the discriminator: the difference of mean scores in deviations of the held-out ones."""
        module = module or self.module(trial, "discriminator")
        scores = []
        for part in ("train", "test"):
            values = seen(form, np.load(self.folder / f"{form}-{part}.npy"), (-1, 1))
            told = [torch.arange(40) % 3] if "conditional" in model else []
            with torch.no_grad():
                scores.append(module(torch.tensor(values), *told).numpy()[:, 0].astype(np.float64))
        gap = (scores[0].mean() - scores[1].mean()) / scores[1].std(ddof=1)
        expected = json.loads((trial / "metrics.json").read_text())["values"]["discriminator_gap"]["value"]
        self.close(f"{name}: discriminator gap", [gap], [expected], 1e-3)

    def compare_encoder(self, name, trial, form):
        """A distance in the means of codes: the program's of its own encoder's, and that of the module's."""
        file = trial / "checkpoint.safetensors"
        module = self.module(trial, "encoder")
        sets = {}
        for part in ("train", "test"):
            values = seen(form, np.load(self.folder / f"{form}-{part}.npy"), module.range)
            with torch.no_grad():
                means = module(torch.tensor(values)).numpy()[:, :module.latent]
            sets[part] = self.array(f"features-{part}", means)
        found, expected = (
            json.loads(program("metrics", "--train", train, "--generated", test, *more, "--only", "frechet_distance",
                               "--json"))["values"]
            for train, test, more in (
                (sets["train"], sets["test"], ()),
                (self.folder / f"{form}-train", self.folder / f"{form}-test", ("--features", file))))
        pair = [values["frechet_distance"]["value"] for values in (found, expected)]
        self.close(f"{name}: distance of codes (relative)", [pair[0] / pair[1]], [1], 1e-3)

    # What only some networks have

    def small_gan(self, name, backbone="conv", more=None, **sections):
        """A GAN of pictures."""
        model = {"family": "gan", "backbone": backbone, "latent": 5, **SMALL[backbone], **(more or {})}
        return self.train(name, **{"data": self.data("image"), "model": model, **sections})

    def test_averages(self):
        trial = self.small_gan("averages", train={"ema": [0.9, 0.5]})
        made = {}
        for options in ({}, {"ema": 0.5}, {"ema": 0}):
            made[str(options)] = self.made(self.module(trial, **options))
            arguments = [word for pair in options.items() for word in (f"--{pair[0]}", pair[1])]
            expected = self.generated(trial / "checkpoint.safetensors", *arguments)
            self.close(f"averages {options}: samples", made[str(options)], expected)
        self.assertGreater(np.abs(made["{}"] - made["{'ema': 0}"]).max(), 1e-3)
        with self.assertRaisesRegex(lethe.LetheError, "average of the generator with decay 0.5 or 0.9 or 0, found 0.7"):
            self.module(trial, ema=0.7)

    def test_several_discriminators(self):
        dropout = [{"type": "feedback", "at": "discriminator.feedback", "rate": 0.3, "discriminators": 2}]
        trial = self.small_gan("several", dropout=dropout)
        first, second = (self.module(trial, name) for name in ("discriminator", "discriminator#2"))
        self.compare_discriminator("several discriminators", trial, "image", {"family": "gan"},
                                   lambda x: (first(x) + second(x)) / 2)
        with self.assertRaisesRegex(lethe.LetheError, "arrays of the discriminator#3, found none"):
            self.module(trial, "discriminator#3")
        with self.assertRaisesRegex(lethe.LetheError, "a network of a gan: generator or discriminator, found encoder"):
            self.module(trial, "encoder")

    def test_dropout_that_scales(self):
        def entry(kind, at, **more):
            return {"type": kind, "at": at, "rate": 0.4, **more}

        scaled = {"scaling": "test_time"}
        for name, backbone, entries in (
                ("test_time", "conv", [entry("bernoulli", "*.post_act", **scaled)]),
                ("test_time-resnet", "resnet", [
                    entry("bernoulli", ["*.residual_branch", "*.branch2.post_act"], **scaled),
                    entry("spatial", "*.pre_output", **scaled)]),
                ("test_time-mlp", "mlp", [entry("bernoulli", ["*.latent", "*.input"], **scaled),
                                          entry("bernoulli", "*.block1.*norm", **scaled)]),
                ("test_time-rnn", "rnn", [entry("bernoulli", ["*.rnn.input", "*.pre_output"], **scaled)]),
                ("inverted", "conv", [entry("bernoulli", ["*.post_act", "*.latent"]),
                                      entry("dropconnect", "*.output.weights", rate=0)]),
                ("learned", "conv", [entry("concrete", ["*.block1.post_act"]), entry("information", "*.pre_output")]),
                ("learned-mlp", "mlp", [entry("variational_gaussian", "*.post_act")]),
                ("adaptive", "conv", [entry("bernoulli", "discriminator.*.post_act", schedule="adaptive")]),
                ("attention", "conv", [entry("drop_key", "*.attention")]),
                ("recurrent", "rnn", [entry("variational_rnn", "*.recurrent")])):
            with self.subTest(name):
                attention = {"attention": 8} if name == "attention" else {}
                trial = self.small_gan(name, backbone, attention, dropout=entries)
                self.assertEqual(bool(self.module(trial).scales), name.startswith("test_time"))
                self.compare_samples(f"dropout {name}", trial, "image", {})
                self.compare_discriminator(f"dropout {name}", trial, "image", {})
        with self.subTest("example_tied"):
            trial = self.train("tied", data=self.data("image"), dropout=[entry("example_tied", "*.post_act")], model={
                "family": "vae", "backbone": "conv", "latent": 5, "width": 4})
            self.compare_samples("dropout example_tied", trial, "image", {})
            self.compare_encoder("dropout example_tied", trial, "image")

    def test_dropout_that_is_not_read(self):
        trial = self.small_gan("zoneout", "rnn", dropout=[{"type": "zoneout", "at": "*.recurrent", "rate": 0.2}])
        with self.assertRaisesRegex(NotImplementedError, "generator.rnn.recurrent: dropout of type zoneout"):
            self.module(trial)

    def test_units_that_are_switched_off(self):
        for backbone in ("mlp", "conv", "resnet"):
            trial = self.small_gan(f"off-{backbone}", backbone, sampling={
                "deactivate": {"by": "memorized_share", "share": 0.3}})
            file = trial / "checkpoint.safetensors"
            arrays, metadata = lethe.checkpoint(file)
            places = [name for name in arrays if name.endswith(".active")]
            self.assertTrue(places)
            for number, name in enumerate(places):
                arrays[name] = (np.arange(len(arrays[name])) % 3 != number % 3).astype(np.float32)
            lethe._write_safetensors(file, arrays, metadata)
            self.compare_samples(f"units off {backbone}", trial, "image", {})

    def test_classifiers_and_detectors(self):
        models = [(form, {"backbone": backbone}) for form in FORMS for backbone in SMALL]
        models += [("image", {"backbone": "conv", "norm": norm, "pool": pool}) for norm, pool in
                   (("layer", "max"), ("instance", "average"), ("spectral", "none"))]
        for form, model in models:
            for family in ("classifier", "detector"):
                name = "-".join([form, family, *model.values()])
                with self.subTest(name):
                    data = self.data(form, conditional=True)
                    if family == "detector":
                        data = {"genuine": data.pop("path"), "generated": data.pop("test"), **{
                            key: value for key, value in data.items() if "labels" not in key}, "holdout": 0.3}
                    trial = self.train(name, data=data, model={
                        "family": family, **model, **SMALL[model["backbone"]]}, metrics={"features": None})
                    self.compare_predictions(name, trial, form)

    def compare_predictions(self, name, trial, form):
        module = self.module(trial)
        values = np.load(self.folder / f"{form}-test.npy")
        with torch.no_grad():
            found = module(torch.tensor(seen(form, values, module.range))).softmax(1).numpy()
        text = program("detect", trial / "checkpoint.safetensors", self.folder / f"{form}-test")
        rows = sorted(csv.DictReader(text.splitlines()), key=lambda row: row["file"])
        if "score" in rows[0]:
            self.close(f"{name}: scores", found[:, 1], [float(row["score"]) for row in rows])
        else:
            expected = [[float(row[f"p_{kind}"]) for kind in module.classes] for row in rows]
            self.close(f"{name}: probabilities", found, expected)

    def test_spectrograms_as_pictures(self):
        """The program makes pictures of a checkpoint that says that its square spectrograms are pictures."""
        form = dict(FORMS["log_mel"], spectrogram={"window": 64, "frames": 16, "bands": 16})
        for family in ("gan", "vae"):
            for backbone, size in SMALL.items():
                name = f"log_mel-{family}-{backbone}-as-pictures"
                with self.subTest(name):
                    trial = self.train(name, data={**self.data("log_mel"), **form}, metrics={"searched": 1}, model={
                        "family": family, "backbone": backbone, "latent": 5, **size},
                        loss={"likelihood": "gaussian"} if family == "vae" else {})
                    arrays, metadata = lethe.checkpoint(trial / "checkpoint.safetensors")
                    pictures = "data:\n  kind: images\n  source: shapes\n  size: 16\n  channels: 1\n"
                    text = re.sub(r"data:\n(?:  .*\n)+", pictures, metadata["experiment"])
                    file = self.folder / f"{name}.safetensors"
                    lethe._write_safetensors(file, arrays, {**metadata, "experiment": text})
                    self.close(f"{name}: samples", self.made(self.module(trial)), self.generated(file))

    def test_conditional_encoders(self):
        """Encoders that are told of classes, in training, are those of the fixtures of ModelsTests."""
        import fixture
        cases = (("mlp", 6, 3, "batch", {"hidden": [7, 9]}), ("conv", 16, 1, "batch", {"width": 4}),
                 ("resnet", 12, 1, "batch", {"width": 4}))
        for backbone, side, channels, norm, size in cases:
            example = f"{side}x{side}x{channels}"
            name = f"{backbone}-vae-{example}-{norm}-classes-encoder"
            with self.subTest(name):
                data = {"path": str(self.array("small", numbers(4, 40, side, side, channels))),
                        "labels": str(self.array("four", np.arange(40) % 4))}
                trial = self.train(name, data=data, model={
                    "family": "vae", "backbone": backbone, "latent": 5, "norm": norm, "conditional": True, **size},
                    metrics={"samples": 2})
                module = self.module(trial, "encoder").double().train()
                with torch.no_grad():
                    for key, value in [*module.named_parameters(), *module.named_buffers()]:
                        value.copy_(fixture.values(f"encoder.{key}", tuple(value.shape)))
                    found = module(fixture.values("x", (3, side, side, channels)), fixture.values("classes", (3, 4)))
                text = json.loads((ROOT / f"Tests/ModelsTests/Fixtures/{name}.json").read_text())["y"]
                expected = np.frombuffer(base64.b64decode(text), "<f4").reshape(3, 10)
                self.close(name, found.numpy(), expected)

    def test_checkpoints_of_earlier_versions(self):
        """They have their experiment as YAML only, which the caller reads."""
        trial = self.small_gan("json", "mlp")
        arrays, metadata = lethe.checkpoint(trial / "checkpoint.safetensors")
        experiment = json.loads(metadata.pop("experiment_json"))
        file = self.folder / "json.safetensors"
        lethe._write_safetensors(file, arrays, metadata)
        with self.assertRaisesRegex(lethe.LetheError, "the experiment as JSON in the metadata"):
            lethe.module(file)
        rebuilt = lethe.module(file, experiment=experiment)
        np.testing.assert_array_equal(self.made(rebuilt), self.made(self.module(trial)))

    def test_copies_and_values(self):
        module = self.module(self.small_gan("copies"))
        other = copy.deepcopy(module)
        with torch.no_grad():
            for value in other.parameters():
                value.zero_()
        self.assertGreater(np.abs(self.made(module)).max(), 0)
        self.assertEqual(np.abs(self.made(other)).max(), 0)
        other.load_state_dict(module.state_dict())
        np.testing.assert_array_equal(self.made(other), self.made(module))
        self.assertEqual((module.latent, module.example, module.range), (5, (16, 16, 3), (-1, 1)))
        with self.assertRaisesRegex(ValueError, "expected no classes"):
            self.made(module, torch.zeros(COUNT))


@unittest.skipIf(torch is None, "PyTorch is missing")
class FeatureTests(Folder):
    """Networks of PyTorch for `lethe metrics --features`."""

    def test_features_are_those_of_pytorch(self):
        torch.manual_seed(5)
        pictures = {
            "image": nn.Sequential(
                nn.Conv2d(3, 6, 3, stride=2, padding=1), nn.BatchNorm2d(6), nn.LeakyReLU(0.2), nn.Dropout(0.5),
                nn.Sequential(nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)), nn.Conv2d(8, 5, 1), nn.Tanh(),
                nn.AvgPool2d((2, 2)), nn.Flatten(), nn.Linear(20, 4), nn.BatchNorm1d(4), nn.Sigmoid()),
            "wave": nn.Sequential(
                nn.Conv1d(1, 6, 8, 4, 2), nn.MaxPool1d(2), nn.AvgPool1d(4), nn.Identity(), nn.Conv1d(6, 4, 3),
                nn.AdaptiveAvgPool1d(1), nn.Flatten())}
        for form, network in pictures.items():
            values = {part: data_of(form, seed, 60) for part, seed in (("train", 1), ("test", 2))}
            shape = list(values["train"].shape[1:])
            network.train()
            network(torch.tensor(values["train"]).movedim(-1, 1) * 2 - 1)
            network.eval()
            file = self.folder / f"{form}.safetensors"
            lethe.as_features(network, file, shape, [-1, 1])
            files = {}
            for part in values:
                (write_pictures if form == "image" else write_sounds)(self.folder / f"{form}-{part}", values[part])
                seen_values = values[part] * 2 - 1 if form == "image" else values[part]
                with torch.no_grad():
                    files[part] = self.array(part, network(torch.tensor(seen_values).movedim(-1, 1)).numpy())
            keys = ["frechet_distance", "kernel_distance", "precision", "recall"]
            folders = {part: self.folder / f"{form}-{part}" for part in values}
            found, expected = (
                json.loads(program("metrics", "--train", sets["train"], "--generated", sets["test"], *more, "--only",
                                   ",".join(keys), "--json"))["values"]
                for sets, more in ((folders, ("--features", file)), (files, ())))
            pairs = [[values[key]["value"] for key in keys] for values in (found, expected)]
            self.close(f"features of {form}: distances (relative)", np.divide(*pairs), np.ones(4), 1e-3)

    def test_fixture(self):
        """`Tests/TrainingTests/Fixtures/features.py` makes the file that is there."""
        fixtures = ROOT / "Tests/TrainingTests/Fixtures"
        network = nn.Sequential(
            nn.Conv2d(3, 6, 3, stride=2, padding=1), nn.BatchNorm2d(6), nn.LeakyReLU(0.2),
            nn.Conv2d(6, 8, 3, padding=1, bias=False), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 1),
            nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(8 * 2 * 1, 5), nn.Sigmoid())
        there = lethe.checkpoint(fixtures / "features.safetensors").arrays
        arrays = {name: torch.tensor(array) for name, array in there.items()}
        others = {name: arrays.pop(name) for name in ("images", "features")}
        network.load_state_dict(arrays, strict=False)
        file = self.folder / "features.safetensors"
        lethe.as_features(network, file, [16, 8, 3], [-1, 1], others)
        self.assertEqual(file.read_bytes(), (fixtures / "features.safetensors").read_bytes())

    def test_layers_that_are_refused(self):
        for layer, message in (
                (nn.GELU(), "0: GELU is no layer"), (nn.Conv2d(2, 2, 3, groups=2), "0: Conv2d with groups 2"),
                (nn.Conv2d(2, 2, 3, padding="same"), "0: Conv2d with padding same"),
                (nn.Conv2d(2, 2, 3, stride=(1, 2)), r"0: Conv2d with stride \(1, 2\)"),
                (nn.Conv2d(2, 2, 3, dilation=2), r"0: Conv2d with dilation \(2, 2\)"),
                (nn.MaxPool2d(3, 2), "0: MaxPool2d with stride 2"),
                (nn.MaxPool2d(3, padding=1), "0: MaxPool2d with padding 1"),
                (nn.BatchNorm2d(2, track_running_stats=False), "0: BatchNorm2d with track_running_stats False"),
                (nn.AdaptiveAvgPool2d(2), "0: AdaptiveAvgPool2d with output_size 2"),
                (nn.Flatten(2), "0: Flatten with start_dim 2"),
                (nn.Sequential(nn.Softmax(1)), "0.0: Softmax is no layer")):
            with self.subTest(message), self.assertRaisesRegex(TypeError, message):
                lethe.as_features(nn.Sequential(layer), self.folder / "none", [8, 8, 2])
        with self.assertRaisesRegex(TypeError, "expected a torch.nn.Sequential, found Linear"):
            lethe.as_features(nn.Linear(2, 2), self.folder / "none", [8, 8, 2])
        with self.assertRaisesRegex(ValueError, "expected input"):
            lethe.as_features(nn.Sequential(nn.Flatten()), self.folder / "none", [8, 8, 2], [0, 255])


class CheckpointTests(Folder):
    """Safetensors files, whole and damaged."""

    def file(self, header, data=b"", name="a.safetensors"):
        """Writes a file with a header of any text."""
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        file = self.folder / name
        file.write_bytes(len(text).to_bytes(8, "little") + text + data)
        return file

    def test_types(self):
        file = self.folder / "types.safetensors"
        arrays = {code: np.arange(6).reshape(2, 3).astype(code) for code in (
            "<f8", "<f4", "<f2", "<i8", "<i4", "<i2", "i1", "<u8", "<u4", "<u2", "u1", "?")}
        arrays["scalar"] = np.array(3.5, np.float32)
        arrays["empty"] = np.zeros((0, 4), np.float32)
        lethe._write_safetensors(file, arrays, {"key": "ä"})
        read, metadata = lethe.checkpoint(file)
        self.assertEqual(metadata, {"key": "ä"})
        self.assertEqual(read.keys(), arrays.keys())
        for name, array in arrays.items():
            self.assertEqual((read[name].dtype, read[name].shape), (array.dtype, array.shape))
            np.testing.assert_array_equal(read[name], array)
        half = self.file({"b": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}, b"\x80\x3f\x20\xc0")
        np.testing.assert_array_equal(lethe.checkpoint(half).arrays["b"], np.array([1, -2.5], np.float32))

    def test_damaged_files(self):
        def entry(first=0, last=8, shape=(2,), dtype="F32"):
            return {"dtype": dtype, "shape": list(shape), "data_offsets": [first, last]}

        cases = {
            "only 3 bytes": b"abc",
            "a claim of 18446744073709551615": b"\xff" * 8 + b"{}",
            "a header of at most 2 bytes, found a claim of 3": b"\3" + b"\0" * 7 + b"{}",
            "the JSON of a safetensors file": self.file(b"{]").read_bytes(),
            "a name that stands there twice": self.file(b'{"a": {}, "a": {}}').read_bytes(),
            "an object as its header, found list": self.file([]).read_bytes(),
            "texts as metadata": self.file({"__metadata__": {"a": 1}}).read_bytes(),
            "8 bytes of arrays for a, found 7: it is cut short": self.file({"a": entry()}, bytes(7)).read_bytes(),
            "8 bytes of arrays, as the header says, found 9": self.file({"a": entry()}, bytes(9)).read_bytes(),
            "the bytes of b from 8 on, found from 4 on":
                self.file({"a": entry(), "b": entry(4, 12)}, bytes(12)).read_bytes(),
            "the bytes of a from 0 on, found from 8 on": self.file({"a": entry(8, 16)}, bytes(16)).read_bytes(),
            r"12 bytes for a, F32 \[3\], found 8": self.file({"a": entry(shape=[3])}, bytes(8)).read_bytes(),
            "as the dtype of a, found F8": self.file({"a": entry(dtype="F8")}, bytes(8)).read_bytes(),
            "dtype, shape and data_offsets of a": self.file({"a": entry(shape=[-2])}, bytes(8)).read_bytes(),
            "dtype, shape and data_offsets of a, found": self.file({"a": {"dtype": "F32"}}).read_bytes(),
        }
        for message, data in cases.items():
            file = self.folder / "damaged.safetensors"
            file.write_bytes(data)
            with self.subTest(message), self.assertRaisesRegex(lethe.LetheError, f"damaged.safetensors: .*{message}"):
                lethe.checkpoint(file)
        with self.assertRaisesRegex(lethe.LetheError, "missing: expected a safetensors file, found No such file"):
            lethe.checkpoint(self.folder / "missing")

    def test_every_cut_is_noticed(self):
        trial = self.train("cut", data={"source": "shapes", "size": 8, "limit": 20}, metrics={"samples": 2}, model={
            "family": "gan", "backbone": "mlp", "latent": 2, "hidden": [3]})
        data = (trial / "checkpoint.safetensors").read_bytes()
        self.assertEqual(lethe.checkpoint(trial / "checkpoint.safetensors").metadata["step"], "60")
        for length in range(0, len(data), 97):
            file = self.folder / "short.safetensors"
            file.write_bytes(data[:length])
            with self.assertRaises(lethe.LetheError):
                lethe.checkpoint(file)

    @unittest.skipIf(torch is None, "PyTorch is missing")
    def test_other_files(self):
        with self.assertRaisesRegex(lethe.LetheError, "expected a checkpoint .*, found None"):
            lethe.module(self.file({}))


def column(table, name):
    """A column of a table, with pandas or without; None for a text that is missing, which is NaN in pandas."""
    values = np.asarray(table[name])
    if values.dtype != object:
        return values
    return np.array([None if value != value else value for value in values], object)


class ResultTests(Folder):
    """The tables of a small run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls()
        cls.results = cls.folder / "results"
        cls.file = case.experiment(
            "run", data={"source": "shapes", "size": 8, "limit": 60}, train={"steps": 20, "batch": 8},
            model={"family": "gan", "backbone": "mlp", "latent": 2, "hidden": [5]},
            metrics={"samples": 60, "features": "pixels", "every": 10},
            ablation={"placements": {"none": None, "g": "generator.*.post_act"}, "rates": [0.3], "seeds": 2,
                      "grid": {"data.limit": [40, 60]}})
        program("run", cls.file, "--out", cls.results)

    def test_trials(self):
        table = lethe.trials(self.results)
        rows = list(csv.DictReader((self.results / "trials.csv").read_text(encoding="utf-8").splitlines()))
        self.assertEqual(list(table), list(rows[0]))
        self.assertEqual(len(rows), 8)
        self.assertEqual(list(column(table, "trial")), [row["trial"] for row in rows])
        self.assertEqual(set(column(table, "data.limit")), {40, 60})
        self.assertEqual(set(column(table, "state")), {"finished"})
        self.assertEqual(column(table, "seed").dtype, np.int64)
        rates = column(table, "rate")
        np.testing.assert_array_equal(np.isnan(rates), [not row["rate"] for row in rows])
        np.testing.assert_array_equal(column(table, "recall"), [float(row["recall"]) for row in rows])

    def test_metrics(self):
        table = lethe.metrics(self.results)
        self.assertEqual(len(set(zip(*(column(table, key) for key in ("trial", "arm", "seed"))))), 8)
        trial = next((self.results / "trials").glob("*"))
        values = json.loads((trial / "metrics.json").read_text())["values"]
        own = column(table, "trial") == trial.name
        self.assertEqual(set(column(table, "metric")[own]), set(values))
        for place in np.flatnonzero(own):
            metric = values[column(table, "metric")[place]]
            for key in ("value", "null", "copies", "planted"):
                expected = np.nan if metric.get(key) is None else metric[key]
                np.testing.assert_equal(float(column(table, key)[place]), float(expected))
            self.assertEqual(column(table, "better")[place], metric.get("better"))

    def test_log(self):
        trial = next((self.results / "trials").glob("*"))
        table = lethe.log(trial)
        rows = [json.loads(line) for line in (trial / "log.jsonl").read_text().splitlines()]
        self.assertEqual(list(column(table, "step")), [row["step"] for row in rows])
        np.testing.assert_array_equal(column(table, "recall"), [row.get("recall", np.nan) for row in rows])
        cut = self.folder / "cut"
        cut.mkdir()
        lines = ('{"step": 1, "g_loss": "NaN"}', '{"step": 2, "g_loss": "-Infinity"}', '{"step": 3, "g_l')
        (cut / "log.jsonl").write_text("\n".join(lines))
        np.testing.assert_array_equal(column(lethe.log(cut), "g_loss"), [np.nan, -np.inf])
        (cut / "log.jsonl").write_text('{"step": 1\n{"step": 2}\n')
        with self.assertRaisesRegex(lethe.LetheError, "log.jsonl: expected JSON in line 1, found"):
            lethe.log(cut)

    def test_arms_and_comparisons(self):
        table = lethe.arms(self.results)
        self.assertEqual(len(column(table, "arm")), 4)
        self.assertEqual(set(column(table, "data.limit")), {40, 60})
        report = lethe.report(self.results)
        compared = lethe.comparisons(self.results)
        metric = column(compared, "metric") == "recall"
        for arm, mean, verdict in zip(*(column(compared, key)[metric] for key in ("arm", "mean", "verdict"))):
            own = next(each for each in report["arms"] if each["name"] == arm)["metrics"]["recall"]
            self.assertEqual((mean, verdict), (own["mean"], (own.get("comparison") or {}).get("verdict")))

    def test_unfinished_runs(self):
        begun = self.folder / "begun"
        program("run", self.file, "--out", begun, "--only", "none*", "--seeds", 1)
        table = lethe.trials(begun)
        self.assertEqual(set(column(table, "state")), {"finished", "waiting"})
        self.assertTrue(set(column(lethe.metrics(begun), "arm")) < set(column(table, "arm")))
        for file in begun.glob("trials/*/metrics.json"):
            file.unlink()
        self.assertEqual(len(column(lethe.metrics(begun), "value")), 0)

    def test_a_single_trial(self):
        trial = self.train("single", data={"source": "shapes", "size": 8, "limit": 20}, metrics={"samples": 20}, model={
            "family": "gan", "backbone": "mlp", "latent": 2, "hidden": [3]})
        table = lethe.metrics(self.folder / "single")
        self.assertEqual(set(column(table, "trial")), {trial.name})
        self.assertEqual((set(column(table, "arm")), set(column(table, "seed"))), ({"single"}, {0}))

    def test_what_is_missing_or_damaged(self):
        empty = self.folder / "empty"
        empty.mkdir()
        for read, message in (
                (lethe.trials, "trials.csv: expected the table that `lethe report RESULTS` writes, found No such"),
                (lethe.metrics, "empty: expected a results folder, with sweep.json or trials"),
                (lethe.arms, "sweep.json: expected the plan of `lethe run`, found No such file"),
                (lethe.report, "report.json: expected the numbers that `lethe report RESULTS` writes, found No such"),
                (lethe.log, "log.jsonl: expected the log of a trial that has begun, found No such file")):
            with self.subTest(message), self.assertRaisesRegex(lethe.LetheError, message):
                read(empty)
        (empty / "sweep.json").write_text('{"version": 2}')
        with self.assertRaisesRegex(lethe.LetheError, "a plan of version 3, found version 2"):
            lethe.arms(empty)
        (empty / "report.json").write_text("{")
        with self.assertRaisesRegex(lethe.LetheError, "report.json: expected JSON"):
            lethe.report(empty)
        (empty / "trials.csv").write_text("a,b\n1\n")
        with self.assertRaisesRegex(lethe.LetheError, "rows are as long as its heading"):
            lethe.trials(empty)


def tearDownModule():
    """Prints the worst difference of each comparison."""
    for what, worst in sorted(WORST.items()):
        print(f"{worst:.1e}  {what}", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
