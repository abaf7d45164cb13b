#define _GNU_SOURCE
#include "lethe_loading.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number

static const char refusal[] = "error: the program maps " TEXT(LETHE_THREAD_MEGABYTES)
    " MB beside its data, and " LETHE_MAP_LIMIT "\n";

/// Starts the program again with one thread of OpenBLAS, which would take memory for each thread while it is
/// loaded. Returns where the program was started that way already, or cannot be started again.
static void replace(char **arguments, char **environment) {
  static char setting[] = "OPENBLAS_NUM_THREADS=1";
  const size_t name = strcspn(setting, "=") + 1;
  size_t count = 0;
  while (environment[count] != NULL) {
    if (strcmp(environment[count++], setting) == 0) return;
  }
  char *changed[count + 2];
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (strncmp(environment[i], setting, name) != 0) changed[kept++] = environment[i];
  }
  changed[kept] = setting;
  changed[kept + 1] = NULL;
  execve("/proc/self/exe", arguments, changed);
}

/// Ends a process whose memory is too limited for the program. Without enough memory OpenBLAS asks for it for
/// ever, from version 0.3.29 on even while it is loaded, so this must be checked before.
static void check_limit(int argc, char **arguments, char **environment) {
  (void)argc;
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  replace(arguments, environment);
  const size_t bytes = (size_t)LETHE_THREAD_MEGABYTES << 20;
  void *memory = mmap(
      NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory != MAP_FAILED) {
    munmap(memory, bytes);
    return;
  }
  const ssize_t written = write(STDERR_FILENO, refusal, sizeof refusal - 1);
  (void)written;
  _exit(1);
}

// The section makes `check_limit` run before the constructors of any library.
__attribute__((section(".preinit_array"), used)) static void (*const entry)(int, char **, char **) =
    check_limit;
