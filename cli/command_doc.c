#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/doc_markdown.h"
#include "cli/files.h"
#include "cli/flags.h"
#include "cli/pages.h"
#include "compiler/suggest.h"

/* How many sources from the first on are parts of its module. */
static size_t doc_parts(const SourceList *sources, size_t first) {
    size_t end = first + 1;
    while (end < sources->count && strcmp(sources->items[end]->module, sources->items[first]->module) == 0)
        end++;
    return end - first;
}

/* ---- Pages ------------------------------------------------------------------------------------- */

/* What `write` writes, without empty lines at the end, goes to a file. */
static bool doc_write_page(const char *path, const SourceList *sources, size_t first,
                           void (*write)(FILE *out, const SourceList *sources, size_t first)) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return command_report("out of memory"), false;
    write(out, sources, first);
    bool whole = fclose(out) == 0;
    while (whole && length > 1 && text[length - 1] == '\n' && text[length - 2] == '\n')
        length--;
    if (!whole)
        command_report("out of memory");
    bool written = whole && files_write(path, text, length);
    free(text);
    return written;
}

static void doc_write_module(FILE *out, const SourceList *sources, size_t first) {
    markdown_write_module(out, sources->items + first, doc_parts(sources, first));
}

static void doc_write_index(FILE *out, const SourceList *sources, size_t first) {
    fputs("# Modules\n\n| module | |\n| --- | --- |\n", out);
    for (size_t count; first < sources->count; first += count) {
        count = doc_parts(sources, first);
        const char *name = sources->items[first]->module;
        fprintf(out, "| [%s](%s.md) | ", name, name);
        markdown_write_summary(out, sources->items + first, count);
        fputs(" |\n", out);
    }
}

static bool doc_write_named(const char *folder, const char *name, const SourceList *sources, size_t first,
                            void (*write)(FILE *out, const SourceList *sources, size_t first)) {
    char file[512];
    snprintf(file, sizeof file, "%s.md", name);
    char *path = files_join(folder, file);
    bool written = path && doc_write_page(path, sources, first, write);
    free(path);
    return written;
}

/* A page for each module, and README.md, the list of them. */
static int doc_write_folder(const SourceList *sources, const char *folder) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        command_report("cannot make the folder %s: %s", folder, strerror(errno));
        return EXIT_INTERNAL;
    }
    for (size_t i = 0; i < sources->count; i += doc_parts(sources, i))
        if (!doc_write_named(folder, sources->items[i]->module, sources, i, doc_write_module))
            return EXIT_INTERNAL;
    return doc_write_named(folder, "README", sources, 0, doc_write_index) ? EXIT_OK : EXIT_INTERNAL;
}

static int doc_write_all(const SourceList *sources) {
    for (size_t i = 0; i < sources->count; i += doc_parts(sources, i)) {
        if (i)
            putchar('\n');
        if (!doc_write_page("-", sources, i, doc_write_module))
            return EXIT_INTERNAL;
    }
    return EXIT_OK;
}

/* ---- What is missing --------------------------------------------------------------------------- */

static bool doc_has_module_comment(const SourceList *sources, size_t first) {
    for (size_t i = first; i < first + doc_parts(sources, first); i++)
        if (sources->items[i]->documentation->module->doc)
            return true;
    return false;
}

static size_t doc_list_source(const Source *source, bool has_module_comment) {
    size_t count = 0;
    for (uint32_t i = 0; i < source->documentation->entry_count; i++) {
        const DocEntry *entry = &source->documentation->entries[i];
        DocMissing missing = documentation_missing(source->documentation, entry);
        if (missing == DOC_COMPLETE || (!entry->decl && has_module_comment))
            continue;
        printf("%s%s%s (%s:%u): no %s\n", source->module, *entry->name ? "." : "", entry->name, source->path,
               entry->line, missing == DOC_NO_COMMENT ? "comment" : "example");
        count++;
    }
    return count;
}

static int doc_list_missing(const SourceList *sources) {
    size_t count = 0;
    for (size_t i = 0; i < sources->count; i += doc_parts(sources, i)) {
        bool has_comment = doc_has_module_comment(sources, i);
        for (size_t j = i; j < i + doc_parts(sources, i); j++)
            count += doc_list_source(sources->items[j], has_comment || j > i);
    }
    return count ? EXIT_UNCAUGHT : EXIT_OK;
}

/* ---- The library ------------------------------------------------------------------------------- */

static bool doc_is_library_name(const char *name) {
    return strcmp(name, "std") == 0 || (strncmp(name, "std.", 4) == 0 && !files_is_readable(name));
}

/* The pages of the library are inside the command. */
static int doc_write_library(const char *name) {
    bool is_list = strcmp(name, "std") == 0;
    Suggestion suggestion = suggest_begin(name);
    for (size_t i = 0; i < page_count; i++) {
        const Page *page = &pages[i];
        if (is_list)
            puts(page->module);
        else if (strcmp(name, page->module) == 0)
            return files_write("-", page->text, page->length) ? EXIT_OK : EXIT_INTERNAL;
        suggest_consider(&suggestion, page->module);
    }
    if (is_list)
        return EXIT_OK;
    if (suggestion.best)
        command_report("the library has no module %s; did you mean %s?", name, suggestion.best);
    else
        command_report("the library has no module %s; `coracle doc std` lists them", name);
    return EXIT_COMPILE;
}

/* ---- The command ------------------------------------------------------------------------------- */

/* Whether the sources can be read; their errors are for `coracle check` to explain. */
static bool doc_is_readable(const SourceList *sources) {
    bool readable = true;
    for (size_t i = 0; i < sources->count; i++) {
        if (!sources->items[i]->documentation->module->is_broken)
            continue;
        command_report("%s has errors; `coracle check %s` shows them", sources->items[i]->path,
                       sources->items[i]->path);
        readable = false;
    }
    return readable;
}

static int run(const Settings *settings, int count, char **arguments) {
    if (count == 1 && doc_is_library_name(arguments[0]))
        return doc_write_library(arguments[0]);
    SourceList sources;
    int exit_code = sources_find(&sources, settings, count, arguments);
    if (exit_code == EXIT_OK && !doc_is_readable(&sources))
        exit_code = EXIT_COMPILE;
    if (exit_code == EXIT_OK)
        exit_code = settings->missing       ? doc_list_missing(&sources)
                    : settings->output_file ? doc_write_folder(&sources, settings->output_file)
                                            : doc_write_all(&sources);
    sources_free(&sources);
    return exit_code;
}

static const Flag doc_flags[] = {
    {"-o", "FOLDER", "a page for each module goes there, and README.md, the list of them", flag_output_file},
    {"--missing", NULL, "lists public names without a comment or an example instead; the exit code is then 1",
     flag_missing},
    {"--module", "NAME", "of the folder or file, when it is not that of its package", flag_module_name},
    {0},
};

const Command command_doc = {
    .name = "doc",
    .summary = "makes pages of the documentation comments",
    .arguments = "[FILE.cora|FOLDER|std.MODULE]...",
    .flags = doc_flags,
    .text = "Writes Markdown: what is public, with its comments. `coracle test` runs the examples in them.\n"
            "Folders are searched for sources; without any path it is the current folder.\n"
            "`std` lists the modules of the library, whose pages are inside the command.\n"
            "\n"
            "  coracle doc std.json\n"
            "  coracle doc geometry/shapes.cora\n"
            "  coracle doc -o docs/api geometry\n",
    .run = run,
};
