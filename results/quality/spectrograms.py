"""Log-mel spectrograms and the way back, as `LogMelPicture` has them, in NumPy."""
import numpy as np

# Powers from -80 dB, which is as good as silence, to 0 dB are -1 to 1.
SILENCE = 1e-8
ROUNDS, CORRECTIONS, MOMENTUM = 32, 10, 0.99


class LogMel:
    """Spectrograms [frames, bands] of sounds of one length."""

    def __init__(self, rate=8000, length=2048, window=256, frames=32, bands=64):
        self.length, self.frames = length, frames
        self.hop = -(-length // frames)
        self.lead = (window - self.hop) // 2
        self.window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
        self.places = np.arange(frames)[:, None] * self.hop - self.lead + np.arange(window)
        self.scale = 2 / (window * np.square(self.window).sum())
        self.bands = self.triangles(rate, window, bands)
        squares = np.broadcast_to(np.square(self.window), self.places.shape)
        sums = np.bincount((self.places + self.lead).ravel(), squares.ravel())
        self.shares = sums[self.lead:self.lead + length]

    @staticmethod
    def triangles(rate, window, count):
        """The mean of each band's triangle over each bin, [bands, bins]."""
        top = 2595 * np.log10(1 + rate / 2 / 700)
        edges = 700 * (10 ** (np.linspace(0, top, count + 2) / 2595) - 1) * window / rate
        low, centre, high = (edges[i:count + i, None] for i in range(3))

        def area(f):
            rising = np.square(np.maximum(f - low, 0)) / (2 * (centre - low))
            falling = (high - low - np.square(np.maximum(high - f, 0)) / (high - centre)) / 2
            return np.where(f < centre, rising, falling)

        bins = np.arange(window // 2 + 1)
        return area(bins + 0.5) - area(bins - 0.5)

    def analyze(self, sounds):
        padded = np.pad(sounds, ((0, 0), (self.lead, self.places.max() + 1)))
        return np.fft.rfft(padded[:, self.places + self.lead] * self.window)

    def synthesize(self, spectra):
        frames = np.fft.irfft(spectra) * self.window
        sounds = np.zeros((len(spectra), self.places.max() + self.lead + 1))
        for frame, places in enumerate(self.places):
            sounds[:, places + self.lead] += frames[:, frame]
        return sounds[:, self.lead:self.lead + self.length] / self.shares

    def pictures(self, sounds):
        """Sounds [N, T] in -1...1 as pictures [N, frames, bands] in -1...1."""
        powers = np.square(np.abs(self.analyze(sounds))) @ self.bands.T * self.scale
        return np.minimum(1, 1 + np.log10(powers + SILENCE) / 4).astype(np.float32)

    def sounds(self, pictures):
        """Sounds that have about these pictures, by Griffin-Lim from random phases."""
        values = np.clip(pictures, -1, 1).astype(np.float64)
        wanted = np.maximum(0, 10 ** (4 * (values - 1)) - SILENCE) / self.scale
        bins = (wanted / self.bands.sum(1)) @ self.bands
        for _ in range(CORRECTIONS):
            reached = bins @ self.bands.T
            ratios = np.divide(wanted, reached, out=np.zeros_like(wanted), where=reached > 0)
            bins *= (ratios @ self.bands) / np.maximum(self.bands.sum(0), 1e-30)
        magnitudes = np.sqrt(bins)
        phases = np.random.default_rng(0).uniform(-np.pi, np.pi, magnitudes.shape[1:])
        target = magnitudes * np.exp(1j * phases)
        earlier = None
        for _ in range(ROUNDS):
            reached = self.analyze(self.synthesize(target))
            step = reached if earlier is None else reached + MOMENTUM * (reached - earlier)
            earlier, target = reached, magnitudes * np.exp(1j * np.angle(step))
        return np.clip(self.synthesize(target), -1, 1).astype(np.float32)
