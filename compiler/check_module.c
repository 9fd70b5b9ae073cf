// The module initialiser: statics, top-level variables and, in a script, statements, in source order.
//
// Its body holds one TREE_LET for every static and top-level variable with an initial value. Statics whose value
// is a constant come first, so that code may use them before the type's declaration has been passed; the others
// stand where their type stands. A top-level variable that is private and that no function mentions is a local of
// the initialiser. That is known here, because all functions have been checked before.
#include "compiler/check.h"

#include <string.h>

// ------------------------------------------------------------------------------------------------- statics

typedef struct StaticInit {
    Variable *variable;
    TreeExpr *value;
    const void *place; // the AstDecl of the type or extension it stands in
    bool is_constant;
} StaticInit;

typedef struct StaticList {
    StaticInit *items;
    uint32_t count, capacity;
} StaticList;

static void check_static(Body *b, Variable *variable, const void *place, StaticList *out) {
    const AstExpr *ast =
        variable->ast && variable->ast->kind == AST_DECL_FIELD ? variable->ast->field.value : NULL;
    if (!ast)
        return;
    Function *hidden = checker_new_function(b->checker, FUNCTION_DEFAULT, variable->name, variable->span);
    hidden->owner = variable->owner;
    hidden->extension = variable->extension;
    Context context = {.result = variable->type};
    check_context_enter(b, &context, hidden);
    b->flow = flow_start();
    TreeExpr *value = check_value(b, ast, variable->type);
    check_context_leave(b, &context);
    StaticInit item = {variable, value, place, value->kind == TREE_CONSTANT || value->kind == TREE_NULL};
    ARENA_PUSH(b->arena, out->items, out->count, out->capacity, item);
}

static void check_statics(Body *b, StaticList *out) {
    const ModuleSymbol *module = b->checker->module;
    for (uint32_t i = 0; i < module->type_count; i++)
        for (uint32_t k = 0; k < module->types[i]->static_count; k++)
            check_static(b, module->types[i]->statics[k], module->types[i]->ast, out);
    for (uint32_t i = 0; i < module->extension_count; i++)
        for (uint32_t k = 0; k < module->extensions[i]->static_count; k++)
            check_static(b, module->extensions[i]->statics[k], module->extensions[i]->ast, out);
}

static void check_emit_static(Body *b, const StaticInit *item, TreeList *out) {
    item->variable->initializer = item->value;
    check_append(b, out, check_let_tree(b, item->variable, item->value, item->variable->span));
}

// --------------------------------------------------------------------------------------- top-level variables

// The most variables that become locals: a function has only so many registers.
enum { MOST_LOCALS = 4096 };

// Private variables that no function mentions become locals of the initialiser.
static void check_place_globals(Body *b, Function *init) {
    ModuleSymbol *module = b->checker->module;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < module->global_count; i++) {
        Variable *variable = module->globals[i];
        VariableInfo *info = check_info(b, variable);
        if (variable->is_public || info->mentioned_by_function || i - kept >= MOST_LOCALS) {
            module->globals[kept++] = variable;
            continue;
        }
        variable->kind = VARIABLE_LOCAL;
        variable->function = init;
        info->closure_assigned =
            check_names_contain(b->context->closure_names, b->context->closure_name_count, variable->name);
        ARENA_PUSH(b->arena, b->context->variables, b->context->variable_count, b->context->variable_capacity,
                   variable);
    }
    module->global_count = kept;
}

static void check_item(Body *b, const AstStmt *item, const StaticList *statics, TreeList *out) {
    if (item->kind != AST_STMT_DECL) {
        check_statement(b, item, out);
        return;
    }
    const AstDecl *decl = item->decl.decl;
    if (decl->kind == AST_DECL_BINDING) {
        if (decl->binding.kind == AST_BINDING_CONST)
            return;
        b->module_level = true;
        check_binding(b, decl, out);
        b->module_level = false;
        return;
    }
    for (uint32_t i = 0; i < statics->count; i++)
        if (statics->items[i].place == decl && !statics->items[i].is_constant)
            check_emit_static(b, &statics->items[i], out);
}

// -------------------------------------------------------------------------------------------- the initialiser

void check_module_initializer(Checker *checker, const AstModule *ast) {
    Body *b = check_body(checker);
    b->errors_before = checker->sink->error_count;
    StaticList statics = {0};
    check_statics(b, &statics);

    Span span = {ast->file->id, 0, 0};
    Function *init =
        checker_new_function(checker, FUNCTION_MODULE_INIT, intern_string(checker->names, "init"), span);
    init->result = check_builtin(b, TYPE_VOID);
    init->state = SYMBOL_KNOWN;
    NameSet names = check_closure_assigned_items(b, ast->items, ast->item_count);
    Context context = {
        .result = init->result, .closure_names = names.names, .closure_name_count = names.count};
    check_context_enter(b, &context, init);
    b->flow = flow_start();
    check_place_globals(b, init);
    uint32_t mark = check_scope_open(b);
    TreeList body = {0};
    for (uint32_t i = 0; i < statics.count; i++)
        if (statics.items[i].is_constant)
            check_emit_static(b, &statics.items[i], &body);
    for (uint32_t i = 0; i < ast->item_count; i++)
        check_item(b, ast->items[i], &statics, &body);
    check_scope_close(b, mark);
    check_context_leave(b, &context);
    if (!body.count)
        return;
    init->body = check_block_tree(b, body.items, body.count, NULL, span);
    if (b->flow.dead)
        init->body->type = check_builtin(b, TYPE_NEVER);
    checker->module->initializer = init;
}
