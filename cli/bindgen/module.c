/* Writing the module: constants, structs, functions, each in the order of the header. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bindgen/bindgen.h"

bool module_add_documentation(CXCursor cursor, const char *prefix, Text *out) {
    char *comment = text_take(clang_Cursor_getRawCommentText(cursor));
    size_t before = out->length;
    if (comment)
        text_add_comment(out, comment, prefix);
    free(comment);
    return out->length > before;
}

/* ---- Structs ----------------------------------------------------------------------------------- */

typedef struct FieldWriter {
    Header *header;
    Text *out;
} FieldWriter;

/* Fields are zero unless the program says otherwise, so that `CRef(point())` is enough for C to fill. */
static const char *zero(const char *type) {
    Text text = {0};
    if (strcmp(type, "bool") == 0)
        return "false";
    if (strcmp(type, "Ptr") == 0)
        return "Ptr(0)";
    if (strcmp(type, "f32") == 0 || strcmp(type, "f64") == 0)
        return "0.0";
    if (strchr("iu", type[0]) && strspn(type + 1, "0123456789") == strlen(type) - 1)
        return "0";
    text_add(&text, "%s()", type);
    return text.bytes;
}

static enum CXVisitorResult add_field(CXCursor field, CXClientData data) {
    FieldWriter *writer = data;
    CXType type = clang_getCursorType(field);
    const char *name = name_of(text_take(clang_getCursorSpelling(field)));
    Field as = type_field(writer->header, type);
    module_add_documentation(field, "    ///", writer->out);
    const char *value = zero(as.type);
    if (as.count > 0)
        text_add(writer->out, "    @count(%lld) var %s: Array<%s> = Array<%s>(%lld, _ => %s)\n", as.count,
                 name, as.type, as.type, as.count, value);
    else
        text_add(writer->out, "    var %s: %s = %s\n", name, as.type, value);
    return CXVisit_Continue;
}

static void add_struct(Header *header, size_t index, Text *out) {
    CXCursor definition = header->records[index].definition;
    const char *problem = type_record_problem(header, definition);
    const char *name = header_type_name(header, definition);
    if (problem) {
        if (name && clang_isCursorDefinition(definition))
            text_add(out, "\n// %s %s is a Ptr: %s\n",
                     clang_getCursorKind(definition) == CXCursor_UnionDecl ? "union" : "struct", name,
                     problem);
        return;
    }
    const char *own = type_value(header, clang_getCursorType(definition));
    FieldWriter writer = {header, out};
    text_add(out, "\n");
    module_add_documentation(definition, "///", out);
    text_add(out, "@c\npub struct %s {\n", own);
    clang_Type_visitFields(clang_getCursorType(definition), add_field, &writer);
    text_add(out, "}\n");
}

/* ---- Functions --------------------------------------------------------------------------------- */

/* The declaration as C has it. */
static char *declaration(CXCursor function) {
    CXPrintingPolicy policy = clang_getCursorPrintingPolicy(function);
    clang_PrintingPolicy_setProperty(policy, CXPrintingPolicy_TerseOutput, 1);
    char *text = text_take(clang_getCursorPrettyPrinted(function, policy));
    clang_PrintingPolicy_dispose(policy);
    return text;
}

/* The same without attributes. */
static const char *prototype(CXCursor function) {
    char *text = declaration(function);
    for (char *end; strncmp(text, "__attribute__((", 15) == 0 && (end = strstr(text, ")) "));)
        text = end + 3;
    static const char *const ends[] = {" __attribute__", " asm(", "\n"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *end = strstr(text, ends[i]);
        if (end)
            *end = '\0';
    }
    return strncmp(text, "extern ", 7) == 0 ? text + 7 : text;
}

static void add_parameter_name(CXCursor function, int index, Text *out) {
    CXCursor parameter = clang_Cursor_getArgument(function, (unsigned)index);
    const char *name = clang_Cursor_isNull(parameter) ? "" : text_take(clang_getCursorSpelling(parameter));
    name += strspn(name, "_"); /* C's own headers have them */
    if (*name)
        text_add(out, "%s", name_of(name));
    else
        text_add(out, "p%d", index + 1);
}

/* Whether __attribute__((nonnull(1, 2))) names the parameter; without numbers it means all of them. libclang only prints it. */
static bool is_nonnull(const char *declaration, int index) {
    static const char attribute[] = "((nonnull";
    for (const char *at = strstr(declaration, attribute); at; at = strstr(at, attribute)) {
        at += strlen(attribute);
        if (*at == ')')
            return true;
        for (char *end; *at == '(' || *at == ','; at = end)
            if (strtol(at + 1, &end, 10) == index + 1)
                return true;
    }
    return false;
}

/* `string?` and `(fn(i32): i32)?` as what cannot be null. */
static const char *without_null(const char *name) {
    size_t length = strlen(name);
    Text text = {0};
    if (name[length - 1] != '?')
        return name;
    if (name[0] == '(')
        text_add_bytes(&text, name + 1, length - 3);
    else
        text_add_bytes(&text, name, length - 1);
    return text.bytes;
}

/* `(a: i32): i32`. False: Cora lacks a type, and *missing is that of C. */
static bool add_signature(Header *header, CXCursor function, Text *out, CXType *missing) {
    CXType type = clang_getCursorType(function);
    int count = clang_getNumArgTypes(type);
    const char *whole = declaration(function);
    text_add(out, "(");
    for (int i = 0; i < count; i++) {
        *missing = clang_getArgType(type, (unsigned)i);
        const char *name = type_parameter(header, *missing);
        if (!name)
            return false;
        text_add(out, "%s", i > 0 ? ", " : "");
        add_parameter_name(function, i, out);
        text_add(out, ": %s", is_nonnull(whole, i) ? without_null(name) : name);
    }
    *missing = clang_getResultType(type);
    const char *result = type_result(header, *missing);
    text_add(out, ")%s%s", result && *result ? ": " : "", result ? result : "");
    return result != NULL;
}

static bool is_variadic(CXCursor function) {
    CXType type = clang_getCursorType(function);
    return type.kind != CXType_FunctionNoProto && clang_isFunctionTypeVariadic(type);
}

static void add_attributes(CXCursor function, const char *name, Text *out) {
    const char *symbol = text_take(clang_Cursor_getMangling(function));
    if (is_variadic(function))
        text_add(out, "    @symbol(\"%s\") @variadic(%d)\n", symbol, clang_Cursor_getNumArguments(function));
    else if (strcmp(symbol, name) != 0)
        text_add(out, "    @symbol(\"%s\")\n", symbol);
}

/* False: it is only a comment. */
static bool add_function(Header *header, CXCursor function, Text *out) {
    Text signature = {0};
    CXType missing;
    const char *name = name_of(text_take(clang_getCursorSpelling(function)));
    if (!add_signature(header, function, &signature, &missing)) {
        text_add(out, "\n    // %s: Cora has no `%s`\n", prototype(function), type_spelling(missing));
        return false;
    }
    text_add(out, "\n");
    if (module_add_documentation(function, "    ///", out))
        text_add(out, "    ///\n");
    text_add(out, "    /// C: `%s`%s\n", prototype(function),
             is_variadic(function) ? "; what stands for `...` takes a declaration with more parameters" : "");
    add_attributes(function, name, out);
    text_add(out, "    pub fn %s%s\n", name, signature.bytes);
    free(signature.bytes);
    return true;
}

static bool add_functions(Header *header, Text *out) {
    bool has_functions = false;
    for (size_t i = 0; i < header->functions.count; i++)
        has_functions |= add_function(header, header->functions.items[i], out);
    for (size_t i = 0; i < header->variables.count; i++)
        text_add(out, "\n    // %s: a variable\n", prototype(header->variables.items[i]));
    return has_functions;
}

/* ---- The module -------------------------------------------------------------------------------- */

/* The header's name without folders and ending, unless there is a better one. */
static void add_library(const Options *options, Text *out) {
    const char *slash = strrchr(options->header, '/');
    const char *name = slash ? slash + 1 : options->header;
    if (options->library)
        text_add(out, "%s", options->library);
    else
        text_add_bytes(out, name, strcspn(name, "."));
}

bool module_add(Header *header, Text *out) {
    const char *slash = strrchr(header->options->header, '/');
    Text library = {0}, functions = {0};
    add_library(header->options, &library);
    text_add(out,
             "/// Bindings of `%s`, made by `coracle bindgen`; calls need the grant `--ffi=%s`.\n"
             "///\n"
             "/// Where C takes a pointer that is a `Ptr` here, a declaration of your own can have a "
             "`CBuffer` or a\n"
             "/// `CRef<T>`. A function is called only until the call returns: where C keeps it, declare a "
             "`Callback<F>`.\n",
             slash ? slash + 1 : header->options->header, library.bytes);
    constants_add(header, out);
    bool has_functions = add_functions(header, &functions);
    for (size_t i = 0; i < header->record_count; i++)
        add_struct(header, i, out);
    if (has_functions)
        text_add(out, "\nextern \"%s\" {%s}\n", library.bytes, functions.bytes);
    return has_functions;
}
