// What names and members mean where they are used: a value, a type, a module, a function, a method, a case.
//
// A Reference is resolved first and used afterwards: called, read as a value, or gone further into. So `a.b.c(x)`
// works alike for modules, types and objects.
#include "compiler/check.h"
#include "compiler/declarations.h"
#include "compiler/familiar.h"

static Reference check_no_reference(Span span) {
    return (Reference){.kind = REFERENCE_ERROR, .span = span};
}

static Reference check_value_reference(TreeExpr *value, Span span) {
    return (Reference){
        .kind = value->type->has_error ? REFERENCE_ERROR : REFERENCE_VALUE, .value = value, .span = span};
}

static Reference check_constant_reference(Body *b, const Constant *constant, Span span) {
    if (!constant->type || constant->type->has_error)
        return check_no_reference(span);
    return check_value_reference(check_constant_tree(b, *constant, span), span);
}

static Reference check_type_reference(const Type *type, bool is_open, Span span) {
    return (Reference){.kind = REFERENCE_TYPE, .type = type, .is_open = is_open, .span = span};
}

// ------------------------------------------------------------------------------------------------- names

static Reference check_global_reference(Body *b, Variable *variable, Span span) {
    VariableInfo *info = check_info(b, variable);
    if (!variable->type || variable->type->has_error)
        return check_no_reference(span);
    Context *outermost = check_outermost(b);
    bool in_initialiser =
        outermost && outermost->function && outermost->function->kind == FUNCTION_MODULE_INIT;
    bool own = variable->module == b->checker->module && variable->kind != VARIABLE_STATIC;
    if (in_initialiser && own && !info->is_declared && !b->inferring &&
        (variable->kind == VARIABLE_LOCAL || b->context == outermost)) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_USED_BEFORE, span, variable->name, NULL);
        diagnostic_label(d, "has no value yet");
        diagnostic_secondary(d, variable->span, "declared here");
        return check_no_reference(span);
    }
    if (variable->kind == VARIABLE_GLOBAL && b->inferring) {
        check_mention(b, variable);
        return check_value_reference(check_variable_tree(b, variable, span), span);
    }
    return check_value_reference(check_read_variable(b, variable, span), span);
}

static Reference check_symbol_reference(Body *b, Symbol symbol, AstName name) {
    Span span = name.span;
    switch (symbol.kind) {
    case SYMBOL_TYPE:
        return check_type_reference(symbol.type->self_type, symbol.type->type_param_count > 0, span);
    case SYMBOL_BUILTIN_TYPE: {
        Reference reference = check_type_reference(symbol.builtin, false, span);
        reference.is_array = symbol.builtin == NULL;
        reference.is_open = reference.is_array;
        return reference;
    }
    case SYMBOL_FUNCTION:
        return (Reference){.kind = REFERENCE_FUNCTION, .function = symbol.function, .span = span};
    case SYMBOL_GLOBAL: return check_global_reference(b, symbol.global, span);
    case SYMBOL_CONSTANT: return check_constant_reference(b, &symbol.constant->value, span);
    case SYMBOL_MODULE:
        if (!symbol.module)
            return check_no_reference(span);
        return (Reference){.kind = REFERENCE_MODULE, .module = symbol.module, .span = span};
    default: return check_no_reference(span);
    }
}

// Whether the parser stumbled right behind the name: then the name is not what it looks like, a foreign keyword perhaps.
static bool check_is_misread(const Body *b, Span name) {
    const DiagnosticSink *sink = b->checker->sink;
    for (uint32_t i = 0; i < sink->count; i++) {
        Span span = sink->items[i]->span;
        if (span.file == name.file && span.start >= name.end && span.start <= name.end + 1)
            return true;
    }
    return false;
}

// The library's module of that name, unless too much is wrong already.
static ModuleSymbol *check_library_module(Body *b, const char *name) {
    const char *message;
    if (suggest_is_tired(b->checker))
        return NULL;
    return scope_load_module(b->checker, arena_printf(b->arena, "std.%s", name), &message);
}

static void check_help_import(Body *b, Diagnostic *d, const char *name) {
    if (check_library_module(b, name))
        diagnostic_help(d, "it is a module of the library: write `import std.%s` at the top of the file",
                        name);
}

// A case is not known by its name alone, but in patterns.
static void check_help_case(Body *b, Diagnostic *d, AstName name) {
    const ModuleSymbol *module = b->checker->module;
    for (uint32_t i = 0; i < module->type_count; i++) {
        const TypeDecl *type = module->types[i];
        for (uint32_t k = 0; k < type->case_count; k++)
            if (type->cases[k].name == name.text) {
                const char *full = arena_printf(b->arena, "%s.%s", type->name, name.text);
                diagnostic_suggest(d, name.span, full,
                                   "it is a case: write `%s`, or `.%s` where a `%s` is expected", full,
                                   name.text, type->name);
                return;
            }
    }
}

static Reference check_unknown_name(Body *b, AstName name) {
    if (check_is_misread(b, name.span))
        return check_no_reference(name.span);
    if (name.text == intern_string(b->checker->names, "print")) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_A_VALUE, name.span, name.text, "statement");
        diagnostic_label(d, "can only be called");
        diagnostic_help(d, "a function that prints is written `x => print(x)`");
        return check_no_reference(name.span);
    }
    Diagnostic *d = check_report(b, DIAGNOSTIC_UNKNOWN_NAME, name.span, name.text, NULL);
    diagnostic_label(d, "not found in this scope");
    Context *context = check_self_context(b);
    if (context) {
        const Type *self = context->function->self->type;
        Member member = lookup_member(b->checker, self, name.text);
        if (member.kind != MEMBER_NONE) {
            diagnostic_suggest(d, name.span, arena_printf(b->arena, "self.%s", name.text),
                               "members are reached through `self`: `self.%s`", name.text);
            return check_no_reference(name.span);
        }
    }
    const Familiar *row = familiar_find(FAMILIAR_NAME, name.text);
    if (row) {
        familiar_help(d, row, name.span);
        return check_no_reference(name.span);
    }
    check_help_import(b, d, name.text);
    check_help_case(b, d, name);
    bool is_elsewhere = suggest_elsewhere(b->checker, d, name, false);
    const char *similar = is_elsewhere ? NULL : check_suggest_value(b, name.text);
    if (similar)
        diagnostic_suggest(d, name.span, similar, "did you mean `%s`?", similar);
    return check_no_reference(name.span);
}

static Reference check_name(Body *b, AstName name) {
    const Local *local = check_find_local(b, name.text);
    if (local && local->constant)
        return check_constant_reference(b, local->constant, name.span);
    if (local)
        return check_value_reference(check_read_variable(b, local->variable, name.span), name.span);
    for (uint32_t i = 0; b->context && i < b->context->scope.parameter_count; i++)
        if (b->context->scope.parameters[i]->name == name.text)
            return check_type_reference(b->context->scope.parameters[i]->type, false, name.span);
    Symbol symbol = lookup_name(b->checker, name.text);
    return symbol.kind == SYMBOL_NONE ? check_unknown_name(b, name) : check_symbol_reference(b, symbol, name);
}

// ------------------------------------------------------------------------------------------------ members

static Diagnostic *check_report_private(Body *b, const char *owner, const char *name, Span span) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_PRIVATE_MEMBER, span, name, owner);
    diagnostic_label(d, "private to `%s`", owner);
    return d;
}

bool check_sees(Body *b, const TypeDecl *owner, bool is_private) {
    return !is_private ||
           member_accessible(b->checker, check_current_decl(b), check_current_extension(b), owner);
}

bool check_accessible(Body *b, const TypeDecl *owner, bool is_private, const char *name, Span span) {
    if (check_sees(b, owner, is_private))
        return true;
    check_report_private(b, owner->name, name, span);
    return false;
}

static const TypeDecl *check_owner_decl(const Member *member) {
    return member->owner && member->owner->kind == TYPE_NAMED ? member->owner->decl : NULL;
}

static bool check_member_private(const Member *member) {
    switch (member->kind) {
    case MEMBER_FIELD: return member->field->is_private;
    case MEMBER_METHOD: return member->method->is_private;
    case MEMBER_PROPERTY: return member->getter && member->getter->is_private;
    case MEMBER_STATIC: return member->variable->is_private;
    case MEMBER_CONSTANT: return member->constant->is_private;
    default: return false;
    }
}

// Whether the type can be iterated and its iterator has the member.
static bool check_iterator_has(Body *b, const Type *type, const char *name) {
    const CoreTypes *core = &b->checker->core;
    if (!core->Iterable || !find_interface(b->checker, type, core->Iterable))
        return false;
    Member iterator = lookup_member(b->checker, type, intern_string(b->checker->names, "iterator"));
    if (iterator.kind != MEMBER_METHOD || !iterator.method->result)
        return false;
    const Type *result = check_through(b, &iterator, iterator.method, iterator.method->result);
    return result && !result->has_error && lookup_member(b->checker, result, name).kind != MEMBER_NONE;
}

// An idiom of another language, or a module that would add the member.
static bool check_help_familiar_member(Body *b, Diagnostic *d, const Type *type, AstName name, bool of_type) {
    static const char *const extending[] = {"text", "math", "encoding"};
    const Familiar *row = of_type ? NULL : familiar_find(FAMILIAR_MEMBER, name.text);
    if (row) {
        familiar_help(d, row, name.span);
        return true;
    }
    for (size_t i = 0; i < sizeof extending / sizeof *extending; i++)
        check_library_module(b, extending[i]);
    const char *module =
        suggest_is_tired(b->checker) ? NULL : suggest_module(b->checker, type, name.text, of_type);
    if (module)
        diagnostic_help(d, "`%s` adds it: write `import %s` at the top of the file", module, module);
    return module != NULL;
}

static void check_help_member(Body *b, Diagnostic *d, const Type *type, AstName name, bool of_type) {
    if (check_help_familiar_member(b, d, type, name, of_type))
        return;
    const char *similar = suggest_member(b->checker, type, name.text, of_type);
    if (similar && similar != name.text)
        diagnostic_suggest(d, name.span, similar, "did you mean `%s`?", similar);
}

static Reference check_unknown_member(Body *b, const Type *type, AstName name, bool of_type,
                                      const char *unmet) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_UNKNOWN_MEMBER, name.span, check_name_of(b, type), name.text);
    if (unmet) {
        diagnostic_note(d, "%s", unmet);
        return check_no_reference(name.span);
    }
    bool other =
        (of_type ? lookup_member(b->checker, type, name.text) : lookup_static(b->checker, type, name.text))
            .kind != MEMBER_NONE;
    if (!of_type && check_iterator_has(b, type, name.text)) {
        Span before = {name.span.file, name.span.start, name.span.start};
        diagnostic_suggest(d, before, "iterator().", "its iterator has it: `.iterator().%s`", name.text);
    } else if (other && of_type)
        diagnostic_help(d, "it is a member of the objects: use it on a value of `%s`",
                        check_name_of(b, type));
    else if (other)
        diagnostic_help(d, "it belongs to the type: `%s.%s`", check_name_of(b, type), name.text);
    else
        check_help_member(b, d, type, name, of_type);
    return check_no_reference(name.span);
}

static Reference check_optional_member(Body *b, const TreeExpr *object, AstName name) {
    Diagnostic *d =
        check_report(b, DIAGNOSTIC_OPTIONAL_MEMBER, name.span, check_name_of(b, object->type), name.text);
    diagnostic_label(d, "the value may be null here");
    Span dot = {name.span.file, name.span.start ? name.span.start - 1 : 0, name.span.start};
    diagnostic_suggest(d, dot, "?.", "use `?.` to get null for null");
    diagnostic_help(d, "or test it with `if let`, give a value for null with `??`, or insist with `!`");
    return check_no_reference(name.span);
}

static Reference check_method_reference(const Member *member, TreeExpr *object, const AstExpr *ast,
                                        Span span) {
    return (Reference){
        .kind = REFERENCE_METHOD,
        .span = span,
        .function = member->method,
        .owner = member->owner,
        .receiver = object,
        .receiver_ast = ast,
        .is_virtual = member->is_virtual,
        .owner_args = member->type_args,
        .owner_arg_count = member->type_arg_count,
    };
}

// Private members of a built-in type are those of its extensions, and for them only.
static bool check_is_own(Body *b, const Member *member) {
    const TypeDecl *owner = check_owner_decl(member);
    const Extension *extension = check_current_extension(b);
    if (!owner)
        return extension && extension->target->kind == member->owner->kind;
    return member_accessible(b->checker, check_current_decl(b), extension, owner);
}

static bool check_member_accessible(Body *b, const Member *member, AstName name) {
    if (!check_member_private(member) || (!member->is_hidden_private && check_is_own(b, member)))
        return true;
    const TypeDecl *owner = check_owner_decl(member);
    Diagnostic *d =
        check_report_private(b, owner ? owner->name : check_name_of(b, member->owner), name.text, name.span);
    check_help_member(b, d, member->owner, name, false);
    return false;
}

Reference check_member_of(Body *b, TreeExpr *object, const AstExpr *object_ast, AstName name) {
    const Type *type = object->type;
    if (type->kind == TYPE_NEVER)
        return (Reference){.kind = REFERENCE_VALUE, .span = name.span, .value = object};
    if (type->has_error || !name.text)
        return check_no_reference(name.span);
    if (type->kind == TYPE_NULL || type->kind == TYPE_VOID) {
        check_report(b, DIAGNOSTIC_UNKNOWN_MEMBER, name.span, check_name_of(b, type), name.text);
        return check_no_reference(name.span);
    }
    Member member = lookup_member(b->checker, type, name.text);
    if (member.kind == MEMBER_NONE) {
        if (type->kind == TYPE_OPTIONAL &&
            lookup_member(b->checker, type->args[0], name.text).kind != MEMBER_NONE)
            return check_optional_member(b, object, name);
        return check_unknown_member(b, type, name, false, member.unmet);
    }
    if (!check_member_accessible(b, &member, name))
        return check_no_reference(name.span);
    switch (member.kind) {
    case MEMBER_FIELD: {
        const Type *field_type = member_type(b->checker, member.owner, member.field->type);
        TreeExpr *tree = check_unary_tree(b, TREE_FIELD, field_type, object, name.span);
        tree->field = member.field;
        return check_value_reference(tree, name.span);
    }
    case MEMBER_METHOD: return check_method_reference(&member, object, object_ast, name.span);
    case MEMBER_PROPERTY:
        return check_value_reference(check_read_property(b, object, &member, name.span), name.span);
    default: return check_unknown_member(b, type, name, false, NULL);
    }
}

Reference check_static_member(Body *b, const Type *type, bool is_open, AstName name) {
    if (!type || type->has_error || !name.text)
        return check_no_reference(name.span);
    Member member = lookup_static(b->checker, type, name.text);
    if (member.kind == MEMBER_NONE)
        return check_unknown_member(b, type, name, true, member.unmet);
    if (!check_member_accessible(b, &member, name))
        return check_no_reference(name.span);
    switch (member.kind) {
    case MEMBER_METHOD:
        return (Reference){.kind = REFERENCE_FUNCTION,
                           .span = name.span,
                           .function = member.method,
                           .owner = member.owner,
                           .is_open = is_open,
                           .owner_args = member.type_args,
                           .owner_arg_count = member.type_arg_count};
    case MEMBER_CASE:
        return (Reference){.kind = REFERENCE_CASE,
                           .span = name.span,
                           .enum_case = member.enum_case,
                           .owner = type,
                           .is_open = is_open};
    case MEMBER_CONSTANT: return check_constant_reference(b, &member.constant->value, name.span);
    case MEMBER_STATIC:
        return check_value_reference(check_read_variable(b, member.variable, name.span), name.span);
    case MEMBER_PROPERTY:
        return check_value_reference(check_read_property(b, NULL, &member, name.span), name.span);
    default: return check_unknown_member(b, type, name, true, NULL);
    }
}

static Reference check_module_member(Body *b, ModuleSymbol *module, AstName name) {
    Symbol symbol = lookup_in_module(b->checker, module, name.text);
    if (symbol.kind != SYMBOL_NONE)
        return check_symbol_reference(b, symbol, name);
    Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_IN_MODULE, name.span, module->name, name.text);
    bool is_hidden = hidden_in_module(module, name.text);
    const char *similar = is_hidden ? NULL : suggest_in_module(b->checker, module, name.text);
    if (is_hidden)
        diagnostic_label(d, "not declared `pub` there");
    else
        diagnostic_label(d, "no public name of that module");
    if (similar)
        diagnostic_suggest(d, name.span, similar, "did you mean `%s`?", similar);
    return check_no_reference(name.span);
}

// `super.name`: the member of the superclass, else the default of an interface.
static Reference check_super_member(Body *b, const AstExpr *e) {
    const AstExpr *object = e->member.object;
    AstName name = e->member.name;
    Context *context = check_self_context(b);
    const TypeDecl *decl = context ? context->function->owner : NULL;
    if (!decl || (!decl->super && !decl->interface_count)) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NO_SUPER, object->span, NULL, NULL);
        diagnostic_label(d, "there is no superclass here");
        return check_no_reference(name.span);
    }
    Member member = {0};
    if (decl->super)
        member = lookup_member(b->checker, decl->super, name.text);
    for (uint32_t i = 0; i < decl->interface_count && member.kind == MEMBER_NONE; i++)
        member = lookup_member(b->checker, decl->interfaces[i], name.text);
    const Type *above = decl->super ? decl->super : decl->interfaces[0];
    if (member.kind == MEMBER_NONE)
        return check_unknown_member(b, above, name, false, member.unmet);
    check_self_use(b, object->span);
    Variable *self = context->function->self;
    check_mention(b, self);
    TreeExpr *receiver =
        check_convert(b, check_variable_tree(b, self, object->span), member.owner, object->span);
    member.is_virtual = false;
    const Function *target = member.kind == MEMBER_METHOD ? member.method : member.getter;
    if (target && target->is_abstract) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_SUPER_ABSTRACT, name.span, name.text, NULL);
        diagnostic_label(d, "it has no body to call");
        return check_no_reference(name.span);
    }
    if (member.kind == MEMBER_PROPERTY)
        return check_value_reference(check_read_property(b, receiver, &member, name.span), name.span);
    if (member.kind != MEMBER_METHOD)
        return check_member_of(b, receiver, NULL, name);
    Reference reference = check_method_reference(&member, receiver, NULL, name.span);
    reference.is_super = true;
    return reference;
}

static Reference check_member(Body *b, const AstExpr *e) {
    const AstExpr *object = e->member.object;
    AstName name = e->member.name;
    if (object->kind == AST_EXPR_SUPER)
        return check_super_member(b, e);
    if (object->kind == AST_EXPR_NAME || object->kind == AST_EXPR_MEMBER ||
        object->kind == AST_EXPR_INSTANTIATE) {
        Reference base = check_reference(b, object, NULL);
        switch (base.kind) {
        case REFERENCE_ERROR: return check_no_reference(name.span);
        case REFERENCE_MODULE:
            return name.text ? check_module_member(b, base.module, name) : check_no_reference(name.span);
        case REFERENCE_TYPE:
            if (base.is_array && name.text) { // has no static members
                check_report(b, DIAGNOSTIC_UNKNOWN_MEMBER, name.span, "Array", name.text);
                return check_no_reference(name.span);
            }
            return check_static_member(b, base.type, base.is_open, name);
        default: {
            TreeExpr *value = check_reference_value(b, &base, object, NULL);
            return check_member_of(b, e->member.optional ? check_chain_link(b, value, name.span) : value,
                                   object, name);
        }
        }
    }
    TreeExpr *value = check_operand(b, object, NULL);
    return check_member_of(b, e->member.optional ? check_chain_link(b, value, name.span) : value, object,
                           name);
}

// ------------------------------------------------------------------------------------------ instantiations

static Reference check_instantiate(Body *b, const AstExpr *e, const Type *hint) {
    Reference base = check_reference(b, e->instantiate.operand, hint);
    if (base.kind == REFERENCE_FUNCTION || base.kind == REFERENCE_METHOD) {
        base.explicit_args = e->instantiate.arguments;
        base.explicit_arg_count = e->instantiate.argument_count;
        return base;
    }
    if (base.kind == REFERENCE_TYPE) {
        // The syntax again, as a type: arity and bounds are checked there.
        AstType syntax = {.kind = AST_TYPE_NAMED, .span = e->span};
        AstName path[8];
        uint32_t count = 0;
        for (const AstExpr *at = e->instantiate.operand; at && count < 8;) {
            path[count++] = at->kind == AST_EXPR_MEMBER ? at->member.name : at->name.name;
            at = at->kind == AST_EXPR_MEMBER ? at->member.object : NULL;
        }
        AstName *names = ARENA_ARRAY(b->arena, AstName, count);
        for (uint32_t i = 0; i < count; i++)
            names[i] = path[count - 1 - i];
        syntax.named.path = names;
        syntax.named.path_count = count;
        syntax.named.arguments = e->instantiate.arguments;
        syntax.named.argument_count = e->instantiate.argument_count;
        AstType *copy = ARENA_NEW(b->arena, AstType);
        *copy = syntax;
        const Type *type = resolve_type(b->checker, &b->context->scope, copy);
        return type->has_error ? check_no_reference(e->span) : check_type_reference(type, false, base.span);
    }
    if (base.kind != REFERENCE_ERROR) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NO_TYPE_ARGUMENTS, e->span, NULL, NULL);
        diagnostic_label(d, "takes no type arguments");
    }
    return check_no_reference(e->span);
}

Reference check_implicit_member(Body *b, const AstExpr *e, const Type *hint) {
    AstName name = e->name.name;
    const Type *type = check_strip(check_resolve(b, hint));
    if (type && type->kind == TYPE_FUNCTION) // a case as a function that makes it
        type = check_strip(type->args[type->arg_count - 1]);
    if (check_has_error(type))
        return check_no_reference(e->span);
    if (!type || type->kind != TYPE_NAMED || type->decl->kind != COR_DEF_ENUM) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_IMPLICIT_MEMBER, e->span, name.text, NULL);
        diagnostic_label(d, "the enum is not known here");
        diagnostic_help(d, "write the enum's name before the point");
        return check_no_reference(e->span);
    }
    bool is_open = type->has_variables;
    Reference reference = check_static_member(b, is_open ? type->decl->self_type : type, is_open, name);
    reference.span = name.span;
    return reference;
}

Reference check_reference(Body *b, const AstExpr *e, const Type *hint) {
    switch (e->kind) {
    case AST_EXPR_NAME: return e->name.name.text ? check_name(b, e->name.name) : check_no_reference(e->span);
    case AST_EXPR_MEMBER: return check_member(b, e);
    case AST_EXPR_INSTANTIATE: return check_instantiate(b, e, hint);
    case AST_EXPR_IMPLICIT_MEMBER: return check_implicit_member(b, e, hint);
    default: return check_value_reference(check_operand(b, e, hint), e->span);
    }
}
