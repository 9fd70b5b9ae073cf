/* What types of C are in Cora. */
#include <stdint.h>
#include <string.h>

#include "cli/bindgen/bindgen.h"

static const char *type_integer(CXType type, bool is_signed) {
    switch (clang_Type_getSizeOf(type)) {
    case 1: return is_signed ? "i8" : "u8";
    case 2: return is_signed ? "i16" : "u16";
    case 4: return is_signed ? "i32" : "u32";
    case 8: return is_signed ? "i64" : "u64";
    default: return NULL; /* __int128 */
    }
}

/* Structs of functions are named when they are first met. */
static const char *type_record(Header *header, CXType type) {
    CXCursor declaration = clang_getTypeDeclaration(type);
    if (type_record_problem(header, declaration))
        return NULL;
    Record *record = header_record(header, declaration);
    if (!record->name) {
        const char *name = name_of(header_type_name(header, declaration));
        while (!name_take(header, name)) {
            Text other = {0};
            text_add(&other, "%s_", name);
            name = other.bytes;
        }
        record->name = name;
    }
    return record->name;
}

const char *type_value(Header *header, CXType type) {
    type = clang_getCanonicalType(type);
    switch (type.kind) {
    case CXType_Bool: return "bool";
    case CXType_Float: return "f32";
    case CXType_Double: return "f64";
    case CXType_Pointer: return "Ptr";
    case CXType_Record: return type_record(header, type);
    case CXType_Enum: return type_value(header, clang_getEnumDeclIntegerType(clang_getTypeDeclaration(type)));
    case CXType_Char_S:
    case CXType_SChar:
    case CXType_WChar:
    case CXType_Short:
    case CXType_Int:
    case CXType_Long:
    case CXType_LongLong: return type_integer(type, true);
    case CXType_Char_U:
    case CXType_UChar:
    case CXType_Char16:
    case CXType_Char32:
    case CXType_UShort:
    case CXType_UInt:
    case CXType_ULong:
    case CXType_ULongLong: return type_integer(type, false);
    default: return NULL;
    }
}

/* ---- Pointers ---------------------------------------------------------------------------------- */

/* Arrays are passed as pointers. */
static bool is_array(CXType type) {
    type = clang_getCanonicalType(type);
    return type.kind == CXType_ConstantArray || type.kind == CXType_IncompleteArray ||
           type.kind == CXType_VariableArray;
}

static bool is_text(CXType type) {
    type = clang_getCanonicalType(type);
    CXType to = is_array(type) ? clang_getArrayElementType(type) : clang_getPointeeType(type);
    return (to.kind == CXType_Char_S || to.kind == CXType_Char_U) && clang_isConstQualifiedType(to);
}

/* What C passes on by this means nothing to Cora, and is something else on each machine. */
static bool is_va_list(CXType type) {
    while (type.kind == CXType_Elaborated || type.kind == CXType_Typedef) {
        char *name = text_take(clang_getTypedefName(type));
        if (name && strstr(name, "va_list"))
            return true;
        type = type.kind == CXType_Elaborated
                   ? clang_Type_getNamedType(type)
                   : clang_getTypedefDeclUnderlyingType(clang_getTypeDeclaration(type));
    }
    char *name = text_take(clang_getTypeSpelling(clang_getCanonicalType(type)));
    return strstr(name, "__va_list") != NULL;
}

const char *type_spelling(CXType type) {
    return is_va_list(type) ? "va_list" : text_take(clang_getTypeSpelling(type));
}

/* A text; null is allowed unless the header says that it is not. */
static const char *type_text(CXType type) {
    return clang_Type_getNullability(type) == CXTypeNullability_NonNull ? "string" : "string?";
}

/* A function that C calls; NULL: Cora cannot be called so. */
static const char *type_function(Header *header, CXType type) {
    Text text = {0};
    CXType result = clang_getResultType(type);
    const char *result_name = result.kind == CXType_Void ? "" : type_value(header, result);
    if (!result_name || clang_isFunctionTypeVariadic(type) || clang_getNumArgTypes(type) < 0)
        return NULL;
    text_add(&text, "(fn(");
    for (int i = 0; i < clang_getNumArgTypes(type); i++) {
        CXType argument = clang_getArgType(type, (unsigned)i);
        const char *name = is_va_list(argument) ? NULL
                           : is_text(argument)  ? type_text(argument)
                           : is_array(argument) ? "Ptr"
                                                : type_value(header, argument);
        if (!name)
            return NULL;
        text_add(&text, "%s%s", i > 0 ? ", " : "", name);
    }
    text_add(&text, ")%s%s)?", *result_name ? ": " : "", result_name);
    return text.bytes;
}

const char *type_parameter(Header *header, CXType type) {
    if (is_va_list(type))
        return NULL;
    if (is_text(type))
        return type_text(type);
    CXType to = clang_getPointeeType(clang_getCanonicalType(type));
    const char *function = to.kind == CXType_FunctionProto ? type_function(header, to) : NULL;
    return function ? function : is_array(type) ? "Ptr" : type_value(header, type);
}

const char *type_result(Header *header, CXType type) {
    if (clang_getCanonicalType(type).kind == CXType_Void)
        return "";
    return is_text(type) ? type_text(type) : type_value(header, type);
}

/* All elements of an array of arrays lie one after the other. */
Field type_field(Header *header, CXType type) {
    enum { MOST = 16384 };
    Field field = {.count = 0};
    type = clang_getCanonicalType(type);
    for (long long count = 1; type.kind == CXType_ConstantArray;) {
        long long length = clang_getArraySize(type);
        if (length < 1 || length > MOST / count)
            return field;
        field.count = count *= length;
        type = clang_getCanonicalType(clang_getArrayElementType(type));
    }
    bool is_text = field.count > 0 && type.kind == CXType_Char_S; /* bytes, as strings have them */
    field.type = is_text ? "u8" : type_value(header, type);
    return field;
}

/* ---- Structs ----------------------------------------------------------------------------------- */

/* How far a struct is laid out as `@c` structs are. */
typedef struct Layout {
    Header *header;
    long long size, alignment; /* so far, in bytes */
    const char *problem;
} Layout;

static long long align(long long size, long long alignment) {
    return (size + alignment - 1) / alignment * alignment;
}

static enum CXVisitorResult layout_field(CXCursor field, CXClientData data) {
    Layout *layout = data;
    CXType type = clang_getCursorType(field);
    Text problem = {0};
    if (clang_Cursor_isBitField(field)) {
        layout->problem = "it has bit fields";
    } else if (!type_field(layout->header, type).type) {
        text_add(&problem, "it has a field of type `%s`", text_take(clang_getTypeSpelling(type)));
        layout->problem = clang_Cursor_isAnonymous(clang_getTypeDeclaration(type)) ? "it has a nameless part"
                                                                                   : problem.bytes;
    } else {
        layout->size = align(layout->size, clang_Type_getAlignOf(type));
        if (clang_Cursor_getOffsetOfField(field) != 8 * layout->size)
            layout->problem = "it is packed";
        layout->size += clang_Type_getSizeOf(type);
        if (layout->alignment < clang_Type_getAlignOf(type))
            layout->alignment = clang_Type_getAlignOf(type);
    }
    return layout->problem ? CXVisit_Break : CXVisit_Continue;
}

static const char *record_examine(Header *header, CXCursor definition) {
    enum { MOST = 16 << 10 };
    CXType type = clang_getCursorType(definition);
    Layout layout = {.header = header, .alignment = 1};
    if (clang_getCursorKind(definition) == CXCursor_UnionDecl)
        return "it is a union";
    if (!clang_isCursorDefinition(definition))
        return "its fields are not known";
    if (!header_type_name(header, definition))
        return "it has no name";
    clang_Type_visitFields(type, layout_field, &layout);
    if (layout.problem)
        return layout.problem;
    if (layout.size == 0)
        return "it has no fields";
    if (layout.size > MOST)
        return "it is larger than 16 KiB";
    bool is_plain = layout.alignment == clang_Type_getAlignOf(type) &&
                    align(layout.size, layout.alignment) == clang_Type_getSizeOf(type);
    return is_plain ? NULL : "it is aligned otherwise";
}

const char *type_record_problem(Header *header, CXCursor declaration) {
    Record *record = header_record(header, declaration);
    if (record->examined)
        return record->why_not;
    const char *problem = record_examine(header, record->definition);
    record = header_record(header, declaration); /* others may have come */
    record->examined = true;
    record->why_not = problem;
    return problem;
}
