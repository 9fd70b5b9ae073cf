// Members of types, and what they share with other declarations: documentation, attributes, modifiers, functions.
#include "compiler/parser_core.h"

#include <string.h>

// --------------------------------------------------------------------------------------- documentation

// The lines of documentation comments without their slashes, one blank after them, and line ends.
const char *parser_doc_text(Parser *parser, const TokenDoc *doc) {
    const char *source = parser->file->text;
    char *text = arena_allocate(parser->arena, (size_t)(doc->end - doc->start) + 1), *out = text;
    for (uint32_t at = doc->start; at < doc->end;) {
        while (at < doc->end && (source[at] == ' ' || source[at] == '\t'))
            at++;
        uint32_t end = at;
        while (end < doc->end && source[end] != '\n')
            end++;
        bool is_doc = end - at >= 3 && memcmp(source + at, "///", 3) == 0 && source[at + 3] != '/';
        if (is_doc) {
            at += 3;
            at += at < end && source[at] == ' ';
            uint32_t length = end - at;
            length -= length && source[end - 1] == '\r';
            if (out != text)
                *out++ = '\n';
            memcpy(out, source + at, length);
            out += length;
        }
        at = end + 1;
    }
    return text;
}

static void documentation(Parser *parser, AstDecl *decl) {
    if (decl->doc || !(parser->token.flags & TOKEN_HAS_DOC))
        return;
    uint32_t low = 0, high = parser->tokens.doc_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (parser->tokens.docs[middle].token < parser->index)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < parser->tokens.doc_count && parser->tokens.docs[low].token == parser->index;
    if (!found)
        return;
    const TokenDoc *doc = &parser->tokens.docs[low];
    decl->doc = parser_doc_text(parser, doc);
    decl->doc_start = doc->start;
    decl->doc_end = doc->end;
}

// ------------------------------------------------------------------------------- attributes and modifiers

static void attributes(Parser *parser, AstDecl *decl) {
    uint32_t capacity = 0;
    while (!parser->recovering && parser_at(parser, TOKEN_AT)) {
        uint32_t start = parser->token.start;
        parser_advance(parser);
        AstAttribute attribute = {.name = parser_name(parser, "the name of an attribute")};
        if (!parser->recovering && parser_at(parser, TOKEN_LEFT_PAREN) &&
            (parser->token.flags & TOKEN_ADJACENT))
            attribute.arguments = parser_arguments(parser, &attribute.argument_count);
        attribute.span = parser_span(parser, start);
        ARENA_PUSH(parser->arena, decl->attributes, decl->attribute_count, capacity, attribute);
    }
}

// The bit number of a modifier, or -1.
static int modifier_bit(TokenKind kind) {
    switch (kind) {
    case TOKEN_PUB: return 0;
    case TOKEN_PRIVATE: return 1;
    case TOKEN_OPEN: return 2;
    case TOKEN_ABSTRACT: return 3;
    case TOKEN_OVERRIDE: return 4;
    case TOKEN_STATIC: return 5;
    case TOKEN_MUT: return 6;
    case TOKEN_OPERATOR: return 7;
    default: return -1;
    }
}

_Static_assert(AST_MODIFIER_OPERATOR == 1 << 7, "modifier_bit follows the order of AstModifier");

static void add_modifier(Parser *parser, AstDecl *decl, int bit, Span span) {
    if (!decl->modifier_spans)
        decl->modifier_spans = ARENA_ARRAY(parser->arena, Span, AST_MODIFIER_COUNT);
    decl->modifiers |= 1u << bit;
    decl->modifier_spans[bit] = span;
}

static void modifiers(Parser *parser, AstDecl *decl) {
    for (int bit; (bit = modifier_bit(parser->token.kind)) >= 0;) {
        uint32_t modifier = 1u << bit;
        Span span = parser_token_span(parser);
        if (decl->modifiers & modifier) {
            const char *spelling = token_spelling(parser->token.kind);
            Diagnostic *d = parser_report(parser, DIAGNOSTIC_DUPLICATE_MODIFIER, span, spelling, NULL);
            diagnostic_secondary(d, decl->modifier_spans[bit], "given here already");
            diagnostic_suggest(d, span, "", "remove one of them");
        }
        add_modifier(parser, decl, bit, span);
        parser_advance(parser);
    }
}

AstDecl *parser_declaration_head(Parser *parser) {
    AstDecl *decl = ARENA_NEW(parser->arena, AstDecl);
    decl->span = parser_token_span(parser);
    documentation(parser, decl);
    attributes(parser, decl);
    documentation(parser, decl);
    modifiers(parser, decl);
    return decl;
}

void parser_end_declaration(Parser *parser, AstDecl *decl) {
    decl->span = parser_span(parser, decl->span.start);
}

void parser_check_modifiers(Parser *parser, AstDecl *decl, uint32_t allowed, const char *place) {
    for (int bit = 0; bit < AST_MODIFIER_COUNT; bit++) {
        uint32_t modifier = 1u << bit;
        if (!(decl->modifiers & modifier & ~allowed))
            continue;
        const char *spelling = ast_modifier_spelling((AstModifier)modifier);
        const char *what = arena_printf(parser->arena, "%s %s", ast_decl_kind_name(decl->kind), place);
        Diagnostic *d =
            parser_report(parser, DIAGNOSTIC_MISPLACED_MODIFIER, decl->modifier_spans[bit], spelling, what);
        if (modifier == AST_MODIFIER_PRIVATE)
            diagnostic_help(d, "names are private to their module unless they are `pub`");
    }
}

// -------------------------------------------------------------------------------------------- functions

// The operators that a type can define, as the name of the function: `+`, `[]`, `[]=`.
static const char *operator_name(Parser *parser, uint32_t *token_count) {
    *token_count = 1;
    switch (parser->token.kind) {
    case TOKEN_PLUS:
    case TOKEN_MINUS:
    case TOKEN_STAR:
    case TOKEN_SLASH:
    case TOKEN_PERCENT:
    case TOKEN_AND:
    case TOKEN_OR:
    case TOKEN_CARET:
    case TOKEN_LESS_LESS:
    case TOKEN_GREATER_GREATER:
    case TOKEN_TILDE:
    case TOKEN_BANG: return token_spelling(parser->token.kind);
    case TOKEN_LEFT_BRACKET:
        if (parser_peek(parser, 1) != TOKEN_RIGHT_BRACKET)
            return NULL;
        *token_count = parser_peek(parser, 2) == TOKEN_EQUAL ? 3 : 2;
        return *token_count == 3 ? "[]=" : "[]";
    default: return NULL;
    }
}

static AstName read_operator_name(Parser *parser) {
    uint32_t count, start = parser->token.start;
    const char *text = operator_name(parser, &count);
    if (!text) {
        bool bracket =
            token_closer(parser->token.kind) != TOKEN_INVALID || token_is_closer(parser->token.kind);
        bool known = token_is_punctuator(parser->token.kind) && !bracket;
        Diagnostic *d = known ? parser_report(parser, DIAGNOSTIC_OPERATOR_NAME, parser_token_span(parser),
                                              token_spelling(parser->token.kind), NULL)
                              : parser_expected(parser, "an operator");
        diagnostic_help(
            d, "the operators are + - * / %% & | ^ << >> ~ ! [] []=; == comes from Equatable<T>, < from "
               "Comparable<T>");
        if (known && parser_peek(parser, 1) == TOKEN_LEFT_PAREN)
            parser_advance(parser);
        return (AstName){NULL, parser_span(parser, start)};
    }
    while (count--)
        parser_advance(parser);
    return (AstName){intern_string(parser->names, text), parser_span(parser, start)};
}

static AstName function_name(Parser *parser, AstDecl *decl) {
    if (decl->modifiers & AST_MODIFIER_OPERATOR)
        return read_operator_name(parser);
    uint32_t ignored;
    if (operator_name(parser, &ignored)) {
        Diagnostic *d =
            parser_report(parser, DIAGNOSTIC_OPERATOR_KEYWORD, parser_token_span(parser), NULL, NULL);
        diagnostic_help(d, "write `operator fn %s`", token_spelling(parser->token.kind));
        add_modifier(parser, decl, modifier_bit(TOKEN_OPERATOR), parser_token_span(parser));
        return read_operator_name(parser);
    }
    return parser_name(parser, "the name of a function");
}

// `: T`; `-> T` is reported and taken for it.
static AstType *result_type(Parser *parser) {
    const Token *next = parser_peek_token(parser, 1);
    if (parser->recovering)
        return NULL;
    if (parser_at(parser, TOKEN_MINUS) && next->kind == TOKEN_GREATER && (next->flags & TOKEN_ADJACENT)) {
        Span span = source_span(parser->file->id, parser->token.start, next->end);
        Diagnostic *d = parser_report(parser, DIAGNOSTIC_WRONG_ARROW, span, ":", NULL);
        diagnostic_suggest(d, span, ":", "the result type stands behind `:`");
        parser_advance(parser);
        parser_advance(parser);
        return parser_type(parser);
    }
    return parser_accept(parser, TOKEN_COLON) ? parser_type(parser) : NULL;
}

// `{ ... }`, `=> ...`, or nothing.
static void function_body(Parser *parser, AstDecl *decl) {
    decl->function.signature_span = parser_span(parser, decl->span.start);
    if (parser->recovering && !parser_reach_body(parser))
        return;
    if (parser_at(parser, TOKEN_LEFT_BRACE)) {
        decl->function.body = parser_block(parser);
        return;
    }
    if (parser_at(parser, TOKEN_EQUAL)) {
        Diagnostic *d = parser_expected(parser, "`{` or `=>`");
        diagnostic_help(d, "a body that is one expression stands behind `=>`");
        return;
    }
    if (!parser_accept(parser, TOKEN_ARROW))
        return;
    decl->function.has_arrow = true;
    decl->function.body = parser_arrow_body(parser);
}

// Parameters, result and body.
static void rest_of_function(Parser *parser, AstDecl *decl) {
    if (!parser->recovering)
        decl->function.parameters = parser_parameters(parser, false, &decl->function.parameter_count);
    decl->function.result = result_type(parser);
    function_body(parser, decl);
}

void parser_function(Parser *parser, AstDecl *decl) {
    decl->kind = AST_DECL_FUNCTION;
    parser_advance(parser);
    decl->name = function_name(parser, decl);
    decl->function.type_parameters = parser_type_parameters(parser, &decl->function.type_parameter_count);
    rest_of_function(parser, decl);
}

static void initialiser(Parser *parser, AstDecl *decl) {
    decl->kind = AST_DECL_INIT;
    decl->name = parser_take_word(parser);
    rest_of_function(parser, decl);
    if (decl->function.result && !parser->recovering) {
        Diagnostic *d =
            parser_report(parser, DIAGNOSTIC_INIT_RESULT, decl->function.result->span, NULL, NULL);
        diagnostic_help(d, "remove it: the result of a constructor is the object itself");
    }
}

// `get name: T { }` and `set name(value) { }`
static void accessor(Parser *parser, AstDecl *decl, bool is_getter) {
    decl->kind = is_getter ? AST_DECL_GETTER : AST_DECL_SETTER;
    parser_advance(parser);
    decl->name = parser_name(parser, "the name of a property");
    if (!is_getter) {
        decl->function.parameters = parser_parameters(parser, true, &decl->function.parameter_count);
    } else {
        if (!parser->recovering && parser_at(parser, TOKEN_LEFT_PAREN)) {
            Diagnostic *d = parser_expected(parser, "`:`");
            diagnostic_help(d, "a property has no parameters: `get %s: Type { ... }`", decl->name.text);
        } else {
            decl->function.result = result_type(parser);
        }
    }
    function_body(parser, decl);
}

// ----------------------------------------------------------------------------------------------- members

static void field(Parser *parser, AstDecl *decl) {
    decl->kind = AST_DECL_FIELD;
    decl->field.kind = parser_at(parser, TOKEN_LET)   ? AST_BINDING_LET
                       : parser_at(parser, TOKEN_VAR) ? AST_BINDING_VAR
                                                      : AST_BINDING_PLAIN;
    if (decl->field.kind != AST_BINDING_PLAIN)
        parser_advance(parser);
    decl->name = parser_name(parser, "the name of a field");
    if (!parser->recovering && parser_accept(parser, TOKEN_COLON))
        decl->field.type = parser_type(parser);
    if (!parser->recovering && parser_accept(parser, TOKEN_EQUAL))
        decl->field.value = parser_expression(parser);
    if (!parser->recovering && !decl->field.type && !decl->field.value)
        parser_expected(parser, "`:` and the type of the field");
}

static void constant(Parser *parser, AstDecl *decl) {
    decl->kind = AST_DECL_BINDING;
    decl->binding.kind = AST_BINDING_CONST;
    parser_advance(parser);
    decl->name = parser_name(parser, "the name of a constant");
    decl->binding.pattern = parser_new_pattern(parser, AST_PATTERN_NAME, decl->name.span.start);
    decl->binding.pattern->name.name = decl->name;
    if (!parser->recovering && parser_accept(parser, TOKEN_COLON))
        decl->binding.type = parser_type(parser);
    if (!parser->recovering && parser_expect(parser, TOKEN_EQUAL))
        decl->binding.value = parser_expression(parser);
}

// `Red`, `Num(value: float)`
static void enum_case(Parser *parser, AstDecl *decl) {
    decl->kind = AST_DECL_CASE;
    if (parser_at_word(parser, "case") && parser_peek(parser, 1) == TOKEN_IDENTIFIER) {
        Diagnostic *d = parser_report(parser, DIAGNOSTIC_CASE_KEYWORD, parser_token_span(parser), NULL, NULL);
        diagnostic_suggest(d, parser_token_span(parser), "", "leave `case` out");
        parser_advance(parser);
    }
    decl->name = parser_name(parser, "the name of a case");
    if (!parser->recovering && parser_at(parser, TOKEN_LEFT_PAREN) && !parser_at_line_start(parser)) {
        decl->variant.has_payload = true;
        decl->variant.fields = parser_parameters(parser, false, &decl->variant.field_count);
    }
    if (!parser->recovering && parser_at(parser, TOKEN_EQUAL)) {
        Diagnostic *d = parser_expected(parser, "`,` or a newline");
        diagnostic_help(d, "a case has no value of its own, only an `ordinal` and a `name`");
    }
}

static void nested_type(Parser *parser, AstDecl *decl) {
    Span span = parser_token_span(parser);
    const char *keyword = token_spelling(parser->token.kind);
    Diagnostic *d = parser_report(parser, DIAGNOSTIC_TYPE_INSIDE_TYPE, span, keyword, NULL);
    diagnostic_help(d, "move it to the top level of the file");
    decl->kind = AST_DECL_ERROR;
    parser_advance(parser);
    parser->recovering = true;
    if (!parser_reach_body(parser))
        return;
    parser_skip(parser);
}

static void report_no_member(Parser *parser, AstDeclKind owner) {
    Diagnostic *d = parser_expected(parser, owner == AST_DECL_ENUM ? "a case or a member" : "a member");
    if (!parser_at(parser, TOKEN_IDENTIFIER))
        return;
    if (parser_peek(parser, 1) == TOKEN_LEFT_PAREN)
        diagnostic_help(d, "a method begins with `fn`, a constructor is called `init`");
    else if (parser_peek(parser, 1) == TOKEN_IDENTIFIER)
        diagnostic_help(d, "the type of a field stands behind its name: `name: Type`");
}

static void read_member(Parser *parser, AstDecl *decl, AstDeclKind owner) {
    TokenKind next = parser_peek(parser, 1);
    bool accessor_follows =
        next == TOKEN_IDENTIFIER && !(parser_peek_token(parser, 1)->flags & TOKEN_STARTS_LINE);
    switch (parser->token.kind) {
    case TOKEN_FN:
        if (next == TOKEN_INIT) {
            Span span = parser_token_span(parser);
            Diagnostic *d = parser_report(parser, DIAGNOSTIC_FN_INIT, span, NULL, NULL);
            diagnostic_suggest(d, span, "", "leave `fn` out");
            parser_advance(parser);
            initialiser(parser, decl);
        } else {
            parser_function(parser, decl);
        }
        break;
    case TOKEN_INIT: initialiser(parser, decl); break;
    case TOKEN_LET:
    case TOKEN_VAR: field(parser, decl); break;
    case TOKEN_CONST: constant(parser, decl); break;
    case TOKEN_CLASS:
        if (owner == AST_DECL_EXTERN)
            parser_type_declaration(parser, decl, AST_DECL_CLASS);
        else
            nested_type(parser, decl);
        break;
    case TOKEN_STRUCT:
    case TOKEN_ENUM:
    case TOKEN_INTERFACE:
    case TOKEN_EXTEND: nested_type(parser, decl); break;
    case TOKEN_IDENTIFIER:
        if (accessor_follows && (parser_at_word(parser, "get") || parser_at_word(parser, "set")))
            accessor(parser, decl, parser_at_word(parser, "get"));
        else if (next == TOKEN_COLON)
            field(parser, decl);
        else if (owner == AST_DECL_ENUM)
            enum_case(parser, decl);
        else
            report_no_member(parser, owner);
        break;
    default: report_no_member(parser, owner); break;
    }
}

static uint32_t allowed_modifiers(const AstDecl *decl) {
    uint32_t visibility = AST_MODIFIER_PUB | AST_MODIFIER_PRIVATE;
    uint32_t method = visibility | AST_MODIFIER_OPEN | AST_MODIFIER_ABSTRACT | AST_MODIFIER_OVERRIDE |
                      AST_MODIFIER_STATIC | AST_MODIFIER_MUT;
    switch (decl->kind) {
    case AST_DECL_FUNCTION: return method | AST_MODIFIER_OPERATOR;
    case AST_DECL_GETTER:
    case AST_DECL_SETTER: return method;
    case AST_DECL_INIT: return visibility;
    case AST_DECL_FIELD:
    case AST_DECL_BINDING: return visibility | AST_MODIFIER_STATIC;
    case AST_DECL_CLASS: return AST_MODIFIER_PUB; // in an `extern` block
    case AST_DECL_ERROR: return ~0u;
    default: return 0;
    }
}

static AstDecl *member(Parser *parser, AstDeclKind owner) {
    AstDecl *decl = parser_declaration_head(parser);
    if (!parser->recovering)
        read_member(parser, decl, owner);
    parser_end_declaration(parser, decl);
    bool failed = parser->recovering;
    parser->recovering = false;
    parser_check_modifiers(parser, decl, allowed_modifiers(decl), "of a type");
    parser->recovering = failed;
    return decl;
}

// Whether a member begins here, though nothing separates it from the one before.
static bool at_next_member(const Parser *parser, AstDeclKind owner) {
    if (parser_at_declaration(parser))
        return true;
    if (!parser_at(parser, TOKEN_IDENTIFIER))
        return false;
    return owner == AST_DECL_ENUM || parser_peek(parser, 1) == TOKEN_COLON || parser_at_word(parser, "get") ||
           parser_at_word(parser, "set");
}

// Between members: a newline, `;` or `,`.
static void end_member(Parser *parser, const ParserGroup *group, AstDeclKind owner, uint32_t start) {
    if (!parser->recovering && parser_accept(parser, TOKEN_COMMA))
        return;
    bool ends = parser_at_close(parser, group) || (parser->token.flags & TOKEN_STARTS_LINE) ||
                parser_accept(parser, TOKEN_SEMICOLON);
    if (!parser->recovering && !ends) {
        parser_expected(parser, "a newline or `;` behind the member");
        if (at_next_member(parser, owner))
            parser->recovering = false;
    }
    if (parser->recovering)
        parser_synchronize(parser, start);
}

AstDecl **parser_members(Parser *parser, AstDeclKind owner, uint32_t *count) {
    AstDecl **members = NULL;
    uint32_t capacity = 0;
    *count = 0;
    ParserGroup group = parser_open_group(parser, true);
    while (!parser_at_close(parser, &group)) {
        uint32_t start = parser->index;
        if (parser_accept(parser, TOKEN_SEMICOLON))
            continue;
        AstDecl *decl = member(parser, owner);
        ARENA_PUSH(parser->arena, members, *count, capacity, decl);
        end_member(parser, &group, owner, start);
    }
    parser_close_group(parser, &group);
    return members;
}
