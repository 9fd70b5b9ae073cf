// Making values: constructors of structs and classes, enum cases with payload, arrays, super(...).
//
// Only constructors are overloaded. Candidates are first chosen by the number and names of the arguments. While
// several are left, the arguments that know their own type are checked, once, and compared with the parameters;
// literals and lambdas are compared by their form. Exactly one candidate must apply; one that takes every literal
// at its own type is preferred to one that adapts it.
#include "compiler/check.h"

#include <string.h>

// ------------------------------------------------------------------------------------------- enum cases

TreeExpr *check_case_call(Body *b, Reference *reference, const AstExpr *e, const Type *hint) {
    EnumCase *enum_case = reference->enum_case;
    TypeDecl *decl = enum_case->owner;
    if (!enum_case->field_count) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_CASE_WITHOUT_PAYLOAD, e->span, enum_case->name, NULL);
        Span arguments = {e->span.file, e->call.callee->span.end, e->span.end};
        diagnostic_suggest(d, arguments, "", "remove the parentheses");
        return check_error_tree(b, e->span);
    }
    uint32_t first = check_infer_begin(b, decl->type_params, decl->type_param_count);
    const Type **args = ARENA_ARRAY(b->arena, const Type *, decl->type_param_count);
    for (uint32_t i = 0; i < decl->type_param_count; i++) {
        if (!reference->is_open)
            b->variables[first + i].solution = reference->owner->args[i];
        args[i] = check_infer_variable(b, first + i);
    }
    Substitution substitution = {decl->type_params, args, decl->type_param_count};
    const Type **types = ARENA_ARRAY(b->arena, const Type *, enum_case->field_count);
    for (uint32_t i = 0; i < enum_case->field_count; i++)
        types[i] = check_resolve(b, types_substitute(b->types, enum_case->fields[i].type, &substitution));
    const Type *result = check_resolve(b, types_substitute(b->types, decl->self_type, &substitution));
    Signature signature = {.name = enum_case->name,
                           .fields = enum_case->fields,
                           .types = types,
                           .count = enum_case->field_count,
                           .result = result,
                           .declared = enum_case->span};
    if (decl->module != b->checker->module)
        signature.declared.file = UINT32_MAX;
    TreeExpr *tree = check_tree(b, TREE_ENUM_CASE, NULL, reference->span);
    tree->enum_case = enum_case;
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, enum_case->field_count);
    tree->arg_count = enum_case->field_count;
    bool good = check_arguments(b, &signature, e, first, hint, reference->span, tree->args);
    tree->type = check_resolve(b, result);
    for (uint32_t i = 0; i < decl->type_param_count; i++)
        args[i] = check_resolve(b, args[i]);
    check_infer_end(b, first);
    if (good && decl->type_param_count &&
        !check_bounds(b->checker, decl->type_params, args, decl->type_param_count, reference->span))
        return check_error_tree(b, e->span);
    return tree;
}

// ------------------------------------------------------------------------------------------------ arrays

// The element type of `Array(n, fill)` without type arguments.
static const Type *check_array_element(const Type *hint) {
    const Type *shape = check_strip(hint);
    return shape && shape->kind == TYPE_ARRAY && !shape->has_variables ? shape->args[0] : NULL;
}

TreeExpr *check_array_new(Body *b, const Type *type, const AstExpr *e, const Type *hint) {
    const Type *element = type ? type->args[0] : check_array_element(check_resolve(b, hint));
    const Type *integer = check_builtin(b, TYPE_I64);
    if (e->call.argument_count != 2 || e->call.arguments[0].name.text || e->call.arguments[1].name.text) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_ARRAY_NEW, e->span, NULL, NULL);
        diagnostic_help(d, "an array has a length and a value: `Array<int>(n, 0)`, or a function of the "
                           "index: `Array<int>(n, i => i * i)`");
        for (uint32_t i = 0; i < e->call.argument_count; i++)
            if (e->call.arguments[i].value->kind != AST_EXPR_LAMBDA)
                check_expr(b, e->call.arguments[i].value, NULL);
        return check_error_tree(b, e->span);
    }
    TreeExpr *tree = check_tree(b, TREE_ARRAY_NEW, type, e->span);
    tree->a = check_value(b, e->call.arguments[0].value, integer);
    const AstExpr *fill = e->call.arguments[1].value;
    bool element_is_function = element && element->kind == TYPE_FUNCTION;
    if (fill->kind == AST_EXPR_LAMBDA && !element_is_function) {
        uint32_t first = b->variable_count;
        if (!element) { // the lambda's result decides
            TypeParameter *none = NULL;
            element = check_infer_variable(b, check_infer_begin(b, &none, 1));
        }
        const Type *maker = types_function(b->types, &integer, 1, element);
        tree->b = element->has_variables ? check_operand(b, fill, maker) : check_value(b, fill, maker);
        if (element->has_variables)
            element = tree->b->type->has_error ? tree->b->type : tree->b->type->args[1];
        check_infer_end(b, first);
        tree->flag = true;
    } else {
        tree->b = element ? check_expr(b, fill, element) : check_operand(b, fill, NULL);
        const Type *maker = element ? types_function(b->types, &integer, 1, element) : NULL;
        bool is_maker = maker && !check_converts(b, tree->b, element) && check_converts(b, tree->b, maker);
        tree->flag = is_maker;
        tree->b = element ? check_convert(b, tree->b, is_maker ? maker : element, fill->span) : tree->b;
        if (!element)
            element = tree->b->type;
    }
    if (element->has_error || element->kind == TYPE_NULL)
        return check_error_tree(b, e->span);
    tree->type = types_array(b->types, element);
    return tree;
}

// --------------------------------------------------------------------------------------------- overloads

// The type that literals, and operators on them, have by themselves.
static TypeKind check_literal_kind(const AstExpr *e) {
    for (TypeKind kind = TYPE_I64;;) {
        switch (e->kind) {
        case AST_EXPR_FLOAT: return TYPE_F64;
        case AST_EXPR_CHAR: return TYPE_CHAR;
        case AST_EXPR_STRING:
        case AST_EXPR_INTERPOLATION: return TYPE_STRING;
        case AST_EXPR_BOOL: return TYPE_BOOL;
        case AST_EXPR_UNARY: e = e->unary.operand; break;
        case AST_EXPR_BINARY: {
            TypeKind right = check_literal_kind(e->binary.right);
            kind = right == TYPE_I64 ? kind : right;
            e = e->binary.left; // not by recursion: sums are long
            break;
        }
        default: return kind;
        }
    }
}

static bool check_literal_adapts(const AstExpr *e, TypeKind kind, const Type *type) {
    if (kind == TYPE_CHAR)
        return type->kind == TYPE_U8 && (e->kind != AST_EXPR_CHAR || e->character.scalar < 128);
    if (kind == TYPE_F64)
        return type_is_float(type);
    bool negative = e->kind == AST_EXPR_UNARY && e->unary.operator== AST_UNARY_NEGATE;
    const AstExpr *number = negative ? e->unary.operand : e;
    return kind == TYPE_I64 && type_is_number(type) &&
           (number->kind != AST_EXPR_INT || constant_fits(type, negative, number->integer.value));
}

// How well an argument fits a parameter, 0: not at all, 1: adapted, 2: as it is.
static int check_form_fits(Body *b, const AstExpr *e, const Type *type) {
    const Type *shape = check_strip(type);
    if (type->has_error || shape->kind == TYPE_VARIABLE || shape->kind == TYPE_PARAM)
        return 1;
    bool named = shape->kind == TYPE_NAMED,
         top = shape->kind == TYPE_ANY || (named && shape->decl->kind == COR_DEF_INTERFACE);
    switch (e->kind) {
    case AST_EXPR_NULL: return type->kind == TYPE_OPTIONAL ? 2 : 0;
    case AST_EXPR_LAMBDA:
        if (shape->kind != TYPE_FUNCTION)
            return 0;
        return shape->arg_count - 1 == e->lambda.parameter_count ? 2 : check_lambda_fits(b, e, shape);
    case AST_EXPR_LIST:
        return named && shape->decl == b->checker->core.List ? 2
               : shape->kind == TYPE_ARRAY                   ? 1
                                           : top || (named && shape->decl == b->checker->core.Set);
    case AST_EXPR_MAP: return named && shape->decl == b->checker->core.Map ? 2 : top;
    case AST_EXPR_CALL: return check_form_fits(b, e->call.callee, type);
    case AST_EXPR_IMPLICIT_MEMBER:
        return named && lookup_static(b->checker, shape, e->name.name.text).kind == MEMBER_CASE ? 2 : 0;
    default: {
        TypeKind kind = check_literal_kind(e);
        if (top)
            return check_type_converts(b, check_builtin(b, kind), shape);
        if (shape->kind == kind && kind != TYPE_I64)
            return 2;
        return check_literal_adapts(e, kind, shape) ? (shape->kind == kind ? 2 : 1) : 0;
    }
    }
}

static bool check_by_form(const AstExpr *e) {
    switch (e->kind) {
    case AST_EXPR_NULL:
    case AST_EXPR_STRING:
    case AST_EXPR_INTERPOLATION:
    case AST_EXPR_BOOL:
    case AST_EXPR_LAMBDA:
    case AST_EXPR_LIST:
    case AST_EXPR_MAP:
    case AST_EXPR_IMPLICIT_MEMBER: return true;
    case AST_EXPR_CALL: return check_by_form(e->call.callee);
    default: return check_is_literal_expr(e);
    }
}

typedef struct Overload {
    Function *init;
    int quality; // of the worst argument; 0: does not apply
} Overload;

// Whether an argument can become the parameter, for some type arguments of an open type.
static bool check_overload_takes(Body *b, const TreeExpr *tree, const Type *parameter, bool is_open) {
    if (!is_open || !parameter->has_params)
        return check_converts(b, tree, parameter);
    const Type *shape = check_strip(parameter), *actual = check_strip(tree->type);
    if (shape->kind != TYPE_NAMED || actual->has_variables || actual->has_error)
        return true;
    return shape->decl->kind == COR_DEF_INTERFACE ? find_interface(b->checker, actual, shape->decl) != NULL
                                                  : find_supertype(b->checker, actual, shape->decl) != NULL;
}

// 1 or 2 when the candidate takes the arguments.
static int check_overload_fits(Body *b, const Function *init, const Type *type, bool is_open,
                               const AstExpr *e, TreeExpr *const *known) {
    const AstArgument **slots = ARENA_ARRAY(b->arena, const AstArgument *, init->parameter_count);
    Signature signature = {.parameters = init->parameters, .count = init->parameter_count};
    if (!check_bind_arguments(b, &signature, e->call.arguments, e->call.argument_count, e->span, false,
                              slots))
        return 0;
    int worst = 2;
    for (uint32_t i = 0; i < init->parameter_count; i++) {
        if (!slots[i])
            continue;
        const Type *parameter = member_type(b->checker, type, init->parameters[i].type);
        const TreeExpr *tree = known ? known[slots[i] - e->call.arguments] : NULL;
        int fit = 1;
        if (tree)
            fit = check_overload_takes(b, tree, parameter, is_open) ? 2 : 0;
        else if (check_by_form(slots[i]->value))
            fit = check_form_fits(b, slots[i]->value, parameter);
        else
            fit = 2;
        worst = fit < worst ? fit : worst;
    }
    return worst;
}

static uint32_t check_best_overloads(Overload *overloads, uint32_t count, Overload **best) {
    int quality = 1;
    for (uint32_t i = 0; i < count; i++)
        quality = overloads[i].quality > quality ? overloads[i].quality : quality;
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (overloads[i].quality != quality)
            continue;
        *best = &overloads[i];
        found++;
    }
    return found;
}

static void check_report_overloads(Body *b, const TypeDecl *decl, const Overload *overloads, uint32_t count,
                                   uint32_t found, Span span) {
    Diagnostic *d =
        check_report(b, found ? DIAGNOSTIC_AMBIGUOUS_INIT : DIAGNOSTIC_NO_INIT, span, decl->name, NULL);
    for (uint32_t i = 0; i < count; i++)
        if (overloads[i].init->span.end && decl->module == b->checker->module)
            diagnostic_secondary(d, overloads[i].init->span,
                                 found && overloads[i].quality ? "this one applies" : "one is here");
}

// Takes out the constructors that cannot be seen from here, unless no other applies: then the call is told so.
static void check_hide_overloads(Body *b, const TypeDecl *decl, Overload *overloads) {
    bool is_visible = false;
    for (uint32_t i = 0; i < decl->init_count; i++)
        is_visible |= overloads[i].quality && check_sees(b, decl, overloads[i].init->is_private);
    for (uint32_t i = 0; i < decl->init_count; i++)
        if (is_visible && !check_sees(b, decl, overloads[i].init->is_private))
            overloads[i].quality = 0;
}

// The constructor that the call means, or NULL, reported. `known[i]` receives the trees of arguments checked on the way.
static Function *check_choose_init(Body *b, TypeDecl *decl, const Type *type, bool is_open, const AstExpr *e,
                                   Span span, TreeExpr **known) {
    if (decl->init_count == 1)
        return inherit_lacks_init(decl) ? NULL : decl->inits[0];
    Overload *overloads = ARENA_ARRAY(b->arena, Overload, decl->init_count), *best = NULL;
    uint32_t candidates = 0;
    for (uint32_t i = 0; i < decl->init_count; i++) {
        overloads[i].init = decl->inits[i];
        overloads[i].quality = check_overload_fits(b, decl->inits[i], type, is_open, e, NULL);
    }
    check_hide_overloads(b, decl, overloads);
    for (uint32_t i = 0; i < decl->init_count; i++)
        candidates += overloads[i].quality > 0;
    if (candidates > 1) {
        for (uint32_t i = 0; i < e->call.argument_count; i++) {
            const AstExpr *value = e->call.arguments[i].value;
            known[i] = check_by_form(value) ? NULL : check_operand(b, value, NULL);
            if (known[i] && known[i]->type->has_error)
                return NULL;
        }
        for (uint32_t i = 0; i < decl->init_count; i++)
            if (overloads[i].quality)
                overloads[i].quality = check_overload_fits(b, decl->inits[i], type, is_open, e, known);
    }
    uint32_t found = check_best_overloads(overloads, decl->init_count, &best);
    if (found == 1)
        return best->init;
    check_report_overloads(b, decl, overloads, decl->init_count, found, span);
    return NULL;
}

// ----------------------------------------------------------------------------------------- constructors

static bool check_constructible(Body *b, const TypeDecl *decl, Span name) {
    if (decl->kind == COR_DEF_INTERFACE || decl->kind == COR_DEF_ENUM) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_CONSTRUCTIBLE, name, decl->name,
                                     decl->kind == COR_DEF_ENUM ? "an enum" : "an interface");
        diagnostic_help(d,
                        decl->kind == COR_DEF_ENUM ? "name one of its cases: `%s.Case`"
                                                   : "make a value of a type that implements `%s`",
                        decl->name);
        return false;
    }
    if (decl->kind == COR_DEF_CLASS && decl->is_abstract) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_CONSTRUCTIBLE, name, decl->name, "an abstract class");
        diagnostic_help(d, "make an object of a subclass");
        return false;
    }
    if (decl->is_host) {
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_NOT_CONSTRUCTIBLE, name, decl->name, "a class of the host");
        diagnostic_help(d, "a function of the host gives its objects");
        return false;
    }
    return decl->init_count > 0;
}

// A memberwise constructor in its own module with every field given needs no call.
static bool check_is_direct(const Body *b, const Function *init, TreeExpr *const *args) {
    const TypeDecl *decl = init->owner;
    if (!init->is_memberwise || decl->kind != COR_DEF_STRUCT || decl->module != b->checker->module ||
        init->parameter_count != decl->field_count)
        return false;
    for (uint32_t i = 0; i < init->parameter_count; i++)
        if (args[i]->kind == TREE_DEFAULT_ARGUMENT || init->parameters[i].name != decl->fields[i].name)
            return false;
    return true;
}

static void check_other_arguments(Body *b, const AstExpr *e, TreeExpr *const *known) {
    for (uint32_t i = 0; i < e->call.argument_count; i++)
        if (!(known && known[i]) && !check_by_form(e->call.arguments[i].value))
            check_expr(b, e->call.arguments[i].value, NULL);
}

// Fills in a call of a constructor of `type` (open: its arguments are inferred); false when it is wrong.
static bool check_init_call(Body *b, TreeExpr *tree, const Type *type, bool is_open, const AstExpr *e,
                            Span name, const Type *hint) {
    TypeDecl *decl = type->decl;
    TreeExpr **known = ARENA_ARRAY(b->arena, TreeExpr *, e->call.argument_count);
    Function *init = check_choose_init(b, decl, type, is_open, e, name, known);
    if (!init || !check_accessible(b, decl, init->is_private, "init", name)) {
        check_other_arguments(b, e, known);
        return false;
    }
    uint32_t param_count = decl->type_param_count, count = init->parameter_count;
    uint32_t first = check_infer_begin(b, decl->type_params, param_count);
    const Type **args = ARENA_ARRAY(b->arena, const Type *, param_count);
    for (uint32_t i = 0; i < param_count; i++) {
        if (!is_open)
            b->variables[first + i].solution = type->args[i];
        args[i] = check_infer_variable(b, first + i);
    }
    Substitution substitution = {decl->type_params, args, param_count};
    const Type **types = ARENA_ARRAY(b->arena, const Type *, count);
    for (uint32_t i = 0; i < count; i++)
        types[i] = check_resolve(b, types_substitute(b->types, init->parameters[i].type, &substitution));
    Signature signature = {.name = decl->name,
                           .parameters = init->parameters,
                           .types = types,
                           .count = count,
                           .declared = init->is_memberwise ? decl->span : init->span};
    signature.result = check_resolve(b, types_substitute(b->types, decl->self_type, &substitution));
    if (decl->module != b->checker->module)
        signature.declared.file = UINT32_MAX;
    tree->function = init;
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, count);
    tree->arg_count = count;
    KnownArguments arguments = {e, known};
    const KnownArguments *saved = b->known;
    b->known = &arguments;
    bool good = check_arguments(b, &signature, e, first, hint, name, tree->args);
    b->known = saved;
    tree->type = check_resolve(b, signature.result);
    for (uint32_t i = 0; i < param_count; i++)
        args[i] = check_resolve(b, args[i]);
    check_infer_end(b, first);
    tree->type_args = args;
    tree->type_arg_count = param_count;
    return good && (!is_open || check_bounds(b->checker, decl->type_params, args, param_count,
                                             check_bounded_span(&signature, e, name)));
}

static TreeExpr *check_construct_builtin(Body *b, const Type *type, const AstExpr *e, Span name) {
    if (!type->has_error) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_CONSTRUCTIBLE, name, check_name_of(b, type),
                                     type->kind == TYPE_PARAM ? "a type parameter" : "a built-in type");
        if (type_is_number(type))
            diagnostic_help(d, "numbers are converted by `as %s`, and read by `%s.parse(text)`",
                            check_name_of(b, type), check_name_of(b, type));
    }
    check_other_arguments(b, e, NULL);
    return check_error_tree(b, e->span);
}

TreeExpr *check_construct(Body *b, const Type *type, bool is_open, const AstExpr *e, Span name,
                          const Type *hint) {
    if (type->kind != TYPE_NAMED)
        return check_construct_builtin(b, type, e, name);
    if (!check_constructible(b, type->decl, name)) {
        check_other_arguments(b, e, NULL);
        return check_error_tree(b, e->span);
    }
    TreeExpr *tree = check_tree(b, TREE_NEW, type, name);
    if (!check_init_call(b, tree, type, is_open, e, name, hint)) {
        bool known = tree->type && !tree->type->has_variables && !is_open;
        TreeExpr *error = check_error_tree(b, e->span);
        if (known)
            error->type = tree->type; // what it was meant to be is clear
        return error;
    }
    if (check_is_direct(b, tree->function, tree->args))
        tree->kind = TREE_STRUCT;
    return tree;
}

// ---------------------------------------------------------------------------------------------- super(...)

TreeExpr *check_super_init(Body *b, const AstExpr *e) {
    Context *context = b->context;
    InitState *init = context->init;
    const Type *super = init ? init->decl->super : NULL;
    Span name = e->call.callee->span;
    if (!super || context->outer) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NO_SUPER, name, NULL, NULL);
        diagnostic_label(d, init ? "the class has no superclass" : "only a constructor calls this");
        check_other_arguments(b, e, NULL);
        return check_error_tree(b, e->span);
    }
    TreeExpr *tree = check_tree(b, TREE_SUPER_INIT, check_builtin(b, TYPE_VOID), name);
    check_init_call(b, tree, super, false, e, name, NULL);
    tree->type = check_builtin(b, TYPE_VOID);
    check_init_super_called(b, name);
    return tree;
}
