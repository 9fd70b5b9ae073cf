// How types implement interfaces.
//
// For every interface that a type lists, and those above it, there is one Conformance: for each method of the
// interface the function that implements it. A class passes its conformances on to its subclasses, whose
// overrides the VM finds through the class's own table of methods; only where a subclass replaces something
// that is not in that table (an interface's default, an extension's method) it gets a conformance of its own.
//
// What extensions give is indexed by the extended declaration. Within the program a type implements an
// interface once; an interface that is only implied, being above a listed one, gives way to a listing
// elsewhere.
#include "compiler/declarations.h"

// One interface that a type or an extension is going to implement.
typedef struct Claim {
    const Type *interface;
    bool is_listed; // else above a listed one
} Claim;

// The implementer: a declaration, or an extension.
typedef struct Implementer {
    Checker *checker;
    TypeDecl *decl;       // whose own list is meant, or NULL
    Extension *extension; // or NULL
    const Type *type;
    TypeParameter **type_params;
    uint32_t type_param_count;
    Span span; // of its name, for messages
    bool has_missing;
    Claim *claims;
    uint32_t claim_count, claim_capacity;
    Conformance **conformances;
    uint32_t conformance_count, conformance_capacity;
} Implementer;

void conformance_index_extension(Checker *checker, Extension *extension) {
    const void *head = members_extension_head(checker, extension->target);
    if (!head || extension->interface_count == 0)
        return;
    ExtensionIndex *index = members_extension_index(checker, extension->target);
    ARENA_PUSH(checker->arena, index->conforming, index->conforming_count, index->conforming_capacity,
               extension);
}

// -------------------------------------------------------------------------------------------------- messages

static const char *type_text(const Implementer *by, const Type *type) {
    return types_name(by->checker->types, type);
}

static Span listed_span(const Implementer *by, const Type *interface) {
    const AstDecl *ast = by->extension ? by->extension->ast : by->decl->ast;
    uint32_t count = by->extension ? ast->extend.interface_count : ast->type.supertype_count;
    AstType *const *list = by->extension ? ast->extend.interfaces : ast->type.supertypes;
    for (uint32_t i = 0; i < count; i++) {
        if (list[i]->info == interface)
            return list[i]->span;
    }
    return by->span;
}

static void report_duplicate(const Implementer *by, const Type *interface, const Type *other,
                             const Extension *elsewhere) {
    Diagnostic *d =
        diagnostic_add(by->checker->sink, DIAGNOSTIC_DUPLICATE_CONFORMANCE, listed_span(by, interface),
                       type_text(by, by->type), interface->decl->name, NULL);
    if (other && other != interface)
        diagnostic_label(d, "as `%s`, and as `%s`", type_text(by, interface), type_text(by, other));
    else
        diagnostic_label(d, "implemented elsewhere already");
    if (elsewhere && elsewhere->ast)
        diagnostic_secondary(d, elsewhere->ast->extend.target->span, "by this extension");
    else if (elsewhere)
        diagnostic_note(d, "by an extension in module `%s`", elsewhere->module->name);
    else if (!by->decl && by->type->kind == TYPE_NAMED && by->type->decl->ast)
        diagnostic_secondary(d, by->type->decl->span, "by the declaration itself");
}

// --------------------------------------------------------------------------------------------------- claims

static void claim(Implementer *by, const Type *interface, bool is_listed) {
    if (interface->kind != TYPE_NAMED)
        return;
    for (uint32_t i = 0; i < by->claim_count; i++) {
        Claim *earlier = &by->claims[i];
        if (earlier->interface->decl != interface->decl)
            continue;
        if (earlier->interface != interface)
            report_duplicate(by, interface, earlier->interface, NULL);
        earlier->is_listed |= is_listed;
        return;
    }
    Claim added = {interface, is_listed};
    ARENA_PUSH(by->checker->arena, by->claims, by->claim_count, by->claim_capacity, added);
    for (uint32_t i = 0; i < interface->decl->interface_count; i++)
        claim(by, member_type(by->checker, interface, interface->decl->interfaces[i]), false);
}

// Whether another extension implements the interface, or one below it, for every type of this implementer.
static bool extension_covers(const Implementer *by, const Extension *other, const Type *interface) {
    Checker *checker = by->checker;
    const Type **args = ARENA_ARRAY(checker->arena, const Type *, other->type_param_count);
    if (!members_match(other->target, by->type, other->type_params, args, other->type_param_count))
        return false;
    if (!members_bounds_hold(checker, other->type_params, args, other->type_param_count, NULL))
        return false;
    for (uint32_t i = 0; i < other->interface_count; i++) {
        if (other->interfaces[i]->decl == interface->decl)
            return true;
    }
    return false;
}

// A superclass of the extended type, or the type itself, lists the interface.
static bool declaration_covers(const Implementer *by, const Type *interface) {
    Checker *checker = by->checker;
    for (const Type *at = by->type; at && at->kind == TYPE_NAMED;) {
        for (uint32_t i = 0; i < at->decl->interface_count; i++) {
            if (find_supertype(checker, at->decl->interfaces[i], interface->decl))
                return true;
        }
        at = at->decl->super ? member_type(checker, at, at->decl->super) : NULL;
    }
    return false;
}

// Whether somebody else implements the interface for the type; what is listed twice is reported.
static bool is_elsewhere(const Implementer *by, const Claim *wanted) {
    if (by->extension && declaration_covers(by, wanted->interface)) {
        if (wanted->is_listed)
            report_duplicate(by, wanted->interface, NULL, NULL);
        return true;
    }
    const ExtensionIndex *index = members_extensions(by->checker, by->type);
    for (uint32_t i = 0; index && i < index->conforming_count; i++) {
        const Extension *other = index->conforming[i];
        if (other == by->extension) {
            if (wanted->is_listed)
                break; // the later of two is the one to report
            continue;
        }
        if (!by->extension || !extension_covers(by, other, wanted->interface))
            continue;
        if (wanted->is_listed)
            report_duplicate(by, wanted->interface, NULL, other);
        return true;
    }
    return false;
}

// ------------------------------------------------------------------------------------------------ one method

typedef struct Missing {
    const char *first;
    const char *texts[8];
    uint32_t count;
} Missing;

static void note_missing(const Implementer *by, Missing *missing, MethodView model) {
    if (!missing->first)
        missing->first = model.function->name;
    if (missing->count < 8)
        missing->texts[missing->count++] = compare_signature_text(by->checker, model);
}

// The first one at the type's own name, because that is what lacks the methods.
static void report_missing(Implementer *by, const Missing *missing, const Type *interface) {
    if (!missing->first || (by->type->kind == TYPE_NAMED && by->type->decl->is_broken))
        return;
    Span listed = listed_span(by, interface), span = by->has_missing ? listed : by->span;
    by->has_missing = true;
    Diagnostic *d = diagnostic_add(by->checker->sink, DIAGNOSTIC_INTERFACE_METHOD_MISSING, span,
                                   type_text(by, by->type), missing->first, type_text(by, interface), NULL);
    diagnostic_label(d, missing->count == 1 ? "`%s` is missing" : "`%s` and others are missing",
                     missing->first);
    if (span.start != listed.start)
        diagnostic_secondary(d, listed, "required by this interface");
    for (uint32_t i = 0; i < missing->count; i++)
        diagnostic_help(d, "add `%s`", missing->texts[i]);
}

static void report_signature(const Implementer *by, const Function *function, MethodView model,
                             const Type *interface, const char *difference) {
    Checker *checker = by->checker;
    bool here = function->module == checker->module && function->ast;
    Span span = here ? function->span : listed_span(by, interface);
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_INTERFACE_METHOD_SIGNATURE, span, function->name,
                                   type_text(by, interface), difference, NULL);
    diagnostic_label(d, "%s", difference);
    if (model.function->ast)
        diagnostic_secondary(d, model.function->span, "the method of `%s`", interface->decl->name);
    diagnostic_help(d, "`%s` declares `%s`", interface->decl->name, compare_signature_text(checker, model));
}

// A property of the interface implemented by a field of the type. NULL if the field does not fit.
static Function *from_field(const Implementer *by, const Member *member, MethodView model,
                            const Type *interface) {
    Checker *checker = by->checker;
    const Type *declared =
        model.function->kind == FUNCTION_GETTER ? model.function->result : model.function->parameters[0].type;
    Substitution substitution = {model.function->type_params, model.type_args,
                                 model.function->own_type_param_start};
    const Type *wanted = types_substitute(checker->types, declared, &substitution);
    infer_field(checker, member->field);
    const Type *type = member_type(checker, member->owner, member->field->type);
    const char *difference = NULL;
    if (type != wanted && !type->has_error && !wanted->has_error)
        difference = arena_printf(checker->arena, "the field is `%s` instead of `%s`", type_text(by, type),
                                  type_text(by, wanted));
    else if (model.function->kind == FUNCTION_SETTER && member->field->is_let)
        difference = "the field is never reassigned, but the property can be";
    else if (model.function->kind == FUNCTION_SETTER && by->decl && by->decl->kind != COR_DEF_CLASS)
        difference = "the field of a value cannot be assigned through an interface";
    if (!difference)
        return by->decl ? implement_by_field(checker, by->decl, member->field, type, model.function) : NULL;
    report_signature(by,
                     &(Function){.name = member->field->name,
                                 .span = member->field->span,
                                 .module = checker->module,
                                 .ast = member->field->ast},
                     model, interface, difference);
    return model.function;
}

// The default that another interface of the type, below `interface`, has for its method; NULL if there is none. Only
// a declaration can be given the method that it takes.
static Function *default_from_below(const Implementer *by, const Function *model, const Type *interface) {
    for (uint32_t i = 0; i < by->claim_count && by->decl; i++) {
        const Type *other = by->claims[i].interface;
        if (other == interface || !find_supertype(by->checker, other, interface->decl))
            continue;
        const MemberEntry *entry = members_own(other->decl, model->name);
        Function *function = entry ? implement_function(&entry->member, model) : NULL;
        if (function && function->is_default_method)
            return implement_by_default(by->checker, by->decl, other, function);
    }
    return NULL;
}

// The function that implements a method; NULL: the default, or nothing, which is noted in `missing`.
static Function *implement(const Implementer *by, MethodView model, const Type *interface, Missing *missing) {
    Checker *checker = by->checker;
    Member member = implement_find(checker, by->type, model.function);
    Function *found = NULL;
    if (member.kind == MEMBER_FIELD) {
        found = from_field(by, &member, model, interface);
    } else if (member.kind != MEMBER_NONE) {
        found = implement_function(&member, model.function);
        const char *difference = compare_signatures(checker, (MethodView){found, member.type_args}, model);
        if (found->is_private)
            difference = "it is private";
        if (difference && model.function->is_default_method && found->extension)
            return NULL; // something else that an extension calls so
        if (difference) {
            report_signature(by, found, model, interface, difference);
        } else if (found->is_mut) {
            Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_MUT_IMPLEMENTS, found->span, found->name,
                                           type_text(by, interface), NULL);
            diagnostic_label(d, "assigns `self`");
        }
    }
    if (found) {
        if (!found->overrides)
            found->overrides = model.function;
        return found;
    }
    found = default_from_below(by, model.function, interface);
    if (found || model.function->is_default_method)
        return found;
    if (by->decl && by->decl->kind == COR_DEF_CLASS && by->decl->is_abstract)
        return implement_abstract(checker, by->decl, model);
    note_missing(by, missing, model);
    return NULL;
}

// -------------------------------------------------------------------------------------------- one interface

static Conformance *new_conformance(const Implementer *by, const Type *interface) {
    Conformance *conformance = ARENA_NEW(by->checker->arena, Conformance);
    conformance->type_params = by->type_params;
    conformance->type_param_count = by->type_param_count;
    conformance->type = by->type;
    conformance->interface = interface;
    conformance->method_count = interface->decl->method_count;
    conformance->methods = ARENA_ARRAY(by->checker->arena, Function *, conformance->method_count);
    return conformance;
}

static Conformance *conform(Implementer *by, const Type *interface) {
    Conformance *conformance = new_conformance(by, interface);
    Missing missing = {0};
    for (uint32_t i = 0; i < conformance->method_count; i++) {
        Function *method = interface->decl->methods[i];
        if (method->self_type)
            conformance->methods[i] =
                implement(by, (MethodView){method, interface->args}, interface, &missing);
    }
    report_missing(by, &missing, interface);
    return conformance;
}

static void conform_to_claims(Implementer *by) {
    Checker *checker = by->checker;
    for (uint32_t i = 0; i < by->claim_count; i++) {
        if (is_elsewhere(by, &by->claims[i]))
            continue;
        Conformance *conformance = conform(by, by->claims[i].interface);
        ARENA_PUSH(checker->arena, by->conformances, by->conformance_count, by->conformance_capacity,
                   conformance);
    }
}

// --------------------------------------------------------------------------------------------- declarations

// An inherited conformance must be made anew if this class replaces something in it that is not a slot of the
// class.
static bool replaces(const Implementer *by, const Type *super, const Type *interface) {
    Checker *checker = by->checker;
    for (uint32_t i = 0; i < interface->decl->method_count; i++) {
        const Function *model = interface->decl->methods[i];
        if (!model->self_type)
            continue;
        Member own = implement_find(checker, by->type, model),
               inherited = implement_find(checker, super, model);
        const Function *now = implement_function(&own, model),
                       *before = implement_function(&inherited, model);
        bool has_slot =
            before && !before->extension && (before->is_open || before->is_abstract || before->is_override);
        if (now != before && !has_slot)
            return true;
    }
    return false;
}

static void claim_replaced(Implementer *by) {
    Checker *checker = by->checker;
    const Type *super = by->decl->super;
    Implementer above = {.checker = checker, .decl = by->decl, .type = super, .span = by->span};
    for (const Type *at = super; at && at->kind == TYPE_NAMED;) {
        for (uint32_t i = 0; i < at->decl->interface_count; i++)
            claim(&above, member_type(checker, at, at->decl->interfaces[i]), false);
        at = at->decl->super ? member_type(checker, at, at->decl->super) : NULL;
    }
    for (uint32_t i = 0; i < above.claim_count; i++) {
        const Type *interface = above.claims[i].interface;
        for (uint32_t j = 0; j < by->claim_count; j++) {
            if (by->claims[j].interface->decl == interface->decl && by->claims[j].interface != interface)
                report_duplicate(by, by->claims[j].interface, interface, NULL);
        }
        if (!replaces(by, super, interface))
            continue;
        TypeDecl *decl = by->decl;
        const Type **list = ARENA_ARRAY(checker->arena, const Type *, decl->interface_count + 1);
        for (uint32_t j = 0; j < decl->interface_count; j++)
            list[j] = decl->interfaces[j];
        list[decl->interface_count++] = interface;
        decl->interfaces = list;
        claim(by, interface, false);
    }
}

static void check_declaration(Checker *checker, TypeDecl *decl) {
    if (decl->is_checked)
        return;
    decl->is_checked = true;
    if (decl->super)
        check_declaration(checker, decl->super->decl); // not deeper than inherit.c allows
    if (!decl->ast)
        return;
    inherit_check_type(checker, decl);
    if (decl->kind == COR_DEF_INTERFACE)
        return;
    Implementer by = {.checker = checker, .decl = decl, .type = decl->self_type, .span = decl->span};
    by.type_params = decl->type_params;
    by.type_param_count = decl->type_param_count;
    for (uint32_t i = 0; i < decl->interface_count; i++)
        claim(&by, decl->interfaces[i], true);
    if (decl->super)
        claim_replaced(&by);
    conform_to_claims(&by);
    decl->conformances = by.conformances;
    decl->conformance_count = by.conformance_count;
}

// ------------------------------------------------------------------------------------- derived conformances
//
// A struct or enum implements Equatable and Hashable where its parts do. The VM needs that written down; for
// a generic one it depends on the arguments, so the conformance has type parameters of its own with just the
// bounds it takes.

static bool derives(Checker *checker, const Type *type, const TypeDecl *interface) {
    if (interface == checker->core.Printable)
        return true;
    return interface == checker->core.Hashable ? is_hashable(checker, type, NULL)
                                               : is_equatable(checker, type, NULL);
}

static Extension *derived_extension(Checker *checker, TypeDecl *decl, TypeDecl *interface) {
    uint32_t count = decl->type_param_count;
    TypeParameter **parameters = ARENA_ARRAY(checker->arena, TypeParameter *, count);
    const Type **args = ARENA_ARRAY(checker->arena, const Type *, count);
    for (uint32_t i = 0; i < count; i++) {
        TypeParameter *parameter = ARENA_NEW(checker->arena, TypeParameter);
        *parameter = (TypeParameter){.name = decl->type_params[i]->name, .index = i};
        args[i] = types_param(checker->types, parameter);
        parameters[i] = parameter;
        if (interface->type_param_count == 0)
            continue;
        parameter->bounds = ARENA_ARRAY(checker->arena, const Type *, 1);
        parameter->bounds[0] = types_named(checker->types, interface, &args[i], 1);
        parameter->bound_count = 1;
    }
    Extension *extension = ARENA_NEW(checker->arena, Extension);
    extension->module = checker->module;
    extension->type_params = parameters;
    extension->type_param_count = count;
    extension->target = types_named(checker->types, decl, args, count);
    if (extension->target->kind != TYPE_NAMED || !derives(checker, extension->target, interface))
        return NULL;
    for (uint32_t i = 0; i < count && interface->type_param_count > 0; i++) { // bounds that are not needed
        parameters[i]->bound_count = 0;
        if (!derives(checker, extension->target, interface))
            parameters[i]->bound_count = 1;
    }
    return extension;
}

static void derive_conformance(Checker *checker, TypeDecl *decl, TypeDecl *interface) {
    bool is_value = decl->kind == COR_DEF_STRUCT || decl->kind == COR_DEF_ENUM;
    if (!is_value || !interface || decl->is_broken || interface->type_param_count > 1)
        return;
    Implementer named = {.checker = checker, .type = decl->self_type};
    if (declaration_covers(&named, interface->self_type))
        return;
    const ExtensionIndex *index = members_extensions(checker, decl->self_type);
    for (uint32_t i = 0; index && i < index->conforming_count; i++) {
        for (uint32_t j = 0; j < index->conforming[i]->interface_count; j++) {
            if (find_supertype(checker, index->conforming[i]->interfaces[j], interface))
                return; // conditional or not: the rule is written
        }
    }
    Extension *extension = derived_extension(checker, decl, interface);
    if (!extension)
        return;
    Implementer by = {
        .checker = checker, .extension = extension, .type = extension->target, .span = decl->span};
    by.type_params = extension->type_params;
    by.type_param_count = extension->type_param_count;
    const Type *instance = interface->type_param_count == 0
                               ? interface->self_type
                               : types_named(checker->types, interface, &extension->target, 1);
    Conformance *conformance = new_conformance(&by, instance);
    for (uint32_t i = 0; i < conformance->method_count; i++) {
        Member member = implement_find(checker, by.type, interface->methods[i]);
        conformance->methods[i] = implement_function(&member, interface->methods[i]);
        if (!conformance->methods[i])
            return; // taken by something else of that name
    }
    uint32_t capacity = decl->conformance_count;
    Conformance **all = ARENA_ARRAY(checker->arena, Conformance *, capacity + 1);
    for (uint32_t i = 0; i < capacity; i++)
        all[i] = decl->conformances[i];
    all[capacity] = conformance;
    decl->conformances = all;
    decl->conformance_count = capacity + 1;
}

// ------------------------------------------------------------------------------------------------ extensions

static void check_location(const Implementer *by, const Type *interface) {
    const ModuleSymbol *module = by->checker->module;
    const Declarations *state = by->checker->declarations;
    bool is_home =
        by->type->kind == TYPE_NAMED ? by->type->decl->module == module : module->name == state->core_name;
    if (is_home || interface->decl->module == module)
        return;
    Diagnostic *d =
        diagnostic_add(by->checker->sink, DIAGNOSTIC_EXTENSION_LOCATION, listed_span(by, interface),
                       type_text(by, by->type), type_text(by, interface), NULL);
    diagnostic_label(d, "neither the type nor the interface is declared in this module");
    diagnostic_help(d, "extend it without the interface, or put the value into a type of your own");
}

static bool declares_name(void *name, const Type *interface) {
    return members_own(interface->decl, name) != NULL;
}

// Whether the library or the VM may call this member of the type.
static bool is_called_by_others(Checker *checker, const Type *type, const char *name) {
    const TypeDecl *const structural[] = {checker->core.Hashable, checker->core.Equatable,
                                          checker->core.Comparable, checker->core.Printable};
    for (size_t i = 0; i < sizeof structural / sizeof *structural; i++) {
        if (structural[i] && members_own(structural[i], name))
            return true;
    }
    return relations_each_interface(checker, type, declares_name, (void *)name);
}

// Members of the module's own types, and what others call through an interface, would not be replaced
// everywhere.
static void check_shadowing(Checker *checker, const Extension *extension) {
    if (extension->target->kind != TYPE_NAMED)
        return;
    bool is_home = extension->target->decl->module == checker->module;
    for (uint32_t i = 0; i < extension->method_count; i++) {
        const Function *method = extension->methods[i];
        const MemberEntry *own = members_own(extension->target->decl, method->name);
        bool is_foreign = own && own->is_private && extension->target->decl->module != checker->module;
        if (!own || is_foreign || (own->member.method && own->member.method->is_derived))
            continue;
        if (!is_home && !is_called_by_others(checker, extension->target, method->name))
            continue;
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_EXTENSION_SHADOWED, method->span,
                                       types_name(checker->types, extension->target), method->name, NULL);
        diagnostic_label(d, "would never be found");
        if (extension->target->decl->ast)
            diagnostic_secondary(d, own->span, "the type's own member");
    }
}

static void check_extension(Checker *checker, Extension *extension) {
    if (extension->target->kind == TYPE_ERROR)
        return;
    check_shadowing(checker, extension);
    inherit_check_extension(checker, extension);
    Implementer by = {.checker = checker, .extension = extension, .type = extension->target};
    by.span = extension->ast->extend.target->span;
    by.type_params = extension->type_params;
    by.type_param_count = extension->type_param_count;
    bool is_interface = by.type->kind == TYPE_NAMED && by.type->decl->kind == COR_DEF_INTERFACE;
    for (uint32_t i = 0; i < extension->interface_count; i++) {
        if (is_interface) {
            Diagnostic *d = diagnostic_add(
                checker->sink, DIAGNOSTIC_INVALID_SUPERTYPE, listed_span(&by, extension->interfaces[i]),
                type_text(&by, extension->interfaces[i]),
                "an interface lists its superinterfaces where it is declared", NULL);
            diagnostic_label(d, "`%s` is an interface", by.type->decl->name);
            return;
        }
        check_location(&by, extension->interfaces[i]);
        claim(&by, extension->interfaces[i], true);
    }
    conform_to_claims(&by);
    extension->conformances = by.conformances;
    extension->conformance_count = by.conformance_count;
}

void conformance_check_module(Checker *checker) {
    const ModuleSymbol *module = checker->module;
    for (uint32_t i = 0; i < module->type_count; i++)
        check_declaration(checker, module->types[i]);
    for (uint32_t i = 0; i < module->extension_count; i++)
        check_extension(checker, module->extensions[i]);
    for (uint32_t i = 0; i < module->type_count; i++) {
        derive_conformance(checker, module->types[i], checker->core.Equatable);
        derive_conformance(checker, module->types[i], checker->core.Hashable);
        derive_conformance(checker, module->types[i], checker->core.Printable);
    }
}
