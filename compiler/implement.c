// What implements one method of an interface.
//
// Usually a method of that name, own, inherited or of an extension. A property that the interface declares
// can also be a field: then a hidden getter (and setter) that reads (and assigns) it is made. An abstract
// class may leave the method to its subclasses: then it gets an abstract method, so that every class above a
// concrete one has a place for it.
#include "compiler/declarations.h"

Function *implement_function(const Member *member, const Function *model) {
    switch (model->kind) {
    case FUNCTION_GETTER: return member->getter;
    case FUNCTION_SETTER: return member->setter;
    default: return member->method;
    }
}

Member implement_find(Checker *checker, const Type *type, const Function *model) {
    Member member = members_find_implementation(checker, type, model->name);
    bool is_property = model->kind == FUNCTION_GETTER || model->kind == FUNCTION_SETTER;
    if (is_property && member.kind == MEMBER_FIELD)
        return member;
    if (!implement_function(&member, model))
        member.kind = MEMBER_NONE;
    return member;
}

static void add_method(Checker *checker, TypeDecl *decl, Function *method) {
    Function **all = ARENA_ARRAY(checker->arena, Function *, decl->method_count + 1);
    for (uint32_t i = 0; i < decl->method_count; i++)
        all[i] = decl->methods[i];
    all[decl->method_count++] = method;
    decl->methods = all;
}

static Function *new_method(Checker *checker, TypeDecl *decl, const Function *model, Span span) {
    Function *method = checker_new_function(checker, model->kind, model->name, span);
    method->owner = decl;
    method->type_params = decl->type_params;
    method->type_param_count = method->own_type_param_start = decl->type_param_count;
    method->self_type = decl->self_type;
    method->result = types_builtin(checker->types, TYPE_VOID);
    method->state = SYMBOL_KNOWN;
    method->is_public = true;
    return method;
}

static TreeExpr *variable_tree(Checker *checker, Variable *variable, Span span) {
    TreeExpr *tree = tree_new(checker->arena, TREE_VARIABLE, variable->type, span);
    tree->variable = variable;
    return tree;
}

static Variable *parameter_variable(Checker *checker, Function *function, const char *name, const Type *type,
                                    Span span) {
    Variable *variable = checker_new_variable(checker, VARIABLE_PARAMETER, name, type, span);
    variable->is_let = true;
    variable->function = function;
    return variable;
}

Function *implement_by_field(Checker *checker, TypeDecl *decl, Field *field, const Type *field_type,
                             const Function *model) {
    Function *method = new_method(checker, decl, model, field->span);
    method->is_hidden = true;
    const char *self = intern_string(checker->names, "self");
    method->self = parameter_variable(checker, method, self, decl->self_type, field->span);
    TreeExpr *place = tree_new(checker->arena, TREE_FIELD, field_type, field->span);
    place->a = variable_tree(checker, method->self, field->span);
    place->field = field;
    method->body = place;
    if (model->kind == FUNCTION_GETTER) {
        method->result = field_type;
    } else {
        method->parameter_count = 1;
        method->parameters = ARENA_ARRAY(checker->arena, Parameter, 1);
        Variable *value = parameter_variable(checker, method, field->name, field_type, field->span);
        method->parameters[0] =
            (Parameter){.name = field->name, .type = field_type, .variable = value, .span = field->span};
        TreeExpr *assignment =
            tree_new(checker->arena, TREE_ASSIGN, types_builtin(checker->types, TYPE_VOID), field->span);
        assignment->a = place;
        assignment->b = variable_tree(checker, value, field->span);
        method->body = assignment;
    }
    add_method(checker, decl, method);
    return method;
}

// Type parameters, parameters and result of `method` as those of the interface's method, seen from the type.
// The interface's type parameters become its arguments; the method's own ones get new objects, numbered
// behind the type's.
static Substitution copy_signature(Checker *checker, Function *method, MethodView model) {
    const Function *declared = model.function;
    uint32_t start = declared->own_type_param_start, own = declared->type_param_count - start;
    TypeParameter **parameters = ARENA_ARRAY(checker->arena, TypeParameter *, own);
    const Type **arguments = ARENA_ARRAY(checker->arena, const Type *, declared->type_param_count);
    for (uint32_t i = 0; i < start; i++)
        arguments[i] = model.type_args[i];
    for (uint32_t i = 0; i < own; i++) {
        parameters[i] = ARENA_NEW(checker->arena, TypeParameter);
        parameters[i]->name = declared->type_params[start + i]->name;
        parameters[i]->index = method->type_param_count + i;
        arguments[start + i] = types_param(checker->types, parameters[i]);
    }
    Substitution substitution = {declared->type_params, arguments, declared->type_param_count};
    for (uint32_t i = 0; i < own; i++) {
        const TypeParameter *from = declared->type_params[start + i];
        parameters[i]->bound_count = from->bound_count;
        parameters[i]->bounds = ARENA_ARRAY(checker->arena, const Type *, from->bound_count);
        for (uint32_t j = 0; j < from->bound_count; j++)
            parameters[i]->bounds[j] = types_substitute(checker->types, from->bounds[j], &substitution);
    }
    method->type_params =
        resolve_join_parameters(checker, method->type_params, method->type_param_count, parameters, own);
    method->type_param_count += own;
    method->is_operator = declared->is_operator;
    infer_function(checker, model.function);
    method->result = types_substitute(checker->types, declared->result, &substitution);
    method->parameter_count = declared->parameter_count;
    method->parameters = ARENA_ARRAY(checker->arena, Parameter, declared->parameter_count);
    for (uint32_t i = 0; i < declared->parameter_count; i++) {
        const Parameter *from = &declared->parameters[i];
        const Type *type = from->type ? from->type : types_builtin(checker->types, TYPE_ERROR);
        type = types_substitute(checker->types, type, &substitution);
        method->parameters[i] = (Parameter){.name = from->name, .type = type, .span = from->span};
    }
    return substitution;
}

Function *implement_abstract(Checker *checker, TypeDecl *decl, MethodView model) {
    Function *method = new_method(checker, decl, model.function, decl->span);
    copy_signature(checker, method, model);
    method->is_abstract = method->is_open = true;
    add_method(checker, decl, method);
    members_add_method(checker, decl, method);
    return method;
}

Function *implement_by_default(Checker *checker, TypeDecl *decl, const Type *interface, Function *method) {
    Function *forward = new_method(checker, decl, method, decl->span);
    Substitution substitution = copy_signature(checker, forward, (MethodView){method, interface->args});
    forward->is_hidden = true;
    forward->is_open = decl->is_open; // subclasses override the interface's method
    const char *name = intern_string(checker->names, "self");
    forward->self = parameter_variable(checker, forward, name, decl->self_type, decl->span);
    TreeExpr *self = tree_new(checker->arena, TREE_UPCAST, interface, decl->span);
    self->a = variable_tree(checker, forward->self, decl->span);
    TreeExpr *call = tree_new(checker->arena, TREE_CALL, forward->result, decl->span);
    call->function = method;
    call->type_args = (const Type **)substitution.arguments;
    call->type_arg_count = substitution.count;
    call->arg_count = forward->parameter_count + 1;
    call->args = ARENA_ARRAY(checker->arena, TreeExpr *, call->arg_count);
    call->args[0] = self;
    for (uint32_t i = 0; i < forward->parameter_count; i++) {
        Parameter *parameter = &forward->parameters[i];
        parameter->variable =
            parameter_variable(checker, forward, parameter->name, parameter->type, decl->span);
        call->args[i + 1] = variable_tree(checker, parameter->variable, decl->span);
    }
    forward->body = call;
    add_method(checker, decl, forward);
    return forward;
}
