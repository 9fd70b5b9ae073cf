// The parser's own interface: the cursor, groups of brackets, errors and recovery, and the functions by which the
// files of the parser call each other. Only files named parser*.c include it.
//
// Errors: a function that cannot go on reports with `parser_error`, which sets `recovering`, and returns an error
// node without consuming anything; while recovering, all further reports are silent and callers return. The nearest
// enclosing list (statements, members, arms, arguments in brackets) skips to where it can continue and ends the
// recovery. Because brackets are balanced (brackets.h), a group can always be skipped to its end, and no function
// consumes a closing bracket that it has not opened.
#ifndef COMPILER_PARSER_CORE_H
#define COMPILER_PARSER_CORE_H

#include "compiler/ast.h"
#include "compiler/diagnostic.h"
#include "compiler/intern.h"
#include "compiler/literal.h"
#include "compiler/token.h"

// What the surroundings of a construct change about its syntax; reset inside brackets.
typedef struct ParserContext {
    bool lines_end;        // a newline ends a statement
    bool dot_begins_arm;   // directly inside a match's braces: a line that starts with `.` is the next arm
    bool brace_ends_head;  // in the head of if, while, for, match: `{` begins the body
    bool arrow_ends_guard; // in an arm's guard: `=>` belongs to the arm, not to a lambda
} ParserContext;

typedef struct Parser {
    Arena *arena;
    InternTable *names;
    DiagnosticSink *sink;
    const SourceFile *file;
    TokenList tokens;
    uint32_t index;        // of the current token
    Token token;           // the current token; differs from the list's after `>>` was split
    uint32_t previous_end; // offset at which the last consumed token ended
    ParserContext context;
    bool recovering;
    uint32_t depth;                  // levels of nesting that are open
    uint32_t height;                 // of the tallest tree that was built at this level
    bool too_tall;                   // a tree higher than allowed has been reported
    bool misnames[TOKEN_KIND_COUNT]; // reserved words that were given as names, which has been reported
} Parser;

// ------------------------------------------------------------------------------------------------- cursor

void parser_advance(Parser *parser);
bool parser_at(const Parser *parser, TokenKind kind);
bool parser_accept(Parser *parser, TokenKind kind);
// The kind of the token `distance` behind the current one.
TokenKind parser_peek(const Parser *parser, uint32_t distance);
const Token *parser_peek_token(const Parser *parser, uint32_t distance);
// Whether the current token is this word without being reserved.
bool parser_at_word(const Parser *parser, const char *word);
// Whether the current token is an identifier or a keyword.
bool parser_at_any_word(const Parser *parser);
// Whether the current token begins a line and newlines count.
bool parser_at_line_start(const Parser *parser);
// Replaces the current token, which begins with `>`, by what follows that character; consumes a plain `>`.
void parser_split_greater(Parser *parser);

Span parser_span(const Parser *parser, uint32_t start); // from `start` to the end of the last consumed token
Span parser_token_span(const Parser *parser);
const char *parser_token_text(const Parser *parser); // interned
// The text of a range of the file, for messages.
const char *parser_source_text(const Parser *parser, uint32_t start, uint32_t end);

// ------------------------------------------------------------------------------------------------- errors

// Reports at `span` unless recovering, and begins to recover. Arguments as for diagnostic_add, at most two.
Diagnostic *parser_error(Parser *parser, DiagnosticCode code, Span span, const char *first,
                         const char *second);
// Reports unless recovering, and goes on.
Diagnostic *parser_report(Parser *parser, DiagnosticCode code, Span span, const char *first,
                          const char *second);
// "expected {what}, found {the current token}".
Diagnostic *parser_expected(Parser *parser, const char *what);
// Adds help if the token at `index` is a keyword of other languages.
void parser_suggest_word(Parser *parser, Diagnostic *diagnostic, uint32_t index);
// Consumes a token of this kind or reports that it is expected.
bool parser_expect(Parser *parser, TokenKind kind);
// The same for `=>`; `->` is reported and taken for it.
bool parser_expect_arrow(Parser *parser);

// Skips the current token, and if it opens a group the whole group.
void parser_skip(Parser *parser);
// Ends a recovery: skips to the next line that can begin a statement, behind the next `;`, or to the end of the
// enclosing group. `start` is the index at which the failed construct began; at least one token behind it is passed.
void parser_synchronize(Parser *parser, uint32_t start);
// Before the `{` of a body: if it stands near on the same line, skips to it and ends the recovery, so that the body
// is read even if the head was wrong. Returns whether a `{` follows.
bool parser_reach_body(Parser *parser);

// ----------------------------------------------------------------------------------------- groups, nesting

// A bracketed group that is being read.
typedef struct ParserGroup {
    uint32_t close; // index of the closing token
    ParserContext outer;
} ParserGroup;

// Consumes the opening bracket; newlines count inside if `lines_end`.
ParserGroup parser_open_group(Parser *parser, bool lines_end);
bool parser_at_close(const Parser *parser, const ParserGroup *group);
// Between the items of a list: consumes a comma, skipping to it after an error. False at the end of the group.
bool parser_next_item(Parser *parser, const ParserGroup *group);
// Reports what is left over before the closing bracket, consumes it, and ends a recovery.
void parser_close_group(Parser *parser, const ParserGroup *group);

typedef struct ParserLevel {
    uint32_t outer_height;
} ParserLevel;

// Brackets every recursive construct. If nesting is too deep, `enter` reports and returns false.
bool parser_enter(Parser *parser, ParserLevel *level);
void parser_leave(Parser *parser, const ParserLevel *level);
// Counts one more node on top of what the level has built (a chain of operators or members); false if too many.
bool parser_heighten(Parser *parser);

// -------------------------------------------------------------------------------------------------- names

// A name that is declared or used; a reserved word is reported and taken for one. `what`: "a parameter name".
AstName parser_name(Parser *parser, const char *what);
// The current word, reserved or not, as a name.
AstName parser_take_word(Parser *parser);

// -------------------------------------------------------------------------------------------------- nodes

AstExpr *parser_new_expr(Parser *parser, AstExprKind kind, uint32_t start);
AstType *parser_new_type(Parser *parser, AstTypeKind kind, uint32_t start);
AstPattern *parser_new_pattern(Parser *parser, AstPatternKind kind, uint32_t start);
AstStmt *parser_new_stmt(Parser *parser, AstStmtKind kind, uint32_t start);
// An error node at the current position.
AstExpr *parser_error_expr(Parser *parser);
LiteralReader parser_literals(const Parser *parser);

// ------------------------------------------------------------------------------------ parser_type.c

AstType *parser_type(Parser *parser);
// A type after `as` and `is`, where `??` is an operator and `<` may be one.
AstType *parser_operand_type(Parser *parser);
// `<A, B>`; the current token is `<`. Bounded arguments are allowed in the header of an `extend`.
AstType **parser_type_arguments(Parser *parser, bool allow_bounds, uint32_t *count);
AstType *parser_extend_target(Parser *parser);
// `A & B`
AstType **parser_bounds(Parser *parser, uint32_t *count);
// `<T: A & B, U>` or nothing.
AstTypeParameter *parser_type_parameters(Parser *parser, uint32_t *count);
// `A, B` after the `:` of a class or an `extend`.
AstType **parser_supertypes(Parser *parser, uint32_t *count);
// Whether the tokens from the current `<` on are type arguments of an expression.
bool parser_at_type_arguments(const Parser *parser);

// --------------------------------------------------------------------------------- parser_pattern.c

// `name: Type` at the top is a type test if `allow_type_test`.
AstPattern *parser_pattern(Parser *parser, bool allow_type_test);

// -------------------------------------------------------------------------------- parser_operator.c

AstExpr *parser_expression(Parser *parser);
// Inside `[ ]` behind an expression: an index or a slice.
AstExpr *parser_subscript(Parser *parser, AstExpr *object);
AstExpr *parser_prefix(Parser *parser);
// The binary operator of an assignment like `+=`, and whether the token is an assignment at all.
bool parser_assignment_operator(TokenKind kind, bool *compound, AstBinaryOperator *operator);

// --------------------------------------------------------------------------------- parser_primary.c

// A primary expression and everything that follows it directly: members, calls, indices, `!`.
AstExpr *parser_postfix(Parser *parser);
bool parser_begins_expression(const Parser *parser);
AstArgument *parser_arguments(Parser *parser, uint32_t *count);

// --------------------------------------------------------------------------------- parser_literal.c

AstExpr *parser_literal(Parser *parser); // a number, character, string, true, false or null
AstExpr *parser_list_or_map(Parser *parser);
const char *parser_plain_string(Parser *parser, Span *span); // a string without interpolation

// ---------------------------------------------------------------------------------- parser_lambda.c

bool parser_at_lambda(const Parser *parser);
AstExpr *parser_lambda(Parser *parser);
// `(a: T = x, b)`; without types if `types_optional`.
AstParameter *parser_parameters(Parser *parser, bool types_optional, uint32_t *count);
// What follows `=>`: a block, or an expression or assignment.
AstExpr *parser_arrow_body(Parser *parser);

// --------------------------------------------------------------------------------- parser_control.c

AstExpr *parser_block(Parser *parser);
AstExpr *parser_if(Parser *parser);
AstExpr *parser_match(Parser *parser);
AstExpr *parser_try(Parser *parser);
AstExpr *parser_jump(Parser *parser); // throw, return, break, continue
AstExpr *parser_select(Parser *parser);
AstCondition *parser_condition(Parser *parser);
// An expression in the head of a statement, behind which `{` begins the body.
AstExpr *parser_head_expression(Parser *parser);

// ------------------------------------------------------------------------------- parser_statement.c

AstStmt *parser_statement(Parser *parser);
// Statements up to `end` (the index of a closing brace or of the END token).
AstStmt **parser_statements(Parser *parser, uint32_t end, uint32_t *count);
// `value`, or the assignment to it that follows.
AstStmt *parser_finish_statement(Parser *parser, AstExpr *value);
// The end of a statement: a newline, `;`, or the end of the group. Ends a recovery; false when code was lost by it.
bool parser_end_statement(Parser *parser, uint32_t start);

// ----------------------------------------------------------------------------- parser_declaration.c

bool parser_at_declaration(const Parser *parser);
typedef enum ParserScope { PARSER_SCOPE_MODULE, PARSER_SCOPE_BLOCK } ParserScope;
AstDecl *parser_declaration(Parser *parser, ParserScope scope);

// ---------------------------------------------------------------------------------- parser_member.c

// What is common to all declarations: documentation, attributes, modifiers.
AstDecl *parser_declaration_head(Parser *parser);
// The text of documentation comments, as AstDecl.doc has it.
const char *parser_doc_text(Parser *parser, const TokenDoc *doc);
void parser_end_declaration(Parser *parser, AstDecl *decl);
// Reports the modifiers that are not in `allowed`.
void parser_check_modifiers(Parser *parser, AstDecl *decl, uint32_t allowed, const char *what);
// `fn`, from that keyword on.
void parser_function(Parser *parser, AstDecl *decl);
// A type, from `class` or another such keyword on (parser_declaration.c).
void parser_type_declaration(Parser *parser, AstDecl *decl, AstDeclKind kind);
// `{ members }` of a type.
AstDecl **parser_members(Parser *parser, AstDeclKind owner, uint32_t *count);

#endif
