// Patterns of match arms, let, for and conditions.
#include "compiler/parser_core.h"

static AstPattern *error_pattern(Parser *parser) {
    return parser_new_pattern(parser, AST_PATTERN_ERROR, parser->token.start);
}

// A literal, perhaps a negative number, or (as the end of a range) the name of a constant.
static AstExpr *pattern_value(Parser *parser) {
    uint32_t start = parser->token.start;
    switch (parser->token.kind) {
    case TOKEN_MINUS: {
        parser_advance(parser);
        if (!parser_at(parser, TOKEN_INT) && !parser_at(parser, TOKEN_FLOAT)) {
            parser_expected(parser, "a number");
            return parser_error_expr(parser);
        }
        AstExpr *number = parser_literal(parser);
        AstExpr *expr = parser_new_expr(parser, AST_EXPR_UNARY, start);
        expr->unary.operator= AST_UNARY_NEGATE;
        expr->unary.operand = number;
        return expr;
    }
    case TOKEN_IDENTIFIER: {
        AstName name = parser_take_word(parser);
        AstExpr *expr = parser_new_expr(parser, AST_EXPR_NAME, start);
        expr->name.name = name;
        while (parser_accept(parser, TOKEN_DOT)) {
            AstName member_name = parser_name(parser, "a name");
            AstExpr *member = parser_new_expr(parser, AST_EXPR_MEMBER, start);
            member->member.object = expr;
            member->member.name = member_name;
            expr = member;
            if (parser->recovering || !parser_heighten(parser))
                break;
        }
        return expr;
    }
    case TOKEN_INT:
    case TOKEN_FLOAT:
    case TOKEN_CHAR:
    case TOKEN_STRING_BEGIN:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_NULL: return parser_literal(parser);
    default: parser_expected(parser, "a pattern"); return parser_error_expr(parser);
    }
}

static bool at_range(const Parser *parser) {
    return parser_at(parser, TOKEN_DOT_DOT) || parser_at(parser, TOKEN_DOT_DOT_EQUAL);
}

static AstPattern *range_pattern(Parser *parser, AstExpr *low, uint32_t start) {
    bool inclusive = parser_at(parser, TOKEN_DOT_DOT_EQUAL);
    parser_advance(parser);
    AstExpr *high = pattern_value(parser);
    AstPattern *pattern = parser_new_pattern(parser, AST_PATTERN_RANGE, start);
    pattern->range.low = low;
    pattern->range.high = high;
    pattern->range.inclusive = inclusive;
    return pattern;
}

static AstPattern *value_pattern(Parser *parser) {
    uint32_t start = parser->token.start;
    AstExpr *value = pattern_value(parser);
    if (parser->recovering)
        return error_pattern(parser);
    if (at_range(parser))
        return range_pattern(parser, value, start);
    if (value->kind == AST_EXPR_INTERPOLATION) {
        Diagnostic *d = parser_report(parser, DIAGNOSTIC_INTERPOLATION_IN_PATTERN, value->span, NULL, NULL);
        diagnostic_help(d, "bind the text to a name and compare it in a guard: `text if text == ...`");
        return parser_new_pattern(parser, AST_PATTERN_ERROR, start);
    }
    AstPattern *pattern = parser_new_pattern(parser, AST_PATTERN_LITERAL, start);
    pattern->literal.value = value;
    return pattern;
}

// `name: pattern` or `pattern` in the parentheses of a case.
static AstPatternField payload_field(Parser *parser) {
    AstPatternField field = {0};
    if (parser_at_any_word(parser) && parser_peek(parser, 1) == TOKEN_COLON) {
        field.name = parser_take_word(parser);
        parser_advance(parser);
    }
    field.pattern = parser_pattern(parser, false);
    return field;
}

static void case_payload(Parser *parser, AstPattern *pattern) {
    uint32_t capacity = 0;
    ParserGroup group = parser_open_group(parser, false);
    pattern->variant.has_payload = true;
    while (!parser_at_close(parser, &group)) {
        if (parser_accept(parser, TOKEN_DOT_DOT)) {
            pattern->variant.has_rest = true;
            parser_accept(parser, TOKEN_COMMA);
            break;
        }
        AstPatternField field = payload_field(parser);
        ARENA_PUSH(parser->arena, pattern->variant.fields, pattern->variant.field_count, capacity, field);
        if (!parser_next_item(parser, &group))
            break;
    }
    parser_close_group(parser, &group);
}

// `.Case`, `Enum.Case`, `Case(...)`, from the leading dot or the first name on.
static AstPattern *case_pattern(Parser *parser) {
    uint32_t start = parser->token.start, capacity = 0;
    AstPattern *pattern = parser_new_pattern(parser, AST_PATTERN_CASE, start);
    pattern->variant.leading_dot = parser_accept(parser, TOKEN_DOT);
    do {
        AstName name = parser_name(parser, "the name of a case");
        ARENA_PUSH(parser->arena, pattern->variant.path, pattern->variant.path_count, capacity, name);
    } while (!parser->recovering && !pattern->variant.leading_dot && !parser_at_line_start(parser) &&
             parser_accept(parser, TOKEN_DOT));
    if (!parser->recovering && parser_at(parser, TOKEN_LEFT_PAREN) && !parser_at_line_start(parser))
        case_payload(parser, pattern);
    pattern->span = parser_span(parser, start);
    return pattern;
}

static AstPattern *type_pattern(Parser *parser, AstName name) {
    parser_advance(parser);
    AstType *type = parser_type(parser);
    AstPattern *pattern = parser_new_pattern(parser, AST_PATTERN_TYPE, name.span.start);
    pattern->type_test.name = name;
    pattern->type_test.type = type;
    return pattern;
}

// The kind of the token behind the path `a.b.c` that begins with the current one.
static TokenKind kind_behind_path(const Parser *parser) {
    uint32_t distance = 1;
    while (parser_peek(parser, distance) == TOKEN_DOT &&
           parser_peek(parser, distance + 1) == TOKEN_IDENTIFIER)
        distance += 2;
    return parser_peek(parser, distance);
}

static AstPattern *name_pattern(Parser *parser, bool allow_type_test) {
    TokenKind next = parser_peek(parser, 1), behind = kind_behind_path(parser);
    if (behind == TOKEN_DOT_DOT || behind == TOKEN_DOT_DOT_EQUAL)
        return value_pattern(parser);
    bool is_wildcard = parser_at_word(parser, "_");
    bool payload_follows =
        next == TOKEN_LEFT_PAREN && !(parser_peek_token(parser, 1)->flags & TOKEN_STARTS_LINE);
    if ((next == TOKEN_DOT &&
         !(parser->context.dot_begins_arm && (parser_peek_token(parser, 1)->flags & TOKEN_STARTS_LINE))) ||
        (payload_follows && !is_wildcard))
        return case_pattern(parser);
    AstName name = parser_take_word(parser);
    if (allow_type_test && parser_at(parser, TOKEN_COLON))
        return type_pattern(parser, name);
    AstPattern *pattern =
        parser_new_pattern(parser, is_wildcard ? AST_PATTERN_WILDCARD : AST_PATTERN_NAME, name.span.start);
    if (!is_wildcard)
        pattern->name.name = name;
    return pattern;
}

// `(a, b)`, or a pattern in parentheses.
static AstPattern *tuple_pattern(Parser *parser) {
    uint32_t start = parser->token.start, count = 0, capacity = 0;
    AstPattern **elements = NULL;
    ParserGroup group = parser_open_group(parser, false);
    if (parser_at_close(parser, &group))
        parser_expected(parser, "a pattern");
    while (!parser_at_close(parser, &group)) {
        AstPattern *element = parser_pattern(parser, true);
        ARENA_PUSH(parser->arena, elements, count, capacity, element);
        if (!parser_next_item(parser, &group))
            break;
    }
    parser_close_group(parser, &group);
    if (count == 1)
        return elements[0];
    AstPattern *pattern = parser_new_pattern(parser, count ? AST_PATTERN_TUPLE : AST_PATTERN_ERROR, start);
    pattern->tuple.elements = elements;
    pattern->tuple.count = count;
    return pattern;
}

static AstPattern *primary_pattern(Parser *parser, bool allow_type_test) {
    if (parser_at(parser, TOKEN_LET) || parser_at(parser, TOKEN_VAR)) {
        Span span = parser_token_span(parser);
        const char *word = token_spelling(parser->token.kind);
        Diagnostic *d = parser_report(parser, DIAGNOSTIC_KEYWORD_IN_PATTERN, span, word, NULL);
        diagnostic_suggest(d, span, "", "a name in a pattern binds by itself: leave `%s` out", word);
        parser_advance(parser);
    }
    switch (parser->token.kind) {
    case TOKEN_LEFT_PAREN: return tuple_pattern(parser);
    case TOKEN_DOT: return case_pattern(parser);
    case TOKEN_IDENTIFIER: return name_pattern(parser, allow_type_test);
    default: return value_pattern(parser);
    }
}

static AstPattern *alternatives(Parser *parser, bool allow_type_test) {
    uint32_t start = parser->token.start, count = 0, capacity = 0;
    AstPattern *first = primary_pattern(parser, allow_type_test);
    if (parser->recovering || !parser_at(parser, TOKEN_OR))
        return first;
    AstPattern **options = NULL;
    ARENA_PUSH(parser->arena, options, count, capacity, first);
    while (!parser->recovering && parser_accept(parser, TOKEN_OR)) {
        AstPattern *option = primary_pattern(parser, allow_type_test);
        ARENA_PUSH(parser->arena, options, count, capacity, option);
    }
    AstPattern *pattern = parser_new_pattern(parser, AST_PATTERN_ALTERNATIVES, start);
    pattern->alternatives.options = options;
    pattern->alternatives.count = count;
    return pattern;
}

AstPattern *parser_pattern(Parser *parser, bool allow_type_test) {
    ParserLevel level;
    bool entered = parser_enter(parser, &level);
    AstPattern *pattern = entered ? alternatives(parser, allow_type_test) : error_pattern(parser);
    parser_leave(parser, &level);
    return pattern;
}
