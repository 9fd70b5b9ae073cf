// Declarations of modules and blocks: imports, bindings, types, extensions. Members are in parser_member.c.
#include "compiler/parser_core.h"

static bool is_modifier(TokenKind kind) {
    switch (kind) {
    case TOKEN_PUB:
    case TOKEN_PRIVATE:
    case TOKEN_OPEN:
    case TOKEN_ABSTRACT:
    case TOKEN_OVERRIDE:
    case TOKEN_STATIC:
    case TOKEN_MUT:
    case TOKEN_OPERATOR: return true;
    default: return false;
    }
}

bool parser_at_declaration(const Parser *parser) {
    switch (parser->token.kind) {
    case TOKEN_AT:
    case TOKEN_IMPORT:
    case TOKEN_CONST:
    case TOKEN_LET:
    case TOKEN_VAR:
    case TOKEN_STRUCT:
    case TOKEN_CLASS:
    case TOKEN_ENUM:
    case TOKEN_INTERFACE:
    case TOKEN_EXTEND:
    case TOKEN_EXTERN:
    case TOKEN_INIT: return true;
    case TOKEN_FN: return parser_peek(parser, 1) != TOKEN_LEFT_PAREN; // `fn(x)` is a lambda elsewhere
    default: return is_modifier(parser->token.kind);
    }
}

// ------------------------------------------------------------------------------------------------ imports

// The `./` or `../` that begins a relative import.
static void relative_prefix(Parser *parser, AstDecl *decl) {
    decl->import.relative = true;
    if (parser_accept(parser, TOKEN_DOT)) {
        parser_expect(parser, TOKEN_SLASH);
        return;
    }
    while (!parser->recovering && parser_accept(parser, TOKEN_DOT_DOT)) {
        decl->import.parents++;
        parser_expect(parser, TOKEN_SLASH);
    }
}

static void import_segment(Parser *parser, AstDecl *decl, uint32_t *capacity) {
    if (!parser_at_any_word(parser)) {
        Diagnostic *d = parser_expected(parser, "the name of a module");
        diagnostic_help(
            d, "a module is imported whole, and its names are reached through it: `import std.math`, "
               "`math.Pi`");
        return;
    }
    AstName segment = parser_take_word(parser);
    ARENA_PUSH(parser->arena, decl->import.segments, decl->import.segment_count, *capacity, segment);
}

static void report_import_string(Parser *parser) {
    Diagnostic *d = parser_expected(parser, "the name of a module");
    diagnostic_help(d, "modules are imported by name, `import std.json`, or by path, `import ./helpers`");
}

static void import(Parser *parser, AstDecl *decl) {
    uint32_t capacity = 0;
    decl->kind = AST_DECL_IMPORT;
    parser_advance(parser);
    uint32_t start = parser->token.start;
    if (parser_at(parser, TOKEN_DOT) || parser_at(parser, TOKEN_DOT_DOT))
        relative_prefix(parser, decl);
    else if (parser_at(parser, TOKEN_STRING_BEGIN))
        report_import_string(parser);
    TokenKind separator = decl->import.relative ? TOKEN_SLASH : TOKEN_DOT;
    do {
        if (!parser->recovering)
            import_segment(parser, decl, &capacity);
    } while (!parser->recovering && parser_accept(parser, separator));
    decl->import.path_span = parser_span(parser, start);
    if (!parser->recovering && parser_accept(parser, TOKEN_AS))
        decl->import.alias = parser_name(parser, "a name for the module");
}

// ----------------------------------------------------------------------------------------------- bindings

static void binding(Parser *parser, AstDecl *decl) {
    TokenKind kind = parser->token.kind;
    Span keyword = parser_token_span(parser);
    decl->kind = AST_DECL_BINDING;
    decl->binding.kind = kind == TOKEN_LET   ? AST_BINDING_LET
                         : kind == TOKEN_VAR ? AST_BINDING_VAR
                                             : AST_BINDING_CONST;
    parser_advance(parser);
    if (parser_at(parser, TOKEN_MUT)) {
        Span span = source_span(parser->file->id, keyword.start, parser->token.end);
        Diagnostic *d =
            parser_report(parser, DIAGNOSTIC_RESERVED_WORD, parser_token_span(parser), "mut", "a name");
        diagnostic_suggest(d, span, "var", "a variable that changes is declared by `var`");
        decl->binding.kind = AST_BINDING_VAR;
        parser_advance(parser);
    }
    bool reserved = token_is_keyword(parser->token.kind) && !parser_at_line_start(parser) &&
                    !parser_at(parser, TOKEN_TRUE) && !parser_at(parser, TOKEN_FALSE) &&
                    !parser_at(parser, TOKEN_NULL);
    if (reserved) {
        AstName name = parser_name(parser, "a name");
        decl->binding.pattern = parser_new_pattern(parser, AST_PATTERN_NAME, name.span.start);
        decl->binding.pattern->name.name = name;
    } else {
        decl->binding.pattern = parser_pattern(parser, false);
    }
    if (!parser->recovering && parser_accept(parser, TOKEN_COLON))
        decl->binding.type = parser_type(parser);
    if (!parser->recovering && parser_accept(parser, TOKEN_EQUAL))
        decl->binding.value = parser_expression(parser);
    if (!parser->recovering && decl->binding.kind == AST_BINDING_CONST && !decl->binding.value)
        diagnostic_label(
            parser_report(parser, DIAGNOSTIC_CONST_WITHOUT_VALUE, decl->binding.pattern->span, NULL, NULL),
            "write `= value`");
}

// -------------------------------------------------------------------------------------------------- types

void parser_type_declaration(Parser *parser, AstDecl *decl, AstDeclKind kind) {
    decl->kind = kind;
    parser_advance(parser);
    decl->name = parser_name(parser, "the name of a type");
    decl->type.type_parameters = parser_type_parameters(parser, &decl->type.type_parameter_count);
    decl->type.supertypes = parser_supertypes(parser, &decl->type.supertype_count);
    if (parser_reach_body(parser))
        decl->type.members = parser_members(parser, kind, &decl->type.member_count);
    else
        parser_expected(parser, "`{`");
}

static void extension(Parser *parser, AstDecl *decl) {
    decl->kind = AST_DECL_EXTEND;
    parser_advance(parser);
    if (parser_at(parser, TOKEN_LESS)) {
        Diagnostic *d = parser_expected(parser, "a type");
        diagnostic_help(d, "type parameters stand in the type: `extend List<T: Comparable<T>> { ... }`");
        decl->extend.target = parser_new_type(parser, AST_TYPE_ERROR, parser->token.start);
    } else {
        decl->extend.target = parser_extend_target(parser);
    }
    decl->extend.interfaces = parser_supertypes(parser, &decl->extend.interface_count);
    if (parser_reach_body(parser))
        decl->extend.members = parser_members(parser, AST_DECL_EXTEND, &decl->extend.member_count);
    else
        parser_expected(parser, "`{`");
}

static void external(Parser *parser, AstDecl *decl) {
    decl->kind = AST_DECL_EXTERN;
    parser_advance(parser);
    decl->extern_.library = parser_plain_string(parser, &decl->extern_.library_span);
    if (parser_reach_body(parser))
        decl->extern_.members = parser_members(parser, AST_DECL_EXTERN, &decl->extern_.member_count);
    else
        parser_expected(parser, "`{`");
}

// ------------------------------------------------------------------------------------------- declarations

// Modifiers that may stand at a declaration outside a type.
static uint32_t allowed_modifiers(const AstDecl *decl) {
    switch (decl->kind) {
    case AST_DECL_BINDING:
    case AST_DECL_FUNCTION:
    case AST_DECL_STRUCT:
    case AST_DECL_ENUM:
    case AST_DECL_INTERFACE: return AST_MODIFIER_PUB;
    case AST_DECL_CLASS: return AST_MODIFIER_PUB | AST_MODIFIER_OPEN | AST_MODIFIER_ABSTRACT;
    case AST_DECL_ERROR: return ~0u;
    default: return 0;
    }
}

static void read_declaration(Parser *parser, AstDecl *decl) {
    switch (parser->token.kind) {
    case TOKEN_IMPORT: import(parser, decl); break;
    case TOKEN_CONST:
    case TOKEN_LET:
    case TOKEN_VAR: binding(parser, decl); break;
    case TOKEN_FN: parser_function(parser, decl); break;
    case TOKEN_STRUCT: parser_type_declaration(parser, decl, AST_DECL_STRUCT); break;
    case TOKEN_CLASS: parser_type_declaration(parser, decl, AST_DECL_CLASS); break;
    case TOKEN_ENUM: parser_type_declaration(parser, decl, AST_DECL_ENUM); break;
    case TOKEN_INTERFACE: parser_type_declaration(parser, decl, AST_DECL_INTERFACE); break;
    case TOKEN_EXTEND: extension(parser, decl); break;
    case TOKEN_EXTERN: external(parser, decl); break;
    case TOKEN_INIT:
        diagnostic_help(
            parser_error(parser, DIAGNOSTIC_INIT_OUTSIDE_TYPE, parser_token_span(parser), NULL, NULL),
            "move it into its class or struct; a program starts with its statements, or with `fn main()`");
        break;
    default: parser_expected(parser, "a declaration"); break;
    }
}

// Inside a block only bindings and functions are declared.
static void check_scope(Parser *parser, const AstDecl *decl, Span keyword) {
    bool is_local =
        decl->kind == AST_DECL_BINDING || decl->kind == AST_DECL_FUNCTION || decl->kind == AST_DECL_ERROR;
    if (is_local)
        return;
    Diagnostic *d =
        parser_report(parser, DIAGNOSTIC_TYPE_INSIDE_FUNCTION, keyword, ast_decl_kind_name(decl->kind), NULL);
    diagnostic_help(d, "move it to the top level of the file");
}

AstDecl *parser_declaration(Parser *parser, ParserScope scope) {
    AstDecl *decl = parser_declaration_head(parser);
    Span keyword = parser_token_span(parser);
    bool recovering = parser->recovering;
    read_declaration(parser, decl);
    parser_end_declaration(parser, decl);
    if (!recovering) {
        bool failed = parser->recovering; // what is wrong with the head is independent of the rest
        parser->recovering = false;
        if (scope == PARSER_SCOPE_BLOCK)
            check_scope(parser, decl, keyword);
        uint32_t allowed = allowed_modifiers(decl);
        if (scope == PARSER_SCOPE_BLOCK && decl->kind != AST_DECL_ERROR)
            allowed = 0;
        parser_check_modifiers(parser, decl, allowed,
                               scope == PARSER_SCOPE_BLOCK ? "inside a function"
                                                           : "at the top level of a module");
        parser->recovering = failed;
    }
    return decl;
}
