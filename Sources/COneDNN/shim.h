// oneDNN 2.6 to 3.x through one interface.
//
// Version 2 describes memory and operations by structs. Version 3 describes memory by a handle and operations by
// arguments. The functions below have one signature for both; everything else that is used is the same in both.
#ifndef LETHE_DNNL_H
#define LETHE_DNNL_H

#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_debug.h>
#include <stdlib.h>

/// The memory layout of a tensor. The caller that creates one destroys it.
typedef struct lethe_dnnl_layout *lethe_dnnl_layout_t;

/// The numbers of a tensor.
typedef enum {
  lethe_dnnl_single = dnnl_f32,
  lethe_dnnl_bfloat16 = dnnl_bf16
} lethe_dnnl_number;

/// A convolution or one of its two gradients.
typedef enum {
  lethe_dnnl_forward,
  lethe_dnnl_input_gradient,
  lethe_dnnl_weight_gradient
} lethe_dnnl_convolution_kind;

/// Strides, dilations, and padding before and after, by spatial axis. A dilation of 0 is a dense kernel.
typedef struct {
  dnnl_dims_t strides, dilations, low, high;
} lethe_dnnl_geometry;

#if DNNL_VERSION_MAJOR >= 3

static inline dnnl_memory_desc_t lethe_dnnl_desc(lethe_dnnl_layout_t layout) {
  return (dnnl_memory_desc_t)layout;
}

/// Creates a layout with `strides`.
static inline dnnl_status_t lethe_dnnl_layout_create(
    lethe_dnnl_layout_t *result, lethe_dnnl_number number, int32_t rank, const dnnl_dims_t sizes,
    const dnnl_dims_t strides) {
  return dnnl_memory_desc_create_with_strides(
      (dnnl_memory_desc_t *)result, rank, sizes, (dnnl_data_type_t)number, strides);
}

/// Creates a layout that is left to the operation that will use it.
static inline dnnl_status_t lethe_dnnl_layout_create_any(
    lethe_dnnl_layout_t *result, lethe_dnnl_number number, int32_t rank, const dnnl_dims_t sizes) {
  return dnnl_memory_desc_create_with_tag(
      (dnnl_memory_desc_t *)result, rank, sizes, (dnnl_data_type_t)number, dnnl_format_tag_any);
}

static inline void lethe_dnnl_layout_destroy(lethe_dnnl_layout_t layout) {
  dnnl_memory_desc_destroy(lethe_dnnl_desc(layout));
}

static inline int32_t lethe_dnnl_layout_rank(lethe_dnnl_layout_t layout) {
  int32_t rank = 0;
  dnnl_memory_desc_query(lethe_dnnl_desc(layout), dnnl_query_ndims_s32, &rank);
  return rank;
}

/// The size of each axis.
static inline const dnnl_dim_t *lethe_dnnl_layout_sizes(lethe_dnnl_layout_t layout) {
  const dnnl_dim_t *sizes = NULL;
  dnnl_memory_desc_query(lethe_dnnl_desc(layout), dnnl_query_dims, &sizes);
  return sizes;
}

/// Finds the layout of a prepared operation's argument; null where it has no such argument.
static inline dnnl_status_t lethe_dnnl_layout_query(
    lethe_dnnl_layout_t *result, const_dnnl_primitive_desc_t operation, dnnl_query_t what) {
  const_dnnl_memory_desc_t found = dnnl_primitive_desc_query_md(operation, what, 0);
  *result = NULL;
  if (found == NULL || lethe_dnnl_layout_rank((lethe_dnnl_layout_t)found) == 0) return dnnl_success;
  return dnnl_memory_desc_clone((dnnl_memory_desc_t *)result, found);
}

static inline dnnl_status_t lethe_dnnl_matmul_prepare(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, lethe_dnnl_layout_t a,
    lethe_dnnl_layout_t b, lethe_dnnl_layout_t c, const_dnnl_primitive_attr_t attributes) {
  return dnnl_matmul_primitive_desc_create(
      result, engine, lethe_dnnl_desc(a), lethe_dnnl_desc(b), NULL, lethe_dnnl_desc(c), attributes);
}

/// Prepares a convolution or a gradient. `forward` is the convolution whose gradient is wanted; null otherwise.
static inline dnnl_status_t lethe_dnnl_convolution_of_kind(
    dnnl_primitive_desc_t *result, lethe_dnnl_convolution_kind kind, dnnl_engine_t engine,
    lethe_dnnl_layout_t x, lethe_dnnl_layout_t w, lethe_dnnl_layout_t y,
    const lethe_dnnl_geometry *g, dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_memory_desc_t xd = lethe_dnnl_desc(x), wd = lethe_dnnl_desc(w), yd = lethe_dnnl_desc(y);
  switch (kind) {
    case lethe_dnnl_input_gradient:
      return dnnl_convolution_backward_data_primitive_desc_create(
          result, engine, dnnl_convolution_direct, xd, wd, yd, g->strides, g->dilations, g->low,
          g->high, forward, attributes);
    case lethe_dnnl_weight_gradient:
      return dnnl_convolution_backward_weights_primitive_desc_create(
          result, engine, dnnl_convolution_direct, xd, wd, NULL, yd, g->strides, g->dilations,
          g->low, g->high, forward, attributes);
    default:
      return dnnl_convolution_forward_primitive_desc_create(
          result, engine, dnnl_forward_training, dnnl_convolution_direct, xd, wd, NULL, yd,
          g->strides, g->dilations, g->low, g->high, attributes);
  }
}

#else

static inline dnnl_memory_desc_t *lethe_dnnl_desc(lethe_dnnl_layout_t layout) {
  return (dnnl_memory_desc_t *)layout;
}

static inline dnnl_status_t lethe_dnnl_layout_new(
    lethe_dnnl_layout_t *result, dnnl_status_t status, dnnl_memory_desc_t description) {
  *result = NULL;
  if (status != dnnl_success) return status;
  dnnl_memory_desc_t *held = (dnnl_memory_desc_t *)malloc(sizeof *held);
  if (held == NULL) return dnnl_out_of_memory;
  *held = description;
  *result = (lethe_dnnl_layout_t)held;
  return dnnl_success;
}

/// Creates a layout with `strides`.
static inline dnnl_status_t lethe_dnnl_layout_create(
    lethe_dnnl_layout_t *result, lethe_dnnl_number number, int32_t rank, const dnnl_dims_t sizes,
    const dnnl_dims_t strides) {
  dnnl_memory_desc_t description;
  dnnl_status_t status = dnnl_memory_desc_init_by_strides(
      &description, rank, sizes, (dnnl_data_type_t)number, strides);
  return lethe_dnnl_layout_new(result, status, description);
}

/// Creates a layout that is left to the operation that will use it.
static inline dnnl_status_t lethe_dnnl_layout_create_any(
    lethe_dnnl_layout_t *result, lethe_dnnl_number number, int32_t rank, const dnnl_dims_t sizes) {
  dnnl_memory_desc_t description;
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(
      &description, rank, sizes, (dnnl_data_type_t)number, dnnl_format_tag_any);
  return lethe_dnnl_layout_new(result, status, description);
}

static inline void lethe_dnnl_layout_destroy(lethe_dnnl_layout_t layout) { free(layout); }

static inline int32_t lethe_dnnl_layout_rank(lethe_dnnl_layout_t layout) {
  return lethe_dnnl_desc(layout)->ndims;
}

/// The size of each axis.
static inline const dnnl_dim_t *lethe_dnnl_layout_sizes(lethe_dnnl_layout_t layout) {
  return lethe_dnnl_desc(layout)->dims;
}

/// Finds the layout of a prepared operation's argument; null where it has no such argument.
static inline dnnl_status_t lethe_dnnl_layout_query(
    lethe_dnnl_layout_t *result, const_dnnl_primitive_desc_t operation, dnnl_query_t what) {
  const dnnl_memory_desc_t *found = dnnl_primitive_desc_query_md(operation, what, 0);
  *result = NULL;
  if (found == NULL || found->ndims == 0) return dnnl_success;
  return lethe_dnnl_layout_new(result, dnnl_success, *found);
}

static inline dnnl_status_t lethe_dnnl_matmul_prepare(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, lethe_dnnl_layout_t a,
    lethe_dnnl_layout_t b, lethe_dnnl_layout_t c, const_dnnl_primitive_attr_t attributes) {
  dnnl_matmul_desc_t description;
  dnnl_status_t status = dnnl_matmul_desc_init(
      &description, lethe_dnnl_desc(a), lethe_dnnl_desc(b), NULL, lethe_dnnl_desc(c));
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, &description, attributes, engine, NULL);
}

/// Prepares a convolution or a gradient. `forward` is the convolution whose gradient is wanted; null otherwise.
static inline dnnl_status_t lethe_dnnl_convolution_of_kind(
    dnnl_primitive_desc_t *result, lethe_dnnl_convolution_kind kind, dnnl_engine_t engine,
    lethe_dnnl_layout_t x, lethe_dnnl_layout_t w, lethe_dnnl_layout_t y,
    const lethe_dnnl_geometry *g, dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_memory_desc_t *xd = lethe_dnnl_desc(x), *wd = lethe_dnnl_desc(w), *yd = lethe_dnnl_desc(y);
  dnnl_convolution_desc_t description;
  dnnl_status_t status;
  switch (kind) {
    case lethe_dnnl_input_gradient:
      status = dnnl_dilated_convolution_backward_data_desc_init(
          &description, dnnl_convolution_direct, xd, wd, yd, g->strides, g->dilations, g->low,
          g->high);
      break;
    case lethe_dnnl_weight_gradient:
      status = dnnl_dilated_convolution_backward_weights_desc_init(
          &description, dnnl_convolution_direct, xd, wd, NULL, yd, g->strides, g->dilations, g->low,
          g->high);
      break;
    default:
      status = dnnl_dilated_convolution_forward_desc_init(
          &description, dnnl_forward_training, dnnl_convolution_direct, xd, wd, NULL, yd,
          g->strides, g->dilations, g->low, g->high);
  }
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, &description, attributes, engine, forward);
}

#endif

static inline dnnl_status_t lethe_dnnl_memory_create(
    dnnl_memory_t *result, lethe_dnnl_layout_t layout, dnnl_engine_t engine, void *address) {
  return dnnl_memory_create(result, lethe_dnnl_desc(layout), engine, address);
}

static inline dnnl_status_t lethe_dnnl_reorder_prepare(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, lethe_dnnl_layout_t source,
    lethe_dnnl_layout_t target, const_dnnl_primitive_attr_t attributes) {
  return dnnl_reorder_primitive_desc_create(
      result, lethe_dnnl_desc(source), engine, lethe_dnnl_desc(target), engine, attributes);
}

static inline int32_t lethe_dnnl_layouts_are_equal(lethe_dnnl_layout_t a, lethe_dnnl_layout_t b) {
  return dnnl_memory_desc_equal(lethe_dnnl_desc(a), lethe_dnnl_desc(b));
}

static inline size_t lethe_dnnl_layout_bytes(lethe_dnnl_layout_t layout) {
  return dnnl_memory_desc_get_size(lethe_dnnl_desc(layout));
}

/// The three operands of a convolution.
typedef struct {
  lethe_dnnl_layout_t x, w, y;
} lethe_dnnl_operands;

/// Prepares a convolution or one of its gradients. For a gradient, the library needs the prepared convolution as
/// a hint, whose operands may be of other numbers.
static inline dnnl_status_t lethe_dnnl_convolution_prepare(
    dnnl_primitive_desc_t *result, lethe_dnnl_convolution_kind kind, dnnl_engine_t engine,
    lethe_dnnl_operands operands, lethe_dnnl_operands forward_operands,
    const lethe_dnnl_geometry *geometry, const_dnnl_primitive_attr_t attributes) {
  dnnl_primitive_desc_t forward = NULL;
  dnnl_status_t status = lethe_dnnl_convolution_of_kind(
      &forward, lethe_dnnl_forward, engine, forward_operands.x, forward_operands.w,
      forward_operands.y, geometry, NULL, attributes);
  if (status != dnnl_success || kind == lethe_dnnl_forward) {
    *result = forward;
    return status;
  }
  status = lethe_dnnl_convolution_of_kind(
      result, kind, engine, operands.x, operands.w, operands.y, geometry, forward, attributes);
  dnnl_primitive_desc_destroy(forward);
  return status;
}

/// The library's name of the instruction set that it uses, such as cpu_isa_avx2.
static inline const char *lethe_dnnl_isa(void) {
  return dnnl_cpu_isa2str(dnnl_get_effective_cpu_isa());
}

/// True where that instruction set multiplies numbers of bfloat16 itself.
static inline int32_t lethe_dnnl_multiplies_bfloat16(void) {
  const int32_t first = dnnl_cpu_isa_avx512_core_bf16;
  return (dnnl_get_effective_cpu_isa() & first) == first;
}

#endif
