/* A time limit for a program, its loading included: a thread that stops it when the time is over (--timeout). */
#ifndef CLI_DEADLINE_H
#define CLI_DEADLINE_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "coracle.h"

typedef struct Deadline {
    CoracleIsolate *isolate; /* that runs; NULL: it is being loaded */
    struct timespec end;     /* of the monotonic clock */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_over; /* the program has ended */
    pthread_t thread;
} Deadline;

/* From now on it takes at most so many seconds.  Then the process ends with EXIT_TIME, at once while nothing runs.  False: no thread
 * could be had, after a report. */
bool deadline_start(Deadline *deadline, double seconds);

/* The isolate runs, and is what is stopped, as CORACLE_TIMED_OUT.  One that nothing can stop, since it is blocked in the system or in
 * one long operation, ends the process a second later. */
void deadline_watch(Deadline *deadline, CoracleIsolate *isolate);

/* The program has ended, and the isolate is no longer touched when this returns.  A second time it does nothing. */
void deadline_finish(Deadline *deadline);

#endif
