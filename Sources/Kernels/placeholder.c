typedef int lethe_placeholder;
