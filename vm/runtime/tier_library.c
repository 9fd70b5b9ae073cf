/* Finding and opening the code generator: a library beside the program, or where it was installed. */
#include "vm/runtime/tier_internal.h"

#include <stdio.h>
#include <string.h>

#define LIBRARY_FILE "libcoracle-jit.so"

/* CORACLE_LIBRARY_FOLDER, where libraries are installed, is the build's. */

enum { LIBRARY_PATH = 4096 };

static CorHostLibrary *library_try(CorTiers *tiers, const char *path) {
    size_t used = strlen(tiers->failure);
    char message[300];
    CorHostLibrary *library = tiers->host->library_open(tiers->host, path, message, sizeof message);
    if (library == NULL) {
        snprintf(tiers->failure + used, sizeof tiers->failure - used, "%s%s", used > 0 ? "; " : "", message);
    }
    return library;
}

static CorHostLibrary *library_find(CorTiers *tiers) {
    char folder[LIBRARY_PATH], path[LIBRARY_PATH + sizeof "/../lib/" LIBRARY_FILE];
    if (tiers->options.library != NULL) {
        return library_try(tiers, tiers->options.library);
    }
    CorHostLibrary *library = NULL;
    if (tiers->host->own_path(tiers->host, folder, sizeof folder)) {
        *strrchr(folder, '/') = '\0';
        snprintf(path, sizeof path, "%s/../lib/" LIBRARY_FILE, folder);
        library = library_try(tiers, path);
        if (library == NULL) {
            snprintf(path, sizeof path, "%s/" LIBRARY_FILE, folder);
            library = library_try(tiers, path);
        }
    }
    return library != NULL ? library : library_try(tiers, CORACLE_LIBRARY_FOLDER "/" LIBRARY_FILE);
}

static const CorCodeGenerator *library_generator(CorTiers *tiers) {
    tiers->library = library_find(tiers);
    if (tiers->library == NULL) {
        return NULL;
    }
    tiers->failure[0] = '\0';
    void *symbol = tiers->host->library_symbol(tiers->host, tiers->library, "coracle_code_generator");
    if (symbol == NULL) {
        snprintf(tiers->failure, sizeof tiers->failure,
                 "the library of the code generator has no symbol "
                 "coracle_code_generator");
        return NULL;
    }
    CorCodeGeneratorSymbol *get;
    memcpy(&get, &symbol, sizeof get); /* ISO C has no conversion between the two kinds of pointers */
    return get();
}

static const CorGeneratorServices library_services = {
    .call_profile = cor_call_profile,
    .failed = cor_tier_failed,
    .interface = cor_type_interface,
    .lower = cor_tier_lower,
};

bool tier_open_loader(CorTiers *tiers) {
    CorCodeLoaderOptions options = {
        .host = tiers->host, .helpers = cor_helpers, .perf = tiers->options.perf, .gdb = tiers->options.gdb};
    tiers->loader = cor_code_loader_new(&options);
    if (tiers->loader == NULL) {
        snprintf(tiers->failure, sizeof tiers->failure, "out of memory");
    }
    if (tiers->loader != NULL && tiers->options.cache != NULL) {
        char problem[sizeof tiers->cache_problem] = "";
        CorCodeCache *cache = cor_code_cache_open(tiers->engine, &tiers->options, problem);
        tiers_lock(tiers); /* for those who read a report */
        tiers->cache = cache;
        memcpy(tiers->cache_problem, problem, sizeof problem);
        tiers_unlock(tiers);
    }
    return tiers->loader != NULL;
}

static const CorCodeGenerator *find_generator(CorTiers *tiers) {
    const CorCodeGenerator *generator = tiers->options.generator;
    if (generator == NULL) {
        generator = library_generator(tiers);
    }
    if (generator != NULL && generator->version != COR_CODE_GENERATOR_VERSION) {
        snprintf(tiers->failure, sizeof tiers->failure,
                 "the code generator is of version %u; this is for version %u", generator->version,
                 (unsigned)COR_CODE_GENERATOR_VERSION);
        generator = NULL;
    }
    return generator;
}

bool tier_open_generator(CorTiers *tiers, TierWorker *worker) {
    int64_t start = tiers->host->monotonic_ns(tiers->host);
    bool is_first = tiers->generator == NULL;
    if (is_first) {
        tiers->generator = find_generator(tiers);
    }
    if (tiers->generator != NULL) {
        char failure[160] = "";
        worker->compiler = tiers->generator->open(tiers->engine, &tiers->options, &library_services, failure);
        if (worker->compiler == NULL) {
            snprintf(tiers->failure, sizeof tiers->failure, "%s", failure);
        }
    }
    if (is_first) {
        tiers->open_ns = tiers->host->monotonic_ns(tiers->host) - start;
    }
    return worker->compiler != NULL;
}

void tier_close_generator(CorTiers *tiers) {
    for (int i = 0; i < TIER_WORKERS; i++) {
        if (tiers->workers[i].compiler != NULL) {
            tiers->generator->close(tiers->workers[i].compiler);
        }
    }
    if (tiers->library != NULL) {
        tiers->host->library_close(tiers->host, tiers->library);
    }
}
