// Types that the source leaves out: of `=>` functions, fields, module variables and statics with a value, and
// the values of constants.
//
// They are inferred when something asks for them first, whatever the order of declaration. What is being
// inferred is marked SYMBOL_IN_PROGRESS; asking for it again is a cycle, reported once, after which its type
// is the error type. A chain of such questions is limited in length, because every step is a recursion of the
// checker.
//
// The value of a symbol is checked in the module that declares it: only source symbols have values to infer
// from, and those are always of the module being checked.
#include "compiler/declarations.h"

#define INFER_MAX_DEPTH 100

// Enters an inference. False if the symbol is known, or if this step cannot be taken, which has been
// reported.
static bool begin(Checker *checker, int *state, const char *name, Span span, DiagnosticCode cycle) {
    Declarations *declarations = checker_declarations(checker);
    if (*state == SYMBOL_KNOWN)
        return false;
    if (*state == SYMBOL_IN_PROGRESS) {
        Diagnostic *d = diagnostic_add(checker->sink, cycle, span, name, NULL);
        diagnostic_label(d, "used in its own value");
        if (cycle == DIAGNOSTIC_CYCLIC_INFERENCE)
            diagnostic_help(d, "write the type of `%s`", name);
        *state = SYMBOL_KNOWN;
        return false;
    }
    if (declarations->inference_depth >= INFER_MAX_DEPTH) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_INFERENCE_TOO_DEEP, span, name, NULL);
        diagnostic_label(d, "write the type of this one");
        *state = SYMBOL_KNOWN;
        return false;
    }
    *state = SYMBOL_IN_PROGRESS;
    declarations->inference_depth++;
    return true;
}

static void end(Checker *checker, int *state) {
    checker->declarations->inference_depth--;
    *state = SYMBOL_KNOWN;
}

// A type that a variable can have: the value of the inference, or the error type.
static const Type *settled(Checker *checker, const Type *type) {
    if (!type || type->kind == TYPE_VOID || type->kind == TYPE_NULL || type->kind == TYPE_VARIABLE)
        return types_builtin(checker->types, TYPE_ERROR);
    return type;
}

void infer_function(Checker *checker, Function *function) {
    if (!begin(checker, &function->state, function->name, function->span, DIAGNOSTIC_CYCLIC_INFERENCE)) {
        if (!function->result)
            function->result = types_builtin(checker->types, TYPE_ERROR);
        return;
    }
    const Type *result = infer_function_result(checker, function);
    if (!result || result->kind == TYPE_NULL || result->kind == TYPE_VARIABLE)
        result = types_builtin(checker->types, TYPE_ERROR);
    // A cycle that was found meanwhile has left the error type; the better answer is kept.
    function->result = result;
    end(checker, &function->state);
}

void infer_field(Checker *checker, Field *field) {
    const Type *error = types_builtin(checker->types, TYPE_ERROR);
    if (!begin(checker, &field->state, field->name, field->span, DIAGNOSTIC_CYCLIC_INFERENCE)) {
        field->type = field->type ? field->type : error;
        return;
    }
    const TypeDecl *owner = field->owner;
    TypeScope scope = {owner->type_params, owner->type_param_count, NULL};
    field->type = settled(checker, infer_initializer_type(checker, &scope, field->ast->field.value));
    end(checker, &field->state);
}

// ------------------------------------------------------------------------------------- module variables

// The type of the variable called `name` inside a pattern over a value of `type`; NULL if it is not there.
static const Type *type_in_pattern(Checker *checker, const AstPattern *pattern, const Type *type,
                                   const char *name);

static const Type *type_in_fields(Checker *checker, const AstPattern *pattern, const Type *type,
                                  const char *name) {
    for (uint32_t i = 0; i < pattern->variant.field_count; i++) {
        const AstPatternField *part = &pattern->variant.fields[i];
        const Type *field_type = types_builtin(checker->types, TYPE_ERROR);
        if (type->kind == TYPE_NAMED) {
            for (uint32_t j = 0; j < type->decl->field_count; j++) {
                Field *field = &type->decl->fields[j];
                if (part->name.text ? field->name != part->name.text : j != i)
                    continue;
                infer_field(checker, field);
                field_type = member_type(checker, type, field->type);
            }
        }
        const Type *found = type_in_pattern(checker, part->pattern, field_type, name);
        if (found)
            return found;
    }
    return NULL;
}

static const Type *type_in_pattern(Checker *checker, const AstPattern *pattern, const Type *type,
                                   const char *name) {
    switch (pattern->kind) {
    case AST_PATTERN_NAME: return pattern->name.name.text == name ? type : NULL;
    case AST_PATTERN_TUPLE:
        for (uint32_t i = 0; i < pattern->tuple.count; i++) {
            bool fits = type->kind == TYPE_TUPLE && i < type->arg_count;
            const Type *element = fits ? type->args[i] : types_builtin(checker->types, TYPE_ERROR);
            const Type *found = type_in_pattern(checker, pattern->tuple.elements[i], element, name);
            if (found)
                return found;
        }
        return NULL;
    case AST_PATTERN_CASE: return type_in_fields(checker, pattern, type, name);
    case AST_PATTERN_TYPE:
        if (pattern->type_test.name.text != name)
            return NULL;
        return resolve_value_type(checker, NULL, pattern->type_test.type);
    default: return NULL;
    }
}

static const Type *binding_type(Checker *checker, const Variable *variable) {
    const AstDecl *ast = variable->ast;
    if (ast->kind == AST_DECL_FIELD) {
        TypeScope scope = {.self_type = variable->owner ? variable->owner->self_type : NULL};
        return ast->field.value ? infer_initializer_type(checker, &scope, ast->field.value) : NULL;
    }
    const Type *type = NULL;
    if (ast->binding.type)
        type = resolve_value_type(checker, NULL, ast->binding.type);
    else if (ast->binding.value)
        type = infer_initializer_type(checker, NULL, ast->binding.value);
    return type ? type_in_pattern(checker, ast->binding.pattern, type, variable->name) : NULL;
}

void infer_variable(Checker *checker, Variable *variable) {
    if (!begin(checker, &variable->state, variable->name, variable->span, DIAGNOSTIC_CYCLIC_INFERENCE)) {
        if (!variable->type)
            variable->type = types_builtin(checker->types, TYPE_ERROR);
        return;
    }
    variable->type = settled(checker, binding_type(checker, variable));
    end(checker, &variable->state);
}

void infer_constant(Checker *checker, NamedConstant *constant) {
    const Type *error = types_builtin(checker->types, TYPE_ERROR);
    if (!begin(checker, &constant->state, constant->name, constant->span, DIAGNOSTIC_CYCLIC_CONSTANT)) {
        if (!constant->value.type)
            constant->value.type = error;
        return;
    }
    const AstDecl *ast = constant->ast;
    const Type *expected = ast->binding.type ? resolve_value_type(checker, NULL, ast->binding.type) : NULL;
    Constant value = {0};
    bool known = expected && expected->kind == TYPE_ERROR
                     ? false
                     : fold_constant(checker, ast->binding.value, expected, &value);
    if (!known)
        value.type = expected ? expected : error;
    constant->value = value;
    end(checker, &constant->state);
}

// ------------------------------------------------------------------------------------------------ on demand

void infer_member(Checker *checker, Member *member) {
    if (member->field)
        infer_field(checker, member->field);
    if (member->method)
        infer_function(checker, member->method);
    if (member->getter)
        infer_function(checker, member->getter);
    if (member->variable)
        infer_variable(checker, member->variable);
    if (member->constant)
        infer_constant(checker, member->constant);
}

void infer_symbol(Checker *checker, Symbol *symbol) {
    switch (symbol->kind) {
    case SYMBOL_FUNCTION: infer_function(checker, symbol->function); break;
    case SYMBOL_GLOBAL: infer_variable(checker, symbol->global); break;
    case SYMBOL_CONSTANT: infer_constant(checker, symbol->constant); break;
    default: break;
    }
}
