// Types, type parameters and type arguments.
#include "compiler/parser_core.h"

// How deeply the type arguments of an expression may nest; it bounds the cost of looking ahead.
#define MAX_ARGUMENT_LOOKAHEAD 63u

static AstType *error_type(Parser *parser) {
    return parser_new_type(parser, AST_TYPE_ERROR, parser->token.start);
}

// ------------------------------------------------------------------------------------------ type arguments

// `T: A & B` in the header of an `extend`.
static AstType *bounded_argument(Parser *parser) {
    uint32_t start = parser->token.start;
    AstName name = parser_take_word(parser);
    parser_advance(parser);
    uint32_t count;
    AstType **bounds = parser_bounds(parser, &count);
    AstType *type = parser_new_type(parser, AST_TYPE_BOUNDED, start);
    type->bounded.name = name;
    type->bounded.bounds = bounds;
    type->bounded.bound_count = count;
    return type;
}

static bool at_greater(const Parser *parser) {
    switch (parser->token.kind) {
    case TOKEN_GREATER:
    case TOKEN_GREATER_EQUAL:
    case TOKEN_GREATER_GREATER:
    case TOKEN_GREATER_GREATER_EQUAL:
    case TOKEN_GREATER_GREATER_GREATER:
    case TOKEN_GREATER_GREATER_GREATER_EQUAL: return true;
    default: return false;
    }
}

// The diagnostic, if no `>` stands here.
static Diagnostic *close_angle(Parser *parser) {
    if (!at_greater(parser))
        return parser_expected(parser, "`,` or `>`");
    parser_split_greater(parser);
    return NULL;
}

AstType **parser_type_arguments(Parser *parser, bool allow_bounds, uint32_t *count) {
    AstType **arguments = NULL;
    uint32_t capacity = 0;
    *count = 0;
    parser_advance(parser);
    do {
        if (at_greater(parser) && *count)
            break; // a trailing comma
        bool bounded =
            allow_bounds && parser_at(parser, TOKEN_IDENTIFIER) && parser_peek(parser, 1) == TOKEN_COLON;
        AstType *argument = bounded ? bounded_argument(parser) : parser_type(parser);
        ARENA_PUSH(parser->arena, arguments, *count, capacity, argument);
    } while (!parser->recovering && parser_accept(parser, TOKEN_COMMA));
    bool misplaced_bound = !parser->recovering && !allow_bounds && parser_at(parser, TOKEN_COLON);
    Diagnostic *d = close_angle(parser);
    if (d && misplaced_bound)
        diagnostic_help(d,
                        "a bound stands where the type parameter is declared, as in `fn f<T: Hashable<T>>`");
    return arguments;
}

// The look-ahead walks over names, `.`, `,`, `?`, `fn`, parentheses and angle brackets in an order in which they
// can form types. `a < b` is taken for the beginning of type arguments only if they are closed and what follows
// could not be an operand of `>`.
typedef struct TypeScan {
    const Parser *parser;
    uint32_t distance; // of the token that is looked at
    uint32_t depth;    // of open brackets
    uint64_t parens;   // bit by depth, the innermost lowest: a parenthesis, not an angle bracket
    bool needs_type;
} TypeScan;

static bool scan_open(TypeScan *scan, bool is_paren) {
    scan->parens = scan->parens << 1 | is_paren;
    return ++scan->depth <= MAX_ARGUMENT_LOOKAHEAD;
}

static bool scan_close(TypeScan *scan, bool is_paren) {
    if (scan->needs_type || scan->depth == 0 || (scan->parens & 1) != is_paren)
        return false;
    scan->parens >>= 1;
    scan->depth--;
    return true;
}

static bool scan_close_angles(TypeScan *scan, uint32_t count) {
    while (count > 0 && scan_close(scan, false))
        count--;
    return count == 0;
}

// Steps over one token inside type arguments; false if it cannot stand there.
static bool scan_token(TypeScan *scan) {
    TokenKind kind = parser_peek(scan->parser, scan->distance++);
    bool needs_type = scan->needs_type;
    switch (kind) {
    case TOKEN_IDENTIFIER: scan->needs_type = false; return needs_type;
    case TOKEN_FN: return needs_type && parser_peek(scan->parser, scan->distance) == TOKEN_LEFT_PAREN;
    case TOKEN_LEFT_PAREN:
        if (parser_peek(scan->parser, scan->distance) == TOKEN_RIGHT_PAREN)
            scan->needs_type = false; // fn()
        return needs_type && scan_open(scan, true);
    case TOKEN_RIGHT_PAREN: return scan_close(scan, true);
    case TOKEN_DOT:
    case TOKEN_COMMA:
    case TOKEN_COLON: scan->needs_type = true; return !needs_type;
    case TOKEN_QUESTION:
    case TOKEN_QUESTION_QUESTION: return !needs_type;
    case TOKEN_LESS: scan->needs_type = true; return !needs_type && scan_open(scan, false);
    case TOKEN_GREATER: return scan_close_angles(scan, 1);
    case TOKEN_GREATER_GREATER: return scan_close_angles(scan, 2);
    case TOKEN_GREATER_GREATER_GREATER: return scan_close_angles(scan, 3);
    default: return false;
    }
}

bool parser_at_type_arguments(const Parser *parser) {
    if (!parser_at(parser, TOKEN_LESS))
        return false;
    TypeScan scan = {.parser = parser, .distance = 1, .depth = 1, .needs_type = true};
    while (scan.depth) {
        if (!scan_token(&scan))
            return false;
    }
    const Token *next = parser_peek_token(parser, scan.distance);
    switch (next->kind) {
    case TOKEN_LEFT_PAREN: return !(next->flags & TOKEN_STARTS_LINE) || !parser->context.lines_end;
    case TOKEN_DOT:
    case TOKEN_QUESTION_DOT:
    case TOKEN_RIGHT_PAREN:
    case TOKEN_RIGHT_BRACKET:
    case TOKEN_RIGHT_BRACE:
    case TOKEN_INTERPOLATION_END:
    case TOKEN_COMMA:
    case TOKEN_SEMICOLON:
    case TOKEN_COLON:
    case TOKEN_LEFT_BRACE:
    case TOKEN_EQUAL:
    case TOKEN_EQUAL_EQUAL:
    case TOKEN_EQUAL_EQUAL_EQUAL:
    case TOKEN_BANG_EQUAL:
    case TOKEN_BANG_EQUAL_EQUAL:
    case TOKEN_AND_AND:
    case TOKEN_OR_OR:
    case TOKEN_QUESTION_QUESTION:
    case TOKEN_ELSE:
    case TOKEN_END: return true;
    default: return parser->context.lines_end && (next->flags & TOKEN_STARTS_LINE);
    }
}

// ------------------------------------------------------------------------------------------------- types

typedef enum TypePlace { IN_DECLARATION, IN_EXPRESSION, IN_EXTEND_HEADER } TypePlace;

static AstType *named_type(Parser *parser, TypePlace place) {
    uint32_t start = parser->token.start, capacity = 0;
    AstType *type = parser_new_type(parser, AST_TYPE_NAMED, start);
    do {
        AstName name = parser_name(parser, "a type name");
        ARENA_PUSH(parser->arena, type->named.path, type->named.path_count, capacity, name);
    } while (!parser->recovering && !parser_at_line_start(parser) && parser_accept(parser, TOKEN_DOT));
    bool has_arguments =
        place == IN_EXPRESSION ? parser_at_type_arguments(parser) : parser_at(parser, TOKEN_LESS);
    if (has_arguments && !parser->recovering)
        type->named.arguments =
            parser_type_arguments(parser, place == IN_EXTEND_HEADER, &type->named.argument_count);
    if (parser->recovering) // what is left of it means nothing
        type->kind = AST_TYPE_ERROR;
    type->span = parser_span(parser, start);
    return type;
}

// `(A, B)`, or `(A)`, which is A.
static AstType *tuple_type(Parser *parser) {
    uint32_t start = parser->token.start, count = 0, capacity = 0;
    AstType **elements = NULL;
    ParserGroup group = parser_open_group(parser, false);
    if (parser_at_close(parser, &group)) {
        Diagnostic *d = parser_expected(parser, "a type");
        diagnostic_help(d, "a function without result leaves the result type out");
    }
    while (!parser_at_close(parser, &group)) {
        AstType *element = parser_type(parser);
        ARENA_PUSH(parser->arena, elements, count, capacity, element);
        if (!parser_next_item(parser, &group))
            break;
    }
    parser_close_group(parser, &group);
    if (count == 1)
        return elements[0];
    AstType *type = parser_new_type(parser, count ? AST_TYPE_TUPLE : AST_TYPE_ERROR, start);
    type->tuple.elements = elements;
    type->tuple.count = count;
    return type;
}

// The parameters of a function type; names before them are allowed as documentation.
static void function_type_parameters(Parser *parser, AstType *type) {
    uint32_t capacity = 0;
    ParserGroup group = parser_open_group(parser, false);
    while (!parser_at_close(parser, &group)) {
        if (parser_at(parser, TOKEN_IDENTIFIER) && parser_peek(parser, 1) == TOKEN_COLON) {
            parser_advance(parser);
            parser_advance(parser);
        }
        AstType *parameter = parser_type(parser);
        ARENA_PUSH(parser->arena, type->function.parameters, type->function.parameter_count, capacity,
                   parameter);
        if (!parser_next_item(parser, &group))
            break;
    }
    parser_close_group(parser, &group);
}

static AstType *function_type(Parser *parser) {
    uint32_t start = parser->token.start;
    AstType *type = parser_new_type(parser, AST_TYPE_FUNCTION, start);
    parser_advance(parser);
    if (!parser_at(parser, TOKEN_LEFT_PAREN)) {
        parser_expected(parser, "`(`");
        return type;
    }
    function_type_parameters(parser, type);
    if (parser_accept(parser, TOKEN_COLON))
        type->function.result = parser_type(parser);
    type->span = parser_span(parser, start);
    return type;
}

// `[T]` and `T[]` are lists in other languages.
static AstType *bracket_type(Parser *parser, AstType *element, uint32_t start) {
    Span brackets = source_span(parser->file->id, start, parser->tokens.items[parser->token.match].end);
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_BRACKET_TYPE, brackets, NULL, NULL);
    if (element && element->kind != AST_TYPE_ERROR) {
        const char *name = parser_source_text(parser, element->span.start, element->span.end);
        diagnostic_suggest(d, brackets, arena_printf(parser->arena, "List<%s>", name), "write `List<%s>`",
                           name);
    } else {
        diagnostic_help(d, "a list type is written `List<T>`, a map type `Map<K, V>`");
    }
    parser_skip(parser);
    return parser_new_type(parser, AST_TYPE_ERROR, start);
}

static AstType *primary_type(Parser *parser, TypePlace place) {
    switch (parser->token.kind) {
    case TOKEN_IDENTIFIER: return named_type(parser, place);
    case TOKEN_LEFT_PAREN: return tuple_type(parser);
    case TOKEN_FN: return function_type(parser);
    case TOKEN_LEFT_BRACKET: return bracket_type(parser, NULL, parser->token.start);
    default: parser_expected(parser, "a type"); return error_type(parser);
    }
}

static AstType *optional_type(Parser *parser, AstType *element, uint32_t start) {
    AstType *type = parser_new_type(parser, AST_TYPE_OPTIONAL, start);
    type->optional.element = element;
    return type;
}

// The `?` and `??` that may follow a type.
static AstType *type_suffix(Parser *parser, AstType *type, uint32_t start, TypePlace place) {
    while (!parser->recovering && parser_heighten(parser)) {
        if (parser_at(parser, TOKEN_QUESTION)) {
            parser_advance(parser);
            type = optional_type(parser, type, start);
        } else if (parser_at(parser, TOKEN_QUESTION_QUESTION) && place != IN_EXPRESSION) {
            parser_advance(parser);
            type = optional_type(parser, optional_type(parser, type, start), start);
        } else if (parser_at(parser, TOKEN_LEFT_BRACKET) && place != IN_EXPRESSION &&
                   !parser_at_line_start(parser)) {
            type = bracket_type(parser, type, start);
        } else {
            break;
        }
    }
    return type;
}

static AstType *type_at(Parser *parser, TypePlace place) {
    ParserLevel level;
    uint32_t start = parser->token.start;
    AstType *type;
    if (parser_enter(parser, &level))
        type = type_suffix(parser, primary_type(parser, place), start, place);
    else
        type = error_type(parser);
    parser_leave(parser, &level);
    return type;
}

AstType *parser_type(Parser *parser) {
    return type_at(parser, IN_DECLARATION);
}

AstType *parser_operand_type(Parser *parser) {
    return type_at(parser, IN_EXPRESSION);
}

AstType *parser_extend_target(Parser *parser) {
    return type_at(parser, IN_EXTEND_HEADER);
}

// --------------------------------------------------------------------------------------- type parameters

AstType **parser_bounds(Parser *parser, uint32_t *count) {
    AstType **bounds = NULL;
    uint32_t capacity = 0;
    *count = 0;
    do {
        AstType *bound = parser_type(parser);
        ARENA_PUSH(parser->arena, bounds, *count, capacity, bound);
    } while (!parser->recovering && (parser_accept(parser, TOKEN_AND)));
    return bounds;
}

AstTypeParameter *parser_type_parameters(Parser *parser, uint32_t *count) {
    AstTypeParameter *parameters = NULL;
    uint32_t capacity = 0;
    *count = 0;
    if (parser->recovering || !parser_accept(parser, TOKEN_LESS))
        return NULL;
    do {
        if (at_greater(parser) && *count)
            break;
        uint32_t start = parser->token.start;
        AstTypeParameter parameter = {.name = parser_name(parser, "a type parameter")};
        if (!parser->recovering && parser_accept(parser, TOKEN_COLON))
            parameter.bounds = parser_bounds(parser, &parameter.bound_count);
        parameter.span = parser_span(parser, start);
        ARENA_PUSH(parser->arena, parameters, *count, capacity, parameter);
    } while (!parser->recovering && parser_accept(parser, TOKEN_COMMA));
    close_angle(parser);
    return parameters;
}

AstType **parser_supertypes(Parser *parser, uint32_t *count) {
    AstType **types = NULL;
    uint32_t capacity = 0;
    *count = 0;
    if (parser->recovering || !parser_accept(parser, TOKEN_COLON))
        return NULL;
    do {
        AstType *type = parser_type(parser);
        ARENA_PUSH(parser->arena, types, *count, capacity, type);
    } while (!parser->recovering && parser_accept(parser, TOKEN_COMMA));
    return types;
}
