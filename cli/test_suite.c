#include "cli/test_suite.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/files.h"

/* Room for one more element behind `count` of them, which grows by doubling; NULL: out of memory, reported. */
static void *suite_grow(void *items, size_t count, size_t size) {
    if (count & (count - 1) || (count && count < 8))
        return items;
    void *larger = realloc(items, (count < 8 ? 8 : 2 * count) * size);
    if (!larger)
        command_report("out of memory");
    return larger;
}

/* ---- Compiling --------------------------------------------------------------------------------- */

static char *suite_read(void *context, const char *path, size_t *length, const char **message) {
    (void)context;
    return files_read(path, length, message);
}

static bool suite_is_folder(void *context, const char *path) {
    (void)context;
    return files_is_folder(path);
}

static const uint8_t *suite_binary(void *context, const char *name, size_t *size, bool *is_own) {
    *is_own = true;
    const TestGroup *group = context;
    for (size_t i = 0; i < group->compiled_count; i++) {
        const CompileResult *compiled = group->compiled[i];
        for (uint32_t j = 0; j < compiled->module_count; j++)
            if (strcmp(compiled->modules[j].name, name) == 0)
                return *size = compiled->modules[j].size, compiled->modules[j].bytes;
    }
    return coracle_standard_module(name, size);
}

CompileResult *suite_compile(const TestGroup *group, const char *path, CompileOptions options) {
    CompileHost host = {suite_read, suite_is_folder, suite_binary, (void *)group};
    char folder[4096];
    options.current_folder = getcwd(folder, sizeof folder);
    options.with_debug = true;
    options.prefers_compiled = true;
    return compile_program(&host, path, &options);
}

static void suite_write(void *context, const char *bytes, size_t length) {
    fwrite(bytes, 1, length, context);
}

char *suite_diagnostics(CompileResult *compiled) {
    char *text = NULL;
    size_t length;
    if (!compiled || compiled->status == COMPILE_NO_MEMORY)
        return strdup("out of memory");
    if (compiled->status == COMPILE_UNREADABLE)
        return strdup(compiled->message);
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        return NULL;
    compile_render_text(compiled, (DiagnosticWriter){suite_write, stream},
                        (DiagnosticRenderOptions){.limit = 20});
    fclose(stream);
    if (text && length && text[length - 1] == '\n')
        text[length - 1] = '\0';
    return text;
}

CoracleModule *suite_load(const TestGroup *group, const CompileResult *compiled, char **message) {
    CoracleModule *module = NULL;
    CoracleMessage wrong;
    for (uint32_t i = 0; i < compiled->module_count; i++) {
        const CompiledModule *part = &compiled->modules[i];
        if (coracle_engine_load(group->engine, part->bytes, part->size, &module, &wrong) != CORACLE_OK)
            return *message = strdup(wrong.text), NULL;
    }
    return module;
}

/* ---- Tests of a file --------------------------------------------------------------------------- */

/* Whether the filters let a test through. */
static bool suite_wants(const TestSuite *suite, const char *name, const char *path) {
    const Settings *settings = suite->settings;
    for (size_t i = 0; i < settings->filter_count; i++)
        if (strstr(name, settings->filters[i]) || strstr(path, settings->filters[i]))
            return true;
    return settings->filter_count == 0;
}

/* Adds a test of `part` of the module, unless the filters keep it out. False: out of memory, reported. */
static bool suite_add_case(TestSuite *suite, TestCase test, const char *part) {
    TestCase *cases = suite_grow(suite->cases, suite->case_count, sizeof *cases);
    if (!cases)
        return false;
    suite->cases = cases;
    const char *module = test.file->module;
    size_t size = strlen(module) + strlen(part) + 2;
    test.name = malloc(size);
    if (!test.name)
        return command_report("out of memory"), false;
    snprintf(test.name, size, "%s%s%s", module, *part ? "." : "", part);
    if (suite_wants(suite, test.name, test.file->path))
        cases[suite->case_count++] = test;
    else
        free(test.name);
    return true;
}

static bool suite_add_examples(TestSuite *suite, const TestFile *file) {
    const Documentation *documentation = file->documentation;
    for (uint32_t i = 0; i < documentation->entry_count; i++) {
        const DocEntry *entry = &documentation->entries[i];
        for (uint32_t j = 0; j < entry->example_count; j++) {
            const DocExample *example = &entry->examples[j];
            TestCase test = {.file = file, .line = example->line, .example = example};
            if (!suite_add_case(suite, test, entry->name))
                return false;
        }
    }
    return true;
}

static bool suite_is_test(const AstDecl *decl) {
    for (uint32_t i = 0; i < decl->attribute_count; i++)
        if (decl->attributes[i].name.text && strcmp(decl->attributes[i].name.text, "test") == 0)
            return decl->kind == AST_DECL_FUNCTION && decl->name.text;
    return false;
}

static bool suite_add_functions(TestSuite *suite, const TestFile *file) {
    const Documentation *documentation = file->documentation;
    for (uint32_t i = 0; i < documentation->module->item_count; i++) {
        const AstStmt *item = documentation->module->items[i];
        if (item->kind != AST_STMT_DECL || !suite_is_test(item->decl.decl))
            continue;
        const AstName *name = &item->decl.decl->name;
        unsigned line = source_position(documentation->file, name->span.start).line;
        if (!suite_add_case(suite, (TestCase){.file = file, .line = line, .function = name->text},
                            name->text))
            return false;
    }
    return true;
}

static int suite_compare_lines(const void *left, const void *right) {
    const TestCase *a = left, *b = right;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* What happens to the tests of a module that cannot be loaded; frees the message. */
static void suite_fail_all(TestCase *tests, size_t count, char *message) {
    for (size_t i = 0; i < count; i++) {
        tests[i].outcome = TEST_FAILED;
        tests[i].message = strdup(i || !message ? "its module does not compile" : message);
    }
    free(message);
}

/* Compiles the module and loads it, for its tests, or marks these as failed. False: out of memory, reported. */
static bool suite_prepare(TestFile *file, TestCase *tests, size_t count) {
    TestGroup *group = file->group;
    char *message = NULL;
    if (strncmp(file->module, "std.", 4) == 0) {
        for (size_t i = 0; i < count;
             i++) /* the library is inside the command: only its examples can be run */
            if (tests[i].function)
                suite_fail_all(&tests[i], 1, strdup("a module of the library holds no tests"));
        return true;
    }
    CompileResult **table = suite_grow(group->compiled, group->compiled_count, sizeof *table);
    if (!table)
        return false;
    group->compiled = table;
    CompileResult *compiled = suite_compile(group, file->path, (CompileOptions){0});
    if (!compiled || compiled->status != COMPILE_OK)
        message = suite_diagnostics(compiled);
    else if ((file->loaded = suite_load(group, compiled, &message))) {
        table[group->compiled_count++] = compiled;
        return true;
    }
    suite_fail_all(tests, count, message);
    compile_free(compiled);
    return true;
}

/* ---- Files ------------------------------------------------------------------------------------- */

static TestGroup *suite_group(TestSuite *suite, char *root) {
    for (size_t i = 0; i < suite->group_count; i++)
        if (strcmp(suite->groups[i]->root, root) == 0)
            return free(root), suite->groups[i];
    TestGroup **groups = suite_grow(suite->groups, suite->group_count, sizeof *groups);
    TestGroup *group = groups ? calloc(1, sizeof *group) : NULL;
    suite->groups = groups ? groups : suite->groups;
    if (!group || !(group->engine = coracle_engine_new(NULL))) {
        free(group);
        free(root);
        return NULL;
    }
    group->root = root;
    group->settings = suite->settings;
    return groups[suite->group_count++] = group;
}

/* How an example imports the module of a file: the library's by its name, others beside it. */
static char *suite_import(const char *path, const char *module) {
    if (strcmp(module, "std.core") == 0)
        return NULL;
    if (strncmp(module, "std.", 4) == 0)
        return strdup(module);
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    size_t length = strlen(name);
    char *import = malloc(length + 3);
    if (import)
        snprintf(import, length + 3, "./%.*s", (int)(length > 5 ? length - 5 : length), name);
    return import;
}

/* A folder with a parts.txt is one module: its files are named after it. */
static void suite_name_of_parts(const char *path, char *module) {
    char *folder = files_folder(path), *parts = folder ? files_join(folder, "parts.txt") : NULL;
    char *dot = strrchr(module, '.');
    if (parts && dot && files_is_readable(parts))
        *dot = '\0';
    free(parts);
    free(folder);
}

/* The name of a file's module below one that is given (--module). */
static char *suite_module_below(const TestSuite *suite, const char *path) {
    const char *above = suite->settings->module_name, *rest = path + strlen(suite->root);
    size_t size = strlen(above) + strlen(rest) + 2;
    char *name = malloc(size);
    if (!name)
        return NULL;
    rest += *rest == '/';
    snprintf(name, size, "%s%s%.*s", above, *rest ? "." : "",
             (int)(*rest ? strlen(rest) - strlen(".cora") : 0), rest);
    for (char *at = name; *at; at++)
        if (*at == '/')
            *at = '.';
    return name;
}

static bool suite_add_file(TestSuite *suite, const char *path) {
    TestFile **files = suite_grow(suite->files, suite->file_count, sizeof *files);
    TestFile *file = files ? calloc(1, sizeof *file) : NULL;
    suite->files = files ? files : suite->files;
    if (!file)
        return false;
    files[suite->file_count++] = file;
    file->path = strdup(path);
    CompileHost host = {suite_read, suite_is_folder, NULL, NULL};
    CompilePlace place;
    char folder[4096];
    bool placed = compile_place(&host, path, getcwd(folder, sizeof folder), &place);
    file->module = place.name;
    file->group = placed ? suite_group(suite, place.root) : NULL;
    if (!file->path || !file->group)
        return command_report("out of memory"), false;
    if (suite->settings->module_name) {
        free(file->module);
        file->module = suite_module_below(suite, path);
        if (!file->module)
            return command_report("out of memory"), false;
    }
    suite_name_of_parts(path, file->module);
    file->import = suite_import(path, file->module);
    size_t length;
    const char *message;
    char *text = files_read(path, &length, &message);
    if (!text)
        return command_report("cannot read %s: %s", path, message), false;
    file->documentation = documentation_read(path, text, length, file->import);
    free(text);
    if (!file->documentation)
        return command_report("out of memory"), false;
    size_t first = suite->case_count;
    if (file->documentation->module->is_broken) /* who knows what it holds */
        return suite_add_case(suite, (TestCase){.file = file, .line = 1}, "") &&
               suite_prepare(file, suite->cases + first, suite->case_count - first);
    if (!suite_add_functions(suite, file) || !suite_add_examples(suite, file))
        return false;
    size_t count = suite->case_count - first;
    qsort(suite->cases + first, count, sizeof *suite->cases, suite_compare_lines);
    return count == 0 || suite_prepare(file, suite->cases + first, count);
}

static bool suite_is_source(const char *name) {
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".cora") == 0;
}

static int suite_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static bool suite_add_folder(TestSuite *suite, const char *path) {
    struct dirent **entries;
    int count = scandir(path, &entries, suite_visible, alphasort);
    if (count < 0)
        return command_report("cannot read %s: %s", path, strerror(errno)), false;
    bool added = true;
    for (int i = 0; i < count; i++) {
        char *inner = files_join(strcmp(path, ".") == 0 ? "" : path, entries[i]->d_name);
        if (!inner)
            command_report("out of memory"), added = false;
        else if (added && files_is_folder(inner))
            added = suite_add_folder(suite, inner);
        else if (added && suite_is_source(inner))
            added = suite_add_file(suite, inner);
        free(inner);
        free(entries[i]);
    }
    free(entries);
    return added;
}

int suite_open(TestSuite *suite, const Settings *settings, int count, char **paths) {
    *suite = (TestSuite){.settings = settings};
    char *here[] = {"."};
    if (count == 0)
        count = 1, paths = here;
    for (int i = 0; i < count; i++) {
        suite->root = paths[i];
        bool is_folder = files_is_folder(paths[i]);
        if (!(is_folder ? suite_add_folder(suite, paths[i]) : suite_add_file(suite, paths[i])))
            return EXIT_COMPILE;
    }
    return EXIT_OK;
}

void suite_close(TestSuite *suite) {
    for (size_t i = 0; i < suite->case_count; i++) {
        free(suite->cases[i].name);
        free(suite->cases[i].message);
        free(suite->cases[i].output);
    }
    for (size_t i = 0; i < suite->file_count; i++) {
        TestFile *file = suite->files[i];
        documentation_free(file->documentation);
        free(file->import);
        free(file->module);
        free(file->path);
        free(file);
    }
    for (size_t i = 0; i < suite->group_count; i++) {
        TestGroup *group = suite->groups[i];
        coracle_engine_free(group->engine);
        for (size_t j = 0; j < group->compiled_count; j++)
            compile_free(group->compiled[j]);
        free(group->compiled);
        free(group->root);
        free(group);
    }
    free(suite->cases);
    free(suite->files);
    free(suite->groups);
}
