// Functions of C libraries: what an `extern "library"` block says of them, and the types that C shares.
#include "compiler/declarations.h"

#include <string.h>

// ------------------------------------------------------------------------------------------------ attributes

void foreign_check_library(Checker *checker, const AstDecl *ast) {
    const char *library = ast->extern_.library;
    if (!library || (*library && !strpbrk(library, "!\n")))
        return;
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_EXTERN_LIBRARY, ast->extern_.library_span, NULL);
    diagnostic_label(d, "write the library's file name, such as `libm.so.6`, or only `m`");
}

static void report_attribute(Checker *checker, const AstAttribute *attribute, const char *wants,
                             const char *example) {
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_BAD_ATTRIBUTE, attribute->span,
                                   attribute->name.text, wants, NULL);
    diagnostic_label(d, "write `%s`", example);
}

static const AstExpr *only_argument(const AstAttribute *attribute) {
    bool is_one = attribute->argument_count == 1 && !attribute->arguments[0].name.text;
    return is_one ? attribute->arguments[0].value : NULL;
}

static bool is_symbol(const AstExpr *value) {
    return value && value->kind == AST_EXPR_STRING && value->string.length > 0 &&
           strlen(value->string.bytes) == value->string.length && !strpbrk(value->string.bytes, "!,\n");
}

// Whether the attribute is one of functions of libraries; reports what is wrong with it.
static bool take_attribute(Checker *checker, ForeignFunction *foreign, const AstAttribute *attribute,
                           uint32_t parameter_count) {
    const AstExpr *value = only_argument(attribute);
    if (!strcmp(attribute->name.text, "symbol")) {
        if (is_symbol(value))
            foreign->symbol = intern_text(checker->names, value->string.bytes, value->string.length);
        else
            report_attribute(checker, attribute, "takes the name that the function has in C",
                             "@symbol(\"name\")");
        return true;
    }
    if (strcmp(attribute->name.text, "variadic") != 0)
        return false;
    foreign->is_variadic = true;
    if (value && value->kind == AST_EXPR_INT && value->integer.value > 0 &&
        value->integer.value <= parameter_count)
        foreign->fixed = (uint32_t)value->integer.value;
    else
        report_attribute(checker, attribute,
                         "takes the number of parameters before those of C's `...`, at least one",
                         "@variadic(1)");
    return true;
}

bool foreign_is_attribute(const char *name) {
    return !strcmp(name, "symbol") || !strcmp(name, "variadic");
}

ForeignFunction *foreign_new_function(Checker *checker, const AstDecl *block, const AstDecl *ast) {
    ForeignFunction *foreign = ARENA_NEW(checker->arena, ForeignFunction);
    foreign->library = block->extern_.library ? block->extern_.library : "";
    foreign->symbol = ast->name.text;
    for (uint32_t i = 0; i < ast->attribute_count; i++)
        if (ast->attributes[i].name.text)
            take_attribute(checker, foreign, &ast->attributes[i], ast->function.parameter_count);
    return foreign;
}

bool foreign_take_c(Checker *checker, const AstDecl *ast, const AstAttribute *attribute) {
    const bool is_plain = ast->kind == AST_DECL_STRUCT && ast->type.type_parameter_count == 0;
    if (attribute->argument_count > 0)
        report_attribute(checker, attribute, "takes no arguments", "@c");
    if (is_plain)
        return true;
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_BAD_ATTRIBUTE, attribute->span,
                                   attribute->name.text, "belongs to a struct without type parameters", NULL);
    diagnostic_label(d, "C knows no such type");
    return false;
}

uint32_t foreign_take_count(Checker *checker, const AstAttribute *attribute) {
    const AstExpr *value = only_argument(attribute);
    if (value && value->kind == AST_EXPR_INT && value->integer.value > 0 &&
        value->integer.value <= COR_FIELD_COUNT_MOST)
        return (uint32_t)value->integer.value;
    report_attribute(checker, attribute, "takes the number of elements that the array has in C, up to 16384",
                     "@count(4)");
    return 1;
}

// ------------------------------------------------------------------------------------------------------ types

static bool is_core(const Type *type, const TypeDecl *decl) {
    return type->kind == TYPE_NAMED && decl && type->decl == decl;
}

// Structs of other modules are known by their fields.
static bool is_c_struct(const Checker *checker, const Type *type, unsigned depth);

static bool is_c_value(const Checker *checker, const Type *type, unsigned depth) {
    return type->kind == TYPE_ERROR || type->kind == TYPE_BOOL || type_is_number(type) ||
           is_core(type, checker->core.Ptr) || is_c_struct(checker, type, depth);
}

// An array lies inside the struct, as many elements of it as `@count` says.
static bool is_c_field(const Checker *checker, const Field *field, unsigned depth) {
    const Type *type = field->type;
    if (field->count == 0 || type->kind == TYPE_ERROR)
        return is_c_value(checker, type, depth);
    return type->kind == TYPE_ARRAY && type->args[0] != field->owner->self_type &&
           is_c_value(checker, type->args[0], depth);
}

static bool is_c_struct(const Checker *checker, const Type *type, unsigned depth) {
    enum { DEPTH = 16 };
    if (type->kind != TYPE_NAMED || type->decl->kind != COR_DEF_STRUCT || type->arg_count > 0)
        return false;
    if (type->decl->ast || depth == DEPTH)
        return type->decl->is_c;
    for (uint32_t i = 0; i < type->decl->field_count; i++)
        if (!is_c_field(checker, &type->decl->fields[i], depth + 1))
            return false;
    return type->decl->field_count > 0;
}

static const Type *without_optional(const Type *type) {
    return type->kind == TYPE_OPTIONAL ? type->args[0] : type;
}

static bool is_text(const Type *type) {
    return without_optional(type)->kind == TYPE_STRING;
}

// A function that C calls.
static bool is_c_function(const Checker *checker, const Type *type) {
    if (type->kind != TYPE_FUNCTION)
        return false;
    const Type *result = type->args[type->arg_count - 1];
    for (uint32_t i = 0; i + 1 < type->arg_count; i++)
        if (!is_c_value(checker, type->args[i], 0) && !is_text(type->args[i]))
            return false;
    return result->kind == TYPE_VOID || is_c_value(checker, result, 0);
}

static bool is_c_parameter(const Checker *checker, const Type *type) {
    if (is_c_value(checker, type, 0) || is_text(type))
        return true;
    const Type *inner = without_optional(type);
    return is_core(inner, checker->core.CBuffer) || is_c_function(checker, inner) ||
           (is_core(inner, checker->core.CRef) && is_c_value(checker, inner->args[0], 0)) ||
           (is_core(inner, checker->core.Callback) && is_c_function(checker, inner->args[0]));
}

static bool is_c_result(const Checker *checker, const Type *type) {
    return type->kind == TYPE_VOID || type->kind == TYPE_NEVER || is_c_value(checker, type, 0) ||
           is_text(type);
}

// What stands in for a type that somebody has used.
static const char *repair(const Checker *checker, const Type *type) {
    const Type *inner = without_optional(type);
    switch (inner->kind) {
    case TYPE_CHAR: return "a `char` of C is an `i8` or `u8`, a `char32_t` a `u32`";
    case TYPE_ARRAY: return "pass memory as `CBuffer`, which C may fill, or as `Ptr`";
    case TYPE_FUNCTION:
        return "C calls functions with numbers, `bool`, `Ptr`, `string` or `@c` structs, and their results "
               "are such values";
    case TYPE_NAMED:
        if (inner->decl == checker->core.List)
            return "pass memory as `CBuffer`, which C may fill, or as `Ptr`";
        if (inner->decl->kind == COR_DEF_STRUCT && inner->arg_count == 0)
            return "mark the struct `@c`, so that its fields lie as C's do";
        if (inner->decl->kind == COR_DEF_STRUCT)
            return NULL;
        return "an object that C only hands back is a `Ptr`";
    default: return type->kind == TYPE_OPTIONAL ? "a pointer that may be null is a `Ptr`" : NULL;
    }
}

static void report_type(Checker *checker, const AstType *ast, const Type *type) {
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_EXTERN_TYPE, ast->span,
                                   types_name(checker->types, type), NULL);
    const char *help = repair(checker, type);
    if (help)
        diagnostic_help(d, "%s", help);
}

void foreign_check_function(Checker *checker, const Function *function, const AstDecl *ast) {
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        const AstType *type = ast->function.parameters[i].type;
        if (type && !is_c_parameter(checker, function->parameters[i].type))
            report_type(checker, type, function->parameters[i].type);
    }
    if (ast->function.result && !is_c_result(checker, function->result))
        report_type(checker, ast->function.result, function->result);
}

static void report_field_type(Checker *checker, const Field *field) {
    const char *name = types_name(checker->types, field->type);
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_EXTERN_TYPE, field->ast->field.type->span, name, NULL);
    if (field->count > 0)
        diagnostic_help(d, "`@count` stands at an `Array` of numbers, `bool`, `Ptr` or other `@c` structs");
    else if (field->type->kind == TYPE_ARRAY)
        diagnostic_help(d, "say how many elements lie in the struct: `@count(4) %s: %s`", field->name, name);
    else if (repair(checker, field->type))
        diagnostic_help(d, "%s", repair(checker, field->type));
}

void foreign_check_struct(Checker *checker, const TypeDecl *decl) {
    Diagnostic *d;
    for (uint32_t i = 0; i < decl->field_count; i++) {
        const Field *field = &decl->fields[i];
        if (!field->type) {
            d = diagnostic_add(checker->sink, DIAGNOSTIC_BAD_ATTRIBUTE, field->span, "c",
                               "belongs to a struct whose fields have written types", NULL);
            diagnostic_label(d, "write the type, such as `%s: i32`", field->name);
        } else if (field->ast->field.type && !is_c_field(checker, field, 0)) {
            report_field_type(checker, field);
        }
    }
    if (decl->field_count > 0)
        return;
    d = diagnostic_add(checker->sink, DIAGNOSTIC_BAD_ATTRIBUTE, decl->span, "c",
                       "belongs to a struct that has fields", NULL);
    diagnostic_label(d, "C has no empty structs");
}
