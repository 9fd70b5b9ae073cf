/* Running a module and taking down what it did; shared by the fuzz targets and stress.c. */
#ifndef TESTS_FUZZ_EXECUTE_H
#define TESTS_FUZZ_EXECUTE_H

#include "coracle.h"

/* What a run did, as far as a host can see it. */
typedef struct Outcome {
    uint64_t sum;         /* of all bytes written, all results, and how everything ended */
    CoracleStatus status; /* of the program itself */
    bool limited;         /* something was stopped by a quota */
} Outcome;

/* Runs the program in a new isolate with standard output and error, lowers every function that needs no type arguments,
 * and calls the public ones that a host can. */
Outcome execute_run(CoracleEngine *engine, CoracleModule *module, const CoracleIsolateOptions *options);

#endif
