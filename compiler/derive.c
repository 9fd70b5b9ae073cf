// Members that a type has without writing them.
//
// A struct or class without `init` has a memberwise one. Structs and enums have `equals`, `hash` and
// `toString`, for which the emitter makes the code (Function.is_derived), unless the type or one of its
// extensions in the module writes its own. Enums also have the properties `ordinal` and `name`, whose bodies
// are ordinary trees made here.
#include "compiler/declarations.h"

#include <string.h>

// ------------------------------------------------------------------------------------------- derived methods

typedef struct MethodList {
    Function **items;
    uint32_t count, capacity;
} MethodList;

// Whether the method is the one that the language itself calls: `equals(T): bool`, `hash(): int`,
// `toString(): string`.
static bool is_protocol_method(const Function *method, const char *name, const Type *self, bool takes_other) {
    if (method->kind != FUNCTION_METHOD || method->name != name || method->parameter_count != takes_other)
        return false;
    return !takes_other || method->parameters[0].type == self;
}

Function *derive_find_written(Checker *checker, const TypeDecl *decl, const char *name, bool takes_other) {
    for (uint32_t i = 0; i < decl->method_count; i++) {
        Function *method = decl->methods[i];
        if (!method->is_derived && is_protocol_method(method, name, decl->self_type, takes_other))
            return method;
    }
    const ExtensionIndex *extensions = members_extensions(checker, decl->self_type);
    const MemberEntry *entry = extensions ? name_table_get(&extensions->members, name) : NULL;
    for (; entry; entry = entry->next) {
        Function *method = entry->member.method;
        if (method && method->module == decl->module &&
            is_protocol_method(method, name, entry->extension->target, takes_other))
            return method;
    }
    return NULL;
}

// Whether a property that every enum has would hide something that is written.
static bool is_taken(const TypeDecl *decl, const char *name) {
    for (uint32_t i = 0; i < decl->method_count; i++) {
        if (decl->methods[i]->name == name)
            return true;
    }
    for (uint32_t i = 0; i < decl->case_count; i++) {
        if (decl->cases[i].name == name)
            return true;
    }
    return false;
}

static Function *new_method(Checker *checker, TypeDecl *decl, FunctionKind kind, const char *name,
                            const Type *result) {
    Function *method = checker_new_function(checker, kind, name, decl->span);
    method->owner = decl;
    method->type_params = decl->type_params;
    method->type_param_count = method->own_type_param_start = decl->type_param_count;
    method->self_type = decl->self_type;
    method->result = result;
    method->state = SYMBOL_KNOWN;
    method->is_public = true;
    return method;
}

static void derive_method(Checker *checker, TypeDecl *decl, MethodList *list, const char *text,
                          TypeKind result, bool takes_other) {
    const char *name = intern_string(checker->names, text);
    if (derive_find_written(checker, decl, name, takes_other))
        return;
    Function *method =
        new_method(checker, decl, FUNCTION_METHOD, name, types_builtin(checker->types, result));
    method->is_derived = true;
    if (takes_other) {
        method->parameter_count = 1;
        method->parameters = ARENA_ARRAY(checker->arena, Parameter, 1);
        method->parameters[0].name = intern_string(checker->names, "other");
        method->parameters[0].type = decl->self_type;
        method->parameters[0].span = decl->span;
    }
    ARENA_PUSH(checker->arena, list->items, list->count, list->capacity, method);
}

static TreeExpr *new_tree(Checker *checker, TreeKind kind, const Type *type, Span span) {
    return tree_new(checker->arena, kind, type, span);
}

static TreePattern *case_pattern(Checker *checker, const TypeDecl *decl, EnumCase *enum_case) {
    TreePattern *pattern = ARENA_NEW(checker->arena, TreePattern);
    pattern->kind = PATTERN_CASE;
    pattern->type = decl->self_type;
    pattern->span = enum_case->span;
    pattern->enum_case = enum_case;
    pattern->sub_count = enum_case->field_count;
    pattern->subs = ARENA_ARRAY(checker->arena, TreePattern *, enum_case->field_count);
    return pattern;
}

// `get ordinal: int` or `get name: string`: a match over the cases.
static void derive_case_property(Checker *checker, TypeDecl *decl, MethodList *list, const char *text,
                                 TypeKind result) {
    const char *name = intern_string(checker->names, text);
    if (decl->case_count == 0 || is_taken(decl, name))
        return;
    const Type *type = types_builtin(checker->types, result);
    Function *getter = new_method(checker, decl, FUNCTION_GETTER, name, type);
    getter->is_hidden = true;
    getter->self = checker_new_variable(checker, VARIABLE_PARAMETER, intern_string(checker->names, "self"),
                                        decl->self_type, decl->span);
    getter->self->is_let = true;
    getter->self->function = getter;
    TreeExpr *subject = new_tree(checker, TREE_VARIABLE, decl->self_type, decl->span);
    subject->variable = getter->self;
    TreeExpr *match = new_tree(checker, TREE_MATCH, type, decl->span);
    match->a = subject;
    match->arm_count = decl->case_count;
    match->arms = ARENA_ARRAY(checker->arena, TreeArm, decl->case_count);
    for (uint32_t i = 0; i < decl->case_count; i++) {
        EnumCase *enum_case = &decl->cases[i];
        TreeExpr *value = new_tree(checker, TREE_CONSTANT, type, decl->span);
        value->constant.type = type;
        if (result == TYPE_STRING) {
            value->constant.string.bytes = enum_case->name;
            value->constant.string.length = (uint32_t)strlen(enum_case->name);
        } else {
            value->constant.integer = i;
        }
        match->arms[i] =
            (TreeArm){.pattern = case_pattern(checker, decl, enum_case), .body = value, .span = decl->span};
    }
    getter->body = match;
    ARENA_PUSH(checker->arena, list->items, list->count, list->capacity, getter);
}

void derive_methods(Checker *checker, TypeDecl *decl) {
    if (decl->kind != COR_DEF_STRUCT && decl->kind != COR_DEF_ENUM)
        return;
    MethodList derived = {0};
    derive_method(checker, decl, &derived, "equals", TYPE_BOOL, true);
    derive_method(checker, decl, &derived, "hash", TYPE_I64, false);
    derive_method(checker, decl, &derived, "toString", TYPE_STRING, false);
    if (decl->kind == COR_DEF_ENUM) {
        derive_case_property(checker, decl, &derived, "ordinal", TYPE_I64);
        derive_case_property(checker, decl, &derived, "name", TYPE_STRING);
    }
    if (derived.count == 0)
        return;
    Function **all = ARENA_ARRAY(checker->arena, Function *, decl->method_count + derived.count);
    for (uint32_t i = 0; i < decl->method_count; i++)
        all[i] = decl->methods[i];
    for (uint32_t i = 0; i < derived.count; i++)
        all[decl->method_count + i] = derived.items[i];
    decl->methods = all;
    decl->method_count += derived.count;
}

// ------------------------------------------------------------------------------------------ memberwise inits

static bool is_parameter(const Field *field) {
    return !(field->is_let && field->has_default);
}

void derive_init(Checker *checker, TypeDecl *decl) {
    bool has_inits = decl->kind == COR_DEF_STRUCT || decl->kind == COR_DEF_CLASS;
    if (!has_inits || decl->is_host || decl->init_count > 0)
        return;
    Function *init = new_method(checker, decl, FUNCTION_INIT, checker->declarations->init_name,
                                types_builtin(checker->types, TYPE_VOID));
    init->is_memberwise = true;
    init->parameters = ARENA_ARRAY(checker->arena, Parameter, decl->field_count);
    for (uint32_t i = 0; i < decl->field_count; i++) {
        const Field *field = &decl->fields[i];
        if (!is_parameter(field))
            continue;
        Parameter *parameter = &init->parameters[init->parameter_count++];
        parameter->name = field->name;
        parameter->type = field->type ? field->type : types_builtin(checker->types, TYPE_ERROR);
        parameter->has_default = field->has_default;
        parameter->span = field->span;
    }
    decl->inits = ARENA_NEW(checker->arena, Function *);
    decl->inits[0] = init;
    decl->init_count = 1;
}

void derive_parameter_types(Checker *checker, TypeDecl *decl) {
    if (decl->init_count != 1 || !decl->inits[0]->is_memberwise)
        return;
    Parameter *parameter = decl->inits[0]->parameters;
    for (uint32_t i = 0; i < decl->field_count; i++) {
        Field *field = &decl->fields[i];
        if (!is_parameter(field))
            continue;
        infer_field(checker, field);
        parameter->type = field->type;
        parameter++;
    }
}

// The hidden function of a field's default, which cannot mention other fields: it takes no parameters.
static Function *default_function(Checker *checker, const Function *init, const Parameter *parameter,
                                  const Field *field) {
    Function *hidden = checker_new_function(checker, FUNCTION_DEFAULT, init->name, parameter->span);
    hidden->owner = init->owner;
    hidden->type_params = init->type_params;
    hidden->type_param_count = hidden->own_type_param_start = init->type_param_count;
    hidden->result = parameter->type;
    hidden->state = SYMBOL_KNOWN;
    hidden->is_hidden = true;
    Field own = *field; // its tree belongs to this function
    check_field_default(checker, &own);
    hidden->body = own.default_value;
    return hidden;
}

void derive_default_functions(Checker *checker, Function *init) {
    const TypeDecl *decl = init->owner;
    uint32_t index = 0;
    for (uint32_t i = 0; i < decl->field_count; i++) {
        const Field *field = &decl->fields[i];
        if (!is_parameter(field))
            continue;
        if (field->has_default) {
            Function *hidden = default_function(checker, init, &init->parameters[index], field);
            init->parameters[index].default_function = hidden;
            checker_add_function(checker, hidden);
        }
        index++;
    }
}
