// Checks of the fused element-wise interpreter: every operation, memory layouts, reductions, threads.
#include "check.h"
#include "lethe_kernels.h"
#include "lethe_philox.h"

enum { RANK = 3, A = 5, B = 7, C = 33, COUNT = A * B * C, MOST_THREADS = 3, REGISTERS = 8 };
static const int64_t sizes[RANK] = {A, B, C};

/// A division of the space into blocks.
typedef struct {
  int32_t axis;
  int64_t chunk;
} cut;
static const cut cuts[] = {{2, 33}, {2, 10}, {1, 7}, {1, 3}, {1, 1}};

/// Operands: x over the whole space; y constant along the first two axes; z with its axes reversed.
typedef struct {
  float *x, *y, *z;
} inputs;

static inputs new_inputs(void) {
  return (inputs){new_floats(COUNT, 1, 2), new_floats(C, 2, 2), new_floats(COUNT, 3, 2)};
}

static void free_inputs(inputs in) { free(in.x), free(in.y), free(in.z); }

static const int64_t x_strides[RANK] = {B * C, C, 1}, y_strides[RANK] = {0, 0, 1};
static const int64_t z_strides[RANK] = {1, A, A * B};

static int64_t place(int64_t element, const int64_t *strides) {
  return element / (B * C) * strides[0] + element / C % B * strides[1] + element % C * strides[2];
}

/// Returns 1 where the elements of a block are contiguous, else 0.
static uint8_t is_direct(const int64_t *strides, cut c) {
  int64_t expected = 1;
  for (int32_t axis = RANK - 1; axis >= c.axis; axis--) {
    if (strides[axis] != expected && !(axis == c.axis && c.chunk == 1)) return 0;
    expected *= sizes[axis];
  }
  return 1;
}

static lethe_access access_to(float *base, const int64_t *strides, uint8_t reg, cut c) {
  lethe_access access = {.base = base, .reg = reg, .is_direct = is_direct(strides, c)};
  memcpy(access.strides, strides, sizeof(int64_t) * RANK);
  return access;
}

static const uint8_t tiles[REGISTERS] = {0, 1, 2, 3, 4, 5, 6, 7};

/// A kernel whose registers 0, 1 and 2 are x, y and z; the caller adds the rest.
static lethe_kernel kernel_over(lethe_access loads[3], inputs in, cut c) {
  loads[0] = access_to(in.x, x_strides, 0, c);
  loads[1] = access_to(in.y, y_strides, 1, c);
  loads[2] = access_to(in.z, z_strides, 2, c);
  lethe_kernel kernel = {
      .rank = RANK, .block_axis = c.axis, .threads = 1, .chunk = c.chunk, .load_count = 3,
      .loads = loads, .tiles = tiles, .tile_count = REGISTERS, .register_count = REGISTERS};
  memcpy(kernel.sizes, sizes, sizeof sizes);
  return kernel;
}

static void run(lethe_kernel *kernel, uint64_t seed, uint64_t step) {
  kernel->tile_count = REGISTERS + kernel->reduction_count;
  kernel->scratch = new_floats(MOST_THREADS * kernel->tile_count * LETHE_BLOCK, 4, 1);
  lethe_kernel_run(kernel, seed, step);
  free(kernel->scratch);
}

static double operation(int code, double a, double b, double c, double d) {
  switch (code) {
    case LETHE_COPY: return a;
    case LETHE_NEGATE: return -a;
    case LETHE_EXP: return exp(a);
    case LETHE_LOG: return log(a);
    case LETHE_SQRT: return sqrt(a);
    case LETHE_TANH: return tanh(a);
    case LETHE_SIGMOID: return 1 / (1 + exp(-a));
    case LETHE_SOFTPLUS: return log1p(exp(a));
    case LETHE_SIN: return sin(a);
    case LETHE_COS: return cos(a);
    case LETHE_ABS: return fabs(a);
    case LETHE_FLOOR: return floor(a);
    case LETHE_ADD: return a + b;
    case LETHE_SUBTRACT: return a - b;
    case LETHE_MULTIPLY: return a * b;
    case LETHE_DIVIDE: return a / b;
    case LETHE_MAXIMUM: return fmax(a, b);
    case LETHE_MINIMUM: return fmin(a, b);
    case LETHE_LESS: return a < b;
    case LETHE_LESS_OR_EQUAL: return a <= b;
    case LETHE_EQUAL: return a == b;
    case LETHE_SELECT: return a != 0 ? b : c;
    case LETHE_SELECT_LESS: return a < b ? c : d;
    default: return a * b + c;
  }
}

/// Checks one operation on x, y, z and x; bits of `scalars` replace operands by numbers.
static void check_operation(int code, uint8_t scalars, inputs in, cut c) {
  const float numbers[4] = {0.25f, -0.5f, 1.5f, -2};
  lethe_access loads[3], store;
  float *out = new_floats(COUNT, 5, 1);
  lethe_operation op = {.opcode = (uint8_t)code, .scalars = scalars, .destination = 3,
                        .operands = {0, 1, 2, 0}};
  lethe_kernel kernel = kernel_over(loads, in, c);
  memcpy(op.scalar, numbers, sizeof numbers);
  store = access_to(out, c.axis == 1 ? z_strides : x_strides, 3, c);
  kernel.operations = &op, kernel.operation_count = 1;
  kernel.stores = &store, kernel.store_count = 1;
  run(&kernel, 0, 0);
  for (int64_t i = 0; i < COUNT; i++) {
    const double values[4] = {(double)in.x[i], (double)in.y[i % C],
                              (double)in.z[place(i, z_strides)], (double)in.x[i]};
    double v[4];
    for (int o = 0; o < 4; o++) v[o] = scalars >> o & 1 ? (double)numbers[o] : values[o];
    const double expected = operation(code, v[0], v[1], v[2], v[3]);
    const double found = (double)out[place(i, store.strides)];
    CHECK(isnan(expected) ? isnan(found) : fabs(found - expected) <= 2e-6 + 2e-6 * fabs(expected),
          "operation %d with numbers %d: %.9g, expected %.9g", code, scalars, found, expected);
  }
  free(out);
}

static void check_operations(inputs in, cut c) {
  for (int code = LETHE_NEGATE; code <= LETHE_ABS; code++) check_operation(code, 0, in, c);
  for (int code = LETHE_ADD; code <= LETHE_EQUAL; code++) {
    for (uint8_t scalars = 0; scalars < 3; scalars++) check_operation(code, scalars, in, c);
  }
  for (uint8_t scalars = 0; scalars < 2; scalars++) check_operation(LETHE_COPY, scalars, in, c);
  for (uint8_t scalars = 0; scalars < 8; scalars += 2) {
    check_operation(LETHE_SELECT, scalars, in, c);
    check_operation(LETHE_MULTIPLY_ADD, scalars, in, c);
  }
  for (uint8_t scalars = 0; scalars < 16; scalars++) {
    if ((scalars & 3) != 3) check_operation(LETHE_SELECT_LESS, scalars, in, c);
  }
}

/// Checks sums of x·z + y over the first two axes and over the last, and its maximum over all.
static void check_reductions(inputs in, cut c, int32_t threads) {
  const int64_t strides[3][RANK] = {{0, 0, 1}, {B, 1, 0}, {0, 0, 0}};
  const int64_t counts[3] = {C, A * B, 1};
  const double start[3] = {0, 0, -INFINITY};
  lethe_access loads[3];
  lethe_reduction reductions[3];
  float *found[3], *partials[3];
  double *expected[3];
  const lethe_operation op = {.opcode = LETHE_MULTIPLY_ADD, .destination = 3, .operands = {0, 2, 1, 0}};
  lethe_kernel kernel = kernel_over(loads, in, c);
  for (int r = 0; r < 3; r++) {
    found[r] = new_floats(counts[r], 6, 1);
    partials[r] = new_floats((MOST_THREADS - 1) * counts[r], 7, 1);
    expected[r] = new_doubles(counts[r], 8, 1);
    for (int64_t i = 0; i < counts[r]; i++) expected[r][i] = start[r];
    reductions[r] = (lethe_reduction){
        .target = access_to(found[r], strides[r], 3, c), .target_count = counts[r],
        .partials = threads > 1 ? partials[r] : NULL, .is_maximum = r == 2};
  }
  kernel.threads = threads;
  kernel.operations = &op, kernel.operation_count = 1;
  kernel.reductions = reductions, kernel.reduction_count = 3;
  run(&kernel, 0, 0);
  for (int64_t i = 0; i < COUNT; i++) {
    const double value =
        (double)in.x[i] * (double)in.z[place(i, z_strides)] + (double)in.y[i % C];
    expected[0][place(i, strides[0])] += value;
    expected[1][place(i, strides[1])] += value;
    expected[2][0] = fmax(expected[2][0], value);
  }
  for (int r = 0; r < 3; r++) {
    for (int64_t i = 0; i < counts[r]; i++) CHECK_NEAR((double)found[r][i], expected[r][i], 5e-5, 5e-6);
    free(found[r]), free(partials[r]), free(expected[r]);
  }
}

/// Checks that random numbers belong to elements, however the space is divided.
static void check_random(inputs in, cut c, int32_t threads) {
  const int64_t first = 1234;
  lethe_access loads[3], stores[2];
  const lethe_random randoms[2] = {{.stream = 5, .lanes = 24, .reg = 3}, {.stream = 6, .lanes = 16, .reg = 4}};
  const lethe_operation copies[2] = {
      {.opcode = LETHE_COPY, .destination = 5, .operands = {3}},
      {.opcode = LETHE_COPY, .destination = 6, .operands = {4}}};
  float *out[2] = {new_floats(COUNT, 9, 1), new_floats(COUNT, 10, 1)}, expected[COUNT];
  lethe_kernel kernel = kernel_over(loads, in, c);
  for (uint8_t i = 0; i < 2; i++) stores[i] = access_to(out[i], x_strides, (uint8_t)(5 + i), c);
  kernel.threads = threads, kernel.first_element = first;
  kernel.randoms = randoms, kernel.random_count = 2;
  kernel.operations = copies, kernel.operation_count = 2;
  kernel.stores = stores, kernel.store_count = 2;
  run(&kernel, 11, 12);
  lethe_philox_uniform(expected, first, COUNT, 11, 5, 12);
  CHECK(memcmp(out[0], expected, sizeof expected) == 0, "uniform numbers of a kernel");
  lethe_philox_uniform16(expected, first, COUNT, 11, 6, 12);
  CHECK(memcmp(out[1], expected, sizeof expected) == 0, "uniform numbers of 16 bits of a kernel");
  free(out[0]), free(out[1]);
}

/// Checks reductions by two threads in a parallel region of its own, where OpenMP has one thread for them.
static void check_small_team(void *context, int32_t worker) {
  if (worker > 0) return;
  for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) check_reductions(*(inputs *)context, cuts[i], 2);
}

static void count_worker(void *context, int32_t worker) { ((int *)context)[worker]++; }

void check_interpreter(void) {
  inputs in = new_inputs();
  for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
    check_operations(in, cuts[i]);
    for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
      check_reductions(in, cuts[i], threads);
      check_random(in, cuts[i], threads);
    }
  }
  lethe_set_threads(2);
  lethe_run_workers(check_small_team, &in, 2);
  free_inputs(in);
  int calls[5] = {0};
  lethe_run_workers(count_worker, calls, 5);
  for (int i = 0; i < 5; i++) CHECK(calls[i] == 1, "worker %d ran %d times", i, calls[i]);
}
