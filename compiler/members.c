// Members by name.
//
// A type's own members are in its table (TypeDecl.members). Members that extensions add are in one index per
// extended declaration or built-in constructor, so that finding one costs the same however many extensions a
// program has. A lookup goes up the classes, own members before those of extensions at each step, and then
// through the interfaces: their methods, and what extensions add to them.
//
// An extension applies if its target matches the type of the receiver and its bounds hold for the arguments
// found by that. Its members are seen by its own module, by modules that import it directly, and wherever the
// type's module is the extension's. A module's own extension of a type of another module comes before that
// type's members, so that what a library adds later does not change or break the program.
#include "compiler/declarations.h"

#include "compiler/suggest.h"

// -------------------------------------------------------------------------------------------------- indexing

static const char *type_text(Checker *checker, const Type *type) {
    return types_name(checker->types, type);
}

static MemberEntry *new_entry(Checker *checker, MemberKind kind, const char *name, Span span) {
    MemberEntry *entry = ARENA_NEW(checker->arena, MemberEntry);
    entry->member.kind = kind;
    entry->name = name;
    entry->span = span;
    return entry;
}

static MemberEntry *function_entry(Checker *checker, Function *function) {
    bool is_property = function->kind == FUNCTION_GETTER || function->kind == FUNCTION_SETTER;
    MemberEntry *entry =
        new_entry(checker, is_property ? MEMBER_PROPERTY : MEMBER_METHOD, function->name, function->span);
    if (function->kind == FUNCTION_GETTER)
        entry->member.getter = function;
    else if (function->kind == FUNCTION_SETTER)
        entry->member.setter = function;
    else
        entry->member.method = function;
    entry->of_type = function->self_type == NULL;
    entry->is_private = function->is_private;
    return entry;
}

static MemberEntry *variable_entry(Checker *checker, Variable *variable) {
    MemberEntry *entry = new_entry(checker, MEMBER_STATIC, variable->name, variable->span);
    entry->member.variable = variable;
    entry->of_type = true;
    entry->is_private = variable->is_private;
    return entry;
}

static MemberEntry *constant_entry(Checker *checker, NamedConstant *constant) {
    MemberEntry *entry = new_entry(checker, MEMBER_CONSTANT, constant->name, constant->span);
    entry->member.constant = constant;
    entry->of_type = true;
    entry->is_private = constant->is_private;
    return entry;
}

// Adds a setter to its getter's entry, or the other way round. False if they do not go together.
static bool join_property(MemberEntry *entry, const MemberEntry *other) {
    if (entry->member.kind != MEMBER_PROPERTY || other->member.kind != MEMBER_PROPERTY ||
        entry->of_type != other->of_type)
        return false;
    if (other->member.getter && !entry->member.getter)
        entry->member.getter = other->member.getter;
    else if (other->member.setter && !entry->member.setter)
        entry->member.setter = other->member.setter;
    else
        return false;
    return true;
}

static void add_own(Checker *checker, TypeDecl *decl, MemberEntry *entry) {
    MemberEntry *earlier = name_table_get(decl->members, entry->name);
    if (!earlier) {
        name_table_put(decl->members, checker->arena, entry->name, entry);
        return;
    }
    bool is_derived = entry->member.method && entry->member.method->is_derived;
    bool is_imported = decl->ast == NULL;
    if (!join_property(earlier, entry) && !is_derived && !is_imported)
        declare_duplicate(checker, decl->name, entry->name, entry->span, earlier->span);
}

static void check_inits(Checker *checker, const TypeDecl *decl) {
    for (uint32_t i = 1; i < decl->init_count && i < 64 && decl->ast; i++) {
        const Function *init = decl->inits[i];
        for (uint32_t j = 0; j < i; j++) {
            const Function *other = decl->inits[j];
            uint32_t same = 0;
            while (same < init->parameter_count && same < other->parameter_count &&
                   init->parameters[same].type == other->parameters[same].type)
                same++;
            if (same < init->parameter_count || same < other->parameter_count)
                continue;
            Diagnostic *d =
                diagnostic_add(checker->sink, DIAGNOSTIC_DUPLICATE_INIT, init->span, decl->name, NULL);
            diagnostic_label(d, "the same parameter types again");
            diagnostic_secondary(d, other->span, "first declared here");
            break;
        }
    }
}

void members_index_type(Checker *checker, TypeDecl *decl) {
    decl->members = ARENA_NEW(checker->arena, NameTable);
    for (uint32_t i = 0; i < decl->case_count; i++) {
        MemberEntry *entry = new_entry(checker, MEMBER_CASE, decl->cases[i].name, decl->cases[i].span);
        entry->member.enum_case = &decl->cases[i];
        entry->of_type = true;
        add_own(checker, decl, entry);
    }
    for (uint32_t i = 0; i < decl->field_count; i++) {
        MemberEntry *entry = new_entry(checker, MEMBER_FIELD, decl->fields[i].name, decl->fields[i].span);
        entry->member.field = &decl->fields[i];
        entry->is_private = decl->fields[i].is_private;
        add_own(checker, decl, entry);
    }
    for (uint32_t i = 0; i < decl->static_count; i++)
        add_own(checker, decl, variable_entry(checker, decl->statics[i]));
    for (uint32_t i = 0; i < decl->constant_count; i++)
        add_own(checker, decl, constant_entry(checker, decl->constants[i]));
    for (uint32_t i = 0; i < decl->method_count; i++)
        add_own(checker, decl, function_entry(checker, decl->methods[i]));
    check_inits(checker, decl);
}

void members_add_method(Checker *checker, TypeDecl *decl, Function *method) {
    add_own(checker, decl, function_entry(checker, method));
}

MemberEntry *members_own(const TypeDecl *decl, const char *name) {
    return decl->members ? name_table_get(decl->members, name) : NULL;
}

// ------------------------------------------------------------------------------------------------ extensions

const void *members_extension_head(Checker *checker, const Type *type) {
    Declarations *state = checker->declarations;
    switch (type->kind) {
    case TYPE_NAMED: return type->decl;
    case TYPE_ARRAY: return &state->constructors[0];
    case TYPE_TUPLE: return &state->constructors[1];
    case TYPE_FUNCTION: return &state->constructors[2];
    case TYPE_OPTIONAL:
    case TYPE_PARAM:
    case TYPE_VARIABLE:
    case TYPE_ERROR: return NULL;
    default: return type;
    }
}

ExtensionIndex *members_extensions(Checker *checker, const Type *type) {
    const void *head = members_extension_head(checker, type);
    return head ? name_table_get(&checker->declarations->extensions, head) : NULL;
}

ExtensionIndex *members_extension_index(Checker *checker, const Type *type) {
    const void *head = members_extension_head(checker, type);
    ExtensionIndex *index = members_extensions(checker, type);
    if (!index && head) {
        index = ARENA_NEW(checker->arena, ExtensionIndex);
        name_table_put(&checker->declarations->extensions, checker->arena, head, index);
    }
    return index;
}

static bool targets_overlap(const Extension *a, const Extension *b) {
    if (a->target == b->target)
        return true;
    uint32_t count = a->type_param_count > b->type_param_count ? a->type_param_count : b->type_param_count;
    const Type *few[16] = {0};
    if (count > 16 || a->type_param_count != b->type_param_count)
        return false;
    return members_match(a->target, b->target, a->type_params, few, a->type_param_count);
}

static bool same_bounds(const Extension *a, const Extension *b) {
    for (uint32_t i = 0; i < a->type_param_count && i < b->type_param_count; i++) {
        if (a->type_params[i]->bound_count != b->type_params[i]->bound_count)
            return false;
        for (uint32_t j = 0; j < a->type_params[i]->bound_count; j++) {
            if (a->type_params[i]->bounds[j]->decl != b->type_params[i]->bounds[j]->decl)
                return false;
        }
    }
    return true;
}

static void add_extension_entry(Checker *checker, Extension *extension, MemberEntry *entry) {
    ExtensionIndex *index = members_extension_index(checker, extension->target);
    if (!index)
        return;
    entry->extension = extension;
    MemberEntry *first = name_table_get(&index->members, entry->name), *last = NULL;
    bool is_source = extension->ast != NULL;
    for (MemberEntry *at = first; at; last = at, at = at->next) {
        if (at->extension == extension && join_property(at, entry))
            return;
        bool same = at->extension->module == extension->module && targets_overlap(at->extension, extension) &&
                    same_bounds(at->extension, extension);
        if (is_source && same) {
            declare_duplicate(checker, type_text(checker, extension->target), entry->name, entry->span,
                              at->span);
            return;
        }
    }
    if (last)
        last->next = entry;
    else
        name_table_put(&index->members, checker->arena, entry->name, entry);
    ARENA_PUSH(checker->arena, index->entries, index->entry_count, index->entry_capacity, entry);
}

void members_index_extension(Checker *checker, Extension *extension) {
    for (uint32_t i = 0; i < extension->static_count; i++)
        add_extension_entry(checker, extension, variable_entry(checker, extension->statics[i]));
    for (uint32_t i = 0; i < extension->constant_count; i++)
        add_extension_entry(checker, extension, constant_entry(checker, extension->constants[i]));
    for (uint32_t i = 0; i < extension->method_count; i++)
        add_extension_entry(checker, extension, function_entry(checker, extension->methods[i]));
}

bool members_match(const Type *pattern, const Type *type, TypeParameter *const *parameters,
                   const Type **arguments, uint32_t count) {
    if (pattern->kind == TYPE_PARAM) {
        for (uint32_t i = 0; i < count; i++) {
            if (parameters[i] != pattern->parameter)
                continue;
            if (!arguments[i])
                arguments[i] = type;
            return arguments[i] == type || type->kind == TYPE_ERROR || arguments[i]->kind == TYPE_ERROR;
        }
    }
    if ((pattern == type && !pattern->has_params) || type->kind == TYPE_ERROR || pattern->kind == TYPE_ERROR)
        return true;
    if (!pattern->has_params || pattern->kind != type->kind || pattern->decl != type->decl ||
        pattern->arg_count != type->arg_count)
        return false;
    for (uint32_t i = 0; i < pattern->arg_count; i++) {
        if (!members_match(pattern->args[i], type->args[i], parameters, arguments, count))
            return false;
    }
    return true;
}

bool members_bounds_hold(Checker *checker, TypeParameter *const *parameters, const Type *const *arguments,
                         uint32_t count, const char **unmet) {
    Substitution substitution = {parameters, arguments, count};
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; arguments[i] && j < parameters[i]->bound_count; j++) {
            const Type *bound = types_substitute(checker->types, parameters[i]->bounds[j], &substitution);
            if (implements(checker, arguments[i], bound))
                continue;
            if (unmet)
                *unmet = arena_printf(checker->arena, "`%s` does not implement `%s`",
                                      type_text(checker, arguments[i]), type_text(checker, bound));
            return false;
        }
    }
    return true;
}

// Whether code of the module being checked sees the members that `extension` adds to `type`.
static bool is_visible(Checker *checker, const Extension *extension, const Type *type) {
    const ModuleSymbol *module = checker->module;
    if (extension->module == module || !module)
        return true;
    if (type->kind == TYPE_NAMED && type->decl->module == extension->module)
        return true;
    for (uint32_t i = 0; i < module->import_count; i++) {
        if (module->imports[i] == extension->module)
            return true;
    }
    return false;
}

// Names in other modules cannot be private to the code being checked; within the module the caller decides,
// because only it knows which type it is in.
static bool is_foreign_private(Checker *checker, bool is_private, const ModuleSymbol *module) {
    return is_private && checker->module && module != checker->module;
}

typedef struct Search {
    Checker *checker;
    const char *name;
    bool of_type;
    bool lenient;  // arguments are not given, so bounds are not asked for
    Member found;  // kind NONE: nothing yet
    Member hidden; // private elsewhere: the answer if nothing else is found
    const char *unmet;
} Search;

static bool accept(Search *search, const MemberEntry *entry, const Type *owner, const ModuleSymbol *module,
                   const Type **type_args, uint32_t type_arg_count) {
    Member member = entry->member;
    member.owner = owner;
    member.type_args = type_args;
    member.type_arg_count = type_arg_count;
    if (is_foreign_private(search->checker, entry->is_private, module)) {
        member.is_hidden_private = true;
        if (search->hidden.kind == MEMBER_NONE)
            search->hidden = member;
        return false;
    }
    search->found = member;
    return true;
}

// How special a target is: more concrete ones win over more general ones.
static uint32_t freedom(const Extension *extension) {
    uint32_t bounds = 0;
    for (uint32_t i = 0; i < extension->type_param_count; i++)
        bounds += extension->type_params[i]->bound_count;
    return extension->type_param_count * 64 - (bounds < 64 ? bounds : 63);
}

// Whether `a` is taken rather than `b`: what the module being checked adds itself, then what is more special.
static bool is_preferred(const Checker *checker, const Extension *a, const Extension *b) {
    bool a_own = a->module == checker->module, b_own = b->module == checker->module;
    return a_own != b_own ? a_own : freedom(a) < freedom(b);
}

static bool search_extensions(Search *search, const Type *type, bool only_own) {
    Checker *checker = search->checker;
    ExtensionIndex *index = members_extensions(checker, type);
    const MemberEntry *entry = index ? name_table_get(&index->members, search->name) : NULL;
    const MemberEntry *best = NULL;
    const Type **best_args = NULL;
    for (; entry; entry = entry->next) {
        const Extension *extension = entry->extension;
        if (entry->of_type != search->of_type || !is_visible(checker, extension, type))
            continue;
        if ((only_own && extension->module != checker->module) ||
            (best && !is_preferred(checker, extension, best->extension)))
            continue;
        const Type **args = ARENA_ARRAY(checker->arena, const Type *, extension->type_param_count);
        if (!members_match(extension->target, type, extension->type_params, args,
                           extension->type_param_count))
            continue;
        if (!search->lenient && !members_bounds_hold(checker, extension->type_params, args,
                                                     extension->type_param_count, &search->unmet))
            continue;
        best = entry;
        best_args = args;
    }
    if (!best)
        return false;
    for (uint32_t i = 0; i < best->extension->type_param_count; i++) {
        if (!best_args[i])
            best_args[i] = types_builtin(checker->types, TYPE_ERROR);
    }
    return accept(search, best, type, best->extension->module, best_args, best->extension->type_param_count);
}

static bool is_overridable(const Type *receiver, const Function *function) {
    if (!function || function->kind == FUNCTION_STATIC || function->extension)
        return false;
    if (function->owner->kind == COR_DEF_INTERFACE)
        return true;
    bool can = function->is_open || function->is_abstract || function->is_override;
    return can && receiver->decl->is_open;
}

static bool search_own(Search *search, const Type *type) {
    const MemberEntry *entry = members_own(type->decl, search->name);
    if (!entry || entry->of_type != search->of_type)
        return false;
    return accept(search, entry, type, type->decl->module, type->args, type->arg_count);
}

// The classes from `type` upwards, or the one type.
static bool search_classes(Search *search, const Type *type) {
    const Type *at = type;
    while (at) {
        if (at->kind == TYPE_NAMED && at->decl->module != search->checker->module &&
            search_extensions(search, at, true))
            return true;
        if (at->kind == TYPE_NAMED && search_own(search, at))
            return true;
        if (search_extensions(search, at, false))
            return true;
        if (at->kind != TYPE_NAMED || !at->decl->super)
            return false;
        at = member_type(search->checker, at, at->decl->super);
    }
    return false;
}

static bool search_interface(void *context, const Type *interface) {
    Search *search = context;
    return search_own(search, interface) || search_extensions(search, interface, false);
}

// Values made of equatable, hashable or comparable parts have the methods of these interfaces by themselves.
static bool search_structural(Search *search, const Type *type) {
    Checker *checker = search->checker;
    TypeDecl *const interfaces[] = {checker->core.Equatable, checker->core.Hashable, checker->core.Comparable,
                                    checker->core.Printable};
    for (size_t i = 0; i < sizeof interfaces / sizeof *interfaces; i++) {
        if (!interfaces[i] || !members_own(interfaces[i], search->name))
            continue;
        const Type *interface = find_interface(checker, type, interfaces[i]);
        if (interface && search_own(search, interface))
            return true;
    }
    return false;
}

static Member finish(Search *search, const Type *receiver) {
    Member member = search->found;
    if (member.kind == MEMBER_NONE) {
        member = search->hidden;
        member.unmet = search->unmet;
        return member;
    }
    if (receiver->kind == TYPE_NAMED || receiver->kind == TYPE_PARAM || member.owner->kind == TYPE_NAMED) {
        const Type *class = receiver->kind == TYPE_NAMED ? receiver : member.owner;
        member.is_virtual = is_overridable(class, member.method) || is_overridable(class, member.getter) ||
                            is_overridable(class, member.setter);
    }
    infer_member(search->checker, &member);
    return member;
}

// An `equals`, `hash` or the like that the compiler made exists only where its parts have it too.
static bool derived_holds(Search *search, const Type *receiver) {
    Checker *checker = search->checker;
    const Function *method = search->found.method;
    if (!method || !method->is_derived || method->owner->kind == COR_DEF_INTERFACE)
        return true;
    const char *reason = NULL;
    const Type *equatable = checker->core.Equatable ? checker->core.Equatable->self_type : NULL;
    bool is_equals = equatable && members_own(equatable->decl, method->name);
    bool is_hash = checker->core.Hashable && members_own(checker->core.Hashable, method->name);
    bool holds = is_equals ? is_equatable(checker, receiver, &reason)
                 : is_hash ? is_hashable(checker, receiver, &reason)
                           : true;
    if (!holds)
        search->unmet = reason;
    return holds;
}

Member lookup_member(Checker *checker, const Type *receiver, const char *name) {
    Search search = {.checker = checker, .name = name};
    bool found = receiver->kind != TYPE_PARAM && search_classes(&search, receiver);
    if (found && !derived_holds(&search, receiver)) {
        search.found.kind = MEMBER_NONE;
        search.found = (Member){0};
    }
    if (!found)
        found = relations_each_interface(checker, receiver, search_interface, &search);
    if (!found)
        search_structural(&search, receiver);
    return finish(&search, receiver);
}

Member members_find_implementation(Checker *checker, const Type *type, const char *name) {
    Search search = {.checker = checker, .name = name};
    search_classes(&search, type);
    if (search.found.kind == MEMBER_NONE)
        return search.hidden;
    return search.found;
}

Member lookup_static(Checker *checker, const Type *receiver, const char *name) {
    Search search = {.checker = checker, .name = name, .of_type = true};
    if (receiver->kind == TYPE_NAMED && receiver->arg_count < receiver->decl->type_param_count)
        receiver = receiver->decl->self_type;
    search.lenient = receiver->has_params || receiver->has_variables;
    search_classes(&search, receiver);
    return finish(&search, receiver);
}

bool member_accessible(Checker *checker, const TypeDecl *from, const Extension *extension,
                       const TypeDecl *owner) {
    (void)checker;
    if (extension && extension->target) {
        const TypeDecl *extended = extension->target->kind == TYPE_NAMED ? extension->target->decl : NULL;
        return extended == owner && (!owner || owner->module == extension->module || extension->ast != NULL);
    }
    return from == owner && from != NULL;
}

// ----------------------------------------------------------------------------------------------- suggestions

static void consider_own(Suggestion *suggestion, const TypeDecl *decl, bool of_type) {
    for (uint32_t i = 0; i < decl->method_count; i++) {
        const Function *method = decl->methods[i];
        if ((method->self_type == NULL) == of_type && !method->is_private && !method->is_operator)
            suggest_consider(suggestion, method->name);
    }
    for (uint32_t i = 0; i < decl->field_count && !of_type; i++)
        suggest_consider(suggestion, decl->fields[i].name);
    for (uint32_t i = 0; i < decl->case_count && of_type; i++)
        suggest_consider(suggestion, decl->cases[i].name);
    for (uint32_t i = 0; i < decl->static_count && of_type; i++)
        suggest_consider(suggestion, decl->statics[i]->name);
    for (uint32_t i = 0; i < decl->constant_count && of_type; i++)
        suggest_consider(suggestion, decl->constants[i]->name);
}

typedef struct SuggestMembers {
    Checker *checker;
    Suggestion suggestion;
    bool of_type;
} SuggestMembers;

static void consider_extensions(SuggestMembers *search, const Type *type) {
    ExtensionIndex *index = members_extensions(search->checker, type);
    for (uint32_t i = 0; index && i < index->entry_count; i++) {
        const MemberEntry *entry = index->entries[i];
        bool is_operator = entry->member.method && entry->member.method->is_operator;
        if (entry->of_type == search->of_type && !entry->is_private && !is_operator &&
            is_visible(search->checker, entry->extension, type))
            suggest_consider(&search->suggestion, entry->name);
    }
}

static bool consider_interface(void *context, const Type *interface) {
    SuggestMembers *search = context;
    consider_own(&search->suggestion, interface->decl, search->of_type);
    consider_extensions(search, interface);
    return false;
}

const char *suggest_member(Checker *checker, const Type *receiver, const char *name, bool of_type) {
    if (suggest_is_tired(checker))
        return NULL;
    SuggestMembers search = {checker, suggest_begin(name), of_type};
    for (const Type *at = receiver; at;) {
        if (at->kind == TYPE_NAMED)
            consider_own(&search.suggestion, at->decl, of_type);
        consider_extensions(&search, at);
        at = at->kind == TYPE_NAMED && at->decl->super ? member_type(checker, at, at->decl->super) : NULL;
    }
    if (!of_type)
        relations_each_interface(checker, receiver, consider_interface, &search);
    return search.suggestion.best;
}

const char *suggest_module(Checker *checker, const Type *receiver, const char *name, bool of_type) {
    ExtensionIndex *index = members_extensions(checker, receiver);
    for (uint32_t i = 0; index && i < index->entry_count; i++) {
        const MemberEntry *entry = index->entries[i];
        if (entry->name == name && entry->of_type == of_type && !entry->is_private &&
            !is_visible(checker, entry->extension, receiver))
            return entry->extension->module->name;
    }
    return NULL;
}

// ---------------------------------------------------------------------------------------------- substitution

Substitution substitution_of(Checker *checker, const Type *named) {
    (void)checker;
    if (named->kind != TYPE_NAMED || named->arg_count != named->decl->type_param_count)
        return (Substitution){0};
    return (Substitution){named->decl->type_params, named->args, named->arg_count};
}

const Type *member_type(Checker *checker, const Type *owner, const Type *declared) {
    Substitution substitution = substitution_of(checker, owner);
    return types_substitute(checker->types, declared, &substitution);
}
