#include "cli/deadline.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"

/* Waits until the program ends or it is time; false: it is time.  The lock is held. */
static bool deadline_wait(Deadline *deadline) {
    int status = 0;
    while (!deadline->is_over && status != ETIMEDOUT)
        status = pthread_cond_timedwait(&deadline->changed, &deadline->lock, &deadline->end);
    return deadline->is_over;
}

static void *deadline_watch(void *opaque) {
    Deadline *deadline = opaque;
    pthread_mutex_lock(&deadline->lock);
    if (!deadline_wait(deadline)) {
        coracle_isolate_time_out(deadline->isolate);
        deadline->end.tv_sec++;
        if (!deadline_wait(deadline)) {
            command_report("the program has used up its time, and does not come back from the system");
            fflush(stdout);
            _exit(EXIT_TIME);
        }
    }
    pthread_mutex_unlock(&deadline->lock);
    return NULL;
}

bool deadline_start(Deadline *deadline, CoracleIsolate *isolate, double seconds) {
    *deadline = (Deadline){.isolate = isolate};
    clock_gettime(CLOCK_MONOTONIC, &deadline->end);
    deadline->end.tv_sec += (time_t)seconds;
    deadline->end.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
    if (deadline->end.tv_nsec >= 1000000000) {
        deadline->end.tv_nsec -= 1000000000;
        deadline->end.tv_sec++;
    }
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&deadline->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&deadline->lock, NULL);
    if (pthread_create(&deadline->thread, NULL, deadline_watch, deadline) == 0)
        return true;
    pthread_cond_destroy(&deadline->changed);
    pthread_mutex_destroy(&deadline->lock);
    return false;
}

void deadline_finish(Deadline *deadline) {
    pthread_mutex_lock(&deadline->lock);
    deadline->is_over = true;
    pthread_cond_signal(&deadline->changed);
    pthread_mutex_unlock(&deadline->lock);
    pthread_join(deadline->thread, NULL);
    pthread_cond_destroy(&deadline->changed);
    pthread_mutex_destroy(&deadline->lock);
}
