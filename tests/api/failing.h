/* Failing allocations, for tests of what happens when the host's memory runs out: at every place that allocates, an allocation of it
 * fails once, or from then on for good. The allocators are replaced by the linker (--wrap, tests/CMakeLists.txt); a place is a
 * return address. */
#ifndef TESTS_API_FAILING_H
#define TESTS_API_FAILING_H

#include "tests/api/program.h"
#include "vm/runtime/engine_internal.h"

enum { MAX_PLACES = 4096 };

static struct {
    bool armed, for_good, recording;
    void *place;          /* that fails */
    uint32_t after, seen; /* at its allocation of this number */
    bool failed, forced;  /* whether it has; whether the allocator that is called fails */
    void *places[MAX_PLACES];
    uint32_t counts[MAX_PLACES], place_count;
} failing;

static void record(void *place) {
    uint32_t i = 0;
    while (i < failing.place_count && failing.places[i] != place)
        i++;
    if (i == failing.place_count) {
        assert_true(i < MAX_PLACES);
        failing.places[failing.place_count++] = place;
        failing.counts[i] = 0;
    }
    failing.counts[i]++;
}

static bool fails(void *place) {
    if (failing.recording)
        record(place);
    if (!failing.armed)
        return false;
    if (failing.forced || (failing.failed && failing.for_good))
        return true;
    if (place != failing.place || failing.seen++ != failing.after)
        return false;
    failing.failed = true;
    return true;
}

#define PLACE __builtin_return_address(0)

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
FILE *__real_open_memstream(char **text, size_t *length);
void *__real_cor_arena_allocate(CorArena *arena, size_t count, size_t size);
void *__real_cor_arena_copy(CorArena *arena, const void *data, size_t count, size_t size);
void *__real_cor_arena_grow(CorArena *arena, void *items, uint32_t count, uint32_t *capacity, size_t size);
void *__real_cor_engine_allocate(CorEngine *engine, size_t count, size_t size);
void *__real_cor_engine_copy(CorEngine *engine, const void *data, size_t count, size_t size);
bool __real_cor_vector_push(CorEngine *engine, CorVector *vector, void *item);
const char *__real_cor_engine_text(CorEngine *engine, const char *bytes, size_t length);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);
FILE *__wrap_open_memstream(char **text, size_t *length);
void *__wrap_cor_arena_allocate(CorArena *arena, size_t count, size_t size);
void *__wrap_cor_arena_copy(CorArena *arena, const void *data, size_t count, size_t size);
void *__wrap_cor_arena_grow(CorArena *arena, void *items, uint32_t count, uint32_t *capacity, size_t size);
void *__wrap_cor_engine_allocate(CorEngine *engine, size_t count, size_t size);
void *__wrap_cor_engine_copy(CorEngine *engine, const void *data, size_t count, size_t size);
bool __wrap_cor_vector_push(CorEngine *engine, CorVector *vector, void *item);
const char *__wrap_cor_engine_text(CorEngine *engine, const char *bytes, size_t length);

void *__wrap_malloc(size_t size) {
    return fails(PLACE) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails(PLACE) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
    return fails(PLACE) ? NULL : __real_realloc(memory, size);
}

char *__wrap_strdup(const char *text) {
    return fails(PLACE) ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t length) {
    return fails(PLACE) ? NULL : __real_strndup(text, length);
}

FILE *__wrap_open_memstream(char **text, size_t *length) {
    return fails(PLACE) ? NULL : __real_open_memstream(text, length);
}

void *__wrap_cor_arena_allocate(CorArena *arena, size_t count, size_t size) {
    return fails(PLACE) ? NULL : __real_cor_arena_allocate(arena, count, size);
}

void *__wrap_cor_arena_copy(CorArena *arena, const void *data, size_t count, size_t size) {
    return fails(PLACE) ? NULL : __real_cor_arena_copy(arena, data, count, size);
}

void *__wrap_cor_arena_grow(CorArena *arena, void *items, uint32_t count, uint32_t *capacity, size_t size) {
    return fails(PLACE) ? NULL : __real_cor_arena_grow(arena, items, count, capacity, size);
}

/* These say themselves that they failed, when the arena below does. */
#define FORCED(result, call)                                                                                 \
    bool forced = failing.forced;                                                                            \
    failing.forced = fails(PLACE);                                                                           \
    result made = call;                                                                                      \
    failing.forced = forced;                                                                                 \
    return made

void *__wrap_cor_engine_allocate(CorEngine *engine, size_t count, size_t size) {
    FORCED(void *, __real_cor_engine_allocate(engine, count, size));
}

void *__wrap_cor_engine_copy(CorEngine *engine, const void *data, size_t count, size_t size) {
    FORCED(void *, __real_cor_engine_copy(engine, data, count, size));
}

bool __wrap_cor_vector_push(CorEngine *engine, CorVector *vector, void *item) {
    FORCED(bool, __real_cor_vector_push(engine, vector, item));
}

const char *__wrap_cor_engine_text(CorEngine *engine, const char *bytes, size_t length) {
    FORCED(const char *, __real_cor_engine_text(engine, bytes, length));
}

/* What is done once as it is, to learn the places, and then with a failure at each of them: an early one, one in the
 * middle and the last, and for good from the first on. */
typedef void Work(void *context, bool may_fail);

static void exhaust(Work *work, void *context) {
    memset(&failing, 0, sizeof failing);
    failing.recording = true;
    work(context, false);
    failing.recording = false;
    for (uint32_t i = 0; i < failing.place_count; i++) {
        uint32_t count = failing.counts[i], numbers[] = {0, 0, count / 2, count - 1};
        for (uint32_t k = 0; k < 4; k++) {
            if (k > 1 && numbers[k] == numbers[k - 1])
                continue;
            failing.for_good = k == 0;
            failing.place = failing.places[i];
            failing.after = numbers[k];
            failing.seen = 0;
            failing.failed = failing.forced = false;
            work(context, true);
            assert_false(failing.armed);
        }
    }
}

static void arm(bool may_fail) {
    failing.armed = may_fail;
}

/* OK, or memory is exhausted: the host's, or the program's for want of it. */
static inline bool went(bool may_fail, CoracleStatus status) {
    if (status != CORACLE_OK && !(may_fail && (status == CORACLE_NO_MEMORY || status == CORACLE_THROWN)))
        fail_msg("status %d", status);
    return status == CORACLE_OK;
}

#endif
