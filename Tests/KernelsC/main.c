#include "check.h"
#include "lethe_isa.h"

long checks = 0, failures = 0;

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: %s philox4x32_10.txt\n", arguments[0]);
    return 2;
  }
  check_philox(arguments[1]);
  check_elementary();
  check_pairs();
  check_search();
  check_interpreter();
  check_moving();
  check_selection();
  check_products();
  check_winograd();
  printf("%s: %ld checks, %ld failed\n", lethe_isa(), checks, failures);
  return failures > 0;
}
