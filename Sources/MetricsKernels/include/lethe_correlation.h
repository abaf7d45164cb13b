// Cross-correlation of many sounds at once through Fourier transforms, eight in step.
//
// A lane array holds eight complex signals: at each place eight real parts and eight imaginary parts.
// Spectra are in the order that the transform leaves them in, which is of no concern to products, and saves the pass that
// puts them in order: the reason why this is not Media's FourierTransform, which takes one signal and gives powers in order.
#ifndef LETHE_CORRELATION_H
#define LETHE_CORRELATION_H

#include <stdint.h>

/// Signals of a lane array, and of them those that lethe_correlate takes at once.
enum { LETHE_LANES = 8, LETHE_CORRELATED = 4 };

/// Transforms eight signals of `count` places, a power of 4 or twice one, in place. `roots` holds
/// cos(2πi/count) and −sin(2πi/count) for each i < count.
void lethe_transform(float *lanes, int64_t count, const float *roots);

/// The opposite, times `count`, of spectra in the order of lethe_transform.
void lethe_transform_back(float *lanes, int64_t count, const float *roots);

/// For each of LETHE_CORRELATED lanes of `first` from lane `lane` on: the sum over blocks of its spectrum
/// times the conjugate spectra of all lanes of `second`. Both have the shape [blocks, count] of lane
/// arrays; the result is a lane array for each, one after another.
void lethe_correlate(const float *first, int64_t lane, const float *second, int64_t blocks,
                     int64_t count, float *result);

/// Of each lane the largest correlation over the energy that is compared.
///
/// `correlations` are the real parts (or, `part` being 1, the imaginary ones) of a lane array, times `scale`.
/// shares[i] is what place i compares of the first sound, lane_shares[i·LANES + lane] of the lane's own, each
/// a share of the sound's energy; `weights` are the first sound's share of both energies. Places that compare
/// less than half do not count, and the one in the middle wins unless another is larger by `margin`.
void lethe_best_shifts(const float *correlations, int64_t part, float scale, int64_t count,
                       const float *shares, const float *lane_shares, const float *weights,
                       float margin, float *best, int32_t *place);

#endif
