// Whether one method can stand for another: an override for the inherited method, an implementation for the
// method of an interface. Both are seen from the same type, so their owners' type parameters are replaced by
// its arguments, and the type parameters of their own are matched by position.
#include "compiler/declarations.h"

typedef struct ViewedTypes {
    Checker *checker;
    Substitution substitution;
} ViewedTypes;

static uint32_t own_count(const Function *function) {
    return function->type_param_count - function->own_type_param_start;
}

// The types of `view`, with its own type parameters replaced by those of `model`, if it is not NULL.
static ViewedTypes look_through(Checker *checker, MethodView view, const Function *model) {
    const Function *function = view.function;
    uint32_t count = function->type_param_count;
    const Type **arguments = ARENA_ARRAY(checker->arena, const Type *, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t own = i - function->own_type_param_start;
        if (i < function->own_type_param_start)
            arguments[i] = view.type_args ? view.type_args[i] : NULL;
        else if (model && own < own_count(model))
            arguments[i] = model->type_params[model->own_type_param_start + own]->type;
    }
    return (ViewedTypes){checker, {function->type_params, arguments, count}};
}

static const Type *viewed(const ViewedTypes *view, const Type *type) {
    return types_substitute(view->checker->types, type, &view->substitution);
}

static bool same(const Type *a, const Type *b) {
    return a == b || a->has_error || b->has_error;
}

static const char *compare_bounds(const ViewedTypes *method, const ViewedTypes *model,
                                  const Function *function, const Function *other) {
    for (uint32_t i = 0; i < own_count(function); i++) {
        const TypeParameter *own = function->type_params[function->own_type_param_start + i];
        const TypeParameter *theirs = other->type_params[other->own_type_param_start + i];
        bool equal = own->bound_count == theirs->bound_count;
        for (uint32_t j = 0; equal && j < own->bound_count; j++)
            equal = same(viewed(method, own->bounds[j]), viewed(model, theirs->bounds[j]));
        if (!equal)
            return arena_printf(method->checker->arena, "type parameter `%s` has other bounds", own->name);
    }
    return NULL;
}

static const char *compare_parameters(const ViewedTypes *method, const ViewedTypes *model,
                                      const Function *function, const Function *other) {
    Arena *arena = method->checker->arena;
    TypeTable *types = method->checker->types;
    if (function->parameter_count != other->parameter_count) {
        return arena_printf(arena, "it takes %u parameter%s instead of %u", function->parameter_count,
                            function->parameter_count == 1 ? "" : "s", other->parameter_count);
    }
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        if (!function->parameters[i].type || !other->parameters[i].type)
            continue; // of a setter without getter
        const Type *own = viewed(method, function->parameters[i].type);
        const Type *theirs = viewed(model, other->parameters[i].type);
        if (!same(own, theirs))
            return arena_printf(arena, "parameter `%s` is `%s` instead of `%s`",
                                function->parameters[i].name ? function->parameters[i].name : "_",
                                types_name(types, own), types_name(types, theirs));
    }
    return NULL;
}

static const char *compare_results(const ViewedTypes *method, const ViewedTypes *model, Function *function,
                                   Function *other) {
    Checker *checker = method->checker;
    infer_function(checker, function);
    infer_function(checker, other);
    const Type *own = viewed(method, function->result), *theirs = viewed(model, other->result);
    if (same(own, theirs) || (own->kind != TYPE_NEVER && is_subtype(checker, own, theirs)))
        return NULL;
    return arena_printf(checker->arena, "it returns `%s` instead of `%s`", types_name(checker->types, own),
                        types_name(checker->types, theirs));
}

const char *compare_signatures(Checker *checker, MethodView method, MethodView model) {
    const Function *function = method.function, *other = model.function;
    if (own_count(function) != own_count(other))
        return arena_printf(checker->arena, "it has %u type parameter%s of its own instead of %u",
                            own_count(function), own_count(function) == 1 ? "" : "s", own_count(other));
    ViewedTypes own = look_through(checker, method, other), theirs = look_through(checker, model, NULL);
    const char *difference = compare_bounds(&own, &theirs, function, other);
    if (!difference)
        difference = compare_parameters(&own, &theirs, function, other);
    if (!difference)
        difference = compare_results(&own, &theirs, method.function, model.function);
    return difference;
}

static const char *operator_spelling(const char *name) {
    if (name[0] == 'n' && name[1] == 'e')
        return "-";
    return name[0] == 'n' ? "!" : name;
}

// `<T: A & B>` of a method with type parameters of its own, else nothing.
static const char *type_parameters_text(const ViewedTypes *view, const Function *function) {
    Arena *arena = view->checker->arena;
    const char *text = "";
    for (uint32_t i = function->own_type_param_start; i < function->type_param_count; i++) {
        const TypeParameter *parameter = function->type_params[i];
        text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "", parameter->name);
        for (uint32_t j = 0; j < parameter->bound_count && j < 8; j++)
            text = arena_printf(arena, "%s%s%s", text, j == 0 ? ": " : " & ",
                                types_name(view->checker->types, viewed(view, parameter->bounds[j])));
    }
    return *text ? arena_printf(arena, "<%s>", text) : text;
}

const char *compare_signature_text(Checker *checker, MethodView view) {
    Function *function = view.function;
    infer_function(checker, function);
    ViewedTypes types = look_through(checker, view, NULL);
    Arena *arena = checker->arena;
    const char *result = types_name(checker->types, viewed(&types, function->result));
    if (function->kind == FUNCTION_GETTER)
        return arena_printf(arena, "get %s: %s", function->name, result);
    const char *text =
        function->kind == FUNCTION_SETTER ? arena_printf(arena, "set %s(", function->name)
        : function->is_operator
            ? arena_printf(arena, "operator fn %s(", operator_spelling(function->name))
            : arena_printf(arena, "fn %s%s(", function->name, type_parameters_text(&types, function));
    for (uint32_t i = 0; i < function->parameter_count && i < 16; i++) {
        const Parameter *parameter = &function->parameters[i];
        const char *type =
            parameter->type ? types_name(checker->types, viewed(&types, parameter->type)) : "_";
        text = arena_printf(arena, "%s%s%s: %s", text, i > 0 ? ", " : "",
                            parameter->name ? parameter->name : "_", type);
    }
    bool has_result = function->result->kind != TYPE_VOID;
    return arena_printf(arena, "%s)%s%s", text, has_result ? ": " : "", has_result ? result : "");
}
