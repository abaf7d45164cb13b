"""Makes the fixtures of pictures of sounds: a sound, its log-mel picture and its picture with phases.

Run: python3 make_pictures.py (needs numpy, scipy and librosa). Spectra are SciPy's; mel bands are means of librosa's
triangles over many frequencies around each bin.
"""

import pathlib

import librosa
import numpy as np
import scipy.signal

folder = pathlib.Path(__file__).parent
random = np.random.default_rng(11)
rate, length, window, frames, bands = 16000, 1500, 256, 24, 40
hop = -(-length // frames)
lead = (window - hop) // 2

time = np.arange(length) / rate
sound = 0.6 * np.sin(2 * np.pi * 900 * time) * np.exp(-60 * time) + 0.2 * random.standard_normal(length) * (time < 0.01)
sound = sound.astype(np.float32)

padded = np.pad(sound.astype(np.float64), (lead, window * 2))
transform = scipy.signal.ShortTimeFFT(scipy.signal.get_window("hann", window), hop, rate, phase_shift=None)
# Frame 0 of `stft` is centred on sample 0, so the first that is wanted is centred on half a window.
spectrum = transform.stft(np.pad(padded, (hop * 4 - window // 2, 0)), p0=4, p1=4 + frames).T

fine = 1024
triangles = librosa.filters.mel(sr=rate, n_fft=window * fine, n_mels=bands, htk=True, norm=None)
triangles = np.pad(triangles, ((0, 0), (fine // 2, fine // 2 - 1)))
weights = triangles.reshape(bands, window // 2 + 1, fine).mean(axis=2)
hann = scipy.signal.get_window("hann", window)
power = np.abs(spectrum) ** 2 @ weights.T * 2 / (window * np.sum(hann**2))
log_mel = np.clip(1 + 20 * np.log10(power + 1e-8) / 80, -1, 1)

level = 1 + 20 * np.log10(np.abs(spectrum[:, :-1]) ** 2 / np.sum(hann) ** 2 + 1e-10) / 100
phase = np.angle(spectrum[:, :-1])
steps = np.diff(phase, axis=0, prepend=0)
steps = np.angle(np.exp(1j * steps)) / np.pi

np.save(folder / "picture-sound.npy", sound)
np.save(folder / "picture-log-mel.npy", log_mel.astype(np.float32))
np.save(folder / "picture-phases.npy", np.stack([level, steps], axis=2).astype(np.float32))
print(log_mel.shape, level.min(), level.max())
