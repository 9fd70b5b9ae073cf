// Patterns against the type of what they match.
//
// A bare name is a case of the matched enum, else a constant in scope, else it binds; in `let` and `for` it always
// binds. A pattern for T also matches a T?, when it is present.
#include "compiler/check.h"
#include "compiler/suggest.h"

// What holds for a whole pattern while its parts are checked.
typedef struct PatternScope {
    bool is_let;       // the variables are lets
    bool always_binds; // names are never cases or constants
    Local *first;      // variables of the first alternative: the others bind the same ones
    uint32_t first_count, found;
} PatternScope;

static TreePattern *check_part(Body *b, PatternScope *scope, const AstPattern *p, const Type *subject);

static TreePattern *check_new_pattern(Body *b, PatternKind kind, const Type *type, Span span) {
    TreePattern *pattern = ARENA_NEW(b->arena, TreePattern);
    pattern->kind = kind;
    pattern->type = type;
    pattern->span = span;
    return pattern;
}

// The pattern was made for what is inside the optionals of `subject`.
static TreePattern *check_wrap_some(Body *b, TreePattern *pattern, const Type *subject, const Type *inner) {
    if (subject == inner || subject->kind != TYPE_OPTIONAL)
        return pattern;
    TreePattern *some = check_new_pattern(b, PATTERN_SOME, subject, pattern->span);
    some->sub = check_wrap_some(b, pattern, subject->args[0], inner);
    return some;
}

static const Type *check_inside(const Type *type) {
    while (type->kind == TYPE_OPTIONAL)
        type = type->args[0];
    return type;
}

static TreePattern *check_any_pattern(Body *b, const Type *subject, Span span) {
    return check_new_pattern(b, PATTERN_WILDCARD, subject, span);
}

// ------------------------------------------------------------------------------------------------ bindings

static Variable *check_module_variable(Body *b, const char *name, Span span) {
    const Context *context = b->context;
    if (!b->module_level)
        return NULL;
    const ModuleSymbol *module = b->checker->module;
    Symbol symbol = lookup_name(b->checker, name);
    Variable *found =
        symbol.kind == SYMBOL_GLOBAL && symbol.global->span.start == span.start ? symbol.global : NULL;
    // Of a name that is declared twice the table knows only one.
    for (uint32_t i = 0; i < module->global_count && !found; i++)
        if (module->globals[i]->name == name && module->globals[i]->span.start == span.start)
            found = module->globals[i];
    for (uint32_t i = 0; i < context->variable_count && !found; i++)
        if (context->variables[i]->ast && context->variables[i]->name == name &&
            context->variables[i]->span.start == span.start)
            found = context->variables[i];
    if (!found)
        return NULL;
    check_info(b, found)->is_declared = true;
    if (found->kind == VARIABLE_LOCAL)
        check_push_local(b, (Local){.name = name, .variable = found});
    return found;
}

static Variable *check_alternative_variable(Body *b, PatternScope *scope, AstName name, const Type *type) {
    for (uint32_t i = 0; i < scope->first_count; i++) {
        Variable *variable = scope->first[i].variable;
        if (scope->first[i].name != name.text)
            continue;
        scope->found++;
        if (variable->type != type && !type->has_error && !variable->type->has_error) {
            Diagnostic *d =
                check_report(b, DIAGNOSTIC_ALTERNATIVE_TYPE, name.span, name.text, check_name_of(b, type));
            diagnostic_secondary(d, variable->span, "`%s` here", check_name_of(b, variable->type));
        }
        return variable;
    }
    Diagnostic *d = check_report(b, DIAGNOSTIC_ALTERNATIVE_NAMES, name.span, name.text, NULL);
    diagnostic_label(d, "not bound by the first alternative");
    return NULL;
}

static TreePattern *check_bind(Body *b, PatternScope *scope, AstName name, const Type *type) {
    Variable *variable;
    if (scope->first)
        variable = check_alternative_variable(b, scope, name, type);
    else if (!(variable = check_module_variable(b, name.text, name.span)))
        variable = check_declare(b, name.text, type, name.span, scope->is_let);
    return variable ? check_bind_pattern(b, variable, name.span) : check_any_pattern(b, type, name.span);
}

// ----------------------------------------------------------------------------------------------- constants

// A constant expression of a pattern, as `type`; false when reported.
static bool check_pattern_constant(Body *b, const AstExpr *e, const Type *type, Constant *out) {
    TreeExpr *tree = check_value(b, e, type);
    const TreeExpr *where = NULL;
    const char *why = NULL;
    if (tree->type->has_error)
        return false;
    if (constant_fold(b, tree, out, &where, &why))
        return true;
    Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_CONSTANT, where ? where->span : e->span, NULL, NULL);
    diagnostic_label(d, "%s", why ? why : "not known at compile time");
    return false;
}

static bool check_has_constants(const Type *type) {
    return type_is_number(type) || type->kind == TYPE_CHAR || type->kind == TYPE_BOOL ||
           type->kind == TYPE_STRING;
}

static TreePattern *check_literal_pattern(Body *b, const AstExpr *value, const Type *subject, Span span) {
    const Type *inner = check_inside(subject);
    if (value->kind == AST_EXPR_NULL) {
        if (subject->kind == TYPE_OPTIONAL)
            return check_new_pattern(b, PATTERN_NULL, subject, span);
        if (!subject->has_error)
            check_report(b, DIAGNOSTIC_NEVER_NULL, span, check_name_of(b, subject), NULL);
        return check_any_pattern(b, subject, span);
    }
    if (inner->has_error)
        return check_any_pattern(b, subject, span);
    TreePattern *pattern = check_new_pattern(b, PATTERN_CONSTANT, inner, span);
    if (!check_has_constants(inner)) {
        TreeExpr *tree = check_operand(b, value, NULL);
        check_report_mismatch(b, span, tree, inner, tree->type);
        return check_any_pattern(b, subject, span);
    }
    if (!check_pattern_constant(b, value, inner, &pattern->low))
        return check_any_pattern(b, subject, span);
    return check_wrap_some(b, pattern, subject, inner);
}

static TreePattern *check_range_pattern(Body *b, const AstPattern *p, const Type *subject) {
    const Type *inner = check_inside(subject);
    TreePattern *pattern = check_new_pattern(b, PATTERN_RANGE, inner, p->span);
    if (inner->has_error)
        return check_any_pattern(b, subject, p->span);
    if (!type_is_integer(inner) && inner->kind != TYPE_CHAR) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_RANGE_PATTERN, p->span, check_name_of(b, inner), NULL);
        diagnostic_label(d, "ranges match integers and characters");
        return check_any_pattern(b, subject, p->span);
    }
    pattern->has_low = p->range.low != NULL;
    pattern->has_high = p->range.high != NULL;
    pattern->inclusive = p->range.inclusive;
    if ((pattern->has_low && !check_pattern_constant(b, p->range.low, inner, &pattern->low)) ||
        (pattern->has_high && !check_pattern_constant(b, p->range.high, inner, &pattern->high)))
        return check_any_pattern(b, subject, p->span);
    int order = pattern->has_low && pattern->has_high ? constant_compare(&pattern->low, &pattern->high) : -1;
    if (order > 0 || (order == 0 && !pattern->inclusive)) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_EMPTY_RANGE, p->span, NULL, NULL);
        diagnostic_label(d, "nothing lies between its ends");
        if (order == 0)
            diagnostic_help(d, "`..=` includes the end");
    }
    return check_wrap_some(b, pattern, subject, inner);
}

// ------------------------------------------------------------------------------------------ cases, structs

static const char *check_field_count(Body *b, uint32_t count) {
    return arena_printf(b->arena, "%u field%s", count, count == 1 ? "" : "s");
}

// Fields of a case or struct, by position or name, into subs.
static void check_fields(Body *b, PatternScope *scope, const AstPattern *p, const Type *type,
                         const char *name, const Field *fields, uint32_t count, TreePattern *out) {
    out->subs = ARENA_ARRAY(b->arena, TreePattern *, count);
    out->sub_count = count;
    bool *given = ARENA_ARRAY(b->arena, bool, count);
    bool good = true;
    for (uint32_t i = 0; i < p->variant.field_count; i++) {
        const AstPatternField *part = &p->variant.fields[i];
        uint32_t index = i;
        if (part->name.text)
            for (index = 0; index < count && fields[index].name != part->name.text;)
                index++;
        if (index >= count || given[index]) {
            good = false;
            Span span = part->name.text ? part->name.span : part->pattern->span;
            if (index < count) {
                check_report(b, DIAGNOSTIC_FIELD_TWICE, span, fields[index].name, NULL);
            } else if (part->name.text) {
                Suggestion suggestion = suggest_begin(part->name.text);
                for (uint32_t k = 0; k < count; k++)
                    suggest_consider(&suggestion, fields[k].name);
                Diagnostic *d = check_report(b, DIAGNOSTIC_NO_SUCH_FIELD, span, name, part->name.text);
                if (suggestion.best)
                    diagnostic_suggest(d, span, suggestion.best, "did you mean `%s`?", suggestion.best);
            } else {
                Diagnostic *d =
                    check_report(b, DIAGNOSTIC_PATTERN_FIELDS, span, name, check_field_count(b, count));
                diagnostic_label(d, "one too many");
            }
            check_part(b, scope, part->pattern, check_builtin(b, TYPE_ERROR));
            continue;
        }
        given[index] = true;
        const Type *field_type = fields[index].type ? member_type(b->checker, type, fields[index].type)
                                                    : check_builtin(b, TYPE_ERROR);
        out->subs[index] = check_part(b, scope, part->pattern, field_type);
    }
    for (uint32_t i = 0; i < count && good && !p->variant.has_rest; i++) {
        if (given[i])
            continue;
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_PATTERN_FIELDS, p->span, name, check_field_count(b, count));
        diagnostic_label(d, "`%s` is missing", fields[i].name);
        diagnostic_help(d, "write `_` for what does not matter, or `..` for all the rest");
        break;
    }
}

static TreePattern *check_case_pattern(Body *b, PatternScope *scope, const AstPattern *p, const Type *type,
                                       EnumCase *enum_case) {
    TreePattern *pattern = check_new_pattern(b, PATTERN_CASE, type, p->span);
    pattern->enum_case = enum_case;
    bool has_payload = p->kind == AST_PATTERN_CASE && p->variant.has_payload;
    if (has_payload && !enum_case->field_count) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_CASE_WITHOUT_PAYLOAD, p->span, enum_case->name, NULL);
        diagnostic_help(d, "remove the parentheses");
    } else if (!has_payload && enum_case->field_count) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_CASE_PAYLOAD, p->span, enum_case->name, NULL);
        diagnostic_label(d, "it has %u value%s", enum_case->field_count,
                         enum_case->field_count == 1 ? "" : "s");
        diagnostic_suggest(d, (Span){p->span.file, p->span.end, p->span.end}, "(..)",
                           "to match whatever they are, write `%s(..)`", enum_case->name);
        pattern->subs = ARENA_ARRAY(b->arena, TreePattern *, enum_case->field_count);
        pattern->sub_count = enum_case->field_count;
    } else if (has_payload) {
        check_fields(b, scope, p, type, enum_case->name, enum_case->fields, enum_case->field_count, pattern);
    }
    return pattern;
}

static void check_bad_fields(Body *b, PatternScope *scope, const AstPattern *p) {
    for (uint32_t i = 0; p->kind == AST_PATTERN_CASE && i < p->variant.field_count; i++)
        check_part(b, scope, p->variant.fields[i].pattern, check_builtin(b, TYPE_ERROR));
}

// The type that a path names before `count` of its names; NULL when none.
static const Type *check_path_type(Body *b, const AstName *path, uint32_t count) {
    Symbol symbol = lookup_name(b->checker, path[0].text);
    if (count == 2 && symbol.kind == SYMBOL_MODULE && symbol.module)
        symbol = lookup_in_module(b->checker, symbol.module, path[1].text);
    else if (count != 1)
        return NULL;
    return symbol.kind == SYMBOL_TYPE ? symbol.type->self_type : NULL;
}

static TreePattern *check_struct_pattern(Body *b, PatternScope *scope, const AstPattern *p,
                                         const Type *subject, const Type *named) {
    const Type *inner = check_inside(subject), *type = inner;
    bool test = inner->kind != TYPE_NAMED || inner->decl != named->decl;
    if (test) {
        type = named;
        if (named->decl->type_param_count ||
            (inner->kind != TYPE_PARAM && !check_type_converts(b, named, inner))) {
            check_report_mismatch(b, p->span, NULL, inner, named);
            check_bad_fields(b, scope, p);
            return check_any_pattern(b, subject, p->span);
        }
    }
    TreePattern *pattern = check_new_pattern(b, PATTERN_STRUCT, type, p->span);
    if (p->variant.has_payload)
        check_fields(b, scope, p, type, type->decl->name, type->decl->fields, type->decl->field_count,
                     pattern);
    if (test) {
        TreePattern *outer = check_new_pattern(b, PATTERN_TYPE, type, p->span);
        outer->sub = pattern;
        outer->boxes = inner->kind == TYPE_PARAM;
        pattern = outer;
    }
    return check_wrap_some(b, pattern, subject, inner);
}

static void check_report_no_case(Body *b, AstName name, const Type *type) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_NO_SUCH_CASE, name.span, check_name_of(b, type), name.text);
    const char *similar = suggest_member(b->checker, type, name.text, true);
    if (similar)
        diagnostic_suggest(d, name.span, similar, "did you mean `%s`?", similar);
}

static TreePattern *check_no_case(Body *b, PatternScope *scope, const AstPattern *p, const Type *inner,
                                  const Type *subject) {
    AstName name = p->variant.path[p->variant.path_count - 1];
    bool is_enum = inner->kind == TYPE_NAMED && inner->decl->kind == COR_DEF_ENUM;
    if (is_enum && !inner->has_error)
        check_report_no_case(b, (AstName){name.text, p->span}, inner);
    else if (!inner->has_error)
        check_report(b, DIAGNOSTIC_NOT_AN_ENUM, p->span, check_name_of(b, inner), name.text);
    check_bad_fields(b, scope, p);
    return check_any_pattern(b, subject, p->span);
}

// The path of a pattern as an expression: a constant of a module or type.
static AstExpr *check_path_expr(Body *b, const AstPattern *p) {
    AstExpr *expr = NULL;
    for (uint32_t i = 0; i < p->variant.path_count; i++) {
        AstExpr *part = ARENA_NEW(b->arena, AstExpr);
        AstName name = p->variant.path[i];
        part->kind = i ? AST_EXPR_MEMBER : AST_EXPR_NAME;
        part->span = source_span(p->span.file, p->span.start, name.span.end);
        if (i) {
            part->member.object = expr;
            part->member.name = name;
        } else {
            part->name.name = name;
        }
        expr = part;
    }
    return expr;
}

static TreePattern *check_variant_pattern(Body *b, PatternScope *scope, const AstPattern *p,
                                          const Type *subject) {
    const Type *inner = check_inside(subject);
    uint32_t count = p->variant.path_count;
    AstName name = p->variant.path[count - 1];
    bool is_enum = inner->kind == TYPE_NAMED && inner->decl->kind == COR_DEF_ENUM;
    if (!name.text)
        return check_any_pattern(b, subject, p->span);
    if (count > 1 && !p->variant.leading_dot) {
        const Type *named = check_path_type(b, p->variant.path, count - 1);
        const Type *whole = check_path_type(b, p->variant.path, count);
        if (!named && whole && whole->decl->kind == COR_DEF_STRUCT && !inner->has_error)
            return check_struct_pattern(b, scope, p, subject, whole);
        if (!p->variant.has_payload && (!named || named->decl->kind != COR_DEF_ENUM ||
                                        lookup_static(b->checker, named, name.text).kind == MEMBER_CONSTANT))
            return check_literal_pattern(b, check_path_expr(b, p), subject, p->span);
        if (named && named->decl->kind == COR_DEF_ENUM && !(is_enum && inner->decl == named->decl)) {
            check_report_mismatch(b, p->span, NULL, inner, named);
            check_bad_fields(b, scope, p);
            return check_any_pattern(b, subject, p->span);
        }
        if (!named) {
            if (!inner->has_error)
                check_report(b, DIAGNOSTIC_UNKNOWN_NAME, p->variant.path[0].span, p->variant.path[0].text,
                             NULL);
            check_bad_fields(b, scope, p);
            return check_any_pattern(b, subject, p->span);
        }
    }
    Member member = {0};
    if (is_enum)
        member = lookup_static(b->checker, inner, name.text);
    if (member.kind == MEMBER_CASE)
        return check_wrap_some(b, check_case_pattern(b, scope, p, inner, member.enum_case), subject, inner);
    if (count == 1 && !p->variant.leading_dot && !inner->has_error) {
        const Type *named = check_path_type(b, p->variant.path, 1);
        if (named && named->decl->kind == COR_DEF_STRUCT)
            return check_struct_pattern(b, scope, p, subject, named);
    }
    return check_no_case(b, scope, p, inner, subject);
}

// --------------------------------------------------------------------------------------- names, tuples, types

static TreePattern *check_name_pattern(Body *b, PatternScope *scope, const AstPattern *p,
                                       const Type *subject) {
    AstName name = p->name.name;
    const Type *inner = check_inside(subject);
    if (!name.text)
        return check_any_pattern(b, subject, p->span);
    if (scope->always_binds)
        return check_bind(b, scope, name, subject);
    if (inner->kind == TYPE_NAMED && inner->decl->kind == COR_DEF_ENUM) {
        Member member = lookup_static(b->checker, inner, name.text);
        if (member.kind == MEMBER_CASE)
            return check_wrap_some(b, check_case_pattern(b, scope, p, inner, member.enum_case), subject,
                                   inner);
    }
    const Local *local = check_find_local(b, name.text);
    const Constant *constant = local ? local->constant : NULL;
    if (!local) {
        Symbol symbol = lookup_name(b->checker, name.text);
        if (symbol.kind == SYMBOL_CONSTANT)
            constant = &symbol.constant->value;
    }
    bool is_case = inner->kind == TYPE_NAMED && inner->decl->kind == COR_DEF_ENUM && name.text[0] >= 'A' &&
                   name.text[0] <= 'Z';
    if (!constant && is_case) { // a misspelt one; it would match everything
        check_report_no_case(b, name, inner);
        return check_any_pattern(b, subject, p->span);
    }
    if (!constant)
        return check_bind(b, scope, name, subject);
    AstExpr *value = ARENA_NEW(b->arena, AstExpr);
    value->kind = AST_EXPR_NAME;
    value->span = p->span;
    value->name.name = name;
    return check_literal_pattern(b, value, subject, p->span);
}

static TreePattern *check_tuple_pattern(Body *b, PatternScope *scope, const AstPattern *p,
                                        const Type *subject) {
    const Type *inner = check_inside(subject);
    uint32_t count = p->tuple.count;
    bool is_entry = inner->kind == TYPE_NAMED && inner->decl == b->checker->core.Entry && count == 2 &&
                    inner->decl->field_count == 2;
    bool fits = (inner->kind == TYPE_TUPLE && inner->arg_count == count) || is_entry;
    if (!fits && !inner->has_error) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_TUPLE_PATTERN, p->span,
                                     arena_printf(b->arena, "%u", count), check_name_of(b, inner));
        diagnostic_label(d, "expected a pattern for `%s`", check_name_of(b, inner));
    }
    TreePattern *pattern = check_new_pattern(b, is_entry ? PATTERN_STRUCT : PATTERN_TUPLE, inner, p->span);
    pattern->subs = ARENA_ARRAY(b->arena, TreePattern *, count);
    pattern->sub_count = count;
    for (uint32_t i = 0; i < count; i++) {
        const Type *type = !fits      ? check_builtin(b, TYPE_ERROR)
                           : is_entry ? member_type(b->checker, inner, inner->decl->fields[i].type)
                                      : inner->args[i];
        pattern->subs[i] = check_part(b, scope, p->tuple.elements[i], type);
    }
    return fits ? check_wrap_some(b, pattern, subject, inner) : check_any_pattern(b, subject, p->span);
}

static bool check_is_tested(const Type *type) {
    return type->kind == TYPE_ANY || type->kind == TYPE_PARAM ||
           (type->kind == TYPE_NAMED &&
            (type->decl->kind == COR_DEF_CLASS || type->decl->kind == COR_DEF_INTERFACE));
}

static TreePattern *check_type_pattern(Body *b, PatternScope *scope, const AstPattern *p,
                                       const Type *subject) {
    const Type *type = resolve_type(b->checker, &b->context->scope, p->type_test.type),
               *inner = check_inside(subject);
    const char *name = p->type_test.name.text;
    TreePattern *bind =
        name && !(name[0] == '_' && !name[1]) ? check_bind(b, scope, p->type_test.name, type) : NULL;
    if (type->has_error || subject->has_error)
        return check_any_pattern(b, subject, p->span);
    if (type == subject)
        return bind ? bind : check_any_pattern(b, subject, p->span);
    if (type == inner)
        return check_wrap_some(b, bind ? bind : check_any_pattern(b, inner, p->span), subject, inner);
    bool may_be = inner->kind == TYPE_ANY || inner->kind == TYPE_PARAM ||
                  (check_is_tested(inner) && (check_type_converts(b, type, inner) || check_is_tested(type)));
    if (!may_be) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_POINTLESS_TEST, p->span, check_name_of(b, subject),
                                     check_name_of(b, type));
        diagnostic_label(d, "`%s` is never `%s`", check_name_of(b, subject), check_name_of(b, type));
        return check_any_pattern(b, subject, p->span);
    }
    TreePattern *pattern = check_new_pattern(b, PATTERN_TYPE, type, p->span);
    pattern->sub = bind;
    pattern->boxes = inner->kind == TYPE_PARAM;
    return check_wrap_some(b, pattern, subject, inner);
}

static TreePattern *check_alternatives(Body *b, PatternScope *scope, const AstPattern *p,
                                       const Type *subject) {
    TreePattern *pattern = check_new_pattern(b, PATTERN_ALTERNATIVE, subject, p->span);
    pattern->subs = ARENA_ARRAY(b->arena, TreePattern *, p->alternatives.count);
    pattern->sub_count = p->alternatives.count;
    uint32_t mark = b->local_count;
    pattern->subs[0] = check_part(b, scope, p->alternatives.options[0], subject);
    PatternScope rest = *scope;
    uint32_t bound = b->local_count - mark;
    if (!scope->first) {
        rest.first = ARENA_ARRAY(b->arena, Local, (size_t)bound + 1);
        for (uint32_t i = 0; i < bound; i++)
            rest.first[i] = b->locals[mark + i];
        rest.first_count = bound;
    }
    for (uint32_t i = 1; i < p->alternatives.count; i++) {
        rest.found = 0;
        uint32_t errors = b->checker->sink->error_count;
        pattern->subs[i] = check_part(b, &rest, p->alternatives.options[i], subject);
        if (scope->first || rest.found >= bound || b->checker->sink->error_count != errors)
            continue;
        Diagnostic *d = check_report(b, DIAGNOSTIC_ALTERNATIVE_NAMES, p->alternatives.options[i]->span,
                                     rest.first[0].name, NULL);
        diagnostic_label(d, "does not bind all names of the first alternative");
    }
    return pattern;
}

static TreePattern *check_part(Body *b, PatternScope *scope, const AstPattern *p, const Type *subject) {
    switch (p->kind) {
    case AST_PATTERN_ERROR:
    case AST_PATTERN_WILDCARD: return check_any_pattern(b, subject, p->span);
    case AST_PATTERN_LITERAL: return check_literal_pattern(b, p->literal.value, subject, p->span);
    case AST_PATTERN_RANGE: return check_range_pattern(b, p, subject);
    case AST_PATTERN_NAME: return check_name_pattern(b, scope, p, subject);
    case AST_PATTERN_CASE: return check_variant_pattern(b, scope, p, subject);
    case AST_PATTERN_TUPLE: return check_tuple_pattern(b, scope, p, subject);
    case AST_PATTERN_TYPE: return check_type_pattern(b, scope, p, subject);
    case AST_PATTERN_ALTERNATIVES: return check_alternatives(b, scope, p, subject);
    }
    return check_any_pattern(b, subject, p->span);
}

TreePattern *check_pattern(Body *b, const AstPattern *p, const Type *subject, bool is_let) {
    PatternScope scope = {.is_let = is_let};
    return check_part(b, &scope, p, subject);
}

TreePattern *check_irrefutable(Body *b, const AstPattern *p, const Type *subject, bool is_let,
                               const char *where) {
    PatternScope scope = {.is_let = is_let, .always_binds = true};
    uint32_t errors = b->checker->sink->error_count;
    TreePattern *pattern = check_part(b, &scope, p, subject);
    if (pattern->kind == PATTERN_BIND || pattern->kind == PATTERN_WILDCARD || subject->has_error ||
        b->checker->sink->error_count != errors)
        return pattern;
    uint32_t count;
    Coverage *coverage = exhaustive_begin(b, subject);
    exhaustive_cover(coverage, pattern);
    const char *missing = exhaustive_missing(coverage, &count);
    if (missing) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_REFUTABLE, p->span, where, missing);
        diagnostic_label(d, "does not match every `%s`", check_name_of(b, subject));
        diagnostic_help(d, "test it with `if let` or `guard let`, or use `match`");
    }
    return pattern;
}
