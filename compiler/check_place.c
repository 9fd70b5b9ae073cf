// Places: what can be assigned, what an assignment does to the flow state.
//
// A place is a tree of the kinds that tree.h calls assignable. A part of a value (a struct's field, a tuple's
// element) is as mutable as the place that holds the value; what is reached through a reference is mutable by its
// own declaration.
#include "compiler/check.h"

// ------------------------------------------------------------------------------------------------ mutability

static void check_immutable_variable(Body *b, const Variable *variable, PlaceUse use, bool part, Span span) {
    const VariableInfo *info = variable->checker;
    const char *what = info && info->is_loop_variable         ? "a loop variable"
                       : variable->kind == VARIABLE_PARAMETER ? "a parameter"
                                                              : "a `let`";
    bool is_self =
        variable->kind == VARIABLE_PARAMETER && variable->function && variable->function->self == variable;
    Diagnostic *d = check_report(b, DIAGNOSTIC_IMMUTABLE, span, variable->name ? variable->name : "it",
                                 is_self ? "the `self` of a method that is not `mut`" : what);
    diagnostic_label(d, use == PLACE_MUTATE ? "this call would change it"
                        : part              ? "this would change a part of it"
                                            : "cannot be assigned");
    if (is_self) {
        diagnostic_secondary(d, variable->span, "declared here");
        diagnostic_help(d, "declare the method as `mut fn`");
        return;
    }
    if (variable->span.end && variable->module == b->checker->module)
        diagnostic_secondary(d, variable->span, "declared here");
    if (variable->kind == VARIABLE_PARAMETER || (info && info->is_loop_variable))
        diagnostic_help(d, "copy it into a `var` first: `var copy = %s`",
                        variable->name ? variable->name : "...");
    else
        diagnostic_help(d, "declare it with `var` instead of `let`");
}

static bool check_is_reference(const Type *type) {
    return type->kind != TYPE_NAMED || type->decl->kind == COR_DEF_CLASS ||
           type->decl->kind == COR_DEF_INTERFACE;
}

static bool check_immutable_field(Body *b, const TreeExpr *place, Span span) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_IMMUTABLE_FIELD, span, place->field->name, NULL);
    diagnostic_label(d, "cannot be assigned");
    if (place->field->owner && place->field->owner->module == b->checker->module)
        diagnostic_secondary(d, place->field->span, "declared with `let` here");
    diagnostic_help(d, "declare the field with `var` to change it after construction");
    return false;
}

static bool check_not_a_place(Body *b, const TreeExpr *place, PlaceUse use, Span span) {
    bool narrowed = (place->kind == TREE_UNWRAP || place->kind == TREE_CAST) && place->flag;
    Diagnostic *d =
        check_report(b, DIAGNOSTIC_NOT_A_PLACE, span, use == PLACE_MUTATE ? "changed" : "assigned", NULL);
    if (narrowed) {
        diagnostic_label(d, "this is a copy of the value that the test found");
        diagnostic_help(d, "copy it into a `var`, change that, and assign it back");
    } else {
        diagnostic_label(d, "this is a temporary value");
        diagnostic_help(d, "put it into a `var` first");
    }
    return false;
}

static bool check_no_setter(Body *b, const TreeExpr *place, Span span) {
    bool subscript = place->kind == TREE_SUBSCRIPT;
    const char *name =
        subscript ? check_name_of(b, place->a ? place->a->type : place->type) : place->function->name;
    Diagnostic *d =
        check_report(b, subscript ? DIAGNOSTIC_IMMUTABLE_ELEMENTS : DIAGNOSTIC_READ_ONLY, span, name, NULL);
    if (subscript && place->a && place->a->type->kind == TYPE_STRING)
        diagnostic_help(d, "strings are immutable: build a new one, for example with `StringBuilder`");
    else if (!subscript)
        diagnostic_help(d, "a property is assignable when it has a `set %s(value) { ... }`", name);
    return false;
}

static bool check_changes_receiver(const Function *setter) {
    return setter->is_mut ||
           (setter->kind == FUNCTION_SETTER && setter->owner && setter->owner->kind == COR_DEF_STRUCT);
}

bool check_mutable(Body *b, const TreeExpr *place, PlaceUse use, Span span) {
    bool part = false;
    for (;; part = true) {
        uint32_t index;
        if (place->type->has_error)
            return false;
        switch (place->kind) {
        case TREE_VARIABLE: {
            const Variable *variable = place->variable;
            const VariableInfo *info = variable->checker;
            // While types are inferred, a top-level variable is not tracked yet.
            bool is_tracked = info && (info->flow_index != FLOW_UNTRACKED ||
                                       (b->inferring && variable->kind == VARIABLE_GLOBAL));
            bool first = use == PLACE_ASSIGN && !part && is_tracked;
            if (!variable->is_let || first)
                return true;
            check_immutable_variable(b, variable, use, part, span);
            return false;
        }
        case TREE_FIELD:
            if (place->field->is_let && !(use == PLACE_ASSIGN && !part && check_init_field(b, place, &index)))
                return check_immutable_field(b, place, span);
            if (check_is_reference(place->a->type))
                return true;
            break;
        case TREE_TUPLE_FIELD: break;
        case TREE_ELEMENT: return true;
        case TREE_SUBSCRIPT:
        case TREE_PROPERTY:
            if (!place->setter)
                return check_no_setter(b, place, span);
            if (!place->a || !check_changes_receiver(place->setter))
                return true;
            break;
        default: return check_not_a_place(b, place, use, span);
        }
        place = place->a;
    }
}

// ---------------------------------------------------------------------------------------------- places

// A name as a place: it need not have a value yet, and is not narrowed.
static TreeExpr *check_name_place(Body *b, const AstExpr *e, PlaceUse use) {
    const Local *local = check_find_local(b, e->name.name.text);
    Variable *variable = local ? local->variable : NULL;
    bool is_constant = false;
    if (!local) {
        Symbol symbol = lookup_name(b->checker, e->name.name.text);
        is_constant = symbol.kind == SYMBOL_CONSTANT;
        if (symbol.kind == SYMBOL_GLOBAL && symbol.global->kind == VARIABLE_GLOBAL)
            variable = symbol.global;
    }
    if (local ? local->constant != NULL : is_constant) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_IMMUTABLE, e->span, e->name.name.text, "a `const`");
        diagnostic_label(d, "cannot be assigned");
        diagnostic_help(d, "declare it with `var` instead of `const`");
        return NULL;
    }
    bool reads = use != PLACE_ASSIGN;
    if (!variable || reads) {
        Reference reference = check_reference(b, e, NULL);
        TreeExpr *value = check_reference_value(b, &reference, e, NULL);
        if (value->type->has_error)
            return NULL;
        if (!variable || !reads)
            return value;
    }
    check_mention(b, variable);
    if (variable->type->has_error)
        return NULL;
    return check_variable_tree(b, variable, e->span);
}

// An own field of self in a constructor, which need not be complete to have it assigned.
static TreeExpr *check_init_place(Body *b, const AstExpr *e) {
    Context *context = check_self_context(b);
    Member member = lookup_member(b->checker, context->function->self->type, e->member.name.text);
    if (member.kind != MEMBER_FIELD || member.field->owner != context->init->decl)
        return NULL;
    Variable *self = context->function->self;
    check_mention(b, self);
    const Type *type = member_type(b->checker, member.owner, member.field->type);
    TreeExpr *tree = check_unary_tree(
        b, TREE_FIELD, type, check_variable_tree(b, self, e->member.object->span), e->member.name.span);
    tree->field = member.field;
    return tree;
}

TreeExpr *check_place(Body *b, const AstExpr *e, PlaceUse use) {
    TreeExpr *place = NULL;
    if (e->kind == AST_EXPR_NAME && e->name.name.text) {
        place = check_name_place(b, e, use);
        if (!place)
            return NULL;
    } else if (use == PLACE_ASSIGN && e->kind == AST_EXPR_MEMBER && e->member.object->kind == AST_EXPR_SELF &&
               e->member.name.text && check_self_context(b) && check_self_context(b)->init &&
               !b->context->outer) {
        place = check_init_place(b, e);
    }
    if (!place && use == PLACE_ASSIGN && e->kind == AST_EXPR_INDEX)
        place = check_index(b, e, false);
    if (!place)
        place = check_operand(b, e, NULL);
    if (place->type->has_error || !check_mutable(b, place, use, e->span))
        return NULL;
    return place;
}

// ------------------------------------------------------------------------------------------- flow effects

static void check_let_twice(Body *b, const Variable *variable, const VariableInfo *info, bool foreign,
                            Span span) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_ASSIGNED_TWICE, span, variable->name, NULL);
    diagnostic_label(d, foreign ? "a closure may be called more than once" : "it may have a value already");
    if (info->assigned_at.end && info->assigned_at.start != span.start)
        diagnostic_secondary(d, info->assigned_at, "assigned here");
    diagnostic_secondary(d, variable->span, "declared with `let`");
    diagnostic_help(d, "declare it with `var` to assign it more than once");
}

static void check_variable_assigned(Body *b, TreeExpr *assignment, Variable *variable, Span span) {
    VariableInfo *info = check_info(b, variable);
    flow_forget(b->arena, &b->flow, variable);
    bool foreign = variable->kind <= VARIABLE_PARAMETER ? variable->function != b->context->function
                                                        : b->context->outer != NULL;
    if (info->flow_index == FLOW_UNTRACKED) {
        info->is_reassigned = true;
    } else {
        bool unset = flow_is_unassigned(&b->flow, info->flow_index) && !foreign;
        if (variable->is_let && !unset && !info->is_reported)
            check_let_twice(b, variable, info, foreign, span);
        if (!unset)
            info->is_reassigned = true;
        if (assignment)
            assignment->flag = unset && !b->flow.dead;
        flow_assign(b->arena, &b->flow, info->flow_index);
    }
    info->assigned_at = span;
    check_log_assignment(b, (Assignment){variable, info->flow_index, variable->is_let, variable->name, span});
}

void check_assigned(Body *b, TreeExpr *assignment, const TreeExpr *place, Span span) {
    uint32_t index;
    if (check_init_field(b, place, &index)) {
        if (assignment)
            check_init_assign_field(b, place, span, assignment);
        return;
    }
    if (place->kind == TREE_VARIABLE && assignment) {
        check_variable_assigned(b, assignment, place->variable, span);
        return;
    }
    // A part of a variable's value changes.
    while (place && (place->kind == TREE_FIELD || place->kind == TREE_TUPLE_FIELD ||
                     place->kind == TREE_SUBSCRIPT || place->kind == TREE_PROPERTY)) {
        if (place->kind == TREE_FIELD && check_is_reference(place->a->type))
            return;
        place = place->a;
    }
    if (place && place->kind == TREE_VARIABLE)
        check_info(b, place->variable)->is_reassigned = true;
}

// After `x = value` an optional variable is known to hold one.
static void check_narrow_assigned(Body *b, const TreeExpr *place, const Type *value) {
    if (place->kind != TREE_VARIABLE || place->variable->kind != VARIABLE_LOCAL ||
        place->type->kind != TYPE_OPTIONAL || value != place->type->args[0] ||
        check_info(b, place->variable)->closure_assigned || place->variable->function != b->context->function)
        return;
    flow_narrow(b->arena, &b->flow, place->variable, value);
}

// -------------------------------------------------------------------------------------------- assignment

static TreeExpr *check_store(Body *b, const AstExpr *target, TreeExpr *place, TreeExpr *value,
                             Span value_span, Span span) {
    const Type *given = value->type;
    TreeExpr *tree = check_unary_tree(b, TREE_ASSIGN, check_builtin(b, TYPE_VOID), place, span);
    tree->b = check_convert(b, value, place->type, value_span);
    check_assigned(b, tree, place, target->span);
    check_narrow_assigned(b, place, given);
    return tree;
}

static bool check_is_discard(const AstExpr *target) {
    return target->kind == AST_EXPR_NAME && target->name.name.text && target->name.name.text[0] == '_' &&
           !target->name.name.text[1];
}

static bool check_is_shift(AstBinaryOperator operator) {
    return operator== AST_BINARY_SHIFT_LEFT || operator== AST_BINARY_SHIFT_RIGHT || operator==
        AST_BINARY_SHIFT_RIGHT_LOGICAL;
}

// The assignment of what a compound operator makes of the place's value.
static TreeExpr *check_compound_store(Body *b, TreeExpr *tree, TreeExpr *value, Span span) {
    TreeExpr *place = tree->a;
    const Type *given = value->type;
    tree->b = check_convert(b, value, place->type, span);
    check_assigned(b, tree, place, place->span);
    check_narrow_assigned(b, place, given);
    return tree;
}

static TreeExpr *check_compound(Body *b, const AstStmt *s) {
    const AstExpr *target = s->assign.target;
    TreeExpr *place = check_place(b, target, PLACE_COMPOUND);
    if (!place) {
        check_expr(b, s->assign.value, NULL);
        return check_error_tree(b, s->span);
    }
    TreeExpr *tree =
        check_unary_tree(b, TREE_COMPOUND, check_builtin(b, TYPE_VOID), place, s->assign.operator_span);
    TreeExpr *hole = check_tree(b, TREE_HOLE, place->type, place->span);
    const Type *narrowed = place->kind == TREE_VARIABLE ? flow_narrowed(&b->flow, place->variable) : NULL;
    if (narrowed)
        hole = check_narrowed(b, hole, narrowed);
    if (s->assign.operator== AST_BINARY_COALESCE) {
        TreeExpr *value = check_coalesce_with(b, hole, s->assign.value, NULL, s->assign.operator_span);
        return check_compound_store(b, tree, value, s->span);
    }
    TreeExpr *right = check_right_operand(b, s->assign.operator, hole, s->assign.value);
    bool fixed = type_is_number(hole->type) || hole->type->kind == TYPE_STRING;
    if (fixed && s->assign.operator<= AST_BINARY_BIT_OR && !check_is_shift(s->assign.operator) &&
        right->type != hole->type)
        right = check_convert(b, right, hole->type, s->assign.value->span);
    TreeExpr *value =
        check_apply_binary(b, s->assign.operator, hole, right, s->span, s->assign.operator_span);
    return check_compound_store(b, tree, value, s->span);
}

// `(a, b) = value`: the value is evaluated first, then its parts are assigned from left to right.
static void check_destructure(Body *b, const AstExpr *target, TreeExpr *value, Span span, TreeList *out) {
    if (check_is_discard(target)) {
        return;
    }
    if (target->kind != AST_EXPR_TUPLE) {
        TreeExpr *place = check_place(b, target, PLACE_ASSIGN);
        if (place)
            check_append(b, out, check_store(b, target, place, value, target->span, span));
        return;
    }
    const Type *type = value->type;
    if (type->has_error)
        return;
    if (type->kind != TYPE_TUPLE || type->arg_count != target->list.count) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_DESTRUCTURE, target->span, check_name_of(b, type),
                                     arena_printf(b->arena, "%u", target->list.count));
        diagnostic_label(d, "%u places", target->list.count);
        return;
    }
    for (uint32_t i = 0; i < target->list.count; i++) {
        TreeExpr *part = check_unary_tree(b, TREE_TUPLE_FIELD, type->args[i], value, span);
        part->index = i;
        if (i && value->kind == TREE_VARIABLE)
            part->a = check_variable_tree(b, value->variable, span);
        check_destructure(b, target->list.elements[i], part, span, out);
    }
}

// The type that a tuple of targets suggests for the value: of names and members that are there already.
static const Type *check_target_hint(Body *b, const AstExpr *target) {
    const Type **types = ARENA_ARRAY(b->arena, const Type *, target->list.count);
    for (uint32_t i = 0; i < target->list.count; i++) {
        const AstExpr *part = target->list.elements[i];
        const Local *local = part->kind == AST_EXPR_NAME && part->name.name.text
                                 ? check_find_local(b, part->name.name.text)
                                 : NULL;
        if (!local || !local->variable || local->variable->type->has_error)
            return NULL;
        types[i] = local->variable->type;
    }
    return types_tuple(b->types, types, target->list.count);
}

static TreeExpr *check_tuple_assignment(Body *b, const AstStmt *s) {
    const AstExpr *target = s->assign.target, *source = s->assign.value;
    TreeList list = {0};
    bool parallel = source->kind == AST_EXPR_TUPLE && source->list.count == target->list.count;
    if (!parallel) {
        Variable *whole;
        check_append(b, &list,
                     check_temporary(b, check_operand(b, source, check_target_hint(b, target)), &whole));
        check_destructure(b, target, check_variable_tree(b, whole, source->span), s->assign.operator_span,
                          &list);
        return check_block_tree(b, list.items, list.count, NULL, s->span);
    }
    const Type *hint = check_target_hint(b, target);
    Variable **parts = ARENA_ARRAY(b->arena, Variable *, target->list.count);
    for (uint32_t i = 0; i < target->list.count; i++) {
        const AstExpr *part = source->list.elements[i];
        TreeExpr *value = check_operand(b, part, hint ? hint->args[i] : NULL);
        if (hint && check_converts(b, value, hint->args[i]))
            value = check_convert(b, value, hint->args[i], part->span);
        check_append(b, &list, check_temporary(b, value, &parts[i]));
    }
    for (uint32_t i = 0; i < target->list.count; i++)
        check_destructure(b, target->list.elements[i], check_variable_tree(b, parts[i], s->span),
                          s->assign.operator_span, &list);
    return check_block_tree(b, list.items, list.count, NULL, s->span);
}

static TreeExpr *check_simple_assignment(Body *b, const AstStmt *s, const AstExpr *target) {
    TreeExpr *place = check_place(b, target, PLACE_ASSIGN);
    if (!place) {
        check_expr(b, s->assign.value, NULL);
        return check_error_tree(b, s->span);
    }
    TreeExpr *value;
    uint32_t index;
    bool to_own_field = check_init_field(b, place, &index);
    if (to_own_field &&
        s->assign.value->kind == AST_EXPR_SELF) // `self.next = self`, allowed before all is set
        value = check_variable_tree(b, check_self_context(b)->function->self, s->assign.value->span);
    else
        value = check_expr(b, s->assign.value, place->type);
    return check_store(b, target, place, value, s->assign.value->span, s->assign.operator_span);
}

TreeExpr *check_assignment(Body *b, const AstStmt *s) {
    const AstExpr *target = s->assign.target;
    if (target->kind == AST_EXPR_OPTIONAL_CHAIN) {
        AstStmt inner = *s;
        inner.assign.target = target->operand.operand;
        ChainScope chain;
        check_chain_open(b, &chain);
        TreeExpr *tree = s->assign.compound ? check_compound(b, &inner)
                                            : check_simple_assignment(b, &inner, inner.assign.target);
        return check_chain_close(b, &chain, tree, s->span);
    }
    if (s->assign.compound)
        return check_compound(b, s);
    if (check_is_discard(target))
        return check_operand(b, s->assign.value, NULL);
    if (target->kind == AST_EXPR_TUPLE)
        return check_tuple_assignment(b, s);
    return check_simple_assignment(b, s, target);
}
