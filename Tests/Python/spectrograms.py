"""Spectrograms of sounds as networks see them, and the sounds of spectrograms with phases, in float64.

By Sources/Media/Spectrograms: ShortTimeFourier, MelBands, LogMelPicture, PhasePicture and GriffinLim.
"""
import numpy as np


def _frames(length, window, frames):
    """The Hann window, and the sample that each element of each frame is; frames hang over at both ends."""
    hop = -(-length // frames)
    places = np.arange(frames)[:, None] * hop - (window - hop) // 2 + np.arange(window)
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window), places


def _spectrum(sound, window, frames):
    """The spectra of frames, [frames, window/2 + 1]."""
    hann, places = _frames(len(sound), window, frames)
    inside = (places >= 0) & (places < len(sound))
    return np.fft.rfft(np.where(inside, sound[np.clip(places, 0, len(sound) - 1)], 0) * hann)


def _sound(spectrum, length, window):
    """The sound whose spectra are closest."""
    hann, places = _frames(length, window, len(spectrum))
    inside = (places >= 0) & (places < length)
    parts = np.fft.irfft(spectrum, window) * hann
    sound, weight = np.zeros(length), np.zeros(length)
    np.add.at(sound, places[inside], parts[inside])
    np.add.at(weight, places[inside], np.broadcast_to(hann**2, places.shape)[inside])
    return sound / weight


def _level(power, floor):
    """Powers as −1…1, linear in decibels but for the lowest."""
    return np.minimum(1, 1 + 20 * np.log10(power + 10 ** (floor / 10)) / -floor)


def _bands(count, rate, window):
    """The weight of each bin in each mel band, [bands, bins]: the mean of a triangle over the bin."""
    mels = 2595 * np.log10(1 + rate / 2 / 700) * np.arange(count + 2) / (count + 1)
    edges = 700 * (10 ** (mels / 2595) - 1) / (rate / window)

    def area(f, low, middle, high):
        rising = (f - low) ** 2 / (2 * (middle - low))
        falling = (high - low - (high - f) ** 2 / (high - middle)) / 2
        return np.where(f <= low, 0, np.where(f >= high, (high - low) / 2, np.where(f < middle, rising, falling)))

    bins = np.arange(window // 2 + 1)
    return np.stack([area(bins + 0.5, *edges[band:band + 3]) - area(bins - 0.5, *edges[band:band + 3])
                     for band in range(count)])


def log_mel(sound, rate, window, frames, bands):
    """The mean power of mel bands in decibels as −1…1, [frames, bands, 1]."""
    hann, _ = _frames(len(sound), window, frames)
    powers = np.abs(_spectrum(sound.astype(np.float64), window, frames)) ** 2
    return _level(powers @ _bands(bands, rate, window).T * 2 / (window * (hann**2).sum()), -80)[..., None]


def phases(sound, rate, window, frames):
    """Level and instantaneous frequency of all bins but the highest, [frames, window/2, 2]."""
    hann, _ = _frames(len(sound), window, frames)
    spectrum = _spectrum(sound.astype(np.float64), window, frames)[:, :-1]
    level = _level(np.abs(spectrum) ** 2 / hann.sum() ** 2, -100)
    before = np.zeros(spectrum.shape[1])
    steps = []
    for phase in np.angle(spectrum):
        turns = (phase - before) / (2 * np.pi)
        steps.append(2 * (turns - np.trunc(turns + np.copysign(0.5, turns))))
        before = phase
    return np.stack([level, np.array(steps)], -1)


def sound_of_phases(picture, length, window, frames, rounds=8):
    """The sound of a picture with phases, by a few rounds of the fast Griffin–Lim algorithm from its own phases."""
    picture = np.clip(picture.astype(np.float64), -1, 1)
    hann, _ = _frames(length, window, frames)
    power = np.maximum(0, 10 ** ((picture[..., 0] - 1) * 100 / 20) - 1e-10)
    magnitude = np.pad(np.sqrt(power) * hann.sum(), ((0, 0), (0, 1)))
    reached = np.pad(np.exp(1j * np.cumsum(picture[..., 1] * np.pi, 0)), ((0, 0), (0, 1)), constant_values=1)
    target = magnitude * reached
    for number in range(rounds):
        earlier, reached = reached, _spectrum(_sound(target, length, window), window, frames)
        target = reached + (0.99 if number else 0) * (reached - earlier)
        size = np.abs(target)
        target = np.where(size > 0, target * magnitude / np.where(size > 0, size, 1), magnitude)
    return np.clip(_sound(target, length, window), -1, 1)
