// What is settled before the libraries of this process run.
#ifndef LETHE_LOADING_H
#define LETHE_LOADING_H

/// What a thread that computes maps beside its data: OpenBLAS takes 128 MB for each of its callers, the C library's
/// allocator reserves as much, and there is its stack. The threads that wait for signals, time and files take as much
/// together.
#define LETHE_THREAD_MEGABYTES 264

/// Why less cannot be had, to be written behind "and".
#define LETHE_MAP_LIMIT "this process may not map so much (see ulimit -v)"

#endif
