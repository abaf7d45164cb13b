#include "lethe_similarity.h"

#include "lethe_clones.h"

/// Writes sums weighted by the window down each column of x, y, x², y² and x·y to `sums`, shape [5, width].
LETHE_INLINE void filter_down(const double *x, const double *y, int64_t width, const double *window,
                              int64_t taps, double *sums) {
  for (int64_t i = 0; i < 5 * width; i++) sums[i] = 0;
  for (int64_t tap = 0; tap < taps; tap++) {
    const double weight = window[tap];
    const double *a = x + tap * width, *b = y + tap * width;
    for (int64_t i = 0; i < width; i++) {
      const double wa = weight * a[i], wb = weight * b[i];
      sums[i] += wa;
      sums[width + i] += wb;
      sums[2 * width + i] += wa * a[i];
      sums[3 * width + i] += wb * b[i];
      sums[4 * width + i] += wa * b[i];
    }
  }
}

/// Number of neighbouring places that are computed together, in vector registers.
enum { PARTS = 8 };

LETHE_CLONES(void, lethe_structural_similarity,
    (const double *x, const double *y, int64_t height, int64_t width, const double *window, int64_t
     taps, double c1, double c2, double *scratch, double *similarity, double *contrast),
    (x, y, height, width, window, taps, c1, c2, scratch, similarity, contrast)) {
  const int64_t rows = height - taps + 1, columns = width - taps + 1;
  double *similarities = scratch + 5 * width, *contrasts = scratch + 6 * width;
  double similarity_sum = 0, contrast_sum = 0;
  for (int64_t row = 0; row < rows; row++) {
    filter_down(x + row * width, y + row * width, width, window, taps, scratch);
    for (int64_t start = 0; start < columns; start += PARTS) {
      const int64_t count = columns - start < PARTS ? columns - start : PARTS;
      double means[5][PARTS] = {{0}};
      if (count == PARTS) {
        for (int64_t tap = 0; tap < taps; tap++) {
          for (int q = 0; q < 5; q++) {
            const double *from = scratch + q * width + start + tap;
            for (int j = 0; j < PARTS; j++) means[q][j] += window[tap] * from[j];
          }
        }
      } else {
        for (int64_t tap = 0; tap < taps; tap++) {
          for (int q = 0; q < 5; q++) {
            const double *from = scratch + q * width + start + tap;
            for (int64_t j = 0; j < count; j++) means[q][j] += window[tap] * from[j];
          }
        }
      }
      for (int j = 0; j < PARTS; j++) {
        const double a = means[0][j], b = means[1][j];
        double aa = means[2][j] - a * a, bb = means[3][j] - b * b;
        const double ab = means[4][j] - a * b;
        aa = aa > 0 ? aa : 0;
        bb = bb > 0 ? bb : 0;
        const double structure = (2 * ab + c2) / (aa + bb + c2);
        const double luminance = (2 * a * b + c1) / (a * a + b * b + c1);
        if (j < count) {
          contrasts[start + j] = structure;
          similarities[start + j] = structure * luminance;
        }
      }
    }
    for (int64_t i = 0; i < columns; i++) {
      similarity_sum += similarities[i];
      contrast_sum += contrasts[i];
    }
  }
  const double places = (double)rows * (double)columns;
  *similarity = similarity_sum / places;
  *contrast = contrast_sum / places;
}
