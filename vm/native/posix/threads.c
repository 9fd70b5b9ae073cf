/* Threads, mutexes and conditions over pthreads. */
#include "vm/native/posix/posix.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct CorHostThread {
    pthread_t thread;
    void (*run)(void *);
    void *argument;
};

struct CorHostMutex {
    pthread_mutex_t mutex;
};

struct CorHostCondition {
    pthread_cond_t condition; /* on the monotonic clock */
};

static void *threads_run(void *opaque) {
    CorHostThread *thread = opaque;
    thread->run(thread->argument);
    return NULL;
}

CorHostThread *posix_thread_start(const CorHost *host, void (*run)(void *), void *argument,
                                  size_t stack_size) {
    (void)host;
    CorHostThread *thread = malloc(sizeof *thread);
    pthread_attr_t attributes;
    if (!thread || pthread_attr_init(&attributes) != 0) {
        free(thread);
        return NULL;
    }
    thread->run = run;
    thread->argument = argument;
    if (stack_size != 0)
        pthread_attr_setstacksize(&attributes, stack_size);
    int error = pthread_create(&thread->thread, &attributes, threads_run, thread);
    pthread_attr_destroy(&attributes);
    if (error != 0) {
        free(thread);
        return NULL;
    }
    return thread;
}

void posix_thread_join(const CorHost *host, CorHostThread *thread) {
    (void)host;
    pthread_join(thread->thread, NULL);
    free(thread);
}

uint32_t posix_processor_count(const CorHost *host) {
    (void)host;
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable) == 0)
        return (uint32_t)CPU_COUNT(&usable);
    long count = sysconf(_SC_NPROCESSORS_ONLN); /* more than a cpu_set_t holds */
    return count < 1 ? 1 : (uint32_t)count;
}

char *posix_stack_end(const CorHost *host) {
    (void)host;
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return NULL;
    void *start = NULL;
    size_t size = 0, guard = 0;
    bool known = pthread_attr_getstack(&attributes, &start, &size) == 0 &&
                 pthread_attr_getguardsize(&attributes, &guard) == 0;
    pthread_attr_destroy(&attributes);
    return known ? (char *)start + guard : NULL;
}

CorHostMutex *posix_mutex_new(const CorHost *host) {
    (void)host;
    CorHostMutex *mutex = malloc(sizeof *mutex);
    if (mutex && pthread_mutex_init(&mutex->mutex, NULL) != 0) {
        free(mutex);
        return NULL;
    }
    return mutex;
}

void posix_mutex_free(const CorHost *host, CorHostMutex *mutex) {
    (void)host;
    pthread_mutex_destroy(&mutex->mutex);
    free(mutex);
}

void posix_mutex_lock(const CorHost *host, CorHostMutex *mutex) {
    (void)host;
    pthread_mutex_lock(&mutex->mutex);
}

void posix_mutex_unlock(const CorHost *host, CorHostMutex *mutex) {
    (void)host;
    pthread_mutex_unlock(&mutex->mutex);
}

CorHostCondition *posix_condition_new(const CorHost *host) {
    (void)host;
    CorHostCondition *condition = malloc(sizeof *condition);
    pthread_condattr_t attributes;
    if (!condition || pthread_condattr_init(&attributes) != 0) {
        free(condition);
        return NULL;
    }
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int error = pthread_cond_init(&condition->condition, &attributes);
    pthread_condattr_destroy(&attributes);
    if (error != 0) {
        free(condition);
        return NULL;
    }
    return condition;
}

void posix_condition_free(const CorHost *host, CorHostCondition *condition) {
    (void)host;
    pthread_cond_destroy(&condition->condition);
    free(condition);
}

bool posix_condition_wait(const CorHost *host, CorHostCondition *condition, CorHostMutex *mutex,
                          int64_t timeout_ns) {
    if (timeout_ns < 0)
        return pthread_cond_wait(&condition->condition, &mutex->mutex) == 0;
    int64_t end = host->monotonic_ns(host) + timeout_ns;
    struct timespec until = {.tv_sec = end / 1000000000, .tv_nsec = (long)(end % 1000000000)};
    return pthread_cond_timedwait(&condition->condition, &mutex->mutex, &until) != ETIMEDOUT;
}

void posix_condition_signal(const CorHost *host, CorHostCondition *condition) {
    (void)host;
    pthread_cond_signal(&condition->condition);
}

void posix_condition_broadcast(const CorHost *host, CorHostCondition *condition) {
    (void)host;
    pthread_cond_broadcast(&condition->condition);
}
