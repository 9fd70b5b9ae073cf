// A path names a file or a package's folder. Where a manifest stands in the file's folder or above it, the
// file is a
// module of that package; otherwise its folder is an unnamed package, whose modules have no prefix.
#include "compiler/compile.h"

#include "compiler/checker.h"
#include "compiler/emitter.h"
#include "compiler/package.h"
#include "compiler/parser.h"
#include "vm/bytecode/reader.h"
#include "vm/bytecode/writer.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A folder of sources whose modules begin with a name.
typedef struct Root {
    const char *prefix; // "" for an unnamed one
    const char *folder; // without a slash at its end; "" is the current folder
} Root;

typedef struct Compilation {
    CompileResult result;
    const CompileHost *host;
    CompileOptions options;
    Arena arena, scratch;
    jmp_buf escape;
    SourceSet sources;
    InternTable names;
    DiagnosticSink sink;
    Checker checker;
    Root *roots;
    uint32_t root_count, root_capacity;
    CorModule **binaries; // read ones; freed at the end
    uint32_t binary_count, binary_capacity;
    uint32_t module_capacity;
    // these two of the module that is being emitted; freed at the end when memory runs out
    CorBuilder *builder;
    CorByteBuffer bytes;
} Compilation;

enum { MAX_PARENTS = 32 };

static const char FILE_TOO_LARGE[] = "the file is larger than 256 MiB";

// ---------------------------------------------------------------------------------------------------- files

static const char *join_path(Compilation *c, const char *folder, const char *name) {
    if (!*folder)
        return name;
    bool has_slash = folder[strlen(folder) - 1] == '/';
    return arena_printf(&c->arena, has_slash ? "%s%s" : "%s/%s", folder, name);
}

static const char *folder_of(Compilation *c, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        return "";
    return arena_copy_text(&c->arena, path, slash == path ? 1 : (size_t)(slash - path));
}

// `path` as an absolute one without `.` and `..`, where the current folder is known; otherwise itself.
static const char *absolute_path(Compilation *c, const char *path) {
    if (!c->options.current_folder)
        return path;
    const char *from = path[0] == '/' ? path : join_path(c, c->options.current_folder, path);
    char *out = arena_allocate(&c->arena, strlen(from) + 2);
    size_t end = 0;
    while (*from) {
        size_t length = strcspn(from, "/");
        if (length == 2 && memcmp(from, "..", 2) == 0) {
            while (end && out[--end] != '/')
                continue;
        } else if (length && !(length == 1 && *from == '.')) {
            out[end++] = '/';
            memcpy(out + end, from, length);
            end += length;
        }
        from += length + (from[length] == '/');
    }
    if (!end)
        out[end++] = '/';
    out[end] = '\0';
    return out;
}

// The folder above one, also above the current folder.
static const char *folder_above(Compilation *c, const char *folder) {
    if (!*folder || strcmp(folder, ".") == 0)
        return "..";
    const char *slash = strrchr(folder, '/');
    return strcmp(slash ? slash + 1 : folder, "..") == 0 ? join_path(c, folder, "..") : folder_of(c, folder);
}

// Adds the file to the sources; NULL when it cannot be read, or is too large.
static SourceFile *read_source(Compilation *c, const char *path, const char **message) {
    size_t length = 0;
    *message = NULL;
    char *text = c->host->read(c->host->context, path, &length, message);
    if (!text)
        return NULL;
    bool fits = length <= SOURCE_MAX_LENGTH;
    char *copy = fits ? arena_copy_text(&c->arena, text, length) : NULL;
    free(text);
    if (fits)
        return source_add(&c->sources, path, copy, length);
    *message = FILE_TOO_LARGE;
    return NULL;
}

static void add_root(Compilation *c, const char *prefix, const char *folder) {
    for (uint32_t i = 0; i < c->root_count; i++)
        if (strcmp(c->roots[i].prefix, prefix) == 0)
            return;
    Root root = {prefix, folder};
    ARENA_PUSH(&c->arena, c->roots, c->root_count, c->root_capacity, root);
}

// Reads the manifest of a folder, if there is one, and adds its package and what it depends on.
static Package *add_package(Compilation *c, const char *folder, int depth) {
    const char *message;
    SourceFile *manifest = read_source(c, join_path(c, folder, "coracle.toml"), &message);
    if (!manifest)
        return NULL;
    Package *package = package_parse(manifest, &c->arena, &c->sink);
    add_root(c, package->name, folder);
    for (uint32_t i = 0; i < package->dependency_count && depth < MAX_PARENTS; i++) {
        const char *path = package->dependencies[i].path;
        const char *target = path[0] == '/' ? path : join_path(c, folder, path);
        if (!add_package(c, target, depth + 1))
            add_root(c, package->dependencies[i].name, target);
    }
    return package;
}

// "a.b.c" below a root -> folder/b/c.cora
static const char *path_of_module(Compilation *c, const Root *root, const char *name) {
    size_t prefix = strlen(root->prefix);
    if (prefix && (strncmp(name, root->prefix, prefix) != 0 || name[prefix] != '.'))
        return NULL;
    const char *rest = prefix ? name + prefix + 1 : name;
    char *file = arena_printf(&c->arena, "%s.cora", rest);
    for (size_t i = 0; rest[i]; i++)
        if (file[i] == '.')
            file[i] = '/';
    return join_path(c, root->folder, file);
}

// The inverse: the dotted name of a file below a root's folder, both absolute or neither.
static const char *name_of_path(Compilation *c, const Root *root, const char *folder, const char *path) {
    size_t length = strlen(folder);
    const char *rest = path + length;
    while (length && *rest == '/')
        rest++;
    size_t end = strlen(rest);
    if (end > 5 && strcmp(rest + end - 5, ".cora") == 0)
        end -= 5;
    char *name = source_copy_name(&c->arena, rest, end);
    for (size_t i = 0; name[i]; i++)
        if (name[i] == '/')
            name[i] = '.';
    return *root->prefix ? arena_printf(&c->arena, "%s.%s", root->prefix, name) : name;
}

// -------------------------------------------------------------------------------------------------- modules

static void add_result(Compilation *c, const char *name, const char *path, const CorByteBuffer *bytes) {
    CompiledModule module = {name, path, NULL, bytes->size};
    module.bytes = arena_allocate(&c->arena, bytes->size + 1);
    memcpy(module.bytes, bytes->bytes, bytes->size);
    ARENA_PUSH(&c->arena, c->result.modules, c->result.module_count, c->module_capacity, module);
}

// Declares what a compiled module declares; `is_own`: the compiler itself has written it, or the host vouches for it.
static ModuleSymbol *import_bytes(Compilation *c, const uint8_t *bytes, size_t size, bool is_own,
                                  const char **message) {
    CorModule *binary = NULL;
    CorModuleStatus status = is_own ? cor_module_read_own(bytes, size, COR_READ_DECLARATIONS, &binary)
                                    : cor_module_read(bytes, size, &binary, NULL);
    if (status == COR_MODULE_NO_MEMORY)
        longjmp(c->escape, 1);
    if (status != COR_MODULE_OK) {
        *message = "its compiled module cannot be read";
        return NULL;
    }
    ARENA_PUSH(&c->arena, c->binaries, c->binary_count, c->binary_capacity, binary);
    return importer_import(&c->checker, binary, message);
}

static ModuleSymbol *emit_module(Compilation *c, ModuleSymbol *symbol, const SourceFile *file,
                                 bool reimport) {
    uint32_t errors = c->sink.error_count;
    c->builder = cor_builder_new(symbol->name);
    CorModule *module =
        c->builder ? emitter_emit(&c->checker, symbol, c->options.with_debug, c->builder) : NULL;
    c->builder = NULL;
    if (!module)
        longjmp(c->escape, 1);
    if (c->sink.error_count != errors) { // too large for the format
        cor_module_free(module);
        return symbol;
    }
    CorModuleStatus status = cor_module_write(module, !c->options.with_debug, &c->bytes);
    cor_module_free(module);
    if (status == COR_MODULE_OK)
        add_result(c, symbol->name, file->path, &c->bytes);
    cor_byte_buffer_free(&c->bytes);
    if (status != COR_MODULE_OK)
        longjmp(c->escape, 1);
    const CompiledModule *added = &c->result.modules[c->result.module_count - 1];
    const char *message = NULL;
    return reimport ? import_bytes(c, added->bytes, added->size, true, &message) : symbol;
}

static ModuleSymbol *compile_ast(Compilation *c, const AstModule *ast, const char *name, bool reimport) {
    uint32_t errors = c->sink.error_count;
    ModuleSymbol *symbol = checker_check_module(&c->checker, ast, intern_string(&c->names, name));
    symbol->source_file = ast->file->path;
    symbol->doc = ast->doc;
    if (c->sink.error_count != errors || ast->is_broken)
        return symbol;
    return emit_module(c, symbol, ast->file, reimport);
}

static ModuleSymbol *compile_file(Compilation *c, const SourceFile *file, const char *name, bool reimport) {
    return compile_ast(c, parser_parse(file, &c->arena, &c->names, &c->sink), name, reimport);
}

static ModuleSymbol *load_binary(Compilation *c, const char *name, const char **message) {
    size_t size;
    bool is_own = false;
    const uint8_t *bytes = c->host->binary ? c->host->binary(c->host->context, name, &size, &is_own) : NULL;
    if (!bytes)
        return NULL;
    *message = NULL;
    return import_bytes(c, bytes, size, is_own, message);
}

static ModuleSymbol *load_module(void *context, const char *name, const char **message) {
    Compilation *c = context;
    size_t size;
    const uint8_t *bytes = c->options.compiled ? c->options.compiled(c->host->context, name, &size) : NULL;
    if (bytes) {
        *message = NULL;
        return import_bytes(c, bytes, size, true, message);
    }
    for (uint32_t i = 0; i < c->root_count; i++) {
        const char *path = path_of_module(c, &c->roots[i], name);
        if (!path)
            continue;
        const SourceFile *file = read_source(c, path, message);
        if (file)
            return compile_file(c, file, name, true);
        if (strncmp(name, "std.", 4) != 0)
            *message = arena_printf(&c->arena, "there is no file %s", path);
    }
    return load_binary(c, name, message);
}

// -------------------------------------------------------------------------------------------------- program

// The package that the file belongs to, or an unnamed one for its folder; returns the module's name.
static const char *place_file(Compilation *c, const char *path) {
    const char *folder = folder_of(c, path);
    if (c->options.module_name) {
        add_root(c, "", folder);
        return c->options.module_name;
    }
    // `above` is `full_above` as the user would write it, for messages.
    const char *full = absolute_path(c, path), *full_above = folder_of(c, full), *above = folder;
    for (int i = 0; i < MAX_PARENTS && !add_package(c, above, 0); i++) {
        if (!*full_above || strcmp(full_above, "/") == 0)
            break;
        full_above = folder_of(c, full_above);
        above = full == path ? full_above : folder_above(c, above);
    }
    if (!c->root_count) {
        add_root(c, "", folder);
        full_above = folder_of(c, full);
    }
    const char *name = name_of_path(c, &c->roots[0], full_above, full);
    const char *dot = strrchr(name, '.');
    if (c->options.program_name)
        return dot ? arena_printf(&c->arena, "%.*s.%s", (int)(dot - name), name, c->options.program_name)
                   : c->options.program_name;
    return *name ? name : "main";
}

// `result.message` says why. A file that is too large stands as an empty one in its diagnostic.
static void report_unreadable(Compilation *c, const char *path) {
    if (c->options.source_text || c->result.message == FILE_TOO_LARGE) {
        const SourceFile *file = source_add(&c->sources, path, "", 0);
        diagnostic_add(&c->sink, DIAGNOSTIC_SOURCE_TOO_LARGE, source_span(file->id, 0, 0), NULL);
        c->result.status = COMPILE_ERRORS;
        return;
    }
    c->result.status = COMPILE_UNREADABLE;
    c->result.message =
        arena_printf(&c->arena, "%s: %s", path, c->result.message ? c->result.message : "cannot be read");
}

static SourceFile *program_source(Compilation *c, const char *path) {
    if (c->options.source_text)
        return source_add(&c->sources, path, c->options.source_text, c->options.source_length);
    return read_source(c, path, &c->result.message);
}

// Puts what the parts declare behind what the first file does. False: one cannot be read.
static bool add_parts(Compilation *c, AstModule *module) {
    for (size_t i = 0; i < c->options.part_count; i++) {
        const char *path = c->options.parts[i];
        const SourceFile *file = read_source(c, path, &c->result.message);
        if (!file) {
            report_unreadable(c, path);
            return false;
        }
        const AstModule *part = parser_parse(file, &c->arena, &c->names, &c->sink);
        AstStmt **items = ARENA_ARRAY(&c->arena, AstStmt *, module->item_count + part->item_count + 1);
        memcpy(items, module->items, module->item_count * sizeof *items);
        memcpy(items + module->item_count, part->items, part->item_count * sizeof *items);
        module->items = items;
        module->item_count += part->item_count;
        module->is_broken |= part->is_broken;
    }
    return true;
}

static void compile_path(Compilation *c, const char *path) {
    if (!c->options.source_text && c->host->is_folder && c->host->is_folder(c->host->context, path)) {
        path = join_path(c, path, "main.cora");
    }
    const char *name = place_file(c, path);
    const SourceFile *file = program_source(c, path);
    if (!file) {
        report_unreadable(c, path);
        return;
    }
    AstModule *ast = parser_parse(file, &c->arena, &c->names, &c->sink);
    if (!add_parts(c, ast))
        return;
    compile_ast(c, ast, name, false);
    if (c->sink.error_count)
        c->result.status = COMPILE_ERRORS;
}

static void set_up(Compilation *c, const CompileHost *host, const CompileOptions *options) {
    c->host = host;
    if (options)
        c->options = *options;
    if (c->options.memory_limit)
        c->arena.limit = c->scratch.limit = c->options.memory_limit;
    source_set_init(&c->sources, &c->arena);
    intern_init(&c->names, &c->arena);
    diagnostic_sink_init(&c->sink, &c->arena, &c->sources);
    c->checker = (Checker){
        .arena = &c->arena,
        .scratch = &c->scratch,
        .names = &c->names,
        .sources = &c->sources,
        .sink = &c->sink,
    };
    c->checker.types = types_create(&c->arena);
    c->checker.loader = (ModuleLoader){load_module, c, host->binary_name};
}

CompileResult *compile_program(const CompileHost *host, const char *path, const CompileOptions *options) {
    Compilation *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->result.compilation = c;
    arena_init(&c->arena, &c->escape);
    arena_init(&c->scratch, &c->escape);
    if (setjmp(c->escape)) {
        c->result.status = COMPILE_NO_MEMORY;
        c->result.message = "out of memory";
        c->result.module_count = 0;
        return &c->result;
    }
    set_up(c, host, options);
    compile_path(c, path);
    c->result.error_count = c->sink.error_count;
    c->result.warning_count = c->sink.warning_count;
    if (c->result.status != COMPILE_OK)
        c->result.module_count = 0;
    return &c->result;
}

void compile_free(CompileResult *result) {
    if (!result)
        return;
    Compilation *c = result->compilation;
    for (uint32_t i = 0; i < c->binary_count; i++)
        cor_module_free(c->binaries[i]);
    cor_builder_free(c->builder);
    cor_byte_buffer_free(&c->bytes);
    arena_release(&c->scratch);
    arena_release(&c->arena);
    free(c);
}

bool compile_place(const CompileHost *host, const char *path, const char *current_folder, CompilePlace *out) {
    *out = (CompilePlace){0};
    Compilation *c = calloc(1, sizeof *c);
    if (!c)
        return false;
    c->result.compilation = c;
    arena_init(&c->arena, &c->escape);
    arena_init(&c->scratch, &c->escape);
    if (setjmp(c->escape)) {
        compile_free(&c->result);
        return false;
    }
    set_up(c, host, &(CompileOptions){.current_folder = current_folder});
    out->name = strdup(place_file(c, path));
    out->root = strdup(c->roots[0].folder);
    compile_free(&c->result);
    return out->name && out->root;
}

// Rendering allocates: when memory runs out, what has been written stands.
void compile_render_text(CompileResult *result, DiagnosticWriter writer, DiagnosticRenderOptions options) {
    Compilation *c = result->compilation;
    if (result->status == COMPILE_NO_MEMORY || setjmp(c->escape))
        return;
    diagnostic_render_text(&c->sink, writer, options);
}

void compile_render_json(CompileResult *result, DiagnosticWriter writer, DiagnosticRenderOptions options) {
    Compilation *c = result->compilation;
    if (result->status == COMPILE_NO_MEMORY || setjmp(c->escape))
        return;
    diagnostic_render_json(&c->sink, writer, options);
}

static void write_to_file(void *context, const char *bytes, size_t length) {
    fwrite(bytes, 1, length, context);
}

static bool tell_diagnostic(const Diagnostic *diagnostic, CompileTell *tell, void *context) {
    char *text = NULL;
    size_t length;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        return false;
    diagnostic_render_one(diagnostic, (DiagnosticWriter){write_to_file, file});
    bool told = fclose(file) == 0;
    if (told) {
        const DiagnosticInfo *info = diagnostic_info(diagnostic->code);
        const SourceFile *source = source_file(diagnostic->sink->sources, diagnostic->span.file);
        SourcePosition start = {0}, end = {0};
        if (source) {
            start = source_position(source, diagnostic->span.start);
            end = source_position(source, diagnostic->span.end);
        }
        tell(context, &(CompileDiagnostic){.is_error = info->severity == DIAGNOSTIC_ERROR,
                                           .code = info->code,
                                           .message = diagnostic->message,
                                           .path = source ? source->path : NULL,
                                           .line = start.line,
                                           .column = start.column,
                                           .end_line = end.line,
                                           .end_column = end.column,
                                           .text = text});
    }
    free(text);
    return told;
}

bool compile_diagnostics(CompileResult *result, CompileTell *tell, void *context) {
    Compilation *c = result->compilation;
    if (result->status == COMPILE_NO_MEMORY || setjmp(c->escape))
        return false;
    diagnostic_sort(&c->sink);
    for (uint32_t i = 0; i < c->sink.count; i++)
        if (!tell_diagnostic(c->sink.items[i], tell, context))
            return false;
    return true;
}
