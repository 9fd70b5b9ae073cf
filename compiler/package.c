#include "compiler/package.h"

#include "compiler/suggest.h"

#include <string.h>

typedef struct ManifestReader {
    const SourceFile *file;
    uint32_t at;
    Arena *arena;
    DiagnosticSink *sink;
    Package *package;
    bool in_dependencies, in_package;
    bool has_name; // one is given, valid or not
} ManifestReader;

static void report(ManifestReader *r, uint32_t start, uint32_t end, const char *what) {
    diagnostic_add(r->sink, DIAGNOSTIC_BAD_MANIFEST, source_span(r->file->id, start, end), what, NULL);
}

static char peek(const ManifestReader *r) {
    return r->at < r->file->length ? r->file->text[r->at] : '\n';
}

static void skip_blanks(ManifestReader *r) {
    while (r->at < r->file->length && (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\r'))
        r->at++;
}

static void skip_line(ManifestReader *r) {
    while (r->at < r->file->length && r->file->text[r->at] != '\n')
        r->at++;
    if (r->at < r->file->length)
        r->at++;
}

static bool is_key_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

static const char *read_key(ManifestReader *r) {
    uint32_t start = r->at;
    while (r->at < r->file->length && is_key_char(peek(r)))
        r->at++;
    return arena_copy_text(r->arena, r->file->text + start, r->at - start);
}

// A basic or literal string of one line; escapes are those that paths and names need.
static const char *read_string(ManifestReader *r) {
    char quote = peek(r);
    uint32_t start = r->at;
    if (quote != '"' && quote != '\'')
        return NULL;
    char *out = arena_allocate(r->arena, r->file->length - r->at + 1);
    size_t length = 0;
    for (r->at++; r->at < r->file->length && peek(r) != '\n'; r->at++) {
        char c = peek(r);
        if (c == quote) {
            r->at++;
            return out;
        }
        if (c == '\\' && quote == '"') {
            r->at++;
            c = peek(r);
            if (c != '\\' && c != '"')
                break;
        }
        out[length++] = c;
    }
    report(r, start, r->at, "the string has no end, or an escape other than `\\\\` and `\\\"`");
    return NULL;
}

static bool is_module_name(const char *name) {
    if (!*name || (*name >= '0' && *name <= '9'))
        return false;
    for (const char *c = name; *c; c++)
        if (!is_key_char(*c) || *c == '-' || *c == '.')
            return false;
    return strcmp(name, "std") != 0;
}

// Other keys and tables may stand in a manifest for other tools, but not one that is nearly one of ours.
static void check_similar(ManifestReader *r, const char *name, const char *first, const char *second,
                          uint32_t start) {
    Suggestion suggestion = suggest_begin(name);
    suggest_consider(&suggestion, first);
    suggest_consider(&suggestion, second);
    if (suggestion.best)
        report(r, start, start + (uint32_t)strlen(name),
               arena_printf(r->arena, "unknown `%s`: did you mean `%s`?", name, suggestion.best));
}

static void take_entry(ManifestReader *r, const char *key, const char *value, uint32_t start) {
    Package *package = r->package;
    if (r->in_dependencies) {
        if (!is_module_name(key)) {
            report(r, start, r->at, "a dependency is named as its modules begin: letters, digits and `_`");
            return;
        }
        PackageDependency dependency = {key, value};
        ARENA_PUSH(r->arena, package->dependencies, package->dependency_count, package->dependency_capacity,
                   dependency);
    } else if (r->in_package && strcmp(key, "version") == 0) {
        package->version = value;
    } else if (r->in_package && strcmp(key, "name") == 0) {
        if (is_module_name(value))
            package->name = value;
        else
            report(r, start, r->at, "a package's name is letters, digits and `_`, and not `std`");
    } else if (r->in_package) {
        check_similar(r, key, "name", "version", start);
    }
}

static void read_table(ManifestReader *r) {
    uint32_t start = r->at++;
    skip_blanks(r);
    uint32_t name_start = r->at;
    const char *name = read_key(r);
    skip_blanks(r);
    if (peek(r) != ']')
        report(r, start, r->at, "expected `]` after the table's name");
    r->in_dependencies = strcmp(name, "dependencies") == 0;
    r->in_package = strcmp(name, "package") == 0;
    if (!r->in_dependencies && !r->in_package)
        check_similar(r, name, "package", "dependencies", name_start);
}

static void read_entry(ManifestReader *r) {
    uint32_t start = r->at;
    const char *key = read_key(r);
    skip_blanks(r);
    if (!*key || peek(r) != '=') {
        report(r, start, r->at + 1, "expected `name = \"value\"`");
        return;
    }
    r->at++;
    skip_blanks(r);
    r->has_name |= r->in_package && strcmp(key, "name") == 0;
    bool is_string = peek(r) == '"' || peek(r) == '\'';
    const char *value = read_string(r);
    if (value)
        take_entry(r, key, value, start);
    else if (!is_string && (r->in_dependencies || (r->in_package && strcmp(key, "name") == 0)))
        report(r, start, r->at + 1, "expected a string in quotes");
}

Package *package_parse(const SourceFile *manifest, Arena *arena, DiagnosticSink *sink) {
    Package *package = ARENA_NEW(arena, Package);
    package->name = package->version = "";
    ManifestReader r = {
        .file = manifest, .arena = arena, .sink = sink, .package = package, .in_package = true};
    while (r.at < manifest->length) {
        skip_blanks(&r);
        if (peek(&r) == '[')
            read_table(&r);
        else if (peek(&r) != '#' && peek(&r) != '\n')
            read_entry(&r);
        skip_line(&r);
    }
    if (!r.has_name)
        report(&r, 0, 0, "the package has no name: add `name = \"...\"`");
    return package;
}
