#include "lethe_pairs.h"

#include "check.h"

static void check_next(int64_t n) {
  float *a = new_floats(n, 1, 1), *b = new_floats(n, 2, 1);
  double *x = new_doubles(n, 3, 1);
  for (double limit = -1.9; limit < 0.1; limit += 0.17) {
    int64_t at_most = 1, below = 1;
    while (at_most < n && a[at_most] + b[at_most] > (float)limit) at_most++;
    while (below < n && x[below] >= limit / 2) below++;
    const int64_t start = n > 1 ? 1 : n;
    CHECK(lethe_next_at_most(a, b, (float)limit, start, n) == (n > 1 ? at_most : n),
          "the next at most %g of %lld", limit, (long long)n);
    CHECK(lethe_next_below(x, limit / 2, start, n) == (n > 1 ? below : n),
          "the next below %g of %lld", limit / 2, (long long)n);
  }
  free(a), free(b), free(x);
}

static void check_sums(int64_t n) {
  double *a = new_doubles(n, 4, 1), *b = new_doubles(n, 5, 1), *squares = new_doubles(n, 6, 3);
  double distance = 0, cubes = 0, decays = 0, magnitude = 0;
  for (int64_t i = 0; i < n; i++) {
    distance += (a[i] - b[i]) * (a[i] - b[i]);
    cubes += pow(a[i] * 0.7 + 1, 3);
    squares[i] = fabs(squares[i]) * (i % 5 == 4 ? 400 : 1);
    decays += exp(-squares[i] * 0.9);
    magnitude = fmax(magnitude, fabs(a[i]));
  }
  CHECK_NEAR(lethe_squared_distance(a, b, n), distance, 0, 1e-13);
  CHECK_NEAR(lethe_sum_of_cubes(a, 0.7, n), cubes, 0, 1e-13);
  CHECK_NEAR(lethe_sum_of_decays(squares, 0.9, n), decays, 0, 1e-13);
  CHECK(lethe_largest_magnitude(a, n) == magnitude, "the largest of %lld", (long long)n);

  double *products = new_doubles(n, 7, 2);
  float *narrow = new_floats(n, 8, 1);
  memcpy(products, a, (size_t)n * sizeof *a);
  lethe_squares_from_products(products, b, 0.5, n);
  for (int64_t i = 0; i < n; i++) CHECK_NEAR(products[i], fmax(0, 0.5 + b[i] - 2 * a[i]), 1e-15, 1e-15);
  memcpy(products, a, (size_t)n * sizeof *a);
  lethe_mixture_terms(products, squares, b, n);
  for (int64_t i = 0; i < n; i++) CHECK_NEAR(products[i], b[i] - a[i] * squares[i], 1e-15, 1e-13);
  lethe_narrow(a, narrow, n);
  for (int64_t i = 0; i < n; i++) CHECK(narrow[i] == (float)a[i], "narrowed %lld", (long long)i);
  free(a), free(b), free(squares), free(products), free(narrow);
}

/// Returns log Σ exp of x, and stores the largest x.
static double log_sum(const double *x, int64_t n, double *largest) {
  double sum = 0;
  *largest = -INFINITY;
  for (int64_t i = 0; i < n; i++) *largest = fmax(*largest, x[i]);
  for (int64_t i = 0; i < n; i++) sum += exp(x[i] - *largest);
  return *largest + log(sum);
}

static void check_mixture(int64_t n) {
  double *squares = new_doubles(n, 9, 30), *precisions = new_doubles(n, 10, 1);
  double *offsets = new_doubles(n, 11, 4), *terms = new_doubles(n, 12, 1), largest;
  double *weights = new_doubles(n + n / 256 + 1, 13, 1), *shares = new_doubles(n, 14, 1);
  double *moments = new_doubles(n, 15, 1), *old = new_doubles(2 * n, 16, 1);
  for (int64_t i = 0; i < n; i++) {
    squares[i] = fabs(squares[i]), precisions[i] = fabs(precisions[i]);
    terms[i] = offsets[i] - squares[i] * precisions[i];
    old[i] = shares[i], old[n + i] = moments[i];
  }
  const double expected = log_sum(terms, n, &largest);
  CHECK_NEAR(lethe_mixture_row(squares, precisions, offsets, weights, shares, moments, n), expected,
             1e-13, 1e-13);
  for (int64_t i = 0; i < n; i++) {
    const double share = exp(terms[i] - expected);
    CHECK_NEAR(shares[i] - old[i], share, 1e-14, 1e-12);
    CHECK_NEAR(moments[i] - old[n + i], share * squares[i], 1e-13, 1e-12);
  }
  memcpy(weights, terms, (size_t)n * sizeof *terms);
  CHECK_NEAR(lethe_log_sum_exp(weights, n), expected, 1e-13, 1e-13);
  for (int64_t i = 0; i < n; i++) CHECK_NEAR(weights[i], exp(terms[i] - largest), 1e-300, 1e-14);
  free(squares), free(precisions), free(offsets), free(terms), free(weights), free(shares);
  free(moments), free(old);
}

/// Rows under a mixture whose logarithms are guessed by `guess` more than they are; NaN for no guess.
static void check_mixture_rows(int64_t n, int64_t rows, double guess) {
  float *squares = new_floats(rows * n, 17, 30), *precisions = new_floats(n, 18, 1);
  float *offsets = new_floats(n, 19, 4), *weights = new_floats(rows * n, 20, 1);
  float *shares = new_floats(n, 21, 1), *moments = new_floats(n, 22, 1);
  double *terms = new_doubles(n, 23, 1), *expected = new_doubles(2 * n, 24, 1);
  double logarithms[LETHE_MIXTURE_ROWS], exact[LETHE_MIXTURE_ROWS], largest;
  for (int64_t i = 0; i < rows * n; i++) squares[i] = fabsf(squares[i]);
  for (int64_t i = 0; i < n; i++) precisions[i] = fabsf(precisions[i]);
  for (int64_t i = 0; i < n; i++) expected[i] = shares[i], expected[n + i] = moments[i];
  for (int64_t row = 0; row < rows; row++) {
    const float *own = squares + row * n;
    for (int64_t i = 0; i < n; i++) {
      terms[i] = ((double)offsets[i] - (double)own[i] * (double)precisions[i]) * log(2);
    }
    const double logarithm = log_sum(terms, n, &largest);
    exact[row] = logarithm / log(2), logarithms[row] = exact[row] + guess;
    for (int64_t i = 0; i < n; i++) {
      expected[i] += exp(terms[i] - logarithm);
      expected[n + i] += exp(terms[i] - logarithm) * (double)own[i];
    }
  }
  lethe_mixture_rows(squares, precisions, offsets, logarithms, weights, shares, moments, n, rows);
  for (int64_t row = 0; row < rows; row++) CHECK_NEAR(logarithms[row], exact[row], 1e-5, 1e-6);
  for (int64_t i = 0; i < n; i++) {
    CHECK_NEAR((double)shares[i], expected[i], 1e-6, 1e-5);
    CHECK_NEAR((double)moments[i], expected[n + i], 1e-5, 1e-5);
  }
  free(squares), free(precisions), free(offsets), free(weights), free(shares), free(moments);
  free(terms), free(expected);
}

void check_pairs(void) {
  const int64_t sizes[] = {1, 2, 15, 16, 17, 63, 64, 65, 255, 256, 257, 1000};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    check_next(sizes[s]);
    check_sums(sizes[s]);
    check_mixture(sizes[s]);
    const double guesses[] = {0, 3, -50, 90, -300, 1e6, NAN};
    for (size_t g = 0; g < sizeof guesses / sizeof *guesses; g++) {
      check_mixture_rows(sizes[s], 1 + (int64_t)g % LETHE_MIXTURE_ROWS, guesses[g]);
      check_mixture_rows(sizes[s], LETHE_MIXTURE_ROWS, guesses[g]);
    }
  }
}
