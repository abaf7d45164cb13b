#ifndef LETHE_PHILOX_H
#define LETHE_PHILOX_H

#include <stdint.h>

// Random numbers as a pure function of (seed, stream, step, element).
//
// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC11, 2011, section 3.3 (Philox), with the multipliers and key increments given there.
//
// Words of a stream come in groups of 128, made by the 32 counters (32·group + j, stream, low word
// of step, high word of step), j in 0..<32, under the key (low, high word of seed). Word
// 64·h + 2·j + l of a group is output word 2·h + l of counter j. Positions of words count modulo
// 2^34.
//
// Functions with `start` and `count` write the elements start ..< start + count. These are the same on every
// processor, and however the range is divided into calls. count ≤ 0 writes nothing.

/// One block of Philox4x32 with ten rounds.
void lethe_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/// Words of the stream.
void lethe_philox_bits(uint32_t *out, int64_t start, int64_t count, uint64_t seed, uint32_t stream,
                       uint64_t step);

/// Uniform in (0, 1): (w >> 9 + ½)·2^−23 of word w, exact in float. One bit more could round to 1.
void lethe_philox_uniform(float *out, int64_t start, int64_t count, uint64_t seed, uint32_t stream,
                          uint64_t step);

/// Uniform in (0, 1) with 16 bits: (h + ½)·2^−16. Element 256·g + 128·u + i takes the lower (u = 0)
/// or upper (u = 1) half h of word 128·g + i, so that a counter serves eight elements.
void lethe_philox_uniform16(float *out, int64_t start, int64_t count, uint64_t seed,
                            uint32_t stream, uint64_t step);

/// The stream number of a name of `length` bytes: its 32-bit FNV-1a hash.
///
/// Source: G. Fowler, L. C. Noll, K.-P. Vo, http://www.isthe.com/chongo/tech/comp/fnv/.
uint32_t lethe_stream_id(const char *name, int64_t length);

#endif
