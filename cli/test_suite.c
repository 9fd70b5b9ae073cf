#include "cli/test_suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Compiling --------------------------------------------------------------------------------- */

/* A module of the group that has been compiled. */
static const uint8_t *suite_compiled(void *context, const char *name, size_t *size) {
    const TestGroup *group = context;
    for (size_t i = 0; i < group->compiled_count; i++) {
        const CompileResult *compiled = group->compiled[i];
        for (uint32_t j = 0; j < compiled->module_count; j++)
            if (strcmp(compiled->modules[j].name, name) == 0)
                return *size = compiled->modules[j].size, compiled->modules[j].bytes;
    }
    return NULL;
}

/* A module of the library, or a .corm file below the root, which is read once. */
static const uint8_t *suite_binary(void *context, const char *name, size_t *size, bool *is_own) {
    TestGroup *group = context;
    const uint8_t *standard = coracle_standard_module(name, size);
    *is_own = standard != NULL;
    if (standard)
        return standard;
    pthread_mutex_lock(&group->lock);
    TestBinary *binary = group->binaries;
    while (binary && strcmp(binary->name, name) != 0)
        binary = binary->next;
    if (!binary && (binary = calloc(1, sizeof *binary))) {
        binary->name = strdup(name);
        if (binary->name && program_find_module(&group->place, name, &binary->bytes, &binary->size)) {
            binary->next = group->binaries;
            group->binaries = binary;
        } else {
            free(binary->name);
            free(binary);
            binary = NULL;
        }
    }
    pthread_mutex_unlock(&group->lock);
    return binary ? *size = binary->size, binary->bytes : NULL;
}

CompileResult *suite_compile(TestGroup *group, const char *path, CompileOptions options) {
    CompileHost host = {sources_read, sources_is_folder, suite_binary, group, coracle_standard_name};
    char folder[4096];
    options.current_folder = getcwd(folder, sizeof folder);
    options.with_debug = true;
    options.compiled = suite_compiled;
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
    TestCase *cases = sources_grow(suite->cases, suite->case_count, sizeof *cases);
    if (!cases)
        return false;
    suite->cases = cases;
    const char *module = test.file->source->module;
    size_t size = strlen(module) + strlen(part) + 2;
    test.name = malloc(size);
    if (!test.name)
        return command_report("out of memory"), false;
    snprintf(test.name, size, "%s%s%s", module, *part ? "." : "", part);
    if (suite_wants(suite, test.name, test.file->source->path))
        cases[suite->case_count++] = test;
    else
        free(test.name);
    return true;
}

static bool suite_add_examples(TestSuite *suite, const TestFile *file) {
    if (strcmp(suite->attribute, "test") != 0)
        return true;
    const Documentation *documentation = file->source->documentation;
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

static bool suite_is_marked(const AstDecl *decl, const char *attribute) {
    for (uint32_t i = 0; i < decl->attribute_count; i++)
        if (decl->attributes[i].name.text && strcmp(decl->attributes[i].name.text, attribute) == 0)
            return decl->kind == AST_DECL_FUNCTION && decl->name.text;
    return false;
}

static bool suite_add_functions(TestSuite *suite, const TestFile *file) {
    const Documentation *documentation = file->source->documentation;
    for (uint32_t i = 0; i < documentation->module->item_count; i++) {
        const AstStmt *item = documentation->module->items[i];
        if (item->kind != AST_STMT_DECL || !suite_is_marked(item->decl.decl, suite->attribute))
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
    if (source_is_library(file->source)) {
        for (size_t i = 0; i < count; i++) /* it is inside the command: only its examples can be run */
            if (tests[i].function)
                suite_fail_all(&tests[i], 1, strdup("a module of the library holds no tests"));
        return true;
    }
    CompileResult **table = sources_grow(group->compiled, group->compiled_count, sizeof *table);
    if (!table)
        return false;
    group->compiled = table;
    CompileResult *compiled = suite_compile(group, file->source->path, (CompileOptions){0});
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

/* ---- The suite --------------------------------------------------------------------------------- */

static TestGroup *suite_group(TestSuite *suite, const char *root) {
    for (size_t i = 0; i < suite->group_count; i++)
        if (strcmp(suite->groups[i]->root, root) == 0)
            return suite->groups[i];
    TestGroup **groups = sources_grow(suite->groups, suite->group_count, sizeof *groups);
    if (!groups)
        return NULL;
    suite->groups = groups;
    TestGroup *group = calloc(1, sizeof *group);
    char *folder = strdup(root);
    if (group && folder) {
        group->place = (Program){.settings = suite->settings, .folder = folder};
        CoracleEngineOptions options = program_engine_options(&group->place);
        group->engine = coracle_engine_new(&options);
    }
    if (!group || !group->engine) {
        command_report("out of memory");
        free(folder);
        free(group);
        return NULL;
    }
    group->root = root;
    group->settings = suite->settings;
    pthread_mutex_init(&group->lock, NULL);
    return groups[suite->group_count++] = group;
}

static bool suite_add_tests(TestSuite *suite, TestFile *file) {
    size_t first = suite->case_count;
    bool is_broken = file->source->documentation->module->is_broken; /* who knows what it holds */
    if (is_broken ? !suite_add_case(suite, (TestCase){.file = file, .line = 1}, "")
                  : !suite_add_functions(suite, file) || !suite_add_examples(suite, file))
        return false;
    size_t count = suite->case_count - first;
    if (count == 0)
        return true;
    qsort(suite->cases + first, count, sizeof *suite->cases, suite_compare_lines);
    return suite_prepare(file, suite->cases + first, count);
}

int suite_open(TestSuite *suite, const Settings *settings, const char *attribute, int count, char **paths) {
    *suite = (TestSuite){.settings = settings, .attribute = attribute};
    int exit_code = sources_find(&suite->sources, settings, count, paths);
    if (exit_code != EXIT_OK)
        return exit_code;
    suite->files = calloc(suite->sources.count + 1, sizeof *suite->files);
    if (!suite->files)
        return command_report("out of memory"), EXIT_INTERNAL;
    for (size_t i = 0; i < suite->sources.count; i++) {
        TestFile *file = &suite->files[i];
        file->source = suite->sources.items[i];
        file->group = suite_group(suite, file->source->root);
        if (!file->group || !suite_add_tests(suite, file))
            return EXIT_INTERNAL;
    }
    return EXIT_OK;
}

void suite_close(TestSuite *suite) {
    for (size_t i = 0; i < suite->case_count; i++) {
        free(suite->cases[i].name);
        free(suite->cases[i].message);
        free(suite->cases[i].output);
    }
    for (size_t i = 0; i < suite->group_count; i++) {
        TestGroup *group = suite->groups[i];
        program_report_engine(suite->settings, group->engine);
        coracle_engine_free(group->engine);
        for (size_t j = 0; j < group->compiled_count; j++)
            compile_free(group->compiled[j]);
        for (TestBinary *binary = group->binaries, *next; binary; binary = next) {
            next = binary->next;
            free(binary->bytes);
            free(binary->name);
            free(binary);
        }
        pthread_mutex_destroy(&group->lock);
        free(group->place.folder);
        free(group->compiled);
        free(group);
    }
    sources_free(&suite->sources);
    free(suite->cases);
    free(suite->files);
    free(suite->groups);
}
