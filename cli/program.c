#include "cli/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/plugins.h"

/* ---- Compiled modules that a program imports --------------------------------------------------- */

static unsigned char *program_read_quietly(const char *folder, const char *file, size_t *size) {
    const char *message;
    char *path = files_join(folder, file);
    char *bytes = path && files_is_readable(path) ? files_read(path, size, &message) : NULL;
    free(path);
    return (unsigned char *)bytes;
}

/* a.b.corm or a/b.corm in the program's folder. */
bool program_find_module(void *context, const char *name, unsigned char **bytes, size_t *size) {
    const Program *program = context;
    char file[512];
    bool is_library = strncmp(name, "std.", 4) == 0;
    const char *folder = is_library ? program->settings->stdlib_folder : program->folder;
    if (!folder || (size_t)snprintf(file, sizeof file, "%s.corm", name) >= sizeof file)
        return false;
    *bytes = program_read_quietly(folder, file, size);
    if (*bytes)
        return true;
    for (size_t i = 0; name[i]; i++)
        if (file[i] == '.')
            file[i] = '/';
    *bytes = program_read_quietly(folder, file, size);
    return *bytes != NULL;
}

static const uint8_t *program_keep(Program *program, unsigned char *bytes) {
    unsigned char **kept = realloc(program->kept, (program->kept_count + 1) * sizeof *kept);
    if (!kept) {
        free(bytes);
        return NULL;
    }
    program->kept = kept;
    return kept[program->kept_count++] = bytes;
}

/* What the compiler asks for: bytes that last as long as the program. */
static const uint8_t *program_binary(void *context, const char *name, size_t *size, bool *is_own) {
    Program *program = context;
    unsigned char *bytes;
    const unsigned char *standard =
        program->settings->stdlib_folder ? NULL : coracle_standard_module(name, size);
    *is_own = standard != NULL;
    if (standard)
        return standard;
    const unsigned char *added =
        program->engine ? coracle_engine_added_module(program->engine, name, size) : NULL;
    if (added)
        return added;
    return program_find_module(program, name, &bytes, size) ? program_keep(program, bytes) : NULL;
}

/* ---- Compiling --------------------------------------------------------------------------------- */

static char *program_read_source(void *context, const char *path, size_t *length, const char **message) {
    (void)context;
    return files_read(path, length, message);
}

static bool program_is_folder(void *context, const char *path) {
    (void)context;
    return files_is_folder(path);
}

static int program_compile(Program *program, const char *path, bool is_text) {
    CompileHost host = {program_read_source, program_is_folder, program_binary, program,
                        coracle_standard_name};
    char folder[4096];
    CompileOptions options = {
        .current_folder = getcwd(folder, sizeof folder),
        .with_debug = !program->settings->strip,
        .module_name = program->settings->module_name,
        .parts = program->settings->parts,
        .part_count = program->settings->part_count,
        .source_text = is_text ? (const char *)program->bytes : NULL,
        .source_length = is_text ? program->size : 0,
    };
    if (is_text && !options.module_name)
        options.module_name = "main";
    program->compiled = compile_program(&host, path, &options);
    if (!program->compiled || program->compiled->status == COMPILE_NO_MEMORY) {
        command_report("out of memory");
        return EXIT_INTERNAL;
    }
    switch (program->compiled->status) {
    case COMPILE_OK: return EXIT_OK;
    case COMPILE_UNREADABLE: command_report("%s", program->compiled->message); return EXIT_COMPILE;
    default: program_write_diagnostics(program); return EXIT_COMPILE;
    }
}

static void program_write(void *context, const char *bytes, size_t length) {
    fwrite(bytes, 1, length, context);
}

static bool program_wants_colour(void) {
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && !(no_colour && *no_colour) &&
           !(terminal && strcmp(terminal, "dumb") == 0);
}

void program_write_diagnostics(const Program *program) {
    bool json = program->settings->json;
    DiagnosticWriter writer = {program_write, json ? stdout : stderr};
    if (!program->compiled)
        return;
    if (json)
        compile_render_json(program->compiled, writer, (DiagnosticRenderOptions){0});
    else
        compile_render_text(program->compiled, writer, (DiagnosticRenderOptions){program_wants_colour(), 50});
}

/* What plugins add is there before the program is compiled. */
static bool program_load_plugins(Program *program) {
    if (program->settings->plugin_count == 0)
        return true;
    CoracleEngineOptions options = program_engine_options(program);
    program->engine = coracle_engine_new(&options);
    if (!program->engine)
        command_report("out of memory");
    return program->engine && plugins_load(program->settings, program->engine);
}

/* ---- Opening and loading ----------------------------------------------------------------------- */

static bool program_is_module_file(const char *path) {
    size_t length = strlen(path);
    return length > 5 && strcmp(path + length - 5, ".corm") == 0;
}

/* By the XDG Base Directory Specification; NULL: the user has no such folder. */
static char *program_cache_folder(void) {
    const char *caches = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    bool is_named = caches && caches[0] == '/';
    const char *base = is_named ? caches : home, *below = is_named ? "/coracle" : "/.cache/coracle";
    if (!base || base[0] != '/')
        return NULL;
    size_t size = strlen(base) + strlen(below) + 1;
    char *folder = malloc(size);
    if (folder)
        snprintf(folder, size, "%s%s", base, below);
    return folder;
}

int program_open(Program *program, const Settings *settings, const char *path) {
    bool is_input = strcmp(path, "-") == 0;
    *program = (Program){.settings = settings, .path = strdup(path), .folder = files_folder(path)};
    if (files_is_folder(path)) {
        free(program->folder);
        program->folder = strdup(path);
    }
    program->cache = program_cache_folder();
    if (!program->path || !program->folder) {
        command_report("out of memory");
        return EXIT_INTERNAL;
    }
    if (!program_load_plugins(program))
        return EXIT_USAGE;
    if (!is_input && !program_is_module_file(path))
        return program_compile(program, path, false);
    const char *message = NULL;
    program->bytes = (unsigned char *)files_read(path, &program->size, &message);
    if (!program->bytes) {
        command_report("cannot read %s: %s", is_input ? "standard input" : path, message);
        return EXIT_COMPILE;
    }
    if (is_input && !coracle_is_module(program->bytes, program->size))
        return program_compile(program, "<stdin>", true);
    return EXIT_OK;
}

void program_close(Program *program) {
    coracle_engine_free(program->engine);
    compile_free(program->compiled);
    for (size_t i = 0; i < program->kept_count; i++)
        free(program->kept[i]);
    free(program->kept);
    free(program->bytes);
    free(program->cache);
    free(program->folder);
    free(program->path);
}

CoracleModule *program_load(const Program *program, CoracleEngine *engine) {
    CoracleModule *module = NULL;
    CoracleMessage message;
    if (!program->compiled) {
        if (coracle_engine_load(engine, program->bytes, program->size, &module, &message) != CORACLE_OK)
            command_report("%s: %s", program->path, message.text);
        return module;
    }
    for (uint32_t i = 0; i < program->compiled->module_count; i++) {
        const CompiledModule *compiled = &program->compiled->modules[i];
        module = NULL;
        if (coracle_engine_load(engine, compiled->bytes, compiled->size, &module, &message) != CORACLE_OK) {
            command_report("%s: %s", compiled->path, message.text);
            return NULL;
        }
    }
    return module;
}
