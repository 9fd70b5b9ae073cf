/* Engines: loading modules from bytes, from the embedded library, from the host's hooks. */
#include <ctype.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/runtime/tier.h"

#define API_VERSION "0.1.0"

/* Where no compiler is linked, there is none. */
extern CoracleCompile coracle_compile __attribute__((weak));

const char *coracle_version(void) {
    return API_VERSION;
}

/* The loader of the VM: the library first, then the host. */
static CorModule *engine_find(void *context, const char *name, CorLinkError *error) {
    CoracleEngine *engine = context;
    CorModule *module = NULL;
    CoracleMessage why = {""};
    CoracleStatus status = CORACLE_NOT_FOUND;
    size_t size;
    const unsigned char *standard = coracle_standard_module(name, &size);
    unsigned char *found;
    if (standard) {
        status = api_read(standard, size, API_EMBEDDED, &module, &why);
    } else if (engine->options.find_module &&
               engine->options.find_module(engine->options.find_context, name, &found, &size)) {
        bool is_library = engine->options.trusts_found_library && strncmp(name, "std.", 4) == 0;
        status = found ? api_read(found, size, is_library ? API_LIBRARY : API_FOREIGN, &module, &why)
                       : CORACLE_NO_MEMORY;
        free(found);
    }
    error->no_memory = status == CORACLE_NO_MEMORY;
    snprintf(error->text, sizeof error->text, "%s", why.text);
    return status == CORACLE_OK ? module : NULL;
}

static CorTierOptions engine_tiers(const CoracleEngineOptions *options) {
    static const CorTierMode modes[] = {
        [CORACLE_TIER_AUTO] = COR_TIER_AUTO,
        [CORACLE_TIER_INTERPRETER] = COR_TIER_INTERP,
        [CORACLE_TIER_ONE] = COR_TIER_ONE,
        [CORACLE_TIER_TWO] = COR_TIER_TWO,
    };
    return (CorTierOptions){.mode = modes[options->tier],
                            .eager = options->stress_eager,
                            .eager_loops = options->stress_eager_loops,
                            .quick = options->stress_quick,
                            .unmetered = options->stress_unmetered,
                            .leave_every = options->stress_leave_every,
                            .fail_every = options->stress_fail_every,
                            .most = options->stress_compile_most,
                            .code_bytes = options->native_code_bytes,
                            .library = options->code_generator,
                            .cache = options->code_cache,
                            .perf = options->tell_perf,
                            .gdb = options->tell_gdb,
                            .profile = options->counts_calls};
}

CoracleEngine *coracle_engine_new(const CoracleEngineOptions *options) {
    CoracleEngine *engine = calloc(1, sizeof *engine);
    if (!engine)
        return NULL;
    if (options)
        engine->options = *options;
    if (!engine->options.compile)
        engine->options.compile = coracle_compile;
    CorTierOptions tiers = engine_tiers(&engine->options);
    const CorHost *host = cor_host_default();
    engine->mutex = host->mutex_new(host);
    engine->foreign = engine->mutex ? cor_foreign_new(host) : NULL;
    atomic_init(&engine->references, 1);
    if (!engine->foreign) {
        api_engine_release(engine);
        return NULL;
    }
    engine->engine =
        cor_engine_new(&(CorEngineOptions){.loader = engine_find,
                                           .loader_context = engine,
                                           .host_function = api_find_host_function,
                                           .host_context = engine,
                                           .foreign_function = cor_foreign_find,
                                           .foreign_context = engine->foreign,
                                           .plain_lowering = engine->options.stress_plain_lowering,
                                           .tiers = &tiers});
    engine->options.code_generator = engine->options.code_cache = NULL; /* they are the host's */
    engine->handle = engine->engine ? handle_new(HANDLE_ENGINE, engine) : NULL;
    if (!engine->handle) {
        api_engine_release(engine);
        return NULL;
    }
    return engine->handle;
}

static void engine_forget_module(CorLinkedModule *module) {
    void *handle = atomic_exchange(cor_module_handle(module), NULL);
    if (handle)
        handle_free(handle);
}

void api_engine_release(CoracleEngine *engine) {
    if (atomic_fetch_sub(&engine->references, 1) != 1)
        return;
    if (engine->engine)
        cor_engine_free(engine->engine);
    cor_foreign_free(engine->foreign);
    if (engine->mutex)
        cor_host_default()->mutex_free(cor_host_default(), engine->mutex);
    api_free_host_modules(engine);
    free(engine);
}

void coracle_engine_free(CoracleEngine *engine) {
    if (!(engine = api_engine(engine)))
        return;
    handle_free(engine->handle);
    cor_engine_modules(engine->engine, engine_forget_module);
    api_engine_release(engine);
}

bool coracle_engine_stop_compiling(CoracleEngine *engine) {
    return (engine = api_engine(engine)) && cor_tiers_stop(cor_engine_tiers(engine->engine));
}

bool coracle_engine_report(CoracleEngine *engine, CoracleWrite *write, void *context) {
    char *text = NULL;
    size_t length = 0;
    FILE *file = write && (engine = api_engine(engine)) ? open_memstream(&text, &length) : NULL;
    if (!file)
        return false;
    cor_tiers_report(cor_engine_tiers(engine->engine), file);
    bool written = fclose(file) == 0 && write(context, text, length);
    free(text);
    return written;
}

CoracleModule *api_module_handle(CorLinkedModule *module) {
    void *_Atomic *place = cor_module_handle(module);
    void *known = atomic_load(place);
    void *made = known ? NULL : handle_new(HANDLE_MODULE, module);
    if (!made || atomic_compare_exchange_strong(place, &known, made))
        return known ? known : made;
    handle_free(made); /* another thread has made one */
    return known;
}

static CoracleStatus engine_load(CoracleEngine *engine, const void *bytes, size_t size,
                                 CoracleModule **module, CoracleMessage *message) {
    CorModule *read;
    message->text[0] = '\0';
    CoracleStatus status = api_read(bytes, size, API_FOREIGN, &read, message);
    if (status != CORACLE_OK)
        return status;
    CorLinkError error = {0};
    CorLinkedModule *linked = cor_engine_link(engine->engine, read, &error);
    *module = linked ? api_module_handle(linked) : NULL;
    if (*module)
        return CORACLE_OK;
    error.no_memory |= linked != NULL;
    api_message(message, "%s", error.text);
    return error.no_memory ? CORACLE_NO_MEMORY : CORACLE_REJECTED;
}

/* What begins every function that takes a module in: checks what it is given. */
static CoracleEngine *engine_begin(const CoracleEngine *handle, bool is_given, CoracleModule **module,
                                   CoracleMessage *message) {
    CoracleEngine *engine = is_given && module ? api_engine(handle) : NULL;
    if (module)
        *module = NULL;
    if (!engine)
        api_message(message, "an argument is NULL, or a handle was released");
    return engine;
}

CoracleStatus coracle_engine_load(CoracleEngine *engine, const void *bytes, size_t size,
                                  CoracleModule **module, CoracleMessage *message) {
    CoracleMessage unused;
    if (!message)
        message = &unused;
    engine = engine_begin(engine, bytes != NULL, module, message);
    return engine ? engine_load(engine, bytes, size, module, message) : CORACLE_MISMATCH;
}

/* What the compiler's modules are loaded with; the last one is the program's. */
typedef struct EngineTaker {
    CoracleEngine *engine;
    CoracleModule *module;
    CoracleBytes *compiled; /* a copy of the last one; NULL: nobody wants it */
    CoracleStatus status;
    CoracleMessage message;
} EngineTaker;

static bool engine_keep(EngineTaker *taker, const unsigned char *bytes, size_t size) {
    free(taker->compiled->bytes);
    *taker->compiled = (CoracleBytes){malloc(size), size};
    if (taker->compiled->bytes) {
        memcpy(taker->compiled->bytes, bytes, size);
        return true;
    }
    api_message(&taker->message, "out of memory");
    taker->status = CORACLE_NO_MEMORY;
    return false;
}

static bool engine_take(void *context, const char *name, const unsigned char *bytes, size_t size) {
    EngineTaker *taker = context;
    (void)name;
    if (taker->compiled && !engine_keep(taker, bytes, size))
        return false;
    taker->status = engine_load(taker->engine, bytes, size, &taker->module, &taker->message);
    return taker->status == CORACLE_OK;
}

/* The mutex is held. */
static bool engine_has_name(const CoracleEngine *engine, const char *text) {
    for (const ApiName *name = engine->names; name; name = name->next)
        if (strcmp(name->text, text) == 0)
            return true;
    return cor_engine_module(engine->engine, text) != NULL;
}

/* A name for the module of a text that no module of the engine has, nor will have: by the path, if need be with a number.  False: the
 * host's memory is exhausted. */
static bool engine_take_name(CoracleEngine *engine, const char *path, ApiName *name) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t length = strcspn(base, "."), size = length + 16;
    const char *prefix = isalpha((unsigned char)base[0]) ? "" : "_";
    const CorHost *host = cor_engine_host(engine->engine);
    if (!(name->text = malloc(size)))
        return false;
    host->mutex_lock(host, engine->mutex);
    for (unsigned n = 1;; n = ++engine->named + 1) { /* few tries, however many there are */
        snprintf(name->text, size, n == 1 ? "%s%.*s" : "%s%.*s_%u", prefix, (int)length, base, n);
        for (char *at = name->text; *at; at++)
            if (!isalnum((unsigned char)*at))
                *at = '_';
        if (!engine_has_name(engine, name->text))
            break;
    }
    name->next = engine->names;
    engine->names = name;
    host->mutex_unlock(host, engine->mutex);
    return true;
}

static void engine_drop_name(CoracleEngine *engine, ApiName *name) {
    const CorHost *host = cor_engine_host(engine->engine);
    host->mutex_lock(host, engine->mutex);
    ApiName **link = &engine->names;
    while (*link != name)
        link = &(*link)->next;
    *link = name->next;
    host->mutex_unlock(host, engine->mutex);
    free(name->text);
}

/* Compiled modules for the compiler: those of the host, then what it finds. */
static bool engine_find_compiled(void *context, const char *name, unsigned char **bytes, size_t *size) {
    const CoracleEngine *engine = context;
    const unsigned char *own = api_host_module(engine, name, size);
    if (!own)
        return engine->options.find_module &&
               engine->options.find_module(engine->options.find_context, name, bytes, size);
    *bytes = malloc(*size);
    if (*bytes)
        memcpy(*bytes, own, *size);
    return true;
}

CoracleStatus api_compile(CoracleEngine *engine, CoracleCompilation *wanted, CoracleModule **module,
                          CoracleBytes *compiled, CoracleMessage *message) {
    EngineTaker taker = {.engine = engine, .compiled = compiled, .status = CORACLE_OK};
    const CoracleEngineOptions *options = &engine->options;
    wanted->find_module = engine_find_compiled;
    wanted->find_context = engine;
    wanted->take = engine_take;
    wanted->take_context = &taker;
    wanted->diagnose = options->diagnose;
    wanted->diagnose_context = options->diagnose_context;
    if (!options->compile) {
        api_message(message, "the engine has no compiler");
        return CORACLE_NOT_FOUND;
    }
    CoracleStatus status = options->compile(options->compile_context, wanted, message);
    if (taker.status != CORACLE_OK) {
        api_message(message, "%s", taker.message.text);
        return taker.status;
    }
    *module = taker.module;
    return status == CORACLE_OK && !taker.module ? CORACLE_REJECTED : status;
}

CoracleStatus coracle_engine_compile(CoracleEngine *engine, const char *path, const char *source,
                                     size_t length, CoracleModule **module, CoracleMessage *message) {
    engine = engine_begin(engine, path && source, module, message);
    if (!engine)
        return CORACLE_MISMATCH;
    ApiName name;
    if (!engine_take_name(engine, path, &name)) {
        api_message(message, "out of memory");
        return CORACLE_NO_MEMORY;
    }
    CoracleCompilation wanted = {.path = path, .source = source, .length = length, .module_name = name.text};
    CoracleStatus status = api_compile(engine, &wanted, module, NULL, message);
    engine_drop_name(engine, &name);
    return status;
}

CoracleStatus coracle_engine_load_file(CoracleEngine *engine, const char *path, CoracleModule **module,
                                       CoracleMessage *message) {
    CoracleBytes compiled = {0};
    CoracleMessage unused;
    if (!message)
        message = &unused;
    if (!(engine = engine_begin(engine, path != NULL, module, message)))
        return CORACLE_MISMATCH;
    if (!api_read_compiled(cor_engine_host(engine->engine), path, &compiled)) {
        api_message(message, "out of memory");
        return CORACLE_NO_MEMORY;
    }
    if (!compiled.bytes)
        return api_compile(engine, &(CoracleCompilation){.path = path}, module, NULL, message);
    CoracleStatus status = engine_load(engine, compiled.bytes, compiled.size, module, message);
    free(compiled.bytes);
    return status;
}

const char *coracle_module_name(const CoracleModule *module) {
    const CorLinkedModule *linked = handle_target(module, HANDLE_MODULE);
    return linked ? cor_module_name(linked) : NULL;
}
