/* Reading a header: libclang parses a source that only includes it. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bindgen/bindgen.h"

#define SOURCE "bindgen.c"

CXTranslationUnit header_parse(const Header *header, const char *source, unsigned flags) {
    static const char *const own[] = {"-xc", "-fretain-comments-from-system-headers", "-ferror-limit=0"};
    enum { OWN = sizeof own / sizeof *own };
    const Options *options = header->options;
    const char **arguments = text_allocate(NULL, (size_t)(OWN + options->argument_count) * sizeof *arguments);
    memcpy(arguments, own, sizeof own);
    if (options->argument_count > 0)
        memcpy(arguments + OWN, options->arguments, (size_t)options->argument_count * sizeof *arguments);
    struct CXUnsavedFile file = {SOURCE, source, strlen(source)};
    CXTranslationUnit unit = clang_parseTranslationUnit(header->index, SOURCE, arguments,
                                                        OWN + options->argument_count, &file, 1, flags);
    free(arguments);
    return unit;
}

/* Writes the errors. False: there are none. */
static bool header_report_errors(const Header *header) {
    unsigned errors = 0;
    for (unsigned i = 0; i < clang_getNumDiagnostics(header->unit); i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(header->unit, i);
        if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error) {
            if (errors++ == 0)
                bindgen_report("%s cannot be read", header->options->header);
            CXFile file = NULL;
            clang_getExpansionLocation(clang_getDiagnosticLocation(diagnostic), &file, NULL, NULL, NULL);
            const char *path = file ? text_take(clang_getFileName(file)) : SOURCE;
            unsigned how = clang_defaultDiagnosticDisplayOptions();
            if (strcmp(path, SOURCE) == 0)
                how &= ~(unsigned)CXDiagnostic_DisplaySourceLocation; /* it means nothing to anybody */
            fprintf(stderr, "%s\n", text_take(clang_formatDiagnostic(diagnostic, how)));
        }
        clang_disposeDiagnostic(diagnostic);
    }
    return errors > 0;
}

/* The one file that our own source includes. */
static void header_take_inclusion(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data) {
    (void)stack;
    Header *header = data;
    if (depth == 1)
        header->file = file;
}

/* ---- Collecting -------------------------------------------------------------------------------- */

static bool header_wants(const Header *header, CXCursor cursor) {
    CXFile file;
    clang_getExpansionLocation(clang_getCursorLocation(cursor), &file, NULL, NULL, NULL);
    if (!file)
        return false;
    if (clang_File_isEqual(file, header->file))
        return true;
    char *path = text_take(clang_getFileName(file));
    bool wants = false;
    for (int i = 0; path && i < header->options->include_count; i++) {
        Text anywhere = {0};
        text_add(&anywhere, "*/%s", header->options->includes[i]);
        wants = wants || fnmatch(header->options->includes[i], path, 0) == 0 ||
                fnmatch(anywhere.bytes, path, 0) == 0;
        free(anywhere.bytes);
    }
    free(path);
    return wants;
}

static void cursors_push(Cursors *cursors, CXCursor cursor) {
    cursors->items = text_grow(cursors->items, cursors->count, sizeof *cursors->items);
    cursors->items[cursors->count++] = cursor;
}

/* What C's own implementation declares for itself. */
static bool is_internal(CXCursor cursor) {
    char *name = text_take(clang_getCursorSpelling(cursor));
    bool internal = !name || strncmp(name, "__", 2) == 0 ||
                    (clang_getCursorKind(cursor) == CXCursor_MacroDefinition && name[0] == '_');
    free(name);
    return internal;
}

static enum CXChildVisitResult header_collect(CXCursor cursor, CXCursor parent, CXClientData data) {
    (void)parent;
    Header *header = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    if (kind == CXCursor_TypedefDecl)
        cursors_push(&header->typedefs, cursor);
    if (!header_wants(header, cursor))
        return CXChildVisit_Continue;
    switch (kind) {
    case CXCursor_StructDecl:
    case CXCursor_UnionDecl:
        if (clang_isCursorDefinition(cursor))
            header_record(header, cursor);
        break;
    case CXCursor_EnumDecl:
        if (clang_isCursorDefinition(cursor))
            cursors_push(&header->enums, cursor);
        break;
    case CXCursor_FunctionDecl:
        if (!is_internal(cursor) && clang_Cursor_getStorageClass(cursor) != CX_SC_Static &&
            name_take(header, name_of(text_take(clang_getCursorSpelling(cursor))))) /* only once */
            cursors_push(&header->functions, cursor);
        break;
    case CXCursor_VarDecl:
        if (clang_Cursor_getStorageClass(cursor) == CX_SC_Static)
            cursors_push(&header->constants, cursor);
        else if (!is_internal(cursor) && clang_equalCursors(cursor, clang_getCanonicalCursor(cursor)))
            cursors_push(&header->variables, cursor);
        break;
    case CXCursor_MacroDefinition:
        if (!is_internal(cursor) && !clang_Cursor_isMacroFunctionLike(cursor))
            cursors_push(&header->macros, cursor);
        break;
    default: break;
    }
    return CXChildVisit_Continue;
}

int header_read(Header *header, const Options *options) {
    header->options = options;
    header->index = clang_createIndex(0, 0);
    Text source = {0};
    text_add(&source, "#include \"%s\"\n", options->header);
    header->unit = header_parse(header, source.bytes,
                                CXTranslationUnit_DetailedPreprocessingRecord |
                                    CXTranslationUnit_IncludeAttributedTypes);
    if (!header->unit) {
        bindgen_report("libclang cannot parse %s; are the arguments behind `--` those of clang?",
                       options->header);
        return EXIT_COMPILE;
    }
    if (header_report_errors(header))
        return EXIT_COMPILE;
    clang_getInclusions(header->unit, header_take_inclusion, header);
    clang_visitChildren(clang_getTranslationUnitCursor(header->unit), header_collect, header);
    return EXIT_OK;
}

/* ---- Structs and their names ------------------------------------------------------------------- */

Record *header_record(Header *header, CXCursor declaration) {
    CXCursor definition = clang_getCursorDefinition(declaration);
    if (clang_Cursor_isNull(definition))
        definition = clang_getCanonicalCursor(declaration);
    for (size_t i = 0; i < header->record_count; i++)
        if (clang_equalCursors(header->records[i].definition, definition))
            return &header->records[i];
    header->records = text_grow(header->records, header->record_count, sizeof *header->records);
    header->records[header->record_count] = (Record){.definition = definition};
    return &header->records[header->record_count++];
}

const char *header_type_name(const Header *header, CXCursor declaration) {
    CXCursor wanted = clang_getCanonicalCursor(declaration);
    for (size_t i = 0; i < header->typedefs.count; i++) {
        CXCursor definition = header->typedefs.items[i];
        CXType type = clang_getTypedefDeclUnderlyingType(definition);
        if (type.kind == CXType_Elaborated)
            type = clang_Type_getNamedType(type);
        bool is_direct = type.kind == CXType_Record || type.kind == CXType_Enum;
        if (is_direct && clang_equalCursors(clang_getCanonicalCursor(clang_getTypeDeclaration(type)), wanted))
            return text_take(clang_getCursorSpelling(definition));
    }
    bool is_anonymous =
        clang_Cursor_isAnonymous(declaration) || clang_Cursor_isAnonymousRecordDecl(declaration);
    return is_anonymous ? NULL : text_take(clang_getCursorSpelling(declaration));
}

/* ---- Names ------------------------------------------------------------------------------------- */

const char *name_of(const char *name) {
    static const char *const reserved[] = {
#define TOKEN_KEYWORD(id, spelling) spelling,
#include "compiler/tokens.def"
        "_",   "any",   "bool",   "char", "float",
        "int", "never", "string", "void", /* and types without a declaration */
    };
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (strcmp(name, reserved[i]) == 0) {
            Text changed = {0};
            text_add(&changed, "%s_", name);
            return changed.bytes;
        }
    }
    return name;
}

bool name_take(Header *header, const char *name) {
    for (size_t i = 0; i < header->name_count; i++)
        if (strcmp(header->names[i], name) == 0)
            return false;
    header->names = text_grow(header->names, header->name_count, sizeof *header->names);
    header->names[header->name_count++] = name;
    return true;
}
