// Every node is a list whose head names its kind; names and operators stand as they are, absent parts as `_`.
#include "compiler/ast_dump.h"

#include <stdio.h>
#include <string.h>

typedef struct Dump {
    Arena *arena;
    char *text;
    size_t length, capacity;
} Dump;

static void put_bytes(Dump *dump, const char *bytes, size_t length) {
    if (dump->capacity - dump->length <= length) {
        size_t capacity = (dump->capacity + length) * 2 + 64;
        char *larger = arena_allocate(dump->arena, capacity);
        if (dump->length)
            memcpy(larger, dump->text, dump->length);
        dump->text = larger;
        dump->capacity = capacity;
    }
    if (length)
        memcpy(dump->text + dump->length, bytes, length);
    dump->length += length;
    dump->text[dump->length] = '\0';
}

static void put(Dump *dump, const char *text) {
    put_bytes(dump, text, strlen(text));
}

static void put_name(Dump *dump, AstName name) {
    put(dump, name.text ? name.text : "_");
}

static void put_number(Dump *dump, uint64_t number) {
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    put(dump, digits);
}

// Text in quotes, with everything but printable ASCII escaped.
static void put_quoted(Dump *dump, const char *bytes, uint32_t length) {
    put(dump, "\"");
    for (uint32_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        char escape[8];
        if (c == '\n')
            put(dump, "\\n");
        else if (c == '"' || c == '\\' || c < 0x20 || c >= 0x7F) {
            snprintf(escape, sizeof escape, "\\x%02x", c);
            put(dump, escape);
        } else
            put_bytes(dump, bytes + i, 1);
    }
    put(dump, "\"");
}

static void put_type(Dump *dump, const AstType *type);
static void put_pattern(Dump *dump, const AstPattern *pattern);
static void put_expr(Dump *dump, const AstExpr *expr);
static void put_stmt(Dump *dump, const AstStmt *stmt);
static void put_decl(Dump *dump, const AstDecl *decl);

static void put_path(Dump *dump, const AstName *path, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        put(dump, i ? "." : "");
        put_name(dump, path[i]);
    }
}

// -------------------------------------------------------------------------------------------------- types

static void put_types(Dump *dump, AstType *const *types, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        put(dump, " ");
        put_type(dump, types[i]);
    }
}

static void put_type(Dump *dump, const AstType *type) {
    if (!type) {
        put(dump, "_");
        return;
    }
    switch (type->kind) {
    case AST_TYPE_ERROR: put(dump, "(error)"); break;
    case AST_TYPE_NAMED:
        put(dump, type->named.argument_count ? "(" : "");
        put_path(dump, type->named.path, type->named.path_count);
        put_types(dump, type->named.arguments, type->named.argument_count);
        put(dump, type->named.argument_count ? ")" : "");
        break;
    case AST_TYPE_OPTIONAL:
        put(dump, "(optional ");
        put_type(dump, type->optional.element);
        put(dump, ")");
        break;
    case AST_TYPE_TUPLE:
        put(dump, "(tuple");
        put_types(dump, type->tuple.elements, type->tuple.count);
        put(dump, ")");
        break;
    case AST_TYPE_FUNCTION:
        put(dump, "(fn (");
        for (uint32_t i = 0; i < type->function.parameter_count; i++) {
            put(dump, i ? " " : "");
            put_type(dump, type->function.parameters[i]);
        }
        put(dump, ") ");
        put_type(dump, type->function.result);
        put(dump, ")");
        break;
    case AST_TYPE_BOUNDED:
        put(dump, "(bounded ");
        put_name(dump, type->bounded.name);
        put_types(dump, type->bounded.bounds, type->bounded.bound_count);
        put(dump, ")");
        break;
    }
}

// ----------------------------------------------------------------------------------------------- patterns

static void put_case(Dump *dump, const AstPattern *pattern) {
    put(dump, "(case ");
    put(dump, pattern->variant.leading_dot ? "." : "");
    put_path(dump, pattern->variant.path, pattern->variant.path_count);
    if (pattern->variant.has_payload)
        put(dump, " (");
    for (uint32_t i = 0; i < pattern->variant.field_count; i++) {
        const AstPatternField *field = &pattern->variant.fields[i];
        put(dump, i ? " " : "");
        if (field->name.text) {
            put_name(dump, field->name);
            put(dump, ": ");
        }
        put_pattern(dump, field->pattern);
    }
    if (pattern->variant.has_rest)
        put(dump, pattern->variant.field_count ? " .." : "..");
    put(dump, pattern->variant.has_payload ? "))" : ")");
}

static void put_patterns(Dump *dump, const char *head, AstPattern *const *patterns, uint32_t count) {
    put(dump, head);
    for (uint32_t i = 0; i < count; i++) {
        put(dump, " ");
        put_pattern(dump, patterns[i]);
    }
    put(dump, ")");
}

static void put_pattern(Dump *dump, const AstPattern *pattern) {
    switch (pattern->kind) {
    case AST_PATTERN_ERROR: put(dump, "(error)"); break;
    case AST_PATTERN_WILDCARD: put(dump, "_"); break;
    case AST_PATTERN_LITERAL: put_expr(dump, pattern->literal.value); break;
    case AST_PATTERN_RANGE:
        put(dump, pattern->range.inclusive ? "(..= " : "(.. ");
        put_expr(dump, pattern->range.low);
        put(dump, " ");
        put_expr(dump, pattern->range.high);
        put(dump, ")");
        break;
    case AST_PATTERN_NAME: put_name(dump, pattern->name.name); break;
    case AST_PATTERN_CASE: put_case(dump, pattern); break;
    case AST_PATTERN_TUPLE:
        put_patterns(dump, "(tuple", pattern->tuple.elements, pattern->tuple.count);
        break;
    case AST_PATTERN_TYPE:
        put(dump, "(type ");
        put_name(dump, pattern->type_test.name);
        put(dump, " ");
        put_type(dump, pattern->type_test.type);
        put(dump, ")");
        break;
    case AST_PATTERN_ALTERNATIVES:
        put_patterns(dump, "(|", pattern->alternatives.options, pattern->alternatives.count);
        break;
    }
}

// --------------------------------------------------------------------------------------------- expressions

// `(head operand)`; an absent operand is left out.
static void put_around(Dump *dump, const char *head, const AstExpr *operand) {
    put(dump, "(");
    put(dump, head);
    if (operand) {
        put(dump, " ");
        put_expr(dump, operand);
    }
    put(dump, ")");
}

static void put_two(Dump *dump, const char *head, const AstExpr *left, const AstExpr *right) {
    put(dump, "(");
    put(dump, head);
    put(dump, " ");
    if (left)
        put_expr(dump, left);
    else
        put(dump, "_");
    put(dump, " ");
    if (right)
        put_expr(dump, right);
    else
        put(dump, "_");
    put(dump, ")");
}

static void put_arguments(Dump *dump, const AstArgument *arguments, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        put(dump, " ");
        if (arguments[i].name.text) {
            put_name(dump, arguments[i].name);
            put(dump, ": ");
        }
        put_expr(dump, arguments[i].value);
    }
}

static void put_condition(Dump *dump, const AstCondition *condition) {
    if (!condition->pattern) {
        put_expr(dump, condition->value);
        return;
    }
    put(dump, "(let ");
    put_pattern(dump, condition->pattern);
    put(dump, " ");
    put_expr(dump, condition->value);
    put(dump, ")");
}

static void put_parameters(Dump *dump, const AstParameter *parameters, uint32_t count) {
    put(dump, "(");
    for (uint32_t i = 0; i < count; i++) {
        put(dump, i ? " " : "");
        put_name(dump, parameters[i].name);
        if (parameters[i].type) {
            put(dump, ": ");
            put_type(dump, parameters[i].type);
        }
        if (parameters[i].default_value) {
            put(dump, " = ");
            put_expr(dump, parameters[i].default_value);
        }
    }
    put(dump, ")");
}

static void put_format(Dump *dump, const AstFormatSpec *format) {
    char text[96];
    snprintf(text, sizeof text, ":fill=%u,align=%c%s%s%s", (unsigned)format->fill,
             format->align ? format->align : '-', format->plus ? ",plus" : "", format->alternate ? ",#" : "",
             format->zero ? ",zero" : "");
    put(dump, text);
    if (format->has_width) {
        put(dump, ",width=");
        put_number(dump, format->width);
    }
    if (format->has_precision) {
        put(dump, ",precision=");
        put_number(dump, format->precision);
    }
    if (format->type) {
        put(dump, ",type=");
        put_bytes(dump, &format->type, 1);
    }
}

static void put_interpolation(Dump *dump, const AstExpr *expr) {
    put(dump, "(format");
    for (uint32_t i = 0; i < expr->interpolation.count; i++) {
        const AstStringPart *part = &expr->interpolation.parts[i];
        put(dump, " ");
        if (part->text)
            put_quoted(dump, part->text, part->length);
        else
            put_expr(dump, part->value);
        if (part->format)
            put_format(dump, part->format);
    }
    put(dump, ")");
}

static void put_list(Dump *dump, const AstExpr *expr) {
    put(dump, expr->kind == AST_EXPR_TUPLE ? "(tuple" : "(list");
    for (uint32_t i = 0; i < expr->list.count; i++) {
        put(dump, " ");
        put_expr(dump, expr->list.elements[i]);
    }
    put(dump, ")");
}

static void put_map(Dump *dump, const AstExpr *expr) {
    put(dump, "(map");
    for (uint32_t i = 0; i < expr->map.count; i++) {
        put(dump, " ");
        put_expr(dump, expr->map.entries[i].key);
        put(dump, ": ");
        put_expr(dump, expr->map.entries[i].value);
    }
    put(dump, ")");
}

static void put_member(Dump *dump, const AstExpr *expr) {
    put(dump, expr->member.optional ? "(?. " : "(. ");
    put_expr(dump, expr->member.object);
    put(dump, " ");
    put_name(dump, expr->member.name);
    put(dump, ")");
}

static void put_tuple_member(Dump *dump, const AstExpr *expr) {
    put(dump, expr->tuple_member.optional ? "(?. " : "(. ");
    put_expr(dump, expr->tuple_member.object);
    put(dump, " ");
    put_number(dump, expr->tuple_member.index);
    put(dump, ")");
}

static void put_instantiate(Dump *dump, const AstExpr *expr) {
    put(dump, "(instantiate ");
    put_expr(dump, expr->instantiate.operand);
    put_types(dump, expr->instantiate.arguments, expr->instantiate.argument_count);
    put(dump, ")");
}

static void put_call(Dump *dump, const AstExpr *expr) {
    put(dump, "(call ");
    put_expr(dump, expr->call.callee);
    put_arguments(dump, expr->call.arguments, expr->call.argument_count);
    put(dump, ")");
}

static void put_slice(Dump *dump, const AstExpr *expr) {
    put(dump, "(slice ");
    put_expr(dump, expr->slice.object);
    put(dump, " ");
    put_two(dump, expr->slice.inclusive ? "..=" : "..", expr->slice.low, expr->slice.high);
    put(dump, ")");
}

static void put_cast(Dump *dump, const AstExpr *expr) {
    put(dump, expr->kind == AST_EXPR_IS ? "(is " : expr->cast.optional ? "(as? " : "(as ");
    put_expr(dump, expr->cast.operand);
    put(dump, " ");
    put_type(dump, expr->cast.type);
    put(dump, ")");
}

static void put_lambda(Dump *dump, const AstExpr *expr) {
    put(dump, "(lambda ");
    put_parameters(dump, expr->lambda.parameters, expr->lambda.parameter_count);
    put(dump, " ");
    put_type(dump, expr->lambda.result);
    put(dump, " ");
    put_expr(dump, expr->lambda.body);
    put(dump, ")");
}

static void put_block(Dump *dump, const AstExpr *expr) {
    put(dump, "{");
    for (uint32_t i = 0; i < expr->block.count; i++) {
        put(dump, i ? "; " : "");
        put_stmt(dump, expr->block.statements[i]);
    }
    put(dump, "}");
}

static void put_if(Dump *dump, const AstExpr *expr) {
    put(dump, "(if ");
    put_condition(dump, expr->if_.condition);
    put(dump, " ");
    put_expr(dump, expr->if_.then_body);
    if (expr->if_.else_body) {
        put(dump, " ");
        put_expr(dump, expr->if_.else_body);
    }
    put(dump, ")");
}

static void put_match(Dump *dump, const AstExpr *expr) {
    put(dump, "(match ");
    put_expr(dump, expr->match.subject);
    for (uint32_t i = 0; i < expr->match.count; i++) {
        const AstMatchArm *arm = &expr->match.arms[i];
        put(dump, " (");
        put_pattern(dump, arm->pattern);
        if (arm->guard) {
            put(dump, " if ");
            put_expr(dump, arm->guard);
        }
        put(dump, " => ");
        put_expr(dump, arm->body);
        put(dump, ")");
    }
    put(dump, ")");
}

static void put_try(Dump *dump, const AstExpr *expr) {
    put(dump, "(try ");
    put_expr(dump, expr->try_.body);
    for (uint32_t i = 0; i < expr->try_.catch_count; i++) {
        const AstCatch *clause = &expr->try_.catches[i];
        put(dump, " (catch ");
        put_name(dump, clause->name);
        put(dump, " ");
        put_type(dump, clause->type);
        put(dump, " ");
        put_expr(dump, clause->body);
        put(dump, ")");
    }
    if (expr->try_.finally_body) {
        put(dump, " ");
        put_around(dump, "finally", expr->try_.finally_body);
    }
    put(dump, ")");
}

static void put_jump(Dump *dump, const char *head, const AstExpr *expr) {
    put(dump, "(");
    put(dump, head);
    if (expr->jump.label.text) {
        put(dump, " ");
        put_name(dump, expr->jump.label);
    }
    put(dump, ")");
}

static void put_select(Dump *dump, const AstExpr *expr) {
    put(dump, "(select");
    for (uint32_t i = 0; i < expr->select.count; i++) {
        const AstSelectArm *arm = &expr->select.arms[i];
        put(dump, arm->is_after ? " (after " : " (");
        if (arm->name.text) {
            put_name(dump, arm->name);
            put(dump, " = ");
        }
        put_expr(dump, arm->operation);
        put(dump, " => ");
        put_expr(dump, arm->body);
        put(dump, ")");
    }
    put(dump, ")");
}

static void put_char(Dump *dump, uint32_t scalar) {
    char bytes[4];
    put(dump, "'");
    put_bytes(dump, bytes, source_encode_utf8(scalar, bytes));
    put(dump, "'");
}

static void put_expr(Dump *dump, const AstExpr *expr) {
    switch (expr->kind) {
    case AST_EXPR_ERROR: put(dump, "(error)"); break;
    case AST_EXPR_INT:
        put_number(dump, expr->integer.value);
        put(dump, expr->integer.overflow ? "!" : "");
        break;
    case AST_EXPR_FLOAT: put(dump, expr->floating.text); break;
    case AST_EXPR_CHAR: put_char(dump, expr->character.scalar); break;
    case AST_EXPR_STRING: put_quoted(dump, expr->string.bytes, expr->string.length); break;
    case AST_EXPR_INTERPOLATION: put_interpolation(dump, expr); break;
    case AST_EXPR_BOOL: put(dump, expr->boolean.value ? "true" : "false"); break;
    case AST_EXPR_NULL: put(dump, "null"); break;
    case AST_EXPR_TUPLE:
    case AST_EXPR_LIST: put_list(dump, expr); break;
    case AST_EXPR_MAP: put_map(dump, expr); break;
    case AST_EXPR_NAME: put_name(dump, expr->name.name); break;
    case AST_EXPR_SELF: put(dump, "self"); break;
    case AST_EXPR_SUPER: put(dump, "super"); break;
    case AST_EXPR_IMPLICIT_MEMBER:
        put(dump, ".");
        put_name(dump, expr->name.name);
        break;
    case AST_EXPR_MEMBER: put_member(dump, expr); break;
    case AST_EXPR_TUPLE_MEMBER: put_tuple_member(dump, expr); break;
    case AST_EXPR_OPTIONAL_CHAIN: put_around(dump, "chain", expr->operand.operand); break;
    case AST_EXPR_INSTANTIATE: put_instantiate(dump, expr); break;
    case AST_EXPR_CALL: put_call(dump, expr); break;
    case AST_EXPR_INDEX: put_two(dump, "index", expr->index.object, expr->index.index); break;
    case AST_EXPR_SLICE: put_slice(dump, expr); break;
    case AST_EXPR_UNWRAP: put_around(dump, "unwrap", expr->operand.operand); break;
    case AST_EXPR_UNARY:
        put_around(dump, ast_unary_spelling(expr->unary.operator), expr->unary.operand);
        break;
    case AST_EXPR_BINARY:
        put_two(dump, ast_binary_spelling(expr->binary.operator), expr->binary.left, expr->binary.right);
        break;
    case AST_EXPR_RANGE:
        put_two(dump, expr->range.inclusive ? "..=" : "..", expr->range.low, expr->range.high);
        break;
    case AST_EXPR_CAST:
    case AST_EXPR_IS: put_cast(dump, expr); break;
    case AST_EXPR_TRY_OPTIONAL: put_around(dump, "try?", expr->operand.operand); break;
    case AST_EXPR_LAMBDA: put_lambda(dump, expr); break;
    case AST_EXPR_BLOCK: put_block(dump, expr); break;
    case AST_EXPR_IF: put_if(dump, expr); break;
    case AST_EXPR_MATCH: put_match(dump, expr); break;
    case AST_EXPR_TRY: put_try(dump, expr); break;
    case AST_EXPR_THROW: put_around(dump, "throw", expr->operand.operand); break;
    case AST_EXPR_RETURN: put_around(dump, "return", expr->operand.operand); break;
    case AST_EXPR_BREAK: put_jump(dump, "break", expr); break;
    case AST_EXPR_CONTINUE: put_jump(dump, "continue", expr); break;
    case AST_EXPR_SPAWN: put_around(dump, "spawn", expr->operand.operand); break;
    case AST_EXPR_SCOPE: put_around(dump, "scope", expr->operand.operand); break;
    case AST_EXPR_SELECT: put_select(dump, expr); break;
    }
}

// ---------------------------------------------------------------------------------------------- statements

static void put_label(Dump *dump, AstName label) {
    if (!label.text)
        return;
    put_name(dump, label);
    put(dump, ": ");
}

static void put_stmt(Dump *dump, const AstStmt *stmt) {
    switch (stmt->kind) {
    case AST_STMT_ERROR: put(dump, "(error)"); break;
    case AST_STMT_EXPR: put_expr(dump, stmt->expr.value); break;
    case AST_STMT_DECL: put_decl(dump, stmt->decl.decl); break;
    case AST_STMT_ASSIGN:
        put(dump, "(");
        put(dump, stmt->assign.compound ? ast_binary_spelling(stmt->assign.operator) : "");
        put(dump, "= ");
        put_expr(dump, stmt->assign.target);
        put(dump, " ");
        put_expr(dump, stmt->assign.value);
        put(dump, ")");
        break;
    case AST_STMT_WHILE:
        put(dump, "(while ");
        put_label(dump, stmt->while_.label);
        put_condition(dump, stmt->while_.condition);
        put(dump, " ");
        put_expr(dump, stmt->while_.body);
        put(dump, ")");
        break;
    case AST_STMT_FOR:
        put(dump, "(for ");
        put_label(dump, stmt->for_.label);
        put_pattern(dump, stmt->for_.pattern);
        put(dump, " ");
        put_expr(dump, stmt->for_.iterable);
        put(dump, " ");
        put_expr(dump, stmt->for_.body);
        put(dump, ")");
        break;
    case AST_STMT_GUARD:
        put(dump, "(guard ");
        put_condition(dump, stmt->guard.condition);
        put(dump, " ");
        put_expr(dump, stmt->guard.else_body);
        put(dump, ")");
        break;
    case AST_STMT_DEFER: put_around(dump, "defer", stmt->defer.body); break;
    }
}

// -------------------------------------------------------------------------------------------- declarations

static void put_type_parameters(Dump *dump, const AstTypeParameter *parameters, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        put(dump, i ? " " : " <");
        put_name(dump, parameters[i].name);
        if (parameters[i].bound_count)
            put(dump, ":");
        put_types(dump, parameters[i].bounds, parameters[i].bound_count);
    }
    put(dump, count ? ">" : "");
}

static void put_head(Dump *dump, const AstDecl *decl) {
    for (uint32_t i = 0; i < decl->attribute_count; i++) {
        put(dump, "@");
        put_name(dump, decl->attributes[i].name);
        put_arguments(dump, decl->attributes[i].arguments, decl->attributes[i].argument_count);
        put(dump, " ");
    }
    for (int bit = 0; bit < AST_MODIFIER_COUNT; bit++) {
        if (!(decl->modifiers & 1u << bit))
            continue;
        put(dump, ast_modifier_spelling((AstModifier)(1u << bit)));
        put(dump, " ");
    }
}

static void put_members(Dump *dump, AstDecl *const *members, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        put(dump, " ");
        put_decl(dump, members[i]);
    }
}

static void put_import(Dump *dump, const AstDecl *decl) {
    put(dump, "(import ");
    put(dump, decl->import.relative && !decl->import.parents ? "./" : "");
    for (uint32_t i = 0; i < decl->import.parents; i++)
        put(dump, "../");
    for (uint32_t i = 0; i < decl->import.segment_count; i++) {
        put(dump, i ? (decl->import.relative ? "/" : ".") : "");
        put_name(dump, decl->import.segments[i]);
    }
    if (decl->import.alias.text) {
        put(dump, " as ");
        put_name(dump, decl->import.alias);
    }
    put(dump, ")");
}

static void put_typed_value(Dump *dump, const AstType *type, const AstExpr *value) {
    if (type) {
        put(dump, ": ");
        put_type(dump, type);
    }
    if (value) {
        put(dump, " ");
        put_expr(dump, value);
    }
    put(dump, ")");
}

static void put_binding(Dump *dump, const AstDecl *decl) {
    put(dump, "(");
    put_head(dump, decl);
    AstBindingKind kind = decl->binding.kind;
    put(dump, kind == AST_BINDING_LET ? "let " : kind == AST_BINDING_VAR ? "var " : "const ");
    put_pattern(dump, decl->binding.pattern);
    put_typed_value(dump, decl->binding.type, decl->binding.value);
}

static void put_field(Dump *dump, const AstDecl *decl) {
    put(dump, "(");
    put_head(dump, decl);
    AstBindingKind kind = decl->field.kind;
    put(dump, kind == AST_BINDING_LET ? "let " : kind == AST_BINDING_VAR ? "var " : "field ");
    put_name(dump, decl->name);
    put_typed_value(dump, decl->field.type, decl->field.value);
}

static void put_function(Dump *dump, const AstDecl *decl) {
    put(dump, "(");
    put_head(dump, decl);
    put(dump, decl->kind == AST_DECL_GETTER   ? "get "
              : decl->kind == AST_DECL_SETTER ? "set "
              : decl->kind == AST_DECL_INIT   ? ""
                                              : "fn ");
    put_name(dump, decl->name);
    put_type_parameters(dump, decl->function.type_parameters, decl->function.type_parameter_count);
    put(dump, " ");
    put_parameters(dump, decl->function.parameters, decl->function.parameter_count);
    put(dump, " ");
    put_type(dump, decl->function.result);
    if (decl->function.body) {
        put(dump, decl->function.has_arrow ? " => " : " ");
        put_expr(dump, decl->function.body);
    }
    put(dump, ")");
}

static void put_type_decl(Dump *dump, const AstDecl *decl) {
    put(dump, "(");
    put_head(dump, decl);
    put(dump, ast_decl_kind_name(decl->kind));
    put(dump, " ");
    put_name(dump, decl->name);
    put_type_parameters(dump, decl->type.type_parameters, decl->type.type_parameter_count);
    put(dump, decl->type.supertype_count ? " :" : "");
    put_types(dump, decl->type.supertypes, decl->type.supertype_count);
    put_members(dump, decl->type.members, decl->type.member_count);
    put(dump, ")");
}

static void put_variant(Dump *dump, const AstDecl *decl) {
    put(dump, "(case ");
    put_name(dump, decl->name);
    if (decl->variant.has_payload) {
        put(dump, " ");
        put_parameters(dump, decl->variant.fields, decl->variant.field_count);
    }
    put(dump, ")");
}

static void put_extend(Dump *dump, const AstDecl *decl) {
    put(dump, "(extend ");
    put_type(dump, decl->extend.target);
    put(dump, decl->extend.interface_count ? " :" : "");
    put_types(dump, decl->extend.interfaces, decl->extend.interface_count);
    put_members(dump, decl->extend.members, decl->extend.member_count);
    put(dump, ")");
}

static void put_decl(Dump *dump, const AstDecl *decl) {
    switch (decl->kind) {
    case AST_DECL_ERROR: put(dump, "(error)"); break;
    case AST_DECL_IMPORT: put_import(dump, decl); break;
    case AST_DECL_BINDING: put_binding(dump, decl); break;
    case AST_DECL_FIELD: put_field(dump, decl); break;
    case AST_DECL_FUNCTION:
    case AST_DECL_INIT:
    case AST_DECL_GETTER:
    case AST_DECL_SETTER: put_function(dump, decl); break;
    case AST_DECL_STRUCT:
    case AST_DECL_CLASS:
    case AST_DECL_ENUM:
    case AST_DECL_INTERFACE: put_type_decl(dump, decl); break;
    case AST_DECL_CASE: put_variant(dump, decl); break;
    case AST_DECL_EXTEND: put_extend(dump, decl); break;
    case AST_DECL_EXTERN:
        put(dump, "(extern ");
        put(dump, decl->extern_.library);
        put_members(dump, decl->extern_.members, decl->extern_.member_count);
        put(dump, ")");
        break;
    }
}

// ------------------------------------------------------------------------------------------------- entries

const char *ast_dump_module(Arena *arena, const AstModule *module) {
    Dump dump = {.arena = arena};
    put(&dump, "");
    for (uint32_t i = 0; i < module->item_count; i++) {
        put_stmt(&dump, module->items[i]);
        put(&dump, "\n");
    }
    return dump.text;
}
