#include "cli/deadline.h"

#include <errno.h>
#include <poll.h>
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

/* Ends the process; says why unless that could block. */
static void deadline_end_process(const char *why) {
    struct pollfd errors = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&errors, 1, 0) == 1 && ftrylockfile(stderr) == 0)
        command_report("%s", why);
    _exit(EXIT_TIME);
}

static void *deadline_run(void *opaque) {
    Deadline *deadline = opaque;
    pthread_mutex_lock(&deadline->lock);
    if (!deadline_wait(deadline)) {
        if (!deadline->isolate)
            deadline_end_process("the time is used up before the program runs (--timeout)");
        coracle_isolate_time_out(deadline->isolate);
        deadline->end.tv_sec++;
        if (!deadline_wait(deadline))
            deadline_end_process("the program has used up its time, and does not come back (--timeout)");
    }
    pthread_mutex_unlock(&deadline->lock);
    return NULL;
}

void deadline_watch(Deadline *deadline, CoracleIsolate *isolate) {
    pthread_mutex_lock(&deadline->lock);
    deadline->isolate = isolate;
    pthread_mutex_unlock(&deadline->lock);
}

bool deadline_start(Deadline *deadline, double seconds) {
    *deadline = (Deadline){.isolate = NULL};
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
    if (pthread_create(&deadline->thread, NULL, deadline_run, deadline) == 0)
        return true;
    pthread_cond_destroy(&deadline->changed);
    pthread_mutex_destroy(&deadline->lock);
    command_report("there is no thread to be had for --timeout");
    return false;
}

void deadline_finish(Deadline *deadline) {
    if (deadline->is_over)
        return;
    pthread_mutex_lock(&deadline->lock);
    deadline->is_over = true;
    pthread_cond_signal(&deadline->changed);
    pthread_mutex_unlock(&deadline->lock);
    pthread_join(deadline->thread, NULL);
    pthread_cond_destroy(&deadline->changed);
    pthread_mutex_destroy(&deadline->lock);
}
