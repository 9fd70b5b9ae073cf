/* The report of --jit-stats: what was compiled, when, and where it left. */
#include "vm/runtime/tier_internal.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const exit_texts[COR_EXIT_COUNT] = {
#define EXIT(name, speculative, text) [COR_EXIT_##name] = (text),
#include "vm/runtime/exits.def"
#undef EXIT
};

static const char *const mode_names[] = {
    [COR_TIER_AUTO] = "auto",
    [COR_TIER_INTERP] = "interp",
    [COR_TIER_ONE] = "1",
    [COR_TIER_TWO] = "2",
};

static double milliseconds(int64_t ns) {
    return (double)ns / 1e6;
}

/* "name (file:line)". */
static void write_position(FILE *file, const CorLoweredFunction *function, uint32_t index) {
    CorString source = cor_function_source_file(function);
    const CorPosition *position = cor_function_position(function, index);
    fprintf(file, "%s", function->name);
    if (position != NULL && position->line != 0) {
        fprintf(file, " (%.*s:%u)", (int)source.length, source.bytes, position->line);
    }
}

static void write_exits(FILE *file, const CorNativeCode *native) {
    for (uint32_t i = 0; i < native->exit_count; i++) {
        const CorNativeExit *exit = &native->exits[i];
        uint32_t count = __atomic_load_n(&exit->count, __ATOMIC_RELAXED);
        if (count > 0) {
            fprintf(file, "      left %u times, %s: ", count, exit_texts[exit->kind]);
            write_position(file, exit->function, exit->index);
            fputc('\n', file);
        }
    }
}

static void write_code(FILE *file, const TierCode *code) {
    const CorCompileResult *made = &code->made;
    fprintf(file, "  %9.2f  %u  ", milliseconds(code->start_ns), code->tier);
    if (code->native != NULL) {
        fprintf(file, "%6.2f  %6.2f  %7zu  ", milliseconds(made->build_ns), milliseconds(made->generate_ns),
                code->native->bytes);
    } else {
        fprintf(file, "%6s  %6s  %7s  ", "-", "-", "-");
    }
    write_position(file, code->place->function->function, code->place->index);
    fprintf(file, "%s%s%s%s\n", code->place->index != 0 ? ", loop" : "", code->cached ? ", cached" : "",
            code->replaced ? ", replaced" : "", code->native == NULL ? ", not compiled" : "");
    if (code->native == NULL) {
        fprintf(file, "      %s\n", made->failure);
    } else {
        write_exits(file, code->native);
    }
}

static void write_codes(FILE *file, const CorTiers *tiers) {
    size_t count = 0;
    for (const TierCode *code = tiers->made; code != NULL; code = code->next_made) {
        count++;
    }
    const TierCode **codes = count > 0 ? malloc(count * sizeof(const TierCode *)) : NULL;
    if (codes == NULL) {
        return;
    }
    size_t at = count; /* oldest first */
    for (const TierCode *code = tiers->made; code != NULL; code = code->next_made) {
        codes[--at] = code;
    }
    fprintf(file, "  %9s  %s  %6s  %6s  %7s\n", "after ms", "T", "build", "llvm", "bytes");
    for (; at < count; at++) {
        write_code(file, codes[at]);
    }
    free(codes);
}

static void write_summary(FILE *file, const CorTiers *tiers) {
    int64_t build_ns = 0, generate_ns = 0;
    uint32_t made[3] = {0}, failed = 0, waiting = 0;
    for (const TierCode *code = tiers->made; code != NULL; code = code->next_made) {
        made[code->native != NULL ? code->tier : 0]++;
        failed += code->native == NULL;
        build_ns += code->made.build_ns, generate_ns += code->made.generate_ns;
    }
    for (const TierPlace *place = tiers->queue; place != NULL; place = place->next_wanted) {
        waiting++;
    }
    for (int i = 0; i < TIER_WORKERS; i++) {
        waiting += tiers->workers[i].compiling != NULL;
    }
    fprintf(file, "jit: %u of tier 1, %u of tier 2, %u not compiled, %u still wanted\n", made[1], made[2],
            failed, waiting);
    fprintf(file, "jit: %.2f ms to build, %.2f ms of LLVM; %zu bytes of memory for code\n",
            milliseconds(build_ns), milliseconds(generate_ns), tiers->code_bytes);
    if (tiers->full) {
        fprintf(file, "jit: no more code was made: %zu bytes are the most\n", tiers->options.code_bytes);
    }
}

static void write_cache(FILE *file, const CorTiers *tiers) {
    const CorCodeCacheReport *report = &tiers->cached;
    if (tiers->cache != NULL) {
        fprintf(file, "jit: cache %s: %u found, %u missing, %u unusable, %u kept\n", tiers->options.cache,
                report->found, report->missing, report->unusable, report->kept);
    }
    const char *problem = tiers->cache != NULL ? report->problem : tiers->cache_problem;
    if (problem[0] != '\0') {
        fprintf(file, "jit: cache: %s\n", problem);
    }
}

static void write_generator(FILE *file, const CorTiers *tiers) {
    fprintf(file, "jit: --tier=%s, %u samples\n", mode_names[tiers->options.mode], tiers->samples);
    if (tiers->opened) {
        fprintf(file, "jit: %s, opened in %.2f ms\n", tiers->generator->description(tiers->compiler),
                milliseconds(tiers->open_ns));
    } else if (tiers->options.mode == COR_TIER_INTERP) {
        fputs("jit: no native code: it is not wanted\n", file);
    } else if (tiers->closed) {
        fprintf(file, "jit: no native code: %s\n", tiers->failure);
    } else if (tiers->workers[0].thread == NULL) {
        fputs("jit: nothing was asked for\n", file);
    } else {
        fputs("jit: the code generator was not opened\n", file);
    }
    write_cache(file, tiers);
}

void cor_tiers_report(CorTiers *tiers, void *file) {
    tiers_lock(tiers);
    write_generator(file, tiers);
    if (tiers->made != NULL || tiers->queue != NULL) {
        write_summary(file, tiers);
        write_codes(file, tiers);
    }
    tiers_unlock(tiers);
}
