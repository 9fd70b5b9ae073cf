/* Engines' libraries and isolates' rights to call them. */
#include <stdlib.h>
#include <string.h>

#include "vm/bytecode/foreign_name.h"
#include "vm/foreign/foreign_internal.h"
#include "vm/heap/heap.h"
#include "vm/runtime/error.h"

/* ---- Engines ----------------------------------------------------------------------------------- */

CorForeign *cor_foreign_new(const CorHost *host) {
    CorForeign *foreign = calloc(1, sizeof *foreign);
    if (!foreign)
        return NULL;
    foreign->host = host;
    if ((foreign->mutex = host->mutex_new(host)))
        return foreign;
    free(foreign);
    return NULL;
}

static void library_free(CorForeign *foreign, CorForeignLibrary *library) {
    if (library->opened)
        foreign->host->library_close(foreign->host, library->opened);
    free(library->name);
    free(library->path);
    free(library);
}

void cor_foreign_free(CorForeign *foreign) {
    if (!foreign)
        return;
    foreign_free_plans(foreign);
    foreign_free_shapes(foreign->shapes);
    for (CorForeignLibrary *library = foreign->libraries, *next; library; library = next) {
        next = library->next;
        library_free(foreign, library);
    }
    foreign->host->mutex_free(foreign->host, foreign->mutex);
    free(foreign);
}

static CorForeignLibrary *library_new(const char *name, size_t length) {
    CorForeignLibrary *library = calloc(1, sizeof *library);
    if (library && (library->name = strndup(name, length)))
        return library;
    free(library);
    return NULL;
}

/* The mutex is held. */
static CorForeignLibrary *library_named(CorForeign *foreign, const char *name, size_t length) {
    for (CorForeignLibrary *library = foreign->libraries; library; library = library->next)
        if (strlen(library->name) == length && memcmp(library->name, name, length) == 0)
            return library;
    CorForeignLibrary *library = library_new(name, length);
    if (library) {
        library->direct = foreign->libraries ? foreign->libraries->direct << 1 : 1;
        library->next = foreign->libraries;
        foreign->libraries = library;
    }
    return library;
}

static CorForeignLibrary *library_find(CorForeign *foreign, const char *name, size_t length) {
    foreign->host->mutex_lock(foreign->host, foreign->mutex);
    CorForeignLibrary *library = library_named(foreign, name, length);
    foreign->host->mutex_unlock(foreign->host, foreign->mutex);
    return library;
}

CorForeignLibrary *cor_foreign_library(CorForeign *foreign, const char *name, const char *path,
                                       bool *is_known) {
    foreign->host->mutex_lock(foreign->host, foreign->mutex);
    CorForeignLibrary *library = library_named(foreign, name, strlen(name));
    *is_known = false;
    if (library && path) {
        bool is_free = !library->path && !library->opened;
        if (is_free && !(library->path = strdup(path)))
            library = NULL;
        else
            *is_known = !library->path || strcmp(library->path, path) != 0;
    }
    foreign->host->mutex_unlock(foreign->host, foreign->mutex);
    return *is_known ? NULL : library;
}

const CorHostFunction *cor_foreign_find(void *context, const char *text, const CorType *const *types,
                                        uint32_t count) {
    CorForeign *foreign = context;
    CorForeignName name;
    if (!cor_foreign_name(text, strlen(text), &name) || count > COR_HOST_PARAMETERS)
        return NULL;
    CorForeignLibrary *library = library_find(foreign, name.library, name.library_length);
    char *symbol = foreign_memory(types[count], library ? strndup(name.symbol, name.symbol_length) : NULL);
    ForeignFunction *function =
        symbol ? foreign_plan(foreign, types, count, name.is_variadic ? name.fixed : count) : NULL;
    if (!function) {
        free(symbol);
        return NULL;
    }
    function->library = library;
    function->symbol = symbol;
    function->direct.library = library->direct;
    if (name.is_variadic) /* whose convention differs; code that was kept relies on the others' being there */
        function->function.direct = NULL;
    return &function->function;
}

/* ---- Isolates ---------------------------------------------------------------------------------- */

CorForeignState *cor_foreign_state_new(CorIsolate *isolate) {
    CorForeignState *state = calloc(1, sizeof *state);
    if (state)
        state->isolate = isolate;
    return state;
}

void cor_foreign_state_free(CorForeignState *state) {
    if (!state)
        return;
    foreign_free_callbacks(state->kept);
    free(state->allowed);
    free(state);
}

static bool library_is_allowed(const CorForeignState *state, const CorForeignLibrary *library) {
    for (uint32_t i = 0; state && i < state->allowed_count; i++)
        if (state->allowed[i] == library)
            return true;
    return false;
}

bool cor_foreign_allow(CorForeignState *state, const CorForeignLibrary *library) {
    if (library_is_allowed(state, library))
        return true;
    const CorForeignLibrary **grown =
        realloc(state->allowed, (state->allowed_count + (size_t)1) * sizeof *state->allowed);
    if (!grown)
        return false;
    state->allowed = grown;
    state->allowed[state->allowed_count++] = library;
    if (!state->has_kept && !state->call)
        state->isolate->direct_libraries |= library->direct;
    return true;
}

/* ---- Symbols ----------------------------------------------------------------------------------- */

static CorHostLibrary *library_open(CorForeign *foreign, CorForeignLibrary *library, char *message,
                                    size_t size) {
    foreign->host->mutex_lock(foreign->host, foreign->mutex);
    if (!library->opened)
        library->opened = foreign->host->library_open(
            foreign->host, library->path ? library->path : library->name, message, size);
    CorHostLibrary *opened = library->opened;
    foreign->host->mutex_unlock(foreign->host, foreign->mutex);
    return opened;
}

/* Finds the function for the first time. */
static void *__attribute__((noinline, cold))
library_look_up(CorIsolate *isolate, const ForeignFunction *function) {
    CorForeignLibrary *library = function->library;
    CorForeign *foreign = function->foreign;
    char message[512] = "";
    CorHostLibrary *opened = library_open(foreign, library, message, sizeof message);
    void *address = opened ? foreign->host->library_symbol(foreign->host, opened, function->symbol) : NULL;
    if (!opened)
        cor_throw(isolate, COR_ERROR_IO, "cannot load %s: %s%s", library->name, message,
                  library->path ? "" : "; --ffi=NAME=PATH says where it is");
    else if (!address)
        cor_throw(isolate, COR_ERROR_STATE, "%s has no function `%s`", library->name, function->symbol);
    atomic_store_explicit((_Atomic(void *) *)&function->direct.address, address, memory_order_release);
    return address;
}

void *foreign_find_symbol(CorIsolate *isolate, const ForeignFunction *function) {
    const CorForeignLibrary *library = function->library;
    if (!library_is_allowed(isolate->foreign, library))
        return cor_throw(isolate, COR_ERROR_PERMISSION, "calls of %s are not granted; run with --ffi=%s",
                         library->name, library->name),
               NULL;
    void *address = atomic_load_explicit(&function->direct.address, memory_order_acquire);
    return address ? address : library_look_up(isolate, function);
}
