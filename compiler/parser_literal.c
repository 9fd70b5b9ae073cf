// Literals of numbers, characters, strings, lists and maps.
#include "compiler/parser_core.h"

static AstExpr *number(Parser *parser) {
    Token token = parser->token;
    const char *text = parser->file->text + token.start;
    parser_advance(parser);
    if (token.flags & TOKEN_BROKEN)
        return parser_new_expr(parser, AST_EXPR_ERROR, token.start);
    AstExpr *expr =
        parser_new_expr(parser, token.kind == TOKEN_INT ? AST_EXPR_INT : AST_EXPR_FLOAT, token.start);
    if (token.kind == TOKEN_INT)
        expr->integer.value = literal_integer(text, token.end - token.start, &expr->integer.overflow);
    else
        expr->floating.text = literal_float(parser->arena, text, token.end - token.start);
    return expr;
}

static AstExpr *character(Parser *parser) {
    Token token = parser->token;
    parser_advance(parser);
    if (token.flags & TOKEN_BROKEN)
        return parser_new_expr(parser, AST_EXPR_ERROR, token.start);
    LiteralReader reader = parser_literals(parser);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_CHAR, token.start);
    expr->character.scalar = literal_character(&reader, token.start, token.end);
    return expr;
}

// ------------------------------------------------------------------------------------------------ strings

// Whether everything from `start` to `end` is blank.
static bool is_blank(const Parser *parser, uint32_t start, uint32_t end) {
    for (uint32_t at = start; at < end; at++) {
        char c = parser->file->text[at];
        if (c != ' ' && c != '\t')
            return false;
    }
    return true;
}

// The layout of the string whose STRING_BEGIN is at `index`: its last line break stands in one of its text tokens.
static LiteralLayout string_layout(const Parser *parser, uint32_t index) {
    const Token *begin = &parser->tokens.items[index], *end = &parser->tokens.items[begin->match];
    uint32_t line_break = UINT32_MAX, text_end = 0;
    bool multiline = begin->flags & TOKEN_MULTILINE;
    for (uint32_t i = begin->match; multiline && i-- > index + 1 && line_break == UINT32_MAX;) {
        const Token *token = &parser->tokens.items[i];
        if (token->kind == TOKEN_INTERPOLATION_END)
            i = token->match;
        if (token->kind != TOKEN_STRING_TEXT)
            continue;
        for (uint32_t at = token->end; at-- > token->start && line_break == UINT32_MAX;) {
            if (parser->file->text[at] == '\n')
                line_break = at;
        }
        text_end = token->end;
    }
    bool blank_tail =
        line_break != UINT32_MAX && text_end == end->start && is_blank(parser, line_break + 1, text_end);
    LiteralReader reader = parser_literals(parser);
    return literal_layout(&reader, begin->end, end->start, multiline, begin->flags & TOKEN_RAW, line_break,
                          blank_tail);
}

// `{expr}` or `{expr:spec}`
static AstStringPart interpolated(Parser *parser) {
    AstStringPart part = {0};
    Span brace = parser_token_span(parser);
    ParserGroup group = parser_open_group(parser, false);
    if (parser_at_close(parser, &group) || parser_at(parser, TOKEN_FORMAT_SPEC)) {
        Diagnostic *d = parser_error(parser, DIAGNOSTIC_EMPTY_INTERPOLATION, brace, NULL, NULL);
        diagnostic_help(d, "braces of text are written `{{` and `}}`");
        part.value = parser_error_expr(parser);
    } else {
        part.value = parser_expression(parser);
    }
    if (!parser->recovering && parser_at(parser, TOKEN_FORMAT_SPEC)) {
        LiteralReader reader = parser_literals(parser);
        part.format = literal_format_spec(&reader, parser->token.start, parser->token.end);
        parser_advance(parser);
    }
    parser_close_group(parser, &group);
    return part;
}

static AstStringPart string_text(Parser *parser, LiteralLayout *layout) {
    AstStringPart part = {0};
    LiteralReader reader = parser_literals(parser);
    part.text = literal_text(&reader, layout, parser->token.start, parser->token.end, &part.length);
    parser_advance(parser);
    return part;
}

static AstExpr *string(Parser *parser) {
    uint32_t start = parser->token.start, count = 0, capacity = 0, expressions = 0;
    AstStringPart *parts = NULL;
    if (parser->token.flags & TOKEN_BROKEN) {
        parser_skip(parser);
        return parser_new_expr(parser, AST_EXPR_ERROR, start);
    }
    LiteralLayout layout = string_layout(parser, parser->index);
    ParserGroup group = parser_open_group(parser, false);
    while (!parser_at_close(parser, &group)) {
        bool is_text = parser_at(parser, TOKEN_STRING_TEXT);
        AstStringPart part = is_text ? string_text(parser, &layout) : interpolated(parser);
        if (is_text && part.length == 0)
            continue;
        expressions += !is_text;
        ARENA_PUSH(parser->arena, parts, count, capacity, part);
    }
    parser_close_group(parser, &group);
    if (expressions) {
        AstExpr *expr = parser_new_expr(parser, AST_EXPR_INTERPOLATION, start);
        expr->interpolation.parts = parts;
        expr->interpolation.count = count;
        return expr;
    }
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_STRING, start);
    expr->string.bytes = count ? parts[0].text : "";
    expr->string.length = count ? parts[0].length : 0;
    return expr;
}

const char *parser_plain_string(Parser *parser, Span *span) {
    *span = parser_token_span(parser);
    if (!parser_at(parser, TOKEN_STRING_BEGIN)) {
        parser_expected(parser, "a string");
        return "";
    }
    AstExpr *expr = string(parser);
    *span = expr->span;
    if (expr->kind == AST_EXPR_STRING)
        return expr->string.bytes;
    if (expr->kind == AST_EXPR_INTERPOLATION)
        parser_report(parser, DIAGNOSTIC_INTERPOLATION_IN_PATTERN, expr->span, NULL, NULL);
    return "";
}

AstExpr *parser_literal(Parser *parser) {
    uint32_t start = parser->token.start;
    bool truth = parser_at(parser, TOKEN_TRUE);
    switch (parser->token.kind) {
    case TOKEN_INT:
    case TOKEN_FLOAT: return number(parser);
    case TOKEN_CHAR: return character(parser);
    case TOKEN_STRING_BEGIN: return string(parser);
    case TOKEN_NULL: parser_advance(parser); return parser_new_expr(parser, AST_EXPR_NULL, start);
    default: break;
    }
    parser_advance(parser);
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_BOOL, start);
    expr->boolean.value = truth;
    return expr;
}

// ----------------------------------------------------------------------------------------- lists and maps

static AstExpr *list_items(Parser *parser, const ParserGroup *group, AstExpr *first, uint32_t start) {
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_LIST, start);
    uint32_t capacity = 0;
    ARENA_PUSH(parser->arena, expr->list.elements, expr->list.count, capacity, first);
    while (parser_next_item(parser, group)) {
        AstExpr *element = parser_expression(parser);
        ARENA_PUSH(parser->arena, expr->list.elements, expr->list.count, capacity, element);
    }
    return expr;
}

static bool expect_entry_colon(Parser *parser) {
    if (parser_accept(parser, TOKEN_COLON))
        return true;
    diagnostic_help(parser_expected(parser, "`:`"), "every entry of a map is written `key: value`");
    return false;
}

static AstExpr *map_entries(Parser *parser, const ParserGroup *group, AstExpr *key, uint32_t start) {
    AstExpr *expr = parser_new_expr(parser, AST_EXPR_MAP, start);
    uint32_t capacity = 0;
    for (;;) {
        AstMapEntry entry = {.key = key};
        bool has_value = !parser->recovering && expect_entry_colon(parser);
        entry.value = has_value ? parser_expression(parser) : parser_error_expr(parser);
        ARENA_PUSH(parser->arena, expr->map.entries, expr->map.count, capacity, entry);
        if (!parser_next_item(parser, group))
            return expr;
        key = parser_expression(parser);
    }
}

AstExpr *parser_list_or_map(Parser *parser) {
    uint32_t start = parser->token.start;
    AstExpr *expr;
    ParserGroup group = parser_open_group(parser, false);
    if (parser_at_close(parser, &group)) {
        expr = parser_new_expr(parser, AST_EXPR_LIST, start);
    } else if (parser_at(parser, TOKEN_COLON) && parser->index + 1 == group.close) {
        parser_advance(parser);
        expr = parser_new_expr(parser, AST_EXPR_MAP, start);
    } else {
        AstExpr *first = parser_expression(parser);
        expr = !parser->recovering && parser_at(parser, TOKEN_COLON)
                   ? map_entries(parser, &group, first, start)
                   : list_items(parser, &group, first, start);
    }
    parser_close_group(parser, &group);
    expr->span = parser_span(parser, start);
    return expr;
}
