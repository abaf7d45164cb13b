// The limit that is checked before the libraries of this process run.
#ifndef LETHE_LOADING_H
#define LETHE_LOADING_H

/// Megabytes that a computing thread maps beside its data: OpenBLAS takes 128 MB for each of its callers, the
/// C library's allocator reserves as much, and there is the thread's stack. The threads that wait for
/// signals, time and files take as much together.
#define LETHE_THREAD_MEGABYTES 264

/// The reason why so much cannot be had, to be written behind "and".
#define LETHE_MAP_LIMIT "this process may not map so much (see ulimit -v)"

#endif
