"""Writes the PNG files beside it and expected.npy, their pixels on white.

Every colour type, depth and interlacing of the PNG standard, transparency by tRNS, and chunks
about gamma and animation, which must not change the values. Needs NumPy; deliberately no PNG library.

expected.npy: float32 [files in order of name, 9, 11, 3], grey repeated, 0 black to 1 white.
"""

import pathlib
import struct
import zlib

import numpy as np

HEIGHT, WIDTH = 9, 11
# Adam7: first column, first row, column step, row step of each pass.
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}
NAMES = {0: "grey", 2: "rgb", 3: "palette", 4: "greyalpha", 6: "rgba"}
random = np.random.default_rng(7)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def rows(samples, depth):
    """Scan lines with filter type 0; samples [H, W, C]."""
    out = b""
    for line in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            packed = line.astype(">u2").tobytes()
        else:
            bits = ((line[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
            packed = np.packbits(bits.reshape(-1)).tobytes()
        out += b"\0" + packed
    return out


def png(samples, kind, depth, interlaced, before=b"", after=b""):
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, kind, 0, 0, int(interlaced))
    if interlaced:
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in PASSES]
        data = b"".join(rows(part, depth) for part in parts if part.size)
    else:
        data = rows(samples, depth)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before
            + chunk(b"IDAT", zlib.compress(data, 9)) + after + chunk(b"IEND", b""))


def on_white(color, alpha):
    value = color * alpha + (1 - alpha)
    return np.broadcast_to(value, (HEIGHT, WIDTH, 3)).astype(np.float32)


def samples_of(kind, depth):
    return random.integers(0, 2**depth, (HEIGHT, WIDTH, CHANNELS[kind]))


files = {}
for kind, depths in DEPTHS.items():
    for depth in depths:
        for interlaced in (False, True):
            samples = samples_of(kind, depth)
            unit = samples / (2**depth - 1)
            before, color, alpha = b"", unit, 1.0
            if kind == 3:
                palette = random.integers(0, 256, (2**depth, 3))
                before = chunk(b"PLTE", palette.astype(np.uint8).tobytes())
                color = palette[samples[:, :, 0]] / 255
            elif kind in (4, 6):
                color, alpha = unit[:, :, :-1], unit[:, :, -1:]
            name = f"{NAMES[kind]}{depth}{'-adam7' if interlaced else ''}"
            files[name] = png(samples, kind, depth, interlaced, before), on_white(color, alpha)

for kind, depth in [(0, 1), (0, 8), (0, 16), (2, 8), (2, 16)]:
    samples = samples_of(kind, depth)
    key = samples[2, 3]
    samples[5, 5] = key
    alpha = 1.0 - (samples == key).all(axis=2, keepdims=True)
    before = chunk(b"tRNS", key.astype(">u2").tobytes())
    data = png(samples, kind, depth, False, before)
    files[f"{NAMES[kind]}{depth}-trns"] = data, on_white(samples / (2**depth - 1), alpha)

samples = samples_of(3, 4)
palette, alphas = random.integers(0, 256, (16, 3)), random.integers(0, 256, 16)
alphas[10:] = 255
before = chunk(b"PLTE", palette.astype(np.uint8).tobytes())
before += chunk(b"tRNS", alphas[:10].astype(np.uint8).tobytes())
index = samples[:, :, 0]
files["palette4-trns"] = (png(samples, 3, 4, False, before),
                          on_white(palette[index] / 255, alphas[index][:, :, None] / 255))

gamma = chunk(b"gAMA", struct.pack(">I", 100000))
managed = (chunk(b"sRGB", b"\0") + chunk(b"gAMA", struct.pack(">I", 45455))
           + chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)))
for name, kind, depth, before in [
    ("grey8-gamma", 0, 8, gamma), ("rgb8-gamma", 2, 8, gamma), ("rgb16-gamma", 2, 16, gamma),
    ("rgb8-srgb", 2, 8, managed), ("rgb16-srgb", 2, 16, managed), ("grey8-sbit", 0, 8, chunk(b"sBIT", b"\5")),
    ("rgb8-background", 2, 8, chunk(b"bKGD", b"\0\1\0\2\0\3")),
]:
    samples = samples_of(kind, depth)
    files[name] = png(samples, kind, depth, False, before), on_white(samples / (2**depth - 1), 1.0)

samples, second = samples_of(2, 8), samples_of(2, 8)
frame = struct.pack(">IIIIHHBB", WIDTH, HEIGHT, 0, 0, 1, 10, 0, 0)
before = chunk(b"acTL", struct.pack(">II", 2, 0)) + chunk(b"fcTL", struct.pack(">I", 0) + frame)
after = chunk(b"fcTL", struct.pack(">I", 1) + frame)
after += chunk(b"fdAT", struct.pack(">I", 2) + zlib.compress(rows(second, 8)))
files["rgb8-animated"] = png(samples, 2, 8, False, before, after), on_white(samples / 255, 1.0)

folder = pathlib.Path(__file__).parent
for name, (data, _) in files.items():
    (folder / f"{name}.png").write_bytes(data)
names = sorted(f"{name}.png" for name in files)
np.save(folder / "expected.npy", np.stack([files[name[:-4]][1] for name in names]))
print(len(names), "files,", sum(len(data) for data, _ in files.values()), "bytes")
