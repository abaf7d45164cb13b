"""Lethe's random streams and data order in numpy, written from their description: Philox4x32-10 as in
`lethe_philox.h`, `RandomStream` and `Dataset`.
"""
import zlib
from statistics import NormalDist

import numpy as np

U32, U64 = np.uint32, np.uint64
LOW = U64(0xFFFFFFFF)


def stream_id(name):
    """32-bit FNV-1a."""
    hash = 0x811C9DC5
    for byte in name.encode():
        hash = (hash ^ byte) * 0x01000193 & 0xFFFFFFFF
    return hash


def philox(counters, key):
    """Ten rounds of Philox4x32 on counters of shape [4, n]."""
    c0, c1, c2, c3 = (c.astype(U64) for c in counters)
    k0, k1 = key
    for _ in range(10):
        p0, p1 = c0 * U64(0xD2511F53), c2 * U64(0xCD9E8D57)
        c0, c1, c2, c3 = ((p1 >> U64(32)) ^ c1 ^ U64(k0), p1 & LOW,
                          (p0 >> U64(32)) ^ c3 ^ U64(k1), p0 & LOW)
        k0, k1 = k0 + 0x9E3779B9 & 0xFFFFFFFF, k1 + 0xBB67AE85 & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3]).astype(U32)


def bits(name, count, seed, step=0):
    groups = -(-count // 128)
    first = np.arange(groups * 32, dtype=U32)
    fill = [np.full_like(first, v) for v in (stream_id(name), step & 0xFFFFFFFF, step >> 32)]
    out = philox([first, *fill], (seed & 0xFFFFFFFF, seed >> 32))
    # Word 64·h + 2·j + l of a group is output word 2·h + l of counter j.
    words = out.reshape(2, 2, groups, 32).transpose(2, 0, 3, 1)
    return words.reshape(-1)[:count]


def uniform(name, count, seed, step=0):
    words = bits(name, count, seed, step)
    return ((words >> U32(9)).astype(np.float64) * 2.0**-23 + 2.0**-24).astype(np.float32)


def uniform16(name, count, seed, step=0):
    words = bits(name, -(-count // 256) * 128, seed, step).reshape(-1, 1, 128)
    halves = np.concatenate([words & U32(0xFFFF), words >> U32(16)], axis=1).reshape(-1)[:count]
    return (halves * 2.0**-16 + 2.0**-17).astype(np.float32)


def normal(name, count, seed, step=0):
    radius = uniform(name + "/radius", count, seed, step).astype(np.float64)
    angle = uniform(name + "/angle", count, seed, step).astype(np.float64)
    return (np.sqrt(-2 * np.log(radius)) * np.cos(2 * np.pi * angle)).astype(np.float32)


def normal16(name, count, seed, step=0):
    """The quantiles of 16-bit uniform numbers, which dropout's noise approximates to 1e-5."""
    quantile = np.vectorize(NormalDist().inv_cdf)
    return quantile(uniform16(name, count, seed, step).astype(np.float64)).astype(np.float32)


def permutation(name, count, seed, step=0):
    return np.argsort(bits(name, count, seed, step), kind="stable")


def splitmix(value):
    mask = (1 << 64) - 1
    z = value + 0x9E3779B97F4A7C15 & mask
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
    z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
    return z ^ z >> 31


def in_content_order(images):
    """Examples as a training sees them: sorted by the hash of their pixels."""
    def hash(image):
        data = image.tobytes()
        return splitmix(zlib.crc32(data) << 32 | zlib.adler32(data))
    return images[sorted(range(len(images)), key=lambda i: (hash(images[i]), i))]


def batch_indices(number, count, batch, seed):
    """The examples of batch `number`: every epoch is a new permutation."""
    epoch, position = divmod(number, count // batch)
    return permutation("data", count, seed, epoch)[position * batch:(position + 1) * batch]
