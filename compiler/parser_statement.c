// Statements, and where they end.
#include "compiler/parser_core.h"

// ------------------------------------------------------------------------------------------- assignments

// Whether an expression has the form of a place. What it names is the checker's business.
static bool is_place(const AstExpr *expr) {
    switch (expr->kind) {
    case AST_EXPR_ERROR:
    case AST_EXPR_NAME:
    case AST_EXPR_SELF:
    case AST_EXPR_MEMBER:
    case AST_EXPR_TUPLE_MEMBER:
    case AST_EXPR_INDEX: return true;
    case AST_EXPR_OPTIONAL_CHAIN: return is_place(expr->operand.operand);
    case AST_EXPR_TUPLE:
        for (uint32_t i = 0; i < expr->list.count; i++) {
            if (!is_place(expr->list.elements[i]))
                return false;
        }
        return true;
    default: return false;
    }
}

// The target, or an erroneous expression in place of what cannot be one.
static AstExpr *place(Parser *parser, AstExpr *target) {
    if (is_place(target))
        return target;
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_INVALID_TARGET, target->span, NULL, NULL);
    diagnostic_label(d, "this is not a variable, field or element");
    if (target->kind == AST_EXPR_BINARY || target->kind == AST_EXPR_IS)
        diagnostic_help(d, "`=` assigns; `==` compares");
    return parser_new_expr(parser, AST_EXPR_ERROR, target->span.start);
}

static AstStmt *assignment(Parser *parser, AstExpr *target, bool compound, AstBinaryOperator operator) {
    Span operator_span = parser_token_span(parser);
    target = place(parser, target);
    parser_advance(parser);
    AstExpr *value = parser_expression(parser);
    AstStmt *stmt = parser_new_stmt(parser, AST_STMT_ASSIGN, target->span.start);
    stmt->assign.target = target;
    stmt->assign.value = value;
    stmt->assign.compound = compound;
    stmt->assign.operator= operator;
    stmt->assign.operator_span = operator_span;
    if (!parser->recovering && parser_at(parser, TOKEN_EQUAL)) {
        Diagnostic *d =
            parser_error(parser, DIAGNOSTIC_ASSIGNMENT_AS_EXPRESSION, parser_token_span(parser), NULL, NULL);
        diagnostic_help(d, "assign in two statements");
    }
    return stmt;
}

AstStmt *parser_finish_statement(Parser *parser, AstExpr *value) {
    bool compound = false;
    AstBinaryOperator operator= AST_BINARY_ADD;
    if (!parser->recovering && parser_assignment_operator(parser->token.kind, &compound, &operator))
        return assignment(parser, value, compound, compound ? operator: AST_BINARY_ADD);
    AstStmt *stmt = parser_new_stmt(parser, AST_STMT_EXPR, value->span.start);
    stmt->expr.value = value;
    return stmt;
}

// -------------------------------------------------------------------------------------------------- loops

// A body in braces; what stands in their place is reported.
static AstExpr *loop_body(Parser *parser) {
    if (!parser_reach_body(parser)) {
        Diagnostic *d = parser_expected(parser, "`{`");
        if (parser_begins_expression(parser))
            diagnostic_help(d, "a body always stands in braces");
        return parser_new_expr(parser, AST_EXPR_BLOCK, parser->token.start);
    }
    return parser_block(parser);
}

static AstStmt *while_loop(Parser *parser, AstName label, uint32_t start) {
    parser_advance(parser);
    AstCondition *condition = parser_condition(parser);
    AstExpr *body = loop_body(parser);
    AstStmt *stmt = parser_new_stmt(parser, AST_STMT_WHILE, start);
    stmt->while_.label = label;
    stmt->while_.condition = condition;
    stmt->while_.body = body;
    return stmt;
}

static void report_c_loop(Parser *parser, const char *expected) {
    Diagnostic *d = parser_expected(parser, expected);
    diagnostic_help(d, "a loop over numbers is written `for i in 0..n { ... }`");
}

static AstStmt *for_loop(Parser *parser, AstName label, uint32_t start) {
    parser_advance(parser);
    if (parser_at(parser, TOKEN_LEFT_PAREN) &&
        (parser_peek(parser, 1) == TOKEN_LET || parser_peek(parser, 1) == TOKEN_VAR))
        report_c_loop(parser, "a pattern");
    AstPattern *pattern = parser->recovering ? parser_new_pattern(parser, AST_PATTERN_ERROR, start)
                                             : parser_pattern(parser, false);
    AstExpr *iterable = NULL;
    if (parser->recovering || parser_accept(parser, TOKEN_IN))
        iterable = parser->recovering ? NULL : parser_head_expression(parser);
    else if (parser_at(parser, TOKEN_COMMA))
        diagnostic_help(parser_expected(parser, "`in`"),
                        "several names stand in parentheses: `for (a, b) in ...`");
    else
        report_c_loop(parser, "`in`");
    if (!iterable)
        iterable = parser_error_expr(parser);
    AstExpr *body = loop_body(parser);
    AstStmt *stmt = parser_new_stmt(parser, AST_STMT_FOR, start);
    stmt->for_.label = label;
    stmt->for_.pattern = pattern;
    stmt->for_.iterable = iterable;
    stmt->for_.body = body;
    return stmt;
}

static bool at_label(const Parser *parser) {
    TokenKind behind = parser_peek(parser, 2);
    return parser_at(parser, TOKEN_IDENTIFIER) && parser_peek(parser, 1) == TOKEN_COLON &&
           (behind == TOKEN_FOR || behind == TOKEN_WHILE);
}

static AstStmt *labelled_loop(Parser *parser) {
    uint32_t start = parser->token.start;
    AstName label = parser_take_word(parser);
    parser_advance(parser);
    return parser_at(parser, TOKEN_FOR) ? for_loop(parser, label, start) : while_loop(parser, label, start);
}

// ------------------------------------------------------------------------------------------ guard, defer

static AstStmt *guard(Parser *parser) {
    uint32_t start = parser->token.start;
    parser_advance(parser);
    AstCondition *condition = parser_condition(parser);
    AstExpr *else_body;
    if (!parser->recovering && !parser_accept(parser, TOKEN_ELSE)) {
        Diagnostic *d = parser_expected(parser, "`else`");
        diagnostic_help(d, "write `guard condition else { return }`");
    }
    else_body = loop_body(parser);
    AstStmt *stmt = parser_new_stmt(parser, AST_STMT_GUARD, start);
    stmt->guard.condition = condition;
    stmt->guard.else_body = else_body;
    return stmt;
}

static AstStmt *defer(Parser *parser) {
    uint32_t start = parser->token.start;
    parser_advance(parser);
    AstExpr *body = loop_body(parser);
    AstStmt *stmt = parser_new_stmt(parser, AST_STMT_DEFER, start);
    stmt->defer.body = body;
    return stmt;
}

// --------------------------------------------------------------------------------------------- statements

static AstStmt *declaration(Parser *parser) {
    uint32_t start = parser->token.start;
    bool in_module = parser->depth <= 1;
    AstDecl *decl = parser_declaration(parser, in_module ? PARSER_SCOPE_MODULE : PARSER_SCOPE_BLOCK);
    AstStmt *stmt = parser_new_stmt(parser, AST_STMT_DECL, start);
    stmt->decl.decl = decl;
    return stmt;
}

static AstStmt *statement(Parser *parser) {
    AstName no_label = {0};
    if (parser_at_declaration(parser))
        return declaration(parser);
    if (at_label(parser))
        return labelled_loop(parser);
    switch (parser->token.kind) {
    case TOKEN_WHILE: return while_loop(parser, no_label, parser->token.start);
    case TOKEN_FOR: return for_loop(parser, no_label, parser->token.start);
    case TOKEN_GUARD: return guard(parser);
    case TOKEN_DEFER: return defer(parser);
    default: return parser_finish_statement(parser, parser_expression(parser));
    }
}

AstStmt *parser_statement(Parser *parser) {
    ParserLevel level;
    bool entered = parser_enter(parser, &level);
    AstStmt *stmt =
        entered ? statement(parser) : parser_new_stmt(parser, AST_STMT_ERROR, parser->token.start);
    parser_leave(parser, &level);
    return stmt;
}

// Two statements on one line, or a word that is no keyword here.
static void report_no_end(Parser *parser, uint32_t start) {
    Diagnostic *d = parser_expected(parser, "a newline or `;`");
    if (parser->index && !parser_at(parser, TOKEN_LEFT_BRACE))
        parser_suggest_word(parser, d, parser->index - 1);
    TokenKind first = parser->tokens.items[start].kind;
    bool is_word = parser_at(parser, TOKEN_IDENTIFIER);
    if (d->remark_count > 0)
        return;
    if (first == TOKEN_FN && parser->index &&
        parser->tokens.items[parser->index - 1].kind == TOKEN_RIGHT_PAREN)
        diagnostic_help(d, "the body of a function is `{ ... }` or `=> value`");
    else if ((first == TOKEN_LET || first == TOKEN_VAR) && is_word && parser->index == start + 2)
        diagnostic_help(d, "the type of a variable stands behind `:`: `let name: Type = value`");
    else if (first == TOKEN_IDENTIFIER && is_word && parser->index == start + 1 &&
             parser_peek(parser, 1) == TOKEN_EQUAL)
        diagnostic_help(d, "a variable is declared by `let name: Type = value` or `var name: Type = value`");
    else if (parser_at(parser, TOKEN_COLON))
        diagnostic_help(d, "a map is written `[\"key\": value]`");
    else if (parser_at(parser, TOKEN_COMMA))
        diagnostic_help(d, "several values are a tuple, in parentheses: `(a, b)`");
}

bool parser_end_statement(Parser *parser, uint32_t start) {
    if (!parser->recovering) {
        if (parser_accept(parser, TOKEN_SEMICOLON))
            return true;
        if ((parser->token.flags & TOKEN_STARTS_LINE) || parser_at(parser, TOKEN_END) ||
            token_is_closer(parser->token.kind))
            return true;
        report_no_end(parser, start);
        if (parser_at_declaration(parser)) {
            parser->recovering = false;
            return true;
        }
    }
    parser_synchronize(parser, start);
    return false;
}

AstStmt **parser_statements(Parser *parser, uint32_t end, uint32_t *count) {
    AstStmt **statements = NULL;
    uint32_t capacity = 0;
    *count = 0;
    while (parser->index < end) {
        uint32_t start = parser->index;
        if (parser_accept(parser, TOKEN_SEMICOLON))
            continue;
        AstStmt *stmt = parser_statement(parser);
        ARENA_PUSH(parser->arena, statements, *count, capacity, stmt);
        if (parser_end_statement(parser, start))
            continue;
        stmt = parser_new_stmt(parser, AST_STMT_ERROR, parser->previous_end);
        ARENA_PUSH(parser->arena, statements, *count, capacity, stmt);
    }
    return statements;
}
