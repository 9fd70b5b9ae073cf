// Relations between types: subtypes, interfaces that a type implements, and what can be compared, hashed and
// ordered.
//
// A type implements the interfaces that it, its superclasses and their interfaces list, those that extensions
// of it list where their bounds hold, and (Equatable and Hashable, for tuples and optionals too) what follows
// from its parts. Proofs are coinductive: a claim that comes up again in its own proof holds, so a recursive
// type is equatable if nothing in it is not. Rules that would need ever larger claims end at a limit and
// prove nothing.
#include "compiler/declarations.h"

#include <string.h>

#define RELATIONS_MAX_DEPTH 64
#define RELATIONS_MAX_STEPS 20000

// ----------------------------------------------------------------------------------------------------- goals

// Begins to prove that `rule` gives something for `type`. `*assumed`: it is being proved already, so it
// holds.
static bool goal_begin(Checker *checker, Goal *goal, const Type *type, const void *rule, bool *assumed) {
    Declarations *state = checker->declarations;
    *assumed = false;
    for (const Goal *at = state->goals; at; at = at->outer) {
        if (at->type == type && at->rule == rule) {
            *assumed = true;
            return false;
        }
    }
    if (!state->goals)
        state->goal_steps = 0;
    if (state->goal_depth >= RELATIONS_MAX_DEPTH || ++state->goal_steps > RELATIONS_MAX_STEPS)
        return false;
    *goal = (Goal){type, rule, state->goals};
    state->goals = goal;
    state->goal_depth++;
    return true;
}

static void goal_end(Checker *checker, const Goal *goal) {
    checker->declarations->goals = goal->outer;
    checker->declarations->goal_depth--;
}

// --------------------------------------------------------------------------------------------- interfaces

typedef struct InterfaceWalk {
    Checker *checker;
    const TypeDecl *wanted; // NULL: every interface
    InterfaceVisitor visit;
    void *context;
    const TypeDecl **seen;
    uint32_t seen_count, seen_capacity;
} InterfaceWalk;

static bool reaches(const TypeDecl *interface, const TypeDecl *wanted, uint32_t depth) {
    if (!wanted || interface == wanted)
        return true;
    for (uint32_t i = 0; i < interface->interface_count && depth < RELATIONS_MAX_DEPTH; i++) {
        if (reaches(interface->interfaces[i]->decl, wanted, depth + 1))
            return true;
    }
    return false;
}

// Visits an interface and those it extends, unless it was met before.
static bool walk_interface(InterfaceWalk *walk, const Type *interface) {
    if (interface->kind != TYPE_NAMED)
        return false; // too large, or wrong: reported
    for (uint32_t i = 0; i < walk->seen_count; i++) {
        if (walk->seen[i] == interface->decl)
            return false;
    }
    ARENA_PUSH(walk->checker->arena, walk->seen, walk->seen_count, walk->seen_capacity, interface->decl);
    if ((!walk->wanted || walk->wanted == interface->decl) && walk->visit(walk->context, interface))
        return true;
    const TypeDecl *decl = interface->decl;
    for (uint32_t i = 0; i < decl->interface_count; i++) {
        if (walk_interface(walk, member_type(walk->checker, interface, decl->interfaces[i])))
            return true;
    }
    return false;
}

// The interfaces that one extension gives to `type`.
static bool walk_extension(InterfaceWalk *walk, const Extension *extension, const Type *type) {
    Checker *checker = walk->checker;
    bool useful = false;
    for (uint32_t i = 0; i < extension->interface_count; i++)
        useful |= reaches(extension->interfaces[i]->decl, walk->wanted, 0);
    if (!useful)
        return false;
    uint32_t count = extension->type_param_count;
    const Type **args = ARENA_ARRAY(checker->arena, const Type *, count);
    if (!members_match(extension->target, type, extension->type_params, args, count))
        return false;
    Goal goal;
    bool holds;
    if (goal_begin(checker, &goal, type, extension, &holds)) {
        holds = members_bounds_hold(checker, extension->type_params, args, count, NULL);
        goal_end(checker, &goal);
    }
    if (!holds)
        return false;
    Substitution substitution = {extension->type_params, args, count};
    for (uint32_t i = 0; i < extension->interface_count; i++) {
        if (walk_interface(walk, types_substitute(checker->types, extension->interfaces[i], &substitution)))
            return true;
    }
    return false;
}

static bool walk_extensions(InterfaceWalk *walk, const Type *type) {
    const ExtensionIndex *index = members_extensions(walk->checker, type);
    for (uint32_t i = 0; index && i < index->conforming_count; i++) {
        if (walk_extension(walk, index->conforming[i], type))
            return true;
    }
    return false;
}

static bool walk_type(InterfaceWalk *walk, const Type *type) {
    if (type->kind == TYPE_PARAM) {
        for (uint32_t i = 0; i < type->parameter->bound_count; i++) {
            if (walk_interface(walk, type->parameter->bounds[i]))
                return true;
        }
        return false;
    }
    if (type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_INTERFACE)
        return walk_interface(walk, type);
    for (const Type *at = type; at;) {
        for (uint32_t i = 0; at->kind == TYPE_NAMED && i < at->decl->interface_count; i++) {
            if (walk_interface(walk, member_type(walk->checker, at, at->decl->interfaces[i])))
                return true;
        }
        if (walk_extensions(walk, at))
            return true;
        at = at->kind == TYPE_NAMED && at->decl->super ? member_type(walk->checker, at, at->decl->super)
                                                       : NULL;
    }
    return false;
}

bool relations_each_interface(Checker *checker, const Type *type, InterfaceVisitor visit, void *context) {
    InterfaceWalk walk = {.checker = checker, .visit = visit, .context = context};
    return walk_type(&walk, type);
}

static bool keep_interface(void *context, const Type *interface) {
    *(const Type **)context = interface;
    return true;
}

// The instance of `decl` that is listed somewhere for the type, or NULL.
static const Type *find_listed(Checker *checker, const Type *type, const TypeDecl *decl) {
    const Type *found = NULL;
    InterfaceWalk walk = {.checker = checker, .wanted = decl, .visit = keep_interface, .context = &found};
    walk_type(&walk, type);
    return found;
}

const Type *find_interface(Checker *checker, const Type *type, const TypeDecl *decl) {
    const Type *listed = find_listed(checker, type, decl);
    if (listed || !decl)
        return listed;
    const CoreTypes *core = &checker->core;
    bool holds = false;
    if (type->kind == TYPE_PARAM || type->kind == TYPE_ERROR)
        return NULL;
    if (decl == core->Equatable)
        holds = is_equatable(checker, type, NULL);
    else if (decl == core->Hashable)
        holds = is_hashable(checker, type, NULL);
    else if (decl == core->Comparable)
        holds = is_comparable(checker, type, NULL);
    else if (decl == core->Printable)
        return type->kind == TYPE_NAMED &&
                       (type->decl->kind == COR_DEF_STRUCT || type->decl->kind == COR_DEF_ENUM)
                   ? decl->self_type
                   : NULL;
    if (!holds || decl->type_param_count != 1)
        return NULL;
    const Type *instance = types_named(checker->types, (TypeDecl *)decl, &type, 1);
    return instance->kind == TYPE_NAMED ? instance : NULL;
}

const Type *find_supertype(Checker *checker, const Type *type, const TypeDecl *decl) {
    if (decl->kind == COR_DEF_INTERFACE)
        return find_interface(checker, type, decl);
    while (type && type->kind == TYPE_NAMED) {
        if (type->decl == decl)
            return type;
        type = type->decl->super ? member_type(checker, type, type->decl->super) : NULL;
    }
    return NULL;
}

bool implements(Checker *checker, const Type *type, const Type *interface) {
    if (type == interface || type->kind == TYPE_ERROR || interface->kind == TYPE_ERROR ||
        type->kind == TYPE_NEVER)
        return true;
    if (interface->kind == TYPE_ANY)
        return type->kind != TYPE_VOID;
    if (interface->kind != TYPE_NAMED || interface->decl->kind != COR_DEF_INTERFACE)
        return false;
    if (type->kind == TYPE_VARIABLE || (type->kind == TYPE_NAMED && type->decl->is_broken))
        return true;
    const Type *found = find_interface(checker, type, interface->decl);
    if (!found)
        return false;
    return found == interface || found->has_error || interface->has_error || found->has_variables ||
           interface->has_variables;
}

bool is_subtype(Checker *checker, const Type *from, const Type *to) {
    if (from == to || from->kind == TYPE_ERROR || to->kind == TYPE_ERROR || from->kind == TYPE_NEVER)
        return true;
    if (to->kind == TYPE_ANY)
        return type_is_reference(from);
    if (from->kind != TYPE_NAMED || to->kind != TYPE_NAMED || !type_is_reference(from))
        return false;
    if (to->decl->kind == COR_DEF_CLASS)
        return find_supertype(checker, from, to->decl) == to;
    return to->decl->kind == COR_DEF_INTERFACE && implements(checker, from, to);
}

// ------------------------------------------------------------------------- equality, hashing and order

typedef enum Ability { ABILITY_EQUATABLE, ABILITY_HASHABLE, ABILITY_COMPARABLE } Ability;

static TypeDecl *ability_interface(Checker *checker, Ability ability) {
    switch (ability) {
    case ABILITY_EQUATABLE: return checker->core.Equatable;
    case ABILITY_HASHABLE: return checker->core.Hashable;
    case ABILITY_COMPARABLE: break;
    }
    return checker->core.Comparable;
}

static bool has_ability(Checker *checker, const Type *type, Ability ability, const char **reason);

static void explain(Checker *checker, const char **reason, const Type *type, Ability ability) {
    static const char *const names[] = {"Equatable", "Hashable", "Comparable"};
    if (reason && !*reason)
        *reason = arena_printf(checker->arena, "`%s` does not implement `%s`",
                               types_name(checker->types, type), names[ability]);
}

static bool fields_have(Checker *checker, const Type *owner, Field *fields, uint32_t count, Ability ability,
                        const char **reason) {
    for (uint32_t i = 0; i < count; i++) {
        infer_field(checker, &fields[i]);
        if (!has_ability(checker, member_type(checker, owner, fields[i].type), ability, reason))
            return false;
    }
    return true;
}

// A struct or enum has what all its parts have, unless it writes its own `equals` or `hash`.
static bool parts_have(Checker *checker, const Type *type, Ability ability, const char **reason) {
    TypeDecl *decl = type->decl;
    bool writes_equals = derive_find_written(checker, decl, intern_string(checker->names, "equals"), true);
    bool writes_hash = derive_find_written(checker, decl, intern_string(checker->names, "hash"), false);
    if (writes_equals && (ability == ABILITY_EQUATABLE || writes_hash))
        return true;
    if (writes_equals) {
        if (reason && !*reason)
            *reason = arena_printf(checker->arena, "`%s` has its own `equals`, but no `hash`", decl->name);
        return false;
    }
    Goal goal;
    bool holds;
    if (!goal_begin(checker, &goal, type, ability_interface(checker, ability), &holds))
        return holds;
    holds = fields_have(checker, type, decl->fields, decl->field_count, ability, reason);
    for (uint32_t i = 0; i < decl->case_count && holds; i++)
        holds =
            fields_have(checker, type, decl->cases[i].fields, decl->cases[i].field_count, ability, reason);
    goal_end(checker, &goal);
    return holds;
}

static bool named_has(Checker *checker, const Type *type, Ability ability, const char **reason) {
    const TypeDecl *interface = ability_interface(checker, ability);
    const Type *listed = interface ? find_listed(checker, type, interface) : NULL;
    if (listed && (listed->arg_count != 1 || listed->args[0] == type || listed->has_error))
        return true;
    if (listed && is_subtype(checker, type, listed->args[0]))
        return true; // a subclass, by its superclass's method
    if (type->kind == TYPE_NAMED && type->decl->is_broken)
        return true;
    bool is_value =
        type->kind == TYPE_NAMED && (type->decl->kind == COR_DEF_STRUCT || type->decl->kind == COR_DEF_ENUM);
    if (is_value && ability != ABILITY_COMPARABLE)
        return parts_have(checker, type, ability, reason);
    explain(checker, reason, type, ability);
    return false;
}

static bool arguments_have(Checker *checker, const Type *type, Ability ability, const char **reason) {
    for (uint32_t i = 0; i < type->arg_count; i++) {
        if (!has_ability(checker, type->args[i], ability, reason))
            return false;
    }
    return true;
}

static bool has_ability(Checker *checker, const Type *type, Ability ability, const char **reason) {
    switch (type->kind) {
    case TYPE_ERROR:
    case TYPE_NEVER:
    case TYPE_NULL:
    case TYPE_VARIABLE: return true;
    case TYPE_CHAR:
    case TYPE_STRING: return true;
    case TYPE_BOOL: return ability != ABILITY_COMPARABLE || named_has(checker, type, ability, reason);
    case TYPE_TUPLE: return arguments_have(checker, type, ability, reason);
    case TYPE_OPTIONAL:
    case TYPE_ARRAY:
        if (ability != ABILITY_COMPARABLE)
            return arguments_have(checker, type, ability, reason);
        break;
    case TYPE_NAMED:
    case TYPE_PARAM: return named_has(checker, type, ability, reason);
    default:
        if (type_is_number(type))
            return true;
        break;
    }
    explain(checker, reason, type, ability);
    return false;
}

static bool ask(Checker *checker, const Type *type, Ability ability, const char **reason) {
    const char *found = NULL;
    bool holds = has_ability(checker, type, ability, &found);
    if (reason && !holds)
        *reason = found;
    return holds;
}

bool is_equatable(Checker *checker, const Type *type, const char **reason) {
    return ask(checker, type, ABILITY_EQUATABLE, reason);
}

bool is_hashable(Checker *checker, const Type *type, const char **reason) {
    return ask(checker, type, ABILITY_HASHABLE, reason);
}

bool is_comparable(Checker *checker, const Type *type, const char **reason) {
    return ask(checker, type, ABILITY_COMPARABLE, reason);
}

// ---------------------------------------------------------------------------------------------------- bounds

static const char *why_not(Checker *checker, const Type *argument, const Type *bound) {
    const char *reason = NULL;
    if (bound->decl == checker->core.Equatable)
        is_equatable(checker, argument, &reason);
    else if (bound->decl == checker->core.Hashable)
        is_hashable(checker, argument, &reason);
    else if (bound->decl == checker->core.Comparable)
        is_comparable(checker, argument, &reason);
    return reason;
}

static void report_bound(Checker *checker, const Type *argument, const Type *bound,
                         const TypeParameter *parameter, Span span) {
    const char *name = types_name(checker->types, argument), *interface = types_name(checker->types, bound);
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_UNMET_BOUND, span, name, interface, NULL);
    diagnostic_label(d, "type parameter `%s` requires `%s`", parameter->name, interface);
    const char *reason = why_not(checker, argument, bound);
    const char *same = arena_printf(checker->arena, "`%s` does not implement `%s`", name, bound->decl->name);
    if (reason && strcmp(reason, same) != 0)
        diagnostic_note(d, "%s", reason);
    bool own =
        argument->kind == TYPE_NAMED && argument->decl->module == checker->module && argument->decl->ast;
    if (own)
        diagnostic_secondary(d, argument->decl->span, "`%s` is declared here", argument->decl->name);
    if (own && argument->decl->kind != COR_DEF_INTERFACE)
        diagnostic_help(d, "implement it: `%s : %s`", argument->decl->name, interface);
    else if (argument->kind == TYPE_PARAM)
        diagnostic_help(d, "bound the type parameter: `%s: %s`", argument->parameter->name, interface);
}

static bool check_bounds_at(Checker *checker, TypeParameter *const *parameters, const Type *const *arguments,
                            uint32_t count, Span whole, AstType *const *asts) {
    Substitution substitution = {parameters, arguments, count};
    bool holds = true;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < parameters[i]->bound_count; j++) {
            const Type *bound = types_substitute(checker->types, parameters[i]->bounds[j], &substitution);
            if (bound->has_error || arguments[i]->has_error || implements(checker, arguments[i], bound))
                continue;
            report_bound(checker, arguments[i], bound, parameters[i], asts ? asts[i]->span : whole);
            holds = false;
            break;
        }
    }
    return holds;
}

bool check_bounds(Checker *checker, TypeParameter *const *parameters, const Type *const *arguments,
                  uint32_t count, Span span) {
    return check_bounds_at(checker, parameters, arguments, count, span, NULL);
}

bool relations_check_written(Checker *checker, const Type *type, const AstType *ast) {
    return check_bounds_at(checker, type->decl->type_params, type->args, type->arg_count, ast->span,
                           ast->named.arguments);
}
