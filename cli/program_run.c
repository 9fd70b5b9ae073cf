#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/deadline.h"
#include "cli/grants.h"
#include "cli/program.h"

enum { PROGRAM_HEAP_GIB = 4 }; /* by default; the same on every machine */

static const int64_t program_much_fuel = INT64_MAX / 2; /* that it is counted, when there is no limit */

/* ---- Engines ----------------------------------------------------------------------------------- */

static const char *program_cache(const Program *program) {
    const char *named = program->settings->jit_cache;
    return !named ? program->cache : strcmp(named, "off") == 0 ? NULL : named;
}

CoracleEngineOptions program_engine_options(const Program *program) {
    const Settings *settings = program->settings;
    return (CoracleEngineOptions){
        .find_module = program_find_module,
        .find_context = (Program *)(uintptr_t)program,
        .trusts_found_library = settings->stdlib_folder != NULL,
        .tier = settings->tier,
        .code_generator = settings->jit_library,
        .code_cache = program_cache(program),
        .tell_perf = settings->perf,
        .tell_gdb = settings->gdb,
        .stress_plain_lowering = settings->stress_plain_lowering,
        .stress_eager = settings->stress_eager,
        .stress_eager_loops = settings->stress_eager_loops,
        .stress_quick = settings->stress_quick,
        .stress_unmetered = settings->stress_unmetered,
        .stress_leave_every = settings->stress_leave_every,
        .stress_fail_every = settings->stress_fail_every,
        .stress_compile_most = settings->stress_compile_most,
    };
}

CoracleEngine *program_take_engine(Program *program) {
    CoracleEngine *engine = program->engine;
    program->engine = NULL;
    CoracleEngineOptions options = program_engine_options(program);
    return engine ? engine : coracle_engine_new(&options);
}

bool program_write_stream(void *context, const char *bytes, size_t length) {
    return fwrite(bytes, 1, length, context) == length;
}

void program_report_engine(const Settings *settings, CoracleEngine *engine) {
    if (settings->jit_stats)
        coracle_engine_report(engine, program_write_stream, stderr);
}

void program_end_engine(CoracleEngine *engine, int exit_code) {
    if (coracle_engine_stop_compiling(engine)) {
        fflush(stdout);
        _exit(exit_code);
    }
    coracle_engine_free(engine);
}

/* ---- Running ----------------------------------------------------------------------------------- */

static int program_uncaught(const CoracleIsolate *isolate) {
    static const int codes[] = {
        [CORACLE_ERROR_OTHER] = EXIT_UNCAUGHT,
        [CORACLE_ERROR_OUT_OF_MEMORY] = EXIT_HEAP,
        [CORACLE_ERROR_STACK_OVERFLOW] = EXIT_STACK,
        [CORACLE_ERROR_PERMISSION] = EXIT_DENIED,
    };
    const CoracleError *error = coracle_isolate_error(isolate);
    fprintf(stderr, "uncaught %s", error->text);
    return codes[error->kind];
}

/* What the end of a run means to the shell. */
static int program_exit_code(const CoracleIsolate *isolate, CoracleStatus status, int code) {
    switch (status) {
    case CORACLE_OK:
    case CORACLE_EXITED: return code & 255;
    case CORACLE_THROWN: return program_uncaught(isolate);
    case CORACLE_OUT_OF_FUEL: command_report("the program has used up its fuel (--fuel)"); return EXIT_FUEL;
    case CORACLE_TIMED_OUT: command_report("the program has used up its time (--timeout)"); return EXIT_TIME;
    case CORACLE_INTERRUPTED: command_report("interrupted"); return EXIT_TIME;
    case CORACLE_OUTPUT_LIMIT:
        command_report("the program has written more than --output allows");
        return EXIT_OUTPUT;
    case CORACLE_NO_MEMORY: command_report("out of memory"); return EXIT_HEAP;
    default: command_report("%s", coracle_isolate_message(isolate)); return EXIT_UNCAUGHT;
    }
}

/* The deadline, if there is one, ends with the program: what is reported then takes as long as it takes. */
static int program_run_until(Deadline *deadline, CoracleIsolate *isolate, CoracleModule *module) {
    int code;
    if (deadline)
        deadline_watch(deadline, isolate);
    CoracleStatus status = coracle_isolate_run(isolate, module, &code);
    if (deadline)
        deadline_finish(deadline);
    return program_exit_code(isolate, status, code);
}

bool program_run_first(const Settings *settings, CoracleIsolate *isolate, CoracleModule *module, int count,
                       char **arguments) {
    if (!grants_apply(isolate, settings, count, arguments))
        return false;
    coracle_isolate_set_output(isolate, program_write_stream, stderr);
    Deadline deadline;
    bool limited = settings->timeout > 0;
    if (!limited || deadline_start(&deadline, settings->timeout))
        program_run_until(limited ? &deadline : NULL, isolate, module);
    return true;
}

static int64_t program_fuel(const Settings *settings) {
    return settings->fuel || !settings->show_fuel ? settings->fuel : program_much_fuel;
}

CoracleIsolate *program_isolate(const Settings *settings, CoracleEngine *engine) {
    CoracleIsolateOptions options = {
        .heap_bytes = settings->heap_bytes ? settings->heap_bytes : (size_t)PROGRAM_HEAP_GIB << 30,
        .stack_bytes = settings->stack_bytes,
        .fuel = program_fuel(settings),
        .output_bytes = settings->output_bytes,
        .stress_collect_every = settings->stress_collect_every,
        .stress_fail_at = settings->stress_fail_at,
        .stress_safepoints = settings->stress_safepoints,
        .stress_stop_at = settings->stress_stop_at,
        .stress_step = settings->stress_step,
    };
    CoracleIsolate *isolate = coracle_isolate_new(engine, &options);
    if (!isolate)
        command_report("out of memory");
    return isolate;
}

int program_run(const Settings *settings, CoracleEngine *engine, CoracleModule *module, Deadline *deadline,
                int count, char **arguments) {
    CoracleIsolate *isolate = program_isolate(settings, engine);
    if (!isolate)
        return EXIT_INTERNAL;
    int exit_code = EXIT_USAGE;
    if (grants_apply(isolate, settings, count, arguments))
        exit_code = program_run_until(deadline, isolate, module);
    if (settings->show_fuel)
        command_report("%" PRId64 " units of fuel were used",
                       program_fuel(settings) - coracle_isolate_fuel(isolate));
    coracle_isolate_free(isolate);
    return exit_code;
}
