"""Writes the JPEG files beside it and expected.npy, the pixels that Pillow reads in them.

Grey and colour, each subsampling, baseline and progressive, restart markers, colours stored as RGB, all orientations of
EXIF in both byte orders, and a CMYK file that is to be refused. Needs NumPy and Pillow.

expected.npy: uint8 [files in order of name but cmyk, 19, 29, 3], upright, grey repeated.
"""

import pathlib
import struct

import numpy as np
from PIL import Image, ImageOps

HEIGHT, WIDTH = 19, 29
folder = pathlib.Path(__file__).parent
random = np.random.default_rng(11)
y, x = np.mgrid[:HEIGHT, :WIDTH]
waves = [np.sin(x / a + y / b) for a, b in [(3, 5), (4, -3), (-6, 4)]]
color = np.clip(128 + 90 * np.stack(waves, axis=2) + random.normal(0, 8, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)
picture = Image.fromarray(color)


def exif(orientation, order):
    """EXIF data of one entry, the orientation, behind another."""
    entries = [(0x0100, 4, 1, struct.pack(order + "I", 7)), (0x0112, 3, 1, struct.pack(order + "HH", orientation, 0))]
    body = b"".join(struct.pack(order + "HHI", *entry[:3]) + entry[3] for entry in entries)
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(order + "HIH", 42, 8, len(entries))
    return b"Exif\0\0" + head + body + struct.pack(order + "I", 0)


STORED = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
          4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
          7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270}

files = {
    "grey": (picture.convert("L"), {}),
    "grey-progressive": (picture.convert("L"), {"progressive": True}),
    "color-444": (picture, {"subsampling": "4:4:4"}),
    "color-422": (picture, {"subsampling": "4:2:2"}),
    "color-420": (picture, {"subsampling": "4:2:0"}),
    "color-444-progressive": (picture, {"subsampling": "4:4:4", "progressive": True}),
    "color-420-progressive": (picture, {"subsampling": "4:2:0", "progressive": True}),
    "color-restarts": (picture, {"subsampling": "4:2:0", "restart_marker_blocks": 1}),
    "color-rgb": (picture, {"keep_rgb": True}),
    "cmyk": (picture.convert("CMYK"), {}),
}
for orientation, turn in STORED.items():
    stored = picture if turn is None else picture.transpose(turn)
    data = exif(orientation, "<" if orientation % 2 else ">")
    files[f"turned-{orientation}"] = (stored, {"subsampling": "4:2:0", "exif": data})

for name, (image, options) in files.items():
    image.save(folder / f"{name}.jpg", quality=80, **options)
names = sorted(f"{name}.jpg" for name in files if name != "cmyk")
read = [np.asarray(ImageOps.exif_transpose(Image.open(folder / name)).convert("RGB")) for name in names]
np.save(folder / "expected.npy", np.stack(read))
print(len(files), "files,", sum((folder / f"{name}.jpg").stat().st_size for name in files), "bytes")
