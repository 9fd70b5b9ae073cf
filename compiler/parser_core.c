#include "compiler/parser_core.h"

#include "compiler/familiar.h"
#include "compiler/parser.h"

#include <string.h>

// The tallest tree of chained operators, members and calls. Together with the limit of nesting it bounds the C
// stack of every phase that walks the tree.
#define PARSER_MAX_HEIGHT 1024u

// How many tokens and groups after a wrong head may be skipped to find its body.
#define BODY_SEARCH 64u

// ------------------------------------------------------------------------------------------------- cursor

void parser_advance(Parser *parser) {
    parser->previous_end = parser->token.end;
    if (parser->index + 1 < parser->tokens.count)
        parser->index++;
    parser->token = parser->tokens.items[parser->index];
}

bool parser_at(const Parser *parser, TokenKind kind) {
    return parser->token.kind == kind;
}

bool parser_accept(Parser *parser, TokenKind kind) {
    if (!parser_at(parser, kind))
        return false;
    parser_advance(parser);
    return true;
}

const Token *parser_peek_token(const Parser *parser, uint32_t distance) {
    uint32_t last = parser->tokens.count - 1;
    uint32_t index = distance < last - parser->index ? parser->index + distance : last;
    return &parser->tokens.items[index];
}

TokenKind parser_peek(const Parser *parser, uint32_t distance) {
    return parser_peek_token(parser, distance)->kind;
}

bool parser_at_word(const Parser *parser, const char *word) {
    size_t length = strlen(word);
    return parser_at(parser, TOKEN_IDENTIFIER) && parser->token.end - parser->token.start == length &&
           memcmp(parser->file->text + parser->token.start, word, length) == 0;
}

bool parser_at_any_word(const Parser *parser) {
    return parser_at(parser, TOKEN_IDENTIFIER) || token_is_keyword(parser->token.kind);
}

bool parser_at_line_start(const Parser *parser) {
    return parser->context.lines_end && (parser->token.flags & TOKEN_STARTS_LINE);
}

void parser_split_greater(Parser *parser) {
    TokenKind rest;
    switch (parser->token.kind) {
    case TOKEN_GREATER_EQUAL: rest = TOKEN_EQUAL; break;
    case TOKEN_GREATER_GREATER: rest = TOKEN_GREATER; break;
    case TOKEN_GREATER_GREATER_EQUAL: rest = TOKEN_GREATER_EQUAL; break;
    case TOKEN_GREATER_GREATER_GREATER: rest = TOKEN_GREATER_GREATER; break;
    case TOKEN_GREATER_GREATER_GREATER_EQUAL: rest = TOKEN_GREATER_GREATER_EQUAL; break;
    default: parser_advance(parser); return;
    }
    parser->token.kind = (uint8_t)rest;
    parser->token.flags = TOKEN_ADJACENT;
    parser->previous_end = ++parser->token.start;
}

Span parser_span(const Parser *parser, uint32_t start) {
    return source_span(parser->file->id, start, parser->previous_end > start ? parser->previous_end : start);
}

Span parser_token_span(const Parser *parser) {
    return source_span(parser->file->id, parser->token.start, parser->token.end);
}

const char *parser_source_text(const Parser *parser, uint32_t start, uint32_t end) {
    return arena_copy_text(parser->arena, parser->file->text + start, end - start);
}

const char *parser_token_text(const Parser *parser) {
    return intern_text(parser->names, parser->file->text + parser->token.start,
                       parser->token.end - parser->token.start);
}

// ------------------------------------------------------------------------------------------------- errors

Diagnostic *parser_report(Parser *parser, DiagnosticCode code, Span span, const char *first,
                          const char *second) {
    if (parser->recovering)
        return &parser->sink->overflow;
    return diagnostic_add(parser->sink, code, span, first, second, NULL);
}

Diagnostic *parser_error(Parser *parser, DiagnosticCode code, Span span, const char *first,
                         const char *second) {
    Diagnostic *diagnostic = parser_report(parser, code, span, first, second);
    parser->recovering = true;
    return diagnostic;
}

// The current token as messages show it.
static const char *describe_token(const Parser *parser) {
    TokenKind kind = parser->token.kind;
    const char *spelling = token_spelling(kind);
    if (token_is_keyword(kind))
        return arena_printf(parser->arena, "the keyword `%s`", spelling);
    if (token_is_punctuator(kind))
        return arena_printf(parser->arena, "`%s`", spelling);
    if (kind == TOKEN_IDENTIFIER || kind == TOKEN_INT || kind == TOKEN_FLOAT || kind == TOKEN_CHAR) {
        uint32_t length = parser->token.end - parser->token.start;
        if (length <= 40)
            return arena_printf(parser->arena, "`%.*s`", (int)length,
                                parser->file->text + parser->token.start);
    }
    return spelling;
}

static void suggest_around(Parser *parser, Diagnostic *d);

Diagnostic *parser_expected(Parser *parser, const char *what) {
    // What is wrong with these tokens has been reported already.
    if (parser_at(parser, TOKEN_INVALID) || (parser->token.flags & TOKEN_INSERTED))
        parser->recovering = true;
    if (parser->recovering)
        return &parser->sink->overflow;
    Diagnostic *d =
        parser_error(parser, DIAGNOSTIC_EXPECTED, parser_token_span(parser), what, describe_token(parser));
    diagnostic_label(d, "expected %s", what);
    suggest_around(parser, d);
    return d;
}

void parser_suggest_word(Parser *parser, Diagnostic *diagnostic, uint32_t index) {
    const Token *token = &parser->tokens.items[index];
    if (token->kind != TOKEN_IDENTIFIER)
        return;
    const char *word =
        intern_text(parser->names, parser->file->text + token->start, token->end - token->start);
    const Familiar *row = familiar_find(FAMILIAR_WORD, word);
    if (row)
        familiar_help(diagnostic, row, source_span(parser->file->id, token->start, token->end));
}

// What is known about the place of an error from the tokens around it alone.
static void suggest_around(Parser *parser, Diagnostic *d) {
    const Token *token = &parser->token, *next = parser_peek_token(parser, 1);
    const Token *previous = parser->index ? &parser->tokens.items[parser->index - 1] : NULL;
    switch (token->kind) {
    case TOKEN_IDENTIFIER: parser_suggest_word(parser, d, parser->index); break;
    case TOKEN_COLON:
        if (next->kind == TOKEN_EQUAL && (next->flags & TOKEN_ADJACENT))
            diagnostic_help(d, "a variable is declared by `let name = value` or `var name = value`");
        else if (next->kind == TOKEN_COLON && (next->flags & TOKEN_ADJACENT))
            diagnostic_suggest(d, source_span(parser->file->id, token->start, next->end), ".",
                               "members, cases and the names of modules stand behind `.`");
        else if (next->flags & TOKEN_STARTS_LINE)
            diagnostic_help(d, "a body stands in braces: `{ ... }`");
        break;
    case TOKEN_STRING_BEGIN:
        if (previous && previous->kind == TOKEN_IDENTIFIER && (token->flags & TOKEN_ADJACENT))
            diagnostic_suggest(d, source_span(parser->file->id, previous->start, previous->end), "",
                               "every string is interpolated, without a prefix: `\"{name}\"`");
        break;
    case TOKEN_LEFT_BRACE:
        if (previous && parser->index && previous->kind == TOKEN_IDENTIFIER)
            parser_suggest_word(parser, d, parser->index - 1);
        if (previous && (previous->kind == TOKEN_IDENTIFIER || previous->kind == TOKEN_RIGHT_PAREN) &&
            !(token->flags & TOKEN_STARTS_LINE) && d->remark_count == 0)
            diagnostic_help(d, "a lambda is passed in the parentheses of the call: `f(x => { ... })`");
        break;
    case TOKEN_MINUS:
        if (next->kind == TOKEN_GREATER && (next->flags & TOKEN_ADJACENT))
            diagnostic_help(d, "the type of a function is written `fn(A, B): R`");
        break;
    case TOKEN_ARROW:
        if (previous && previous->kind == TOKEN_RIGHT_PAREN)
            diagnostic_help(d, "the type of a function is written `fn(A, B): R`");
        break;
    case TOKEN_STAR:
        if (previous && previous->kind == TOKEN_STAR)
            diagnostic_help(d, "a power is written `a.pow(b)`");
        break;
    case TOKEN_GREATER:
        if (previous && previous->kind == TOKEN_LESS)
            diagnostic_help(d, "inequality is written `a != b`");
        break;
    case TOKEN_IN:
        diagnostic_help(d, "whether a value is in a collection is asked by `items.contains(value)`");
        break;
    case TOKEN_NULL:
        if (previous && previous->kind == TOKEN_IS)
            diagnostic_help(d, "a comparison with null is written `value == null`");
        break;
    case TOKEN_EQUAL:
        if (!parser->context.lines_end) // within parentheses or brackets
            diagnostic_help(d, "an assignment is a statement, not an expression");
        break;
    case TOKEN_OR: diagnostic_help(d, "a function value is written `x => ...` or `(a, b) => ...`"); break;
    default: break;
    }
}

bool parser_expect(Parser *parser, TokenKind kind) {
    if (parser_accept(parser, kind))
        return true;
    parser_expected(parser, arena_printf(parser->arena, "`%s`", token_spelling(kind)));
    return false;
}

bool parser_expect_arrow(Parser *parser) {
    const Token *next = parser_peek_token(parser, 1);
    if (parser_at(parser, TOKEN_MINUS) && next->kind == TOKEN_GREATER && (next->flags & TOKEN_ADJACENT)) {
        Span span = source_span(parser->file->id, parser->token.start, next->end);
        Diagnostic *d = parser_report(parser, DIAGNOSTIC_WRONG_ARROW, span, "=>", NULL);
        diagnostic_suggest(d, span, "=>", "write `=>`");
        parser_advance(parser);
        parser_advance(parser);
        return true;
    }
    return parser_expect(parser, TOKEN_ARROW);
}

void parser_skip(Parser *parser) {
    if (token_closer(parser->token.kind) != TOKEN_INVALID) {
        parser->index = parser->token.match;
        parser->token = parser->tokens.items[parser->index];
    }
    parser_advance(parser);
}

// Tokens that go on with the statement of the line before when they begin a line.
static bool continues_line(const Parser *parser) {
    switch (parser->token.kind) {
    case TOKEN_DOT: return !parser->context.dot_begins_arm;
    case TOKEN_ELSE:
    case TOKEN_CATCH:
    case TOKEN_FINALLY: return true;
    default: return false;
    }
}

void parser_synchronize(Parser *parser, uint32_t start) {
    parser->recovering = false;
    while (!parser_at(parser, TOKEN_END) && !token_is_closer(parser->token.kind)) {
        if (parser->index > start) {
            if (parser_accept(parser, TOKEN_SEMICOLON))
                return;
            if ((parser->token.flags & TOKEN_STARTS_LINE) && !continues_line(parser))
                return;
        }
        parser_skip(parser);
    }
    if (parser->index <= start) // a closing bracket of another group: never stand still
        parser_advance(parser);
}

bool parser_reach_body(Parser *parser) {
    if (parser_at(parser, TOKEN_LEFT_BRACE)) {
        parser->recovering = false;
        return true;
    }
    uint32_t index = parser->index;
    for (uint32_t distance = 0;; distance++) {
        const Token *token = &parser->tokens.items[index];
        if (token->kind == TOKEN_LEFT_BRACE)
            break;
        bool starts_line = index > parser->index && (token->flags & TOKEN_STARTS_LINE);
        if (starts_line || token->kind == TOKEN_END || token->kind == TOKEN_SEMICOLON ||
            token_is_closer(token->kind) || distance > BODY_SEARCH)
            return false;
        index = token_closer(token->kind) != TOKEN_INVALID ? token->match + 1 : index + 1;
    }
    parser_expected(parser, "`{`");
    while (!parser_at(parser, TOKEN_LEFT_BRACE))
        parser_skip(parser);
    parser->recovering = false;
    return true;
}

// ----------------------------------------------------------------------------------------- groups, nesting

ParserGroup parser_open_group(Parser *parser, bool lines_end) {
    ParserGroup group = {.close = parser->token.match, .outer = parser->context};
    parser->context = (ParserContext){.lines_end = lines_end};
    parser_advance(parser);
    return group;
}

bool parser_at_close(const Parser *parser, const ParserGroup *group) {
    return parser->index >= group->close;
}

// Where the closing bracket is missing, what is left over before it is no error of its own.
static bool is_unclosed(const Parser *parser, const ParserGroup *group) {
    return parser->tokens.items[group->close].flags & TOKEN_INSERTED;
}

bool parser_next_item(Parser *parser, const ParserGroup *group) {
    parser->recovering |= is_unclosed(parser, group) && !parser_at(parser, TOKEN_COMMA);
    if (!parser->recovering && !parser_at(parser, TOKEN_COMMA) && !parser_at_close(parser, group)) {
        TokenKind closer = parser->tokens.items[group->close].kind;
        parser_expected(parser, arena_printf(parser->arena, "`,` or `%s`", token_spelling(closer)));
    }
    if (parser->recovering) {
        while (!parser_at_close(parser, group) && !parser_at(parser, TOKEN_COMMA))
            parser_skip(parser);
        parser->recovering = false;
    }
    return parser_accept(parser, TOKEN_COMMA) && !parser_at_close(parser, group);
}

void parser_close_group(Parser *parser, const ParserGroup *group) {
    if (!parser_at_close(parser, group)) {
        TokenKind closer = parser->tokens.items[group->close].kind;
        parser->recovering |= is_unclosed(parser, group);
        parser_expected(parser, token_is_punctuator(closer)
                                    ? arena_printf(parser->arena, "`%s`", token_spelling(closer))
                                    : token_spelling(closer));
        parser->index = group->close;
        parser->token = parser->tokens.items[group->close];
    }
    parser->recovering = false;
    parser->context = group->outer;
    parser_advance(parser);
}

bool parser_enter(Parser *parser, ParserLevel *level) {
    level->outer_height = parser->height;
    parser->height = 0;
    parser->depth++;
    if (parser->depth <= PARSER_MAX_NESTING)
        return true;
    parser_error(parser, DIAGNOSTIC_NESTED_TOO_DEEPLY, parser_token_span(parser), NULL, NULL);
    return false;
}

void parser_leave(Parser *parser, const ParserLevel *level) {
    parser->depth--;
    uint32_t height = parser->height + 1;
    parser->height = height > level->outer_height ? height : level->outer_height;
}

bool parser_heighten(Parser *parser) {
    if (++parser->height <= PARSER_MAX_HEIGHT) {
        parser->too_tall = false;
        return true;
    }
    if (parser->too_tall) { // every level around it is too tall with it
        parser->recovering = true;
        return false;
    }
    parser->too_tall = true;
    Diagnostic *d =
        parser_error(parser, DIAGNOSTIC_EXPRESSION_TOO_LONG, parser_token_span(parser), NULL, NULL);
    diagnostic_help(d, "give parts of it a name with `let`");
    return false;
}

// -------------------------------------------------------------------------------------------------- names

AstName parser_take_word(Parser *parser) {
    AstName name = {parser_token_text(parser), parser_token_span(parser)};
    parser_advance(parser);
    return name;
}

AstName parser_name(Parser *parser, const char *what) {
    if (parser_at(parser, TOKEN_IDENTIFIER))
        return parser_take_word(parser);
    if (token_is_keyword(parser->token.kind) && !parser_at_line_start(parser)) {
        Diagnostic *d = parser_report(parser, DIAGNOSTIC_RESERVED_WORD, parser_token_span(parser),
                                      token_spelling(parser->token.kind), what);
        diagnostic_label(d, "reserved word");
        parser->misnames[parser->token.kind] = true;
        return parser_take_word(parser);
    }
    parser_expected(parser, what);
    return (AstName){NULL, source_span(parser->file->id, parser->token.start, parser->token.start)};
}

// -------------------------------------------------------------------------------------------------- nodes

AstExpr *parser_new_expr(Parser *parser, AstExprKind kind, uint32_t start) {
    AstExpr *expr = arena_allocate(parser->arena, ast_expr_size(kind));
    expr->kind = kind;
    expr->span = parser_span(parser, start);
    return expr;
}

AstType *parser_new_type(Parser *parser, AstTypeKind kind, uint32_t start) {
    AstType *type = ARENA_NEW(parser->arena, AstType);
    type->kind = kind;
    type->span = parser_span(parser, start);
    return type;
}

AstPattern *parser_new_pattern(Parser *parser, AstPatternKind kind, uint32_t start) {
    AstPattern *pattern = ARENA_NEW(parser->arena, AstPattern);
    pattern->kind = kind;
    pattern->span = parser_span(parser, start);
    return pattern;
}

AstStmt *parser_new_stmt(Parser *parser, AstStmtKind kind, uint32_t start) {
    AstStmt *stmt = arena_allocate(parser->arena, ast_stmt_size(kind));
    stmt->kind = kind;
    stmt->span = parser_span(parser, start);
    return stmt;
}

AstExpr *parser_error_expr(Parser *parser) {
    return parser_new_expr(parser, AST_EXPR_ERROR, parser->token.start);
}

LiteralReader parser_literals(const Parser *parser) {
    return (LiteralReader){parser->file, parser->arena, parser->sink};
}
