// Checks of shifts of images, correlations of sounds, and structural similarity.
#include "check.h"
#include "lethe_correlation.h"
#include "lethe_shifts.h"
#include "lethe_similarity.h"

static void check_shifts(int64_t n) {
  float *a = new_floats(n, 1, 1), *b = new_floats(n, 2, 1), *difference = new_floats(n, 3, 1);
  double distance = 0, energy = 0;
  for (int64_t i = 0; i < n; i++) {
    const double d = (double)(a[i] - b[i]);
    distance += d * d;
    energy += (double)a[i] * (double)a[i];
  }
  CHECK_NEAR(lethe_difference(a, b, difference, n), distance, 0, 1e-13);
  for (int64_t i = 0; i < n; i++) CHECK(difference[i] == a[i] - b[i], "difference %lld", (long long)i);
  CHECK_NEAR(lethe_energy(a, n), energy, 0, 1e-13);

  float *least = new_floats(n, 4, 1), *bounds = new_floats(n, 5, 1);
  for (int64_t i = 0; i < n; i++) bounds[i] = a[i], least[i] = difference[i];
  lethe_shift_bounds(bounds, b, 0.25f, 1.5f, least, n);
  for (int64_t i = 0; i < n; i++) {
    const double bound = 1.5 * (0.25 + (double)b[i] - 2 * (double)a[i]);
    CHECK_NEAR((double)bounds[i], bound, 1e-6, 1e-6);
    CHECK_NEAR((double)least[i], fmin(bound, (double)difference[i]), 1e-6, 1e-6);
  }
  free(a), free(b), free(difference), free(least), free(bounds);
}

static void check_overlap(int64_t rows, int64_t columns, int64_t pitch) {
  float *a = new_floats(rows * pitch, 6, 1), *b = new_floats(rows * pitch, 7, 1);
  double distance = 0, energy = 2;
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t i = row * pitch; i < row * pitch + columns; i++) {
      const double p = (double)a[i], q = (double)b[i];
      distance += (p - q) * (p - q);
      energy += p * p + q * q;
    }
  }
  double found = 2;
  CHECK_NEAR(lethe_overlap_distance(a, b, rows, columns, pitch, &found), distance, 0, 1e-13);
  CHECK_NEAR(found, energy, 0, 1e-13);
  CHECK_NEAR(lethe_overlap_distance(a, b, rows, columns, pitch, NULL), distance, 0, 1e-13);
  free(a), free(b);
}

enum { PLACE = 2 * LETHE_LANES, BLOCKS = 2 };

static float *new_roots(int64_t count) {
  float *roots = new_floats(2 * count, 8, 1);
  for (int64_t i = 0; i < count; i++) {
    const double angle = 2 * acos(-1) * (double)i / (double)count;
    roots[2 * i] = (float)cos(angle);
    roots[2 * i + 1] = (float)-sin(angle);
  }
  return roots;
}

/// Compares correlations by the transform with sums over all places.
static void check_correlation(int64_t count, int64_t lane) {
  const int64_t block = count * PLACE;
  float *roots = new_roots(count);
  float *first = new_floats(BLOCKS * block, 9, 1), *second = new_floats(BLOCKS * block, 10, 1);
  float *f = new_floats(BLOCKS * block, 9, 1), *g = new_floats(BLOCKS * block, 10, 1);
  float *result = new_floats(LETHE_CORRELATED * block, 11, 1);
  for (int b = 0; b < BLOCKS; b++) {
    lethe_transform(f + b * block, count, roots);
    lethe_transform(g + b * block, count, roots);
  }
  lethe_correlate(f, lane, g, BLOCKS, count, result);
  for (int i = 0; i < LETHE_CORRELATED; i++) lethe_transform_back(result + i * block, count, roots);
  for (int64_t shift = 0; shift < count; shift += 1 + count / 9) {
    for (int i = 0; i < LETHE_CORRELATED; i++) {
      for (int other = 0; other < LETHE_LANES; other++) {
        double re = 0, im = 0;
        for (int b = 0; b < BLOCKS; b++) {
          for (int64_t s = 0; s < count; s++) {
            const float *p = first + b * block + (s + shift) % count * PLACE + lane + i;
            const float *q = second + b * block + s * PLACE + other;
            const double pr = (double)p[0], pi = (double)p[LETHE_LANES];
            const double qr = (double)q[0], qi = (double)q[LETHE_LANES];
            re += pr * qr + pi * qi;
            im += pi * qr - pr * qi;
          }
        }
        const float *found = result + i * block + shift * PLACE + other;
        const double room = 1e-5 * (double)count;
        CHECK_NEAR((double)found[0] / (double)count, re, room, 1e-5);
        CHECK_NEAR((double)found[LETHE_LANES] / (double)count, im, room, 1e-5);
      }
    }
  }
  // The transform and its inverse together multiply by `count`.
  for (int b = 0; b < BLOCKS; b++) lethe_transform_back(f + b * block, count, roots);
  for (int64_t i = 0; i < BLOCKS * block; i++)
    CHECK_NEAR((double)f[i] / (double)count, (double)first[i], 1e-5, 1e-5);
  free(roots), free(first), free(second), free(f), free(g), free(result);
}

static void check_best_shifts(int64_t count, int64_t part) {
  float *values = new_floats(count * PLACE, 12, 1), *shares = new_floats(count, 13, 1);
  float *own = new_floats(count * LETHE_LANES, 14, 1), *weights = new_floats(LETHE_LANES, 15, 1);
  float best[LETHE_LANES];
  int32_t place[LETHE_LANES];
  for (int64_t i = 0; i < count; i++) shares[i] = 0.6f + 0.4f * shares[i];
  for (int64_t i = 0; i < count * LETHE_LANES; i++) own[i] = 0.6f + 0.4f * own[i];
  for (int lane = 0; lane < LETHE_LANES; lane++) weights[lane] = 0.5f + 0.5f * weights[lane];
  lethe_best_shifts(values, part, 2, count, shares, own, weights, 0.01f, best, place);
  for (int lane = 0; lane < LETHE_LANES; lane++) {
    const float *v = values + part * LETHE_LANES + lane;
    double largest = 2 * (double)v[count / 2 * PLACE] + 0.01;
    int64_t at = count / 2;
    for (int64_t i = 0; i < count; i++) {
      const double w = (double)weights[lane];
      const double share = w * (double)shares[i] + (1 - w) * (double)own[i * LETHE_LANES + lane];
      const double value = 2 * (double)v[i * PLACE] / share;
      if (share >= 0.5 && value > largest) largest = value, at = i;
    }
    CHECK_NEAR((double)best[lane], largest, 1e-5, 1e-5);
    CHECK(place[lane] == at, "the best of %lld: %d, expected %lld", (long long)count, place[lane],
          (long long)at);
  }
  free(values), free(shares), free(own), free(weights);
}

static void check_similarity(int64_t height, int64_t width, int64_t taps) {
  const double c1 = 1e-4, c2 = 9e-4;
  double *x = new_doubles(height * width, 16, 1), *y = new_doubles(height * width, 17, 1);
  double *window = new_doubles(taps, 18, 1), *scratch = new_doubles(7 * width, 19, 1), sum = 0;
  for (int64_t i = 0; i < taps; i++) sum += window[i] = fabs(window[i]) + 0.1;
  for (int64_t i = 0; i < taps; i++) window[i] /= sum;
  double similarity = 0, contrast = 0, found, found_contrast;
  for (int64_t row = 0; row + taps <= height; row++) {
    for (int64_t column = 0; column + taps <= width; column++) {
      double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
      for (int64_t i = 0; i < taps; i++) {
        for (int64_t j = 0; j < taps; j++) {
          const int64_t at = (row + i) * width + column + j;
          const double w = window[i] * window[j];
          a += w * x[at], b += w * y[at];
          aa += w * x[at] * x[at], bb += w * y[at] * y[at], ab += w * x[at] * y[at];
        }
      }
      const double structure = (2 * (ab - a * b) + c2) / (aa - a * a + bb - b * b + c2);
      contrast += structure;
      similarity += structure * (2 * a * b + c1) / (a * a + b * b + c1);
    }
  }
  const double places = (double)((height - taps + 1) * (width - taps + 1));
  lethe_structural_similarity(x, y, height, width, window, taps, c1, c2, scratch, &found,
                              &found_contrast);
  CHECK_NEAR(found, similarity / places, 1e-11, 1e-11);
  CHECK_NEAR(found_contrast, contrast / places, 1e-11, 1e-11);
  free(x), free(y), free(window), free(scratch);
}

void check_search(void) {
  const int64_t sizes[] = {1, 15, 16, 17, 64, 1000};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) check_shifts(sizes[s]);
  check_overlap(3, 5, 9);
  check_overlap(7, 16, 16);
  check_overlap(4, 37, 50);
  for (int64_t count = 2; count <= 256; count *= 2) {
    check_correlation(count, 0);
    check_correlation(count, LETHE_LANES - LETHE_CORRELATED);
    check_best_shifts(count, 0);
    check_best_shifts(count, 1);
  }
  check_similarity(11, 11, 11);
  check_similarity(16, 23, 7);
  check_similarity(20, 19, 3);
}
