// Reading through objects: properties, tuple elements, subscripts, slices, and `?.` chains.
#include "compiler/check.h"

const Type *check_through(Body *b, const Member *member, const Function *function, const Type *declared) {
    uint32_t count = member->type_arg_count < function->type_param_count ? member->type_arg_count
                                                                         : function->type_param_count;
    Substitution substitution = {function->type_params, member->type_args, count};
    return types_substitute(b->types, declared, &substitution);
}

// The receiver as the code of the member wants it: a direct call of an interface's or a superclass's code takes that.
static TreeExpr *check_receiver(Body *b, const Member *member, TreeExpr *receiver) {
    if (!receiver || member->is_virtual || !member->owner || receiver->type == member->owner)
        return receiver;
    return check_convert(b, receiver, member->owner, receiver->span);
}

TreeExpr *check_read_property(Body *b, TreeExpr *receiver, const Member *member, Span span) {
    const Function *getter = member->getter ? member->getter : member->setter;
    TreeExpr *tree = check_tree(b, TREE_PROPERTY, check_builtin(b, TYPE_ERROR), span);
    if (!member->getter)
        return tree; // a setter alone has been reported where it is declared
    if (getter->result && !getter->result->has_error)
        tree->type = check_through(b, member, getter, getter->result);
    tree->a = check_receiver(b, member, receiver);
    tree->function = member->getter;
    tree->setter = member->setter;
    tree->type_args = member->type_args;
    tree->type_arg_count = member->type_arg_count;
    tree->flag = member->is_virtual;
    return tree;
}

bool check_need_method(Body *b, const Type *type, const char *name, Member *out) {
    *out = lookup_member(b->checker, type, intern_string(b->checker->names, name));
    return out->kind == MEMBER_METHOD;
}

TreeExpr *check_make_call(Body *b, const Member *member, TreeExpr *receiver, TreeExpr **args, uint32_t count,
                          Span span) {
    Function *function = member->method;
    TreeExpr *call = check_tree(b, member->is_virtual ? TREE_CALL_VIRTUAL : TREE_CALL, NULL, span);
    uint32_t self = receiver ? 1 : 0;
    call->type = function->result && !function->result->has_error
                     ? check_through(b, member, function, function->result)
                     : check_builtin(b, TYPE_ERROR);
    call->function = function;
    call->type_args = member->type_args;
    call->type_arg_count = member->type_arg_count;
    call->args = ARENA_ARRAY(b->arena, TreeExpr *, (size_t)count + self);
    call->arg_count = count + self;
    if (receiver)
        call->args[0] = check_receiver(b, member, receiver);
    for (uint32_t i = 0; i < count; i++)
        call->args[i + self] = check_convert(
            b, args[i], check_through(b, member, function, function->parameters[i].type), args[i]->span);
    return call;
}

// ------------------------------------------------------------------------------------------------- chains

TreeExpr *check_chain_link(Body *b, TreeExpr *object, Span span) {
    if (object->type->has_error || object->type->kind == TYPE_NEVER)
        return object;
    while ((object->kind == TREE_UNWRAP || object->kind == TREE_CAST) && object->flag &&
           object->type->kind != TYPE_OPTIONAL)
        object = object->a; // narrowed: the chain asks again, and stays optional
    if (object->type->kind != TYPE_OPTIONAL || !b->chain) {
        if (!b->inferring) {
            Diagnostic *d =
                check_report(b, DIAGNOSTIC_UNNEEDED_CHAIN, span, check_name_of(b, object->type), NULL);
            Span dots = {span.file, span.start >= 2 ? span.start - 2 : 0, span.start};
            diagnostic_suggest(d, dots, ".", "use `.`");
        }
        return object;
    }
    ChainLink link = {object, check_declare(b, NULL, object->type->args[0], object->span, true)};
    if (!b->chain->count)
        b->chain->before = b->flow;
    ARENA_PUSH(b->arena, b->chain->links, b->chain->count, b->chain->capacity, link);
    return check_variable_tree(b, link.variable, object->span);
}

void check_chain_open(Body *b, ChainScope *chain) {
    *chain = (ChainScope){.outer = b->chain};
    b->chain = chain;
}

TreeExpr *check_chain_close(Body *b, ChainScope *chain, TreeExpr *body, Span span) {
    b->chain = chain->outer;
    if (chain->count)
        b->flow = flow_join(b->arena, chain->before, b->flow);
    if (body->type->has_error)
        return body;
    for (uint32_t i = chain->count; i-- > 0;) {
        TreeExpr *tree = check_unary_tree(b, TREE_OPTIONAL_CHAIN, body->type, chain->links[i].object, span);
        tree->variable = chain->links[i].variable;
        tree->b = body;
        if (body->type->kind == TYPE_OPTIONAL)
            tree->flag = true;
        else if (body->type->kind == TYPE_NEVER)
            tree->type = check_builtin(b, TYPE_VOID);
        else if (body->type->kind != TYPE_VOID)
            tree->type = types_optional(b->types, body->type);
        body = tree;
    }
    return body;
}

TreeExpr *check_chain(Body *b, const AstExpr *e, const Type *hint) {
    ChainScope chain;
    check_chain_open(b, &chain);
    TreeExpr *body = check_expr(b, e->operand.operand, check_strip(hint));
    return check_chain_close(b, &chain, body, e->span);
}

// ---------------------------------------------------------------------------------------- tuple elements

TreeExpr *check_tuple_member(Body *b, const AstExpr *e) {
    TreeExpr *object = check_operand(b, e->tuple_member.object, NULL);
    if (e->tuple_member.optional)
        object = check_chain_link(b, object, e->tuple_member.index_span);
    const Type *type = object->type;
    if (type->has_error || type->kind == TYPE_NEVER)
        return type->has_error ? check_error_tree(b, e->span) : object;
    uint32_t index = e->tuple_member.index;
    if (type->kind != TYPE_TUPLE || index >= type->arg_count) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_TUPLE_MEMBER, e->tuple_member.index_span,
                                     check_name_of(b, type), arena_printf(b->arena, "%u", index));
        if (type->kind == TYPE_TUPLE)
            diagnostic_note(d, "its elements are 0 to %u", type->arg_count - 1);
        else if (type->kind == TYPE_NAMED && type->decl == b->checker->core.Entry)
            diagnostic_help(d, "an entry has a `key` and a `value`");
        else if (type->kind == TYPE_OPTIONAL && type->args[0]->kind == TYPE_TUPLE)
            diagnostic_help(d, "the tuple may be null: use `?.`, `!` or `if let`");
        return check_error_tree(b, e->span);
    }
    TreeExpr *tree =
        check_unary_tree(b, TREE_TUPLE_FIELD, type->args[index], object, e->tuple_member.index_span);
    tree->index = index;
    return tree;
}

// What the operand of an operator is expected to be; NULL where that is to be inferred from it.
const Type *check_operator_hint(Body *b, const Member *member) {
    const Function *function = member->method;
    bool open = member->type_arg_count < function->type_param_count;
    return open ? NULL : check_through(b, member, function, function->parameters[0].type);
}

// Type arguments of a generic operator follow from its operand. False: reported.
bool check_infer_operator(Body *b, Member *member, const TreeExpr *operand, Span span) {
    const Function *function = member->method;
    uint32_t count = function->type_param_count, known = member->type_arg_count;
    if (known >= count || !function->parameter_count || operand->type->has_error)
        return true;
    uint32_t first = check_infer_begin(b, function->type_params, count);
    const Type **type_args = ARENA_ARRAY(b->arena, const Type *, count);
    for (uint32_t i = 0; i < count; i++)
        type_args[i] = i < known ? member->type_args[i] : check_infer_variable(b, first + i);
    Substitution substitution = {function->type_params, type_args, count};
    check_infer(b, types_substitute(b->types, function->parameters[0].type, &substitution), operand->type);
    bool good = true;
    for (uint32_t i = known; i < count; i++)
        good &= check_concrete(b, &type_args[i]);
    check_infer_end(b, first);
    if (!good) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_CANNOT_INFER_ARGUMENT, span,
                                     function->type_params[known]->name, function->name);
        diagnostic_label(d, "nothing here says what `%s` is", function->type_params[known]->name);
        return false;
    }
    member->type_args = type_args;
    member->type_arg_count = count;
    return check_bounds(b->checker, function->type_params, type_args, count, span);
}

// ----------------------------------------------------------------------------------------- subscripts, slices

static TreeExpr *check_no_subscript(Body *b, const AstExpr *e, const Type *type, const char *unmet) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_NO_SUBSCRIPT, e->span, check_name_of(b, type), NULL);
    if (unmet)
        diagnostic_note(d, "%s", unmet);
    if (type->kind == TYPE_OPTIONAL)
        diagnostic_help(d, "the value may be null: take it with `!`, `??` or `if let` first");
    else if (type->kind == TYPE_TUPLE)
        diagnostic_help(d, "elements of a tuple are named by number: `.0`");
    return check_error_tree(b, e->span);
}

static TreeExpr *check_write_only(Body *b, const AstExpr *e, const Type *type) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_NO_SUBSCRIPT, e->span, check_name_of(b, type), NULL);
    diagnostic_label(d, "it can only be assigned");
    diagnostic_help(d, "to be read, it needs an `operator fn []`");
    return check_error_tree(b, e->span);
}

// Whether `[]` and `[]=` have one type of index and one of the value, as the place that they make needs; reported.
static bool check_subscripts_agree(Body *b, const AstExpr *e, const Member *read, const Member *write) {
    const Function *get = read->method, *set = write->method;
    if (set->parameter_count != 2 || !get->result || !set->result)
        return true; // reported at the declaration
    const Type *index = check_through(b, read, get, get->parameters[0].type);
    const Type *set_index = check_through(b, write, set, set->parameters[0].type);
    const Type *value = check_through(b, read, get, get->result);
    const Type *set_value = check_through(b, write, set, set->parameters[1].type);
    if ((index == set_index && value == set_value) || index->has_error || set_index->has_error ||
        value->has_error || set_value->has_error)
        return true;
    bool indices = index != set_index;
    const char *rule =
        arena_printf(b->arena, "takes %s `%s`, but `[]` %s `%s`", indices ? "an index" : "a value",
                     check_name_of(b, indices ? set_index : set_value), indices ? "takes" : "gives",
                     check_name_of(b, indices ? index : value));
    Diagnostic *d = check_report(b, DIAGNOSTIC_INVALID_OPERATOR, e->span, "[]=", rule);
    diagnostic_secondary(d, get->span, "`[]` is declared here");
    diagnostic_secondary(d, set->span, "`[]=` is declared here");
    diagnostic_help(d, "give both the same types, or set the value by a method");
    return false;
}

static const Type *check_subscript_type(Body *b, const Member *read, const Member *write) {
    const Function *function = read->kind == MEMBER_METHOD ? read->method : write->method;
    const Type *type = read->kind == MEMBER_METHOD     ? function->result
                       : function->parameter_count > 1 ? function->parameters[1].type
                                                       : NULL;
    if (!type || type->has_error)
        return check_builtin(b, TYPE_ERROR);
    return check_through(b, read->kind == MEMBER_METHOD ? read : write, function, type);
}

static TreeExpr *check_int_sum(Body *b, TreeExpr *left, TreeExpr *right, Span span) {
    TreeExpr *sum = check_unary_tree(b, TREE_BINARY, check_builtin(b, TYPE_I64), left, span);
    sum->op = OPERATOR_ADD;
    sum->b = right;
    return sum;
}

static TreeExpr *check_range_field(Body *b, Variable *range, const char *name, Span span) {
    Member member = lookup_member(b->checker, range->type, intern_string(b->checker->names, name));
    if (member.kind != MEMBER_FIELD)
        return NULL;
    TreeExpr *tree =
        check_unary_tree(b, TREE_FIELD, member.field->type, check_variable_tree(b, range, span), span);
    tree->field = member.field;
    return tree;
}

// a[r] with a Range r is a.slice(r.start, r.end), with the end included where r includes it.
static TreeExpr *check_slice_by(Body *b, TreeExpr *object, TreeExpr *range, Span span) {
    Member slice;
    Variable *variables[2];
    if (!check_need_method(b, object->type, "slice", &slice) || slice.method->parameter_count != 2)
        return NULL;
    TreeExpr **statements = ARENA_ARRAY(b->arena, TreeExpr *, 2);
    statements[0] = check_temporary(b, object, &variables[0]);
    statements[1] = check_temporary(b, range, &variables[1]);
    TreeExpr *start = check_range_field(b, variables[1], "start", span),
             *end = check_range_field(b, variables[1], "end", span);
    TreeExpr *included = check_range_field(b, variables[1], "inclusive", span);
    if (!start || !end || !included)
        return NULL;
    TreeExpr *one = check_unary_tree(b, TREE_CONVERT, check_builtin(b, TYPE_I64), included, span);
    TreeExpr *bounds[2] = {start, check_int_sum(b, end, one, span)};
    TreeExpr *call = check_make_call(b, &slice, check_variable_tree(b, variables[0], span), bounds, 2, span);
    return check_block_tree(b, statements, 2, call, span);
}

// The index as its parameter's type, or *slice when it is a Range instead.
static TreeExpr *check_index_value(Body *b, const AstExpr *e, TreeExpr *object, TreeExpr *index,
                                   const Type *type, TreeExpr **slice) {
    *slice = NULL;
    if (index->type->kind == TYPE_NAMED && index->type->decl == b->checker->core.Range &&
        !check_converts(b, index, type)) {
        *slice = check_slice_by(b, object, index, e->span);
        if (*slice)
            return index;
    }
    return check_convert(b, index, type, e->index.index->span);
}

TreeExpr *check_index(Body *b, const AstExpr *e, bool reads) {
    TreeExpr *object = check_operand(b, e->index.object, NULL), *slice;
    const Type *type = object->type;
    if (type->has_error || type->kind == TYPE_NEVER) {
        check_operand(b, e->index.index, NULL);
        return type->has_error ? check_error_tree(b, e->span) : object;
    }
    if (type->kind == TYPE_ARRAY) {
        TreeExpr *tree = check_unary_tree(b, TREE_ELEMENT, type->args[0], object, e->span);
        const Type *integer = check_builtin(b, TYPE_I64);
        tree->b = check_index_value(b, e, object, check_operand(b, e->index.index, integer), integer, &slice);
        return slice ? slice : tree;
    }
    Member read, write;
    bool readable = check_need_method(b, type, "[]", &read),
         writable = check_need_method(b, type, "[]=", &write);
    const Member *member = readable ? &read : &write;
    if ((!readable && !writable) || member->method->parameter_count < 1) {
        check_operand(b, e->index.index, NULL);
        return check_no_subscript(b, e, type, read.unmet);
    }
    if (reads && !readable) {
        check_operand(b, e->index.index, NULL);
        return check_write_only(b, e, type);
    }
    const Function *function = member->method;
    TreeExpr *index = check_operand(b, e->index.index, check_operator_hint(b, member));
    Span span = e->index.index->span;
    if ((readable && !check_infer_operator(b, &read, index, span)) ||
        (writable && !check_infer_operator(b, &write, index, span)))
        return check_error_tree(b, e->span);
    if (readable && writable && read.type_arg_count != write.type_arg_count)
        writable = false; // reading and writing share their type arguments
    if (readable && writable && !check_subscripts_agree(b, e, &read, &write))
        return check_error_tree(b, e->span);
    const Type *parameter = check_through(b, member, function, function->parameters[0].type);
    TreeExpr *tree = check_tree(b, TREE_SUBSCRIPT, check_subscript_type(b, &read, &write), e->span);
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, 1);
    tree->arg_count = 1;
    tree->args[0] = check_index_value(b, e, object, index, parameter, &slice);
    if (slice)
        return slice;
    tree->a = check_receiver(b, member, object);
    tree->function = readable ? read.method : NULL;
    tree->setter = writable ? write.method : NULL;
    tree->type_args = member->type_args;
    tree->type_arg_count = member->type_arg_count;
    tree->flag = member->is_virtual;
    return tree;
}

// a[x..y] is a.slice(x, y); an end that is left out is the length.
TreeExpr *check_slice(Body *b, const AstExpr *e) {
    TreeExpr *object = check_operand(b, e->slice.object, NULL);
    const Type *type = object->type, *integer = check_builtin(b, TYPE_I64);
    TreeExpr *low = e->slice.low ? check_value(b, e->slice.low, integer) : NULL;
    TreeExpr *high = e->slice.high ? check_value(b, e->slice.high, integer) : NULL;
    if (type->has_error || type->kind == TYPE_NEVER)
        return type->has_error ? check_error_tree(b, e->span) : object;
    Member slice, length = {0};
    if (!check_need_method(b, type, "slice", &slice) || slice.method->parameter_count != 2)
        return check_no_subscript(b, e, type, slice.unmet);
    if (high && e->slice.inclusive)
        high = check_int_sum(b, high, check_integer_tree(b, 1, high->span), high->span);
    TreeExpr *let = NULL;
    if (!high) {
        length = lookup_member(b->checker, type, intern_string(b->checker->names, "length"));
        if (length.kind != MEMBER_PROPERTY)
            return check_no_subscript(b, e, type, length.unmet);
        Variable *whole;
        let = check_temporary(b, object, &whole);
        object = check_variable_tree(b, whole, e->span);
        high = check_read_property(b, check_variable_tree(b, whole, e->span), &length, e->span);
    }
    TreeExpr *bounds[2] = {low ? low : check_integer_tree(b, 0, e->span), high};
    TreeExpr *call = check_make_call(b, &slice, object, bounds, 2, e->span);
    if (!let)
        return call;
    TreeExpr **statements = ARENA_ARRAY(b->arena, TreeExpr *, 1);
    statements[0] = let;
    return check_block_tree(b, statements, 1, call, e->span);
}
