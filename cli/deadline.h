/* A time limit for a running program: a thread that stops the isolate when it is over (coracle run --timeout). */
#ifndef CLI_DEADLINE_H
#define CLI_DEADLINE_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "coracle.h"

typedef struct Deadline {
    CoracleIsolate *isolate;
    struct timespec end; /* of the monotonic clock */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_over; /* the program has ended */
    pthread_t thread;
} Deadline;

/* Stops the isolate after so many seconds, as CORACLE_TIMED_OUT.  A program that is then blocked in the system, where
 * nothing can stop it, ends the process a second later, with EXIT_TIME.  False: no thread could be had. */
bool deadline_start(Deadline *deadline, CoracleIsolate *isolate, double seconds);

/* The program has ended, and the isolate is no longer touched when this returns. */
void deadline_finish(Deadline *deadline);

#endif
