/* What the harnesses of engines share.  Each prints `NAME VALUE` lines:
 *
 *   start_us        an engine, with its first isolate or state, from nothing
 *   first_us        the script compiled, loaded and run in it: the first one of the process
 *   compile_us      likewise later ones, the best of many; of Lua, a state that is there already
 *   isolate_us      an isolate, or a state with the library, made and ended beside a thousand others
 *   isolate_kib     the resident memory that each of the thousand keeps
 *   call_ns         a prepared call by the host of `add(a, b)`, the best of many
 *   host_ns         a call by the program of the host's `add(a, b)`, the loop around it included, likewise */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ISOLATES = 1000, COMPILES = 100, ROUNDS = 30, CALLS = 1000000 };

static double micros(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec * 1e-3;
}

static double resident_kib(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*s %ld", &pages) != 1)
        exit(2);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024.0);
}

static char *read_script(const char *path, size_t *size) {
    static char text[16384];
    FILE *file = fopen(path, "rb");
    if (!file)
        exit(2);
    *size = fread(text, 1, sizeof text, file);
    fclose(file);
    return text;
}

static double least(double a, double b) {
    return a < b ? a : b;
}

static void must(int status, const char *what) {
    if (status == 0)
        return;
    fprintf(stderr, "%s: status %d\n", what, status);
    exit(1);
}
