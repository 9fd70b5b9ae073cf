#include "cli/flags.h"

#include <stdlib.h>
#include <string.h>

#include "cli/manual.h"

const char *flag_output_file(Settings *settings, const char *value) {
    settings->output_file = value;
    return *value ? NULL : "it needs the name of a file";
}

const char *flag_stdlib_folder(Settings *settings, const char *value) {
    settings->stdlib_folder = value;
    return *value ? NULL : "it needs the name of a folder";
}

const char *flag_module_name(Settings *settings, const char *value) {
    settings->module_name = value;
    return *value ? NULL : "it needs the name of a module, such as shop.cart";
}

const char *flag_strip(Settings *settings, const char *value) {
    (void)value;
    settings->strip = true;
    return NULL;
}

const char *flag_native(Settings *settings, const char *value) {
    (void)value;
    settings->native = true;
    return NULL;
}

const char *flag_json(Settings *settings, const char *value) {
    (void)value;
    settings->json = true;
    return NULL;
}

const char *flag_tier(Settings *settings, const char *value) {
    static const struct {
        const char *name;
        CoracleTier tier;
    } tiers[] = {
        {"auto", CORACLE_TIER_AUTO},
        {"interp", CORACLE_TIER_INTERPRETER},
        {"1", CORACLE_TIER_ONE},
        {"2", CORACLE_TIER_TWO},
    };
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++)
        if (strcmp(value, tiers[i].name) == 0)
            return settings->tier = tiers[i].tier, NULL;
    return "the tiers are interp, 1, 2, and auto, which goes through them";
}

const char *flag_native_tier(Settings *settings, const char *value) {
    bool is_native = strcmp(value, "1") == 0 || strcmp(value, "2") == 0;
    return is_native ? flag_tier(settings, value) : "native code has the tiers 1 and 2";
}

const char *flag_run_first(Settings *settings, const char *value) {
    (void)value;
    settings->runs_first = true;
    return NULL;
}

const char *flag_jit_stats(Settings *settings, const char *value) {
    (void)value;
    settings->jit_stats = true;
    return NULL;
}

const char *flag_jit_library(Settings *settings, const char *value) {
    settings->jit_library = value;
    return *value ? NULL : "it needs the path of libcoracle-jit.so";
}

const char *flag_cache(Settings *settings, const char *value) {
    settings->jit_cache = value;
    return *value ? NULL : "it needs the name of a folder, or off";
}

const char *flag_perf(Settings *settings, const char *value) {
    (void)value;
    settings->perf = true;
    return NULL;
}

const char *flag_gdb(Settings *settings, const char *value) {
    (void)value;
    settings->gdb = true;
    return NULL;
}

const char *flag_man(Settings *settings, const char *value) {
    (void)value;
    settings->write_file = manual_write_page;
    return NULL;
}

const char *flag_completion(Settings *settings, const char *value) {
    bool is_bash = strcmp(value, "bash") == 0;
    settings->write_file = is_bash ? manual_write_bash : manual_write_zsh;
    return is_bash || strcmp(value, "zsh") == 0 ? NULL : "the shells are bash and zsh";
}

/* ---- Numbers ----------------------------------------------------------------------------------- */

static bool flag_read_digits(const char **text, uint64_t *out) {
    const char *start = *text;
    for (*out = 0; **text >= '0' && **text <= '9'; ++*text)
        if (__builtin_mul_overflow(*out, 10, out) ||
            __builtin_add_overflow(*out, (uint64_t)(**text - '0'), out))
            return false;
    return *text > start;
}

bool flag_read_size(const char *text, uint64_t *out) {
    static const char units[] = "KMGT";
    if (!flag_read_digits(&text, out))
        return false;
    if (!*text)
        return true;
    const char *unit = strchr(units, *text & ~0x20);
    const char *rest = text + 1;
    bool named = unit && (*rest == '\0' || strcmp(rest, "B") == 0 || strcmp(rest, "iB") == 0);
    return named && !__builtin_mul_overflow(*out, (uint64_t)1 << (10 * (unit - units + 1)), out);
}

static const char flag_size_help[] =
    "a size is a number of bytes, with K, M, G or T behind it for more, at most 8388607T: 64M";
static const char flag_zero_help[] =
    "that is nothing: it needs a size, such as 64M; without the flag the default holds";

static const char *flag_take_size(const char *value, uint64_t *out) {
    if (!flag_read_size(value, out) || *out > PTRDIFF_MAX)
        return flag_size_help;
    return *out == 0 ? flag_zero_help : NULL;
}

const char *flag_heap(Settings *settings, const char *value) {
    uint64_t size = 0;
    const char *wrong = flag_take_size(value, &size);
    settings->heap_bytes = size;
    return wrong;
}

const char *flag_stack(Settings *settings, const char *value) {
    uint64_t size = 0;
    const char *wrong = flag_take_size(value, &size);
    settings->stack_bytes = size;
    return wrong;
}

const char *flag_output(Settings *settings, const char *value) {
    return flag_take_size(value, &settings->output_bytes);
}

const char *flag_fuel(Settings *settings, const char *value) {
    uint64_t fuel = 0;
    const char *end = value;
    if (!flag_read_digits(&end, &fuel) || *end || fuel == 0 || fuel > INT64_MAX)
        return "fuel is a number of units of work, at least 1: --fuel=1000000; without the flag there is no "
               "limit";
    settings->fuel = (int64_t)fuel;
    return NULL;
}

const char *flag_show_fuel(Settings *settings, const char *value) {
    (void)value;
    settings->show_fuel = true;
    return NULL;
}

const char *flag_loop(Settings *settings, const char *value) {
    uint64_t line = 0;
    const char *end = value;
    if (!flag_read_digits(&end, &line) || *end || line == 0 || line > UINT32_MAX)
        return "it needs the number of a line: --loop=12";
    settings->loop_line = (uint32_t)line;
    return NULL;
}

const char *flag_filter(Settings *settings, const char *value) {
    if (settings->filter_count == COMMAND_FILTERS)
        return "that is more filters than a command line can hold (64)";
    settings->filters[settings->filter_count++] = value;
    return NULL;
}

const char *flag_library(Settings *settings, const char *value) {
    settings->library = value;
    bool is_name = *value && !strpbrk(value, "!\"\\{}\n");
    return is_name ? NULL : "it needs a library, such as sqlite3 or libsqlite3.so.0";
}

const char *flag_include(Settings *settings, const char *value) {
    if (settings->include_count == COMMAND_FILTERS)
        return "that is more patterns than a command line can hold (64)";
    settings->includes[settings->include_count++] = value;
    return *value ? NULL : "it needs a pattern, such as 'bits/math*.h'";
}

const char *flag_missing(Settings *settings, const char *value) {
    (void)value;
    settings->missing = true;
    return NULL;
}

const char *flag_list(Settings *settings, const char *value) {
    (void)value;
    settings->lists = true;
    return NULL;
}

const char *flag_verbose(Settings *settings, const char *value) {
    (void)value;
    settings->verbose = true;
    return NULL;
}

const char *flag_junit(Settings *settings, const char *value) {
    settings->junit_file = value;
    return *value ? NULL : "it needs the name of a file";
}

const char *flag_jobs(Settings *settings, const char *value) {
    uint64_t jobs = 0;
    const char *end = value;
    if (!flag_read_digits(&end, &jobs) || *end || jobs == 0 || jobs > 1024)
        return "it needs a number from 1 to 1024";
    settings->jobs = (size_t)jobs;
    return NULL;
}

static const char *flag_take_seconds(const char *value, double *out, const char *wrong) {
    char *end;
    *out = strtod(value, &end);
    return end > value && !*end && *out > 0 && *out < 1e9 ? NULL : wrong;
}

const char *flag_timeout(Settings *settings, const char *value) {
    return flag_take_seconds(value, &settings->timeout,
                             "it needs a number of seconds, more than 0: --timeout=10");
}

const char *flag_time(Settings *settings, const char *value) {
    return flag_take_seconds(value, &settings->bench_seconds, "it needs a number of seconds: --time=0.5");
}

/* ---- Grants ------------------------------------------------------------------------------------ */

static const char *flag_grant(Settings *settings, const char *value, bool read, bool write) {
    if (!*value)
        return "it needs a folder or a file";
    if (settings->grant_count == COMMAND_GRANTS)
        return "that is more grants than a command line can hold (64)";
    settings->grants[settings->grant_count++] = (PathGrant){value, read, write};
    return NULL;
}

const char *flag_read(Settings *settings, const char *value) {
    return flag_grant(settings, value, true, false);
}

const char *flag_write(Settings *settings, const char *value) {
    return flag_grant(settings, value, false, true);
}

const char *flag_plugin(Settings *settings, const char *value) {
    if (!*value)
        return "a shared library is expected, such as --plugin=./libgame.so";
    if (settings->plugin_count == COMMAND_PLUGINS)
        return "that is more plugins than a command line can hold (16)";
    settings->plugins[settings->plugin_count++] = value;
    return NULL;
}

const char *flag_ffi(Settings *settings, const char *value) {
    if (!*value || *value == '=')
        return "a library is expected, such as --ffi=libm.so.6 or --ffi=mine=./libmine.so";
    if (settings->library_count == COMMAND_GRANTS)
        return "that is more grants than a command line can hold (64)";
    settings->libraries[settings->library_count++] = value;
    return NULL;
}

const char *flag_environment(Settings *settings, const char *value) {
    settings->all_environment = !value;
    settings->environment = value;
    return NULL;
}

/* ---- Hostile modes ----------------------------------------------------------------------------- */

enum { STRESS_ALONE = 1, STRESS_NUMBERED = 2 };

static const char flag_stress_help[] =
    "the modes are gc (collect at every allocation; gc:N at every N-th), alloc (allocate the slow way), "
    "alloc:N (the "
    "N-th allocation fails), safepoint (move the stack at every safepoint), safepoint:N (interrupted at the "
    "N-th), step:N (the program pauses whenever it has used N units of fuel), plain "
    "(without inlining and folding), eager (compile functions before they run), loops (and loops before they "
    "go round), quick (native code is made in little time, and is slow), "
    "leave:N (native code goes back to the interpreter at every N-th safepoint), fail:N (every N-th "
    "assumption of it "
    "fails) and most:N (only the first N compilations are made); several have commas between them";

/* One mode; `number` is 0 without one. */
static const char *flag_set_stress(Settings *settings, const char *name, size_t length, uint64_t number) {
    const struct {
        const char *name;
        int forms; /* which it has */
        bool *set;
        uint64_t *count; /* 1 without a number, unless there is `set` */
    } modes[] = {
        {"gc", STRESS_ALONE | STRESS_NUMBERED, NULL, &settings->stress_collect_every},
        {"alloc", STRESS_NUMBERED, NULL, &settings->stress_fail_at},
        {"safepoint", STRESS_ALONE | STRESS_NUMBERED, &settings->stress_safepoints,
         &settings->stress_stop_at},
        {"step", STRESS_NUMBERED, NULL, &settings->stress_step},
        {"plain", STRESS_ALONE, &settings->stress_plain_lowering, NULL},
        {"eager", STRESS_ALONE, &settings->stress_eager, NULL},
        {"loops", STRESS_ALONE, &settings->stress_eager_loops, NULL},
        {"quick", STRESS_ALONE, &settings->stress_quick, NULL},
        {"unmetered", STRESS_ALONE, &settings->stress_unmetered, NULL},
        {"leave", STRESS_NUMBERED, NULL, &settings->stress_leave_every},
        {"fail", STRESS_NUMBERED, NULL, &settings->stress_fail_every},
        {"most", STRESS_NUMBERED, NULL, &settings->stress_compile_most},
    };
    if (length == 5 && strncmp(name, "alloc", 5) == 0 && number == 0)
        return settings->stress_collect_every = UINT64_MAX, NULL;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strlen(modes[i].name) != length || strncmp(name, modes[i].name, length) != 0 ||
            !(modes[i].forms & (number ? STRESS_NUMBERED : STRESS_ALONE)))
            continue;
        if (modes[i].set)
            *modes[i].set = true;
        if (modes[i].count)
            *modes[i].count = number || modes[i].set ? number : 1;
        return NULL;
    }
    return flag_stress_help;
}

const char *flag_stress(Settings *settings, const char *value) {
    for (const char *at = value;; at++) {
        size_t name = strcspn(at, ":,");
        uint64_t number = 0;
        const char *end = at + name;
        if (*end == ':' && (end++, !flag_read_digits(&end, &number) || (*end && *end != ',') || number == 0))
            return "the number behind the colon is not one";
        const char *wrong = flag_set_stress(settings, at, name, number);
        if (wrong || !*end)
            return wrong;
        at = end;
    }
}
