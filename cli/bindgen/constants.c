/* Constants: those of enums, and macros whose value clang knows when they initialise a variable. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bindgen/bindgen.h"

static void add_constant(Header *header, Text *out, const char *name, const char *type, const char *value) {
    name = name_of(name);
    if (name_take(header, name))
        text_add(out, "pub const %s: %s = %s\n", name, type, value);
}

/* ---- Enums ------------------------------------------------------------------------------------- */

typedef struct EnumWriter {
    Header *header;
    Text *out;
    const char *type;
} EnumWriter;

static enum CXChildVisitResult add_enumerator(CXCursor cursor, CXCursor parent, CXClientData data) {
    (void)parent;
    EnumWriter *writer = data;
    Text value = {0};
    if (clang_getCursorKind(cursor) != CXCursor_EnumConstantDecl)
        return CXChildVisit_Continue;
    if (writer->type[0] == 'u')
        text_add(&value, "%llu", clang_getEnumConstantDeclUnsignedValue(cursor));
    else
        text_add(&value, "%lld", clang_getEnumConstantDeclValue(cursor));
    module_add_documentation(cursor, "///", writer->out);
    add_constant(writer->header, writer->out, text_take(clang_getCursorSpelling(cursor)), writer->type,
                 value.bytes);
    return CXChildVisit_Continue;
}

static enum CXChildVisitResult find_large(CXCursor cursor, CXCursor parent, CXClientData data) {
    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_EnumConstantDecl) {
        long long value = clang_getEnumConstantDeclValue(cursor);
        *(bool *)data |= value < INT32_MIN || value > INT32_MAX;
    }
    return CXChildVisit_Continue;
}

/* The constants of an enum have its type, those of one without a name are C's `int` where they can be. */
static void add_enum(Header *header, CXCursor cursor, Text *out) {
    const char *name = header_type_name(header, cursor);
    EnumWriter writer = {header, out, type_value(header, clang_getCursorType(cursor))};
    bool is_large = false;
    clang_visitChildren(cursor, find_large, &is_large);
    if (!name && !is_large)
        writer.type = "i32";
    text_add(out, "\n");
    if (name)
        text_add(out, "// enum %s, which functions take as %s\n", name, writer.type);
    module_add_documentation(cursor, "//", out);
    clang_visitChildren(cursor, add_enumerator, &writer);
}

/* ---- Macros ------------------------------------------------------------------------------------ */

#define VALUE "coracle_value_"
#define TEXT  "coracle_text_"

/* A source that defines variables whose values are the macros'. Most macros are an error in one of the two; those that are
 * several expressions are one in both. */
static char *macro_source(const Header *header) {
    Text source = {0};
    text_add(&source, "#include \"%s\"\n", header->options->header);
    for (size_t i = 0; i < header->macros.count; i++) {
        const char *name = text_take(clang_getCursorSpelling(header->macros.items[i]));
        text_add(&source,
                 "const __auto_type " VALUE "%zu = __builtin_choose_expr(1, %s, 0);\nconst char " TEXT
                 "%zu[] = %s;\n",
                 i, name, i, name);
    }
    return source.bytes;
}

typedef struct MacroWriter {
    Header *header;
    Text *out;
} MacroWriter;

/* The value as a literal of Cora. False: it has none. */
static bool add_literal(Text *out, CXEvalResult result, const char *type) {
    bool is_unsigned = clang_EvalResult_isUnsignedInt(result);
    double number;
    switch (clang_EvalResult_getKind(result)) {
    case CXEval_StrLiteral: return text_add_string(out, clang_EvalResult_getAsStr(result));
    case CXEval_Float:
        number = clang_EvalResult_getAsDouble(result);
        if (isfinite(number))
            text_add_float(out, number, strcmp(type, "f32") == 0);
        return isfinite(number);
    case CXEval_Int:
        if (strcmp(type, "bool") == 0)
            text_add(out, clang_EvalResult_getAsLongLong(result) ? "true" : "false");
        else if (is_unsigned)
            text_add(out, "%llu", clang_EvalResult_getAsUnsigned(result));
        else
            text_add(out, "%lld", clang_EvalResult_getAsLongLong(result));
        return true;
    default: return false;
    }
}

/* The variable's value becomes the constant `name`. */
static void add_variable(Header *header, Text *out, CXCursor variable, const char *name) {
    CXEvalResult result = clang_Cursor_Evaluate(variable);
    if (!result)
        return;
    bool is_text = clang_EvalResult_getKind(result) == CXEval_StrLiteral;
    CXType c_type = clang_getCanonicalType(clang_getCursorType(variable));
    const char *type = is_text ? "string" : type_value(header, c_type);
    long long size = clang_getArraySize(c_type); /* -1 of pointers to texts */
    if (is_text && size >= 0 && size != (long long)strlen(clang_EvalResult_getAsStr(result)) + 1)
        type = NULL; /* zero bytes inside */
    if (!is_text && (c_type.kind == CXType_Pointer || c_type.kind == CXType_Record))
        type = NULL;
    Text literal = {0};
    if (type && add_literal(&literal, result, type))
        add_constant(header, out, name, type, literal.bytes);
    free(literal.bytes);
    clang_EvalResult_dispose(result);
}

static enum CXChildVisitResult add_macro(CXCursor cursor, CXCursor parent, CXClientData data) {
    (void)parent;
    MacroWriter *writer = data;
    if (clang_getCursorKind(cursor) != CXCursor_VarDecl)
        return CXChildVisit_Continue;
    char *name = text_take(clang_getCursorSpelling(cursor));
    const char *number = strncmp(name, VALUE, strlen(VALUE)) == 0 ? name + strlen(VALUE)
                         : strncmp(name, TEXT, strlen(TEXT)) == 0 ? name + strlen(TEXT)
                                                                  : NULL;
    if (number) {
        CXCursor macro = writer->header->macros.items[strtoul(number, NULL, 10)];
        add_variable(writer->header, writer->out, cursor, text_take(clang_getCursorSpelling(macro)));
    }
    free(name);
    return CXChildVisit_Continue;
}

static void add_macros(Header *header, Text *out) {
    char *source = macro_source(header);
    CXTranslationUnit unit = header_parse(header, source, CXTranslationUnit_None);
    free(source);
    if (!unit)
        return;
    MacroWriter writer = {header, out};
    clang_visitChildren(clang_getTranslationUnitCursor(unit), add_macro, &writer);
    clang_disposeTranslationUnit(unit);
}

/* ---- All --------------------------------------------------------------------------------------- */

void constants_add(Header *header, Text *out) {
    Text values = {0};
    for (size_t i = 0; i < header->enums.count; i++)
        add_enum(header, header->enums.items[i], out);
    if (header->macros.count > 0)
        add_macros(header, &values);
    for (size_t i = 0; i < header->constants.count; i++) {
        CXCursor variable = header->constants.items[i];
        add_variable(header, &values, variable, text_take(clang_getCursorSpelling(variable)));
    }
    if (values.length > 0)
        text_add(out, "\n%s", values.bytes);
    free(values.bytes);
}
