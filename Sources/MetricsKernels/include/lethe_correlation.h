// Cross-correlation of many sounds through Fourier transforms, eight sounds at a time.
//
// A lane array holds eight complex signals: for each place (a sample or a frequency) eight real parts, then
// eight imaginary parts. Spectra stay in the order in which the transform leaves them, as products do not
// depend on the order; that saves the pass that would sort them. Media's FourierTransform is not used
// because it takes one signal and returns powers in order.
#ifndef LETHE_CORRELATION_H
#define LETHE_CORRELATION_H

#include <stdint.h>

/// Number of signals in a lane array, and number of them that one call of lethe_correlate takes.
enum { LETHE_LANES = 8, LETHE_CORRELATED = 4 };

/// Transforms eight signals of `count` places in place; `count` is a power of 2. `roots` holds
/// cos(2πi/count) and −sin(2πi/count) for each i < count.
void lethe_transform(float *lanes, int64_t count, const float *roots);

/// The inverse transform times `count`, in place, of spectra in the order of lethe_transform.
void lethe_transform_back(float *lanes, int64_t count, const float *roots);

/// Multiplies the spectra of LETHE_CORRELATED lanes of `first`, from lane `lane` on, by the conjugate
/// spectra of all lanes of `second`, and adds up the products of all blocks. Both inputs have the shape
/// [blocks, count] of lane arrays. `result` holds a lane array of `count` places for each lane of `first`,
/// one after another.
void lethe_correlate(const float *first, int64_t lane, const float *second, int64_t blocks,
                     int64_t count, float *result);

/// Finds, for each lane, the shift with the largest ratio of correlation to compared energy; writes the
/// ratio to `best` and its place to `place`.
///
/// `correlations` is a lane array, to be multiplied by `scale`; its real parts are read if `part` is 0, its
/// imaginary parts if it is 1. shares[i] is the share of the first sound's energy that is compared at place
/// i, lane_shares[i·LANES + lane] that of the lane's own sound; `weights` holds the first sound's part of
/// the energy of both. Places that compare less than half of the energy do not count. The middle place,
/// which is no shift, wins unless another is larger by more than `margin`; its `best` includes the margin.
void lethe_best_shifts(const float *correlations, int64_t part, float scale, int64_t count,
                       const float *shares, const float *lane_shares, const float *weights,
                       float margin, float *best, int32_t *place);

#endif
