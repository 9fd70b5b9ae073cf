// Classes and overriding.
//
// Before members are declared or imported, inherit_check_headers makes the supertypes of the module a graph
// without cycles and of limited depth, so that everything after it may walk upwards. After that, each type is
// checked once its supertypes are: what overrides what, which names hide inherited ones, and whether a class
// that can be constructed implements all that is abstract.
#include "compiler/declarations.h"

#include "compiler/suggest.h"

#define INHERIT_MAX_DEPTH 200
#define INHERIT_ON_PATH   (-1)

// --------------------------------------------------------------------------------------------------- headers

static void report_cycle(Checker *checker, const TypeDecl *decl, const TypeDecl *through) {
    if (!decl->ast)
        return; // the importer refuses the module
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_CYCLIC_INHERITANCE, decl->span, decl->name, NULL);
    diagnostic_label(d, "is above itself");
    if (through != decl)
        diagnostic_secondary(d, through->span, "through `%s`", through->name);
}

static void report_depth(Checker *checker, const TypeDecl *decl) {
    if (!decl->ast)
        return;
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_INHERITANCE_TOO_DEEP, decl->span, decl->name, NULL);
    diagnostic_label(d, "at most %d types can be above one another", INHERIT_MAX_DEPTH);
}

static void measure(Checker *checker, TypeDecl *decl, int depth);

// Whether the edge from `decl` to the supertype may stay.
static bool keep_edge(Checker *checker, TypeDecl *decl, const Type *super, int depth, int *height) {
    TypeDecl *above = super->decl;
    if (above->state == 0 && depth < INHERIT_MAX_DEPTH)
        measure(checker, above, depth + 1);
    bool keep = above->state > 0 && above->state < INHERIT_MAX_DEPTH;
    if (above->state == INHERIT_ON_PATH)
        report_cycle(checker, above, decl);
    else if (!keep)
        report_depth(checker, decl);
    decl->is_broken |= !keep;
    if (keep && above->state >= *height)
        *height = above->state + 1;
    return keep;
}

static void measure(Checker *checker, TypeDecl *decl, int depth) {
    decl->state = INHERIT_ON_PATH;
    int height = 1;
    if (decl->super && !keep_edge(checker, decl, decl->super, depth, &height))
        decl->super = NULL;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < decl->interface_count; i++) {
        if (keep_edge(checker, decl, decl->interfaces[i], depth, &height))
            decl->interfaces[kept++] = decl->interfaces[i];
    }
    decl->interface_count = kept;
    decl->state = height;
}

void inherit_check_headers(Checker *checker) {
    const ModuleSymbol *module = checker->module;
    for (uint32_t i = 0; i < module->type_count; i++) {
        if (module->types[i]->state == 0)
            measure(checker, module->types[i], 1);
    }
}

// -------------------------------------------------------------------------------------------- inherited ones

// A member that a superclass has under this name, and the superclass as seen from `type`.
static const MemberEntry *find_inherited(Checker *checker, const Type *type, const char *name,
                                         const Type **owner) {
    const Type *at = type;
    while (at->kind == TYPE_NAMED && at->decl->super) {
        at = member_type(checker, at, at->decl->super);
        const MemberEntry *entry = at->kind == TYPE_NAMED ? members_own(at->decl, name) : NULL;
        if (!entry || entry->is_private)
            continue;
        *owner = at;
        return entry;
    }
    return NULL;
}

static Function *same_kind(const Member *member, const Function *model) {
    switch (model->kind) {
    case FUNCTION_GETTER: return member->getter;
    case FUNCTION_SETTER: return member->setter;
    default: return member->method;
    }
}

static void report_hiding(Checker *checker, const char *name, Span span, const Type *owner,
                          const MemberEntry *entry) {
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_HIDES_INHERITED, span, name, owner->decl->name, NULL);
    diagnostic_label(d, "choose another name");
    if (owner->decl->ast)
        diagnostic_secondary(d, entry->span, "inherited from here");
}

static Span start_of(const AstDecl *ast) {
    return source_span(ast->span.file, ast->span.start, ast->span.start);
}

// Where `override` is inserted: before `fn`, `get`, `set`, `operator`, after `pub` and attributes.
static Span override_place(const Function *method) {
    Span signature = method->ast->function.signature_span;
    return signature.end > 0 ? source_span(signature.file, signature.start, signature.start)
                             : start_of(method->ast);
}

static void check_override_word(Checker *checker, const Function *method, const Function *replaced,
                                const char *owner) {
    if (method->is_override || replaced->is_abstract || !method->ast)
        return;
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_OVERRIDE_MISSING, method->span, method->name, NULL);
    diagnostic_label(d, "replaces the method of `%s`", owner);
    if (replaced->ast)
        diagnostic_secondary(d, replaced->span, "the inherited method");
    diagnostic_suggest(d, override_place(method), "override ", "write `override`");
}

static void report_final(Checker *checker, const Function *method, const Function *inherited,
                         const TypeDecl *owner) {
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_OVERRIDES_FINAL, method->span, method->name,
                                   owner->name, NULL);
    diagnostic_label(d, "the inherited one is not open");
    if (!inherited->ast)
        return;
    diagnostic_secondary(d, inherited->span, "declared here");
    if (inherited->module == checker->module)
        diagnostic_suggest(d, override_place(inherited), "open ", "make it open");
}

static void check_override_signature(Checker *checker, MethodView method, MethodView inherited) {
    const char *difference = compare_signatures(checker, method, inherited);
    if (!difference)
        return;
    const Function *function = method.function;
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_OVERRIDE_SIGNATURE, function->span,
                                   function->name, difference, NULL);
    diagnostic_label(d, "%s", difference);
    if (inherited.function->ast)
        diagnostic_secondary(d, inherited.function->span, "the inherited method");
    diagnostic_help(d, "the inherited one is `%s`", compare_signature_text(checker, inherited));
}

// Checks a method against what the superclasses have under its name. False if they have nothing that counts.
static bool check_against_classes(Checker *checker, TypeDecl *decl, Function *method) {
    const Type *owner = NULL;
    const MemberEntry *entry = find_inherited(checker, decl->self_type, method->name, &owner);
    if (!entry)
        return false;
    bool both_static = entry->of_type && !method->self_type;
    if (both_static)
        return true;
    Function *inherited = same_kind(&entry->member, method);
    bool is_property = method->kind == FUNCTION_GETTER || method->kind == FUNCTION_SETTER;
    bool fits = !entry->of_type && method->self_type &&
                (entry->member.kind == MEMBER_PROPERTY) == is_property && entry->member.kind != MEMBER_FIELD;
    if (!fits) {
        report_hiding(checker, method->name, method->span, owner, entry);
        return true;
    }
    if (!inherited) // a setter for a property that only had a getter
        return true;
    method->overrides = inherited;
    bool is_open = inherited->is_open || inherited->is_abstract || inherited->is_override;
    if (!is_open) {
        report_final(checker, method, inherited, owner->decl);
        return true;
    }
    check_override_word(checker, method, inherited, owner->decl->name);
    check_override_signature(checker, (MethodView){method, decl->self_type->args},
                             (MethodView){inherited, owner->args});
    method->is_override = true; // takes over the slot
    return true;
}

// ------------------------------------------------------------------------------------------------ interfaces

typedef struct InterfaceSearch {
    const Function *method;
    const TypeDecl *except;
    Function *found; // preferably one with a default
    const Type *owner;
} InterfaceSearch;

static bool search_interface(void *context, const Type *interface) {
    InterfaceSearch *search = context;
    const MemberEntry *entry = members_own(interface->decl, search->method->name);
    if (!entry || interface->decl == search->except)
        return false;
    Function *function = same_kind(&entry->member, search->method);
    if (!function || (search->found && !function->is_default_method))
        return false;
    search->found = function;
    search->owner = interface;
    return function->is_default_method;
}

static void report_nothing(Checker *checker, const Type *type, const Function *method) {
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_OVERRIDES_NOTHING, method->span, method->name, NULL);
    diagnostic_label(d, "nothing of this name is inherited");
    const char *similar = NULL;
    if (type->kind == TYPE_NAMED && type->decl->super)
        similar = suggest_member(checker, type->decl->super, method->name, false);
    for (uint32_t i = 0; type->kind == TYPE_NAMED && i < type->decl->interface_count && !similar; i++)
        similar = suggest_member(checker, type->decl->interfaces[i], method->name, false);
    if (similar)
        diagnostic_suggest(d, method->span, similar, "did you mean `%s`?", similar);
    else if (method->ast)
        diagnostic_suggest(d, modifiers_span(method->ast, AST_MODIFIER_OVERRIDE), "", "remove `override`");
}

static void check_found(Checker *checker, const Type *type, Function *method, const InterfaceSearch *search) {
    if (search->found) {
        method->overrides = search->found;
        if (search->found->is_default_method)
            check_override_word(checker, method, search->found, search->owner->decl->name);
    } else if (method->is_override && !(type->kind == TYPE_NAMED && type->decl->is_broken)) {
        report_nothing(checker, type, method);
    }
}

static bool is_inheriting(const Function *method) {
    return method->self_type && !method->is_private && !method->is_derived;
}

void inherit_check_extension(Checker *checker, Extension *extension) {
    for (uint32_t i = 0; i < extension->method_count; i++) {
        Function *method = extension->methods[i];
        if (!is_inheriting(method))
            continue;
        InterfaceSearch search = {.method = method};
        for (uint32_t j = 0; j < extension->interface_count; j++) {
            if (relations_each_interface(checker, extension->interfaces[j], search_interface, &search))
                break;
        }
        check_found(checker, extension->target, method, &search);
    }
}

// --------------------------------------------------------------------------------------------------- classes

static void check_hidden_names(Checker *checker, const TypeDecl *decl) {
    const Type *owner = NULL;
    for (uint32_t i = 0; i < decl->field_count; i++) {
        const MemberEntry *entry = find_inherited(checker, decl->self_type, decl->fields[i].name, &owner);
        if (entry)
            report_hiding(checker, decl->fields[i].name, decl->fields[i].span, owner, entry);
    }
    for (uint32_t i = 0; i < decl->static_count; i++) {
        const MemberEntry *entry = find_inherited(checker, decl->self_type, decl->statics[i]->name, &owner);
        if (entry && !entry->of_type)
            report_hiding(checker, decl->statics[i]->name, decl->statics[i]->span, owner, entry);
    }
}

// The function that a call of `model` through an instance of `type` runs, looking at classes only.
static Function *find_in_classes(Checker *checker, const Type *type, const Function *model) {
    for (const Type *at = type; at && at->kind == TYPE_NAMED;) {
        const MemberEntry *entry = members_own(at->decl, model->name);
        Function *function = entry && !entry->is_private ? same_kind(&entry->member, model) : NULL;
        if (function)
            return function;
        at = at->decl->super ? member_type(checker, at, at->decl->super) : NULL;
    }
    return NULL;
}

static void check_abstract(Checker *checker, const TypeDecl *decl) {
    if (decl->is_abstract)
        return;
    Diagnostic *d = NULL;
    for (const Type *at = decl->self_type; at && at->kind == TYPE_NAMED;) {
        for (uint32_t i = 0; i < at->decl->method_count && at->decl != decl; i++) {
            Function *method = at->decl->methods[i];
            if (!method->is_abstract || find_in_classes(checker, decl->self_type, method) != method)
                continue;
            const char *text = compare_signature_text(checker, (MethodView){method, at->args});
            if (!d) {
                d = diagnostic_add(checker->sink, DIAGNOSTIC_ABSTRACT_MISSING, decl->span, decl->name,
                                   method->name, at->decl->name, NULL);
                diagnostic_label(d, "declare it, or make the class abstract");
                if (at->decl->ast)
                    diagnostic_secondary(d, method->span, "declared abstract here");
            }
            diagnostic_help(d, "add `%s`", text);
        }
        at = at->decl->super ? member_type(checker, at, at->decl->super) : NULL;
    }
}

Function *implied_init(const TypeDecl *decl) {
    Function *found = NULL;
    for (uint32_t i = 0; i < decl->init_count; i++) {
        Function *init = decl->inits[i];
        uint32_t needed = 0;
        for (uint32_t j = 0; j < init->parameter_count; j++)
            needed += !init->parameters[j].has_default;
        if (needed == 0 && !init->is_private && (!found || init->parameter_count == 0))
            found = init;
    }
    return found;
}

bool inherit_lacks_init(const TypeDecl *decl) {
    bool is_memberwise = decl->init_count == 1 && decl->inits[0]->is_memberwise;
    return is_memberwise && decl->super && decl->super->decl->init_count && !implied_init(decl->super->decl);
}

// `init(size: int, message: string) { self.size = size; super(message) }`, of what the type and its superclass need.
static const char *passing_init(Checker *checker, const TypeDecl *decl) {
    const Function *init = decl->super->decl->inits[0], *own = decl->inits[0];
    const char *parameters = "", *arguments = "", *sets = "";
    for (uint32_t i = 0; i < own->parameter_count; i++) {
        const Parameter *field = &own->parameters[i];
        if (field->has_default || !field->name || !field->type)
            continue;
        parameters = arena_printf(checker->arena, "%s%s%s: %s", parameters, *parameters ? ", " : "",
                                  field->name, types_name(checker->types, field->type));
        sets = arena_printf(checker->arena, "%sself.%s = %s; ", sets, field->name, field->name);
    }
    for (uint32_t i = 0; i < init->parameter_count; i++) {
        const Parameter *parameter = &init->parameters[i];
        if (parameter->has_default || !parameter->name || !parameter->type)
            continue;
        parameters = arena_printf(checker->arena, "%s%s%s: %s", parameters, *parameters ? ", " : "",
                                  parameter->name, types_name(checker->types, parameter->type));
        arguments =
            arena_printf(checker->arena, "%s%s%s", arguments, *arguments ? ", " : "", parameter->name);
    }
    return arena_printf(checker->arena, "init(%s) { %ssuper(%s) }", parameters, sets, arguments);
}

static void check_memberwise(Checker *checker, const TypeDecl *decl) {
    if (!inherit_lacks_init(decl))
        return;
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_INIT_NEEDED, decl->span, decl->name, NULL);
    diagnostic_label(d, "`%s` cannot be constructed without arguments", decl->super->decl->name);
    if (decl->super->decl->ast)
        diagnostic_secondary(d, decl->super->decl->inits[0]->span, "what it needs is declared here");
    diagnostic_help(d, "write an `init` that calls `super(...)`, such as `%s`", passing_init(checker, decl));
}

void inherit_check_type(Checker *checker, TypeDecl *decl) {
    for (uint32_t i = 0; i < decl->method_count; i++) {
        Function *method = decl->methods[i];
        if (!is_inheriting(method))
            continue;
        if (decl->kind == COR_DEF_CLASS && check_against_classes(checker, decl, method))
            continue;
        InterfaceSearch search = {.method = method, .except = decl};
        relations_each_interface(checker, decl->self_type, search_interface, &search);
        check_found(checker, decl->self_type, method, &search);
    }
    if (decl->kind != COR_DEF_CLASS)
        return;
    check_hidden_names(checker, decl);
    check_abstract(checker, decl);
    check_memberwise(checker, decl);
}
