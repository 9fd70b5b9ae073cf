/* costs MODULE SMALL: what the VM itself costs, through its public API, as `NAME VALUE` lines.
 *
 *   load_mb_per_s       the bytes of MODULE read and verified, the best of several times
 *   link_mb_per_s       read, verified and linked into an engine, likewise
 *   isolate_us          an isolate more, made beside a thousand others that live, with the program SMALL run in it:
 *   isolate_kib         the resident memory that each of the thousand keeps
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "coracle.h"

enum { ISOLATES = 1000 };

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static double resident_kib(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*s %ld", &pages) != 1)
        exit(2);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024.0);
}

static unsigned char *read_whole(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        exit(2);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size);
    if (!bytes || fread(bytes, 1, *size, file) != *size)
        exit(2);
    fclose(file);
    return bytes;
}

static void must(CoracleStatus status, const char *what) {
    if (status == CORACLE_OK)
        return;
    fprintf(stderr, "costs: %s: status %d\n", what, (int)status);
    exit(1);
}

static void measure_loading(const unsigned char *bytes, size_t size) {
    double verify = 1e9, link = 1e9;
    for (int i = 0; i < 5; i++) {
        CoracleModule *module;
        CoracleMessage message;
        double start = seconds();
        must(coracle_module_verify(bytes, size, &message), "verify");
        double end = seconds();
        verify = end - start < verify ? end - start : verify;
        CoracleEngine *engine = coracle_engine_new(NULL);
        start = seconds();
        must(coracle_engine_load(engine, bytes, size, &module, &message), "load");
        end = seconds();
        link = end - start < link ? end - start : link;
        coracle_engine_free(engine);
    }
    printf("load_mb_per_s %.1f\nlink_mb_per_s %.1f\n", size / verify / 1e6, size / link / 1e6);
}

static bool write_nowhere(void *context, const char *bytes, size_t length) {
    (void)context, (void)bytes, (void)length;
    return true;
}

static CoracleIsolate *run_one(CoracleEngine *engine, CoracleModule *module) {
    int exit_code;
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    coracle_isolate_allow(isolate, CORACLE_ALLOW_STDOUT);
    coracle_isolate_set_output(isolate, write_nowhere, NULL);
    must(coracle_isolate_run(isolate, module, &exit_code), "run");
    return isolate;
}

static void measure_isolates(const unsigned char *bytes, size_t size) {
    CoracleIsolate *isolates[ISOLATES], *first;
    CoracleModule *module;
    CoracleMessage message;
    CoracleEngine *engine = coracle_engine_new(NULL);
    must(coracle_engine_load(engine, bytes, size, &module, &message), "load");
    first = run_one(engine, module); /* the code is lowered by the first */
    double before = resident_kib(), start = seconds();
    for (int i = 0; i < ISOLATES; i++)
        isolates[i] = run_one(engine, module);
    double end = seconds(), after = resident_kib();
    printf("isolate_us %.1f\nisolate_kib %.1f\n", (end - start) / ISOLATES * 1e6,
           (after - before) / ISOLATES);
    for (int i = 0; i < ISOLATES; i++)
        coracle_isolate_free(isolates[i]);
    coracle_isolate_free(first);
    coracle_engine_free(engine);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: costs MODULE SMALL\n");
        return 2;
    }
    size_t size, small_size;
    unsigned char *module = read_whole(argv[1], &size), *small = read_whole(argv[2], &small_size);
    measure_isolates(small, small_size); /* first: while no free memory is left over from something else */
    measure_loading(module, size);
    free(module);
    free(small);
    return 0;
}
