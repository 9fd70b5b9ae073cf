// Declaring, step three: fields, cases, methods, statics and constants of types and extensions, and the
// signatures of module-level functions. Types that are written are resolved here; those that are left out
// stay to be inferred.
#include "compiler/declarations.h"

// Where the members of one type or extension are collected.
typedef struct MemberLists {
    Checker *checker;
    MemberSite site;
    const char *what; // "an enum", for messages
    Field *fields;
    uint32_t field_count;
    EnumCase *cases;
    uint32_t case_count;
    Function **methods, **inits;
    uint32_t method_count, init_count, method_capacity, init_capacity;
    Variable **statics;
    uint32_t static_count, static_capacity;
    NamedConstant **constants;
    uint32_t constant_count, constant_capacity;
} MemberLists;

static const char *const context_nouns[CONTEXT_COUNT] = {
    "a module", "a struct", "a class", "an enum", "an interface", "an extension",
};

bool declare_duplicate(Checker *checker, const char *what, const char *name, Span span, Span earlier) {
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_DUPLICATE_MEMBER, span, what, name, NULL);
    diagnostic_label(d, "declared again here");
    diagnostic_secondary(d, earlier, "first declared here");
    return false;
}

// --------------------------------------------------------------------------------------------------- members

static void add_field(MemberLists *lists, const AstDecl *ast, uint32_t modifiers) {
    Checker *checker = lists->checker;
    DeclContext context = lists->site.context;
    if (context != CONTEXT_STRUCT && context != CONTEXT_CLASS) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_FIELD_NOT_ALLOWED, ast->span,
                                       context_nouns[context], ast->name.text, NULL);
        diagnostic_label(d, "fields belong to structs and classes");
        if (context == CONTEXT_INTERFACE)
            diagnostic_help(d, "declare a property instead: `get %s: Type`", ast->name.text);
        else if (context == CONTEXT_EXTENSION)
            diagnostic_help(d, "compute it instead: `get %s: Type { ... }`", ast->name.text);
        return;
    }
    Field *field = &lists->fields[lists->field_count];
    field->index = lists->field_count++;
    field->name = ast->name.text;
    field->span = ast->name.span;
    field->owner = lists->site.owner;
    field->is_let = ast->field.kind == AST_BINDING_LET;
    field->is_private = modifiers & AST_MODIFIER_PRIVATE;
    field->has_default = ast->field.value != NULL;
    field->ast = ast;
    field->doc = ast->doc;
    field->count = modifiers_of_field(checker, field->owner, ast);
    if (ast->field.type)
        field->type = resolve_value_type(checker, &lists->site.scope, ast->field.type);
    else if (!ast->field.value)
        field->type = types_builtin(checker->types, TYPE_ERROR); // the parser has reported it
    if (field->type)
        field->state = SYMBOL_KNOWN;
}

static void check_static_type(Checker *checker, Variable *variable) {
    if (!variable->type || !variable->type->has_params)
        return;
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_GENERIC_STATIC, variable->span, variable->name, NULL);
    diagnostic_label(d, "has type `%s`", types_name(checker->types, variable->type));
    variable->type = types_builtin(checker->types, TYPE_ERROR);
}

static void add_static(MemberLists *lists, const AstDecl *ast, uint32_t modifiers) {
    Checker *checker = lists->checker;
    const Type *type = NULL;
    if (ast->field.type)
        type = resolve_value_type(checker, &lists->site.scope, ast->field.type);
    if (!ast->field.value) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_STATIC_WITHOUT_VALUE, ast->name.span,
                                       ast->name.text, NULL);
        diagnostic_label(d, "write `= value`");
        type = type ? type : types_builtin(checker->types, TYPE_ERROR);
    }
    Variable *variable = checker_new_variable(checker, VARIABLE_STATIC, ast->name.text, type, ast->name.span);
    variable->is_let = ast->field.kind == AST_BINDING_LET;
    variable->is_public = true;
    variable->is_private = modifiers & AST_MODIFIER_PRIVATE;
    variable->owner = lists->site.owner;
    variable->extension = lists->site.extension;
    variable->ast = ast;
    variable->doc = ast->doc;
    check_static_type(checker, variable);
    ARENA_PUSH(checker->arena, lists->statics, lists->static_count, lists->static_capacity, variable);
}

static void add_constant(MemberLists *lists, const AstDecl *ast, uint32_t modifiers) {
    Checker *checker = lists->checker;
    const AstPattern *pattern = ast->binding.pattern;
    if (!pattern || pattern->kind != AST_PATTERN_NAME || !pattern->name.name.text)
        return;
    AstName name = pattern->name.name;
    NamedConstant *constant = ARENA_NEW(checker->arena, NamedConstant);
    constant->name = name.text;
    constant->span = name.span;
    constant->is_public = true;
    constant->is_private = modifiers & AST_MODIFIER_PRIVATE;
    constant->owner = lists->site.owner;
    constant->extension = lists->site.extension;
    constant->module = checker->module;
    constant->ast = ast;
    constant->doc = ast->doc;
    if (!ast->binding.value) {
        constant->state = SYMBOL_KNOWN;
        constant->value.type = types_builtin(checker->types, TYPE_ERROR);
    }
    ARENA_PUSH(checker->arena, lists->constants, lists->constant_count, lists->constant_capacity, constant);
}

static void add_method(MemberLists *lists, AstDecl *ast) {
    Checker *checker = lists->checker;
    Function *method = declare_function(checker, &lists->site, ast);
    ast->info = method;
    ARENA_PUSH(checker->arena, lists->methods, lists->method_count, lists->method_capacity, method);
    const TypeDecl *owner = method->owner;
    if (!method->is_abstract || method->extension || owner->kind != COR_DEF_CLASS || owner->is_abstract)
        return;
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_ABSTRACT_IN_CONCRETE,
                       modifiers_span(ast, AST_MODIFIER_ABSTRACT), method->name, owner->name, NULL);
    diagnostic_label(d, "declared abstract");
    Span at = source_span(owner->ast->span.file, owner->ast->span.start, owner->ast->span.start);
    if (owner->ast->modifiers == 0)
        diagnostic_suggest(d, at, "abstract ", "make the class abstract");
}

static void add_init(MemberLists *lists, AstDecl *ast) {
    Checker *checker = lists->checker;
    if (lists->site.context != CONTEXT_STRUCT && lists->site.context != CONTEXT_CLASS) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_INIT_NOT_ALLOWED, ast->name.span,
                                       context_nouns[lists->site.context], NULL);
        diagnostic_label(d, "inits belong to structs and classes");
        return;
    }
    Function *init = declare_function(checker, &lists->site, ast);
    init->name = checker->declarations->init_name;
    ast->info = init;
    ARENA_PUSH(checker->arena, lists->inits, lists->init_count, lists->init_capacity, init);
}

static void add_case(MemberLists *lists, const AstDecl *ast) {
    Checker *checker = lists->checker;
    EnumCase *enum_case = &lists->cases[lists->case_count];
    enum_case->ordinal = lists->case_count++;
    enum_case->name = ast->name.text;
    enum_case->span = ast->name.span;
    enum_case->owner = lists->site.owner;
    enum_case->doc = ast->doc;
    enum_case->field_count = ast->variant.field_count;
    enum_case->fields = ARENA_ARRAY(checker->arena, Field, ast->variant.field_count);
    for (uint32_t i = 0; i < ast->variant.field_count; i++) {
        const AstParameter *from = &ast->variant.fields[i];
        Field *field = &enum_case->fields[i];
        *field = (Field){.name = from->name.text,
                         .owner = lists->site.owner,
                         .index = i,
                         .is_let = true,
                         .state = SYMBOL_KNOWN};
        field->span = from->span;
        field->type = from->type ? resolve_value_type(checker, &lists->site.scope, from->type)
                                 : types_builtin(checker->types, TYPE_ERROR);
        if (from->default_value) {
            Diagnostic *d =
                diagnostic_add(checker->sink, DIAGNOSTIC_PAYLOAD_DEFAULT, from->default_value->span, NULL);
            diagnostic_label(d, "remove the default");
        }
        for (uint32_t j = 0; j < i && i < 64 && field->name; j++) {
            if (enum_case->fields[j].name == field->name)
                declare_duplicate(checker, enum_case->name, field->name, field->span,
                                  enum_case->fields[j].span);
        }
    }
    lists->site.owner->has_payload |= enum_case->field_count > 0;
}

// Whether the host can have the member in a class of its own.
static bool can_be_host_member(const AstDecl *ast) {
    const uint32_t unwanted = AST_MODIFIER_OPEN | AST_MODIFIER_ABSTRACT | AST_MODIFIER_OVERRIDE;
    bool is_function =
        ast->kind == AST_DECL_FUNCTION || ast->kind == AST_DECL_GETTER || ast->kind == AST_DECL_SETTER;
    return ast->kind == AST_DECL_ERROR ||
           (is_function && (ast->modifiers & unwanted) == 0 && ast->function.type_parameter_count == 0);
}

static void add_member(MemberLists *lists, AstDecl *ast) {
    bool has_name = ast->name.text || ast->kind == AST_DECL_BINDING || ast->kind == AST_DECL_INIT;
    const TypeDecl *owner = lists->site.extension ? NULL : lists->site.owner;
    if (!has_name)
        return;
    if (owner && owner->is_host && !can_be_host_member(ast)) {
        declare_reject_extern(lists->checker, ast);
        return;
    }
    switch (ast->kind) {
    case AST_DECL_FUNCTION:
    case AST_DECL_GETTER:
    case AST_DECL_SETTER: add_method(lists, ast); return;
    case AST_DECL_INIT: add_init(lists, ast); return;
    default: break;
    }
    const bool is_field = ast->kind == AST_DECL_FIELD && !(ast->modifiers & AST_MODIFIER_STATIC);
    if (!is_field)
        modifiers_no_attributes(lists->checker, ast);
    uint32_t modifiers =
        ast->kind == AST_DECL_CASE ? 0 : modifiers_check(lists->checker, ast, lists->site.context);
    switch (ast->kind) {
    case AST_DECL_ERROR: break;
    case AST_DECL_CASE: add_case(lists, ast); break;
    case AST_DECL_FIELD:
        if (is_field)
            add_field(lists, ast, modifiers);
        else
            add_static(lists, ast, modifiers);
        break;
    case AST_DECL_BINDING: add_constant(lists, ast, modifiers); break;
    default: break; // the parser has reported it
    }
}

// ----------------------------------------------------------------------------------------- types, extensions

// A setter takes what its getter gives.
static void pair_setter(Checker *checker, Function *setter, Function *const *methods, uint32_t count) {
    const Function *getter = NULL;
    for (uint32_t i = 0; i < count; i++) {
        bool fits = methods[i]->kind == FUNCTION_GETTER && methods[i]->name == setter->name;
        if (fits && !methods[i]->self_type == !setter->self_type)
            getter = methods[i];
    }
    const Type *error = types_builtin(checker->types, TYPE_ERROR);
    if (!getter) {
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_SETTER_ALONE, setter->span, setter->name, NULL);
        diagnostic_label(d, "there is no `get %s: Type` here", setter->name);
    }
    if (setter->parameter_count == 0)
        return;
    const Type *type = getter && getter->result ? getter->result : error;
    Parameter *value = &setter->parameters[0];
    if (!value->type) {
        value->type = type;
    } else if (value->type != type && value->type->kind != TYPE_ERROR && type->kind != TYPE_ERROR) {
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_SETTER_TYPE, value->span, setter->name,
                           types_name(checker->types, value->type), types_name(checker->types, type), NULL);
        diagnostic_label(d, "expected `%s`", types_name(checker->types, type));
        diagnostic_secondary(d, getter->span, "the getter is here");
    }
}

static void collect_members(MemberLists *lists, AstDecl *const *members, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        add_member(lists, members[i]);
    for (uint32_t i = 0; i < lists->method_count; i++) {
        if (lists->methods[i]->kind == FUNCTION_SETTER)
            pair_setter(lists->checker, lists->methods[i], lists->methods, lists->method_count);
    }
}

static void declare_type_members(Checker *checker, TypeDecl *decl) {
    const AstDecl *ast = decl->ast;
    MemberLists lists = {.checker = checker};
    lists.site = (MemberSite){.context = declare_context(decl), .owner = decl};
    lists.site.scope = (TypeScope){decl->type_params, decl->type_param_count, decl->self_type};
    uint32_t fields = 0, cases = 0;
    for (uint32_t i = 0; i < ast->type.member_count; i++) {
        fields += ast->type.members[i]->kind == AST_DECL_FIELD;
        cases += ast->type.members[i]->kind == AST_DECL_CASE;
    }
    // Filled in place, so that the type can be looked at while its members are being declared.
    lists.fields = decl->fields = ARENA_ARRAY(checker->arena, Field, fields);
    lists.cases = decl->cases = ARENA_ARRAY(checker->arena, EnumCase, cases);
    collect_members(&lists, ast->type.members, ast->type.member_count);
    decl->field_count = lists.field_count;
    decl->case_count = lists.case_count;
    decl->methods = lists.methods;
    decl->method_count = lists.method_count;
    decl->inits = lists.inits;
    decl->init_count = lists.init_count;
    decl->statics = lists.statics;
    decl->static_count = lists.static_count;
    decl->constants = lists.constants;
    decl->constant_count = lists.constant_count;
    if (decl->kind == COR_DEF_ENUM && cases == 0) {
        Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_EMPTY_ENUM, decl->span, decl->name, NULL);
        diagnostic_label(d, "add a case");
    }
}

static void declare_extension_members(Checker *checker, Extension *extension) {
    const AstDecl *ast = extension->ast;
    const Type *target = extension->target;
    MemberLists lists = {.checker = checker};
    lists.site = (MemberSite){.context = CONTEXT_EXTENSION, .extension = extension};
    lists.site.owner = target->kind == TYPE_NAMED ? target->decl : NULL;
    lists.site.scope = (TypeScope){extension->type_params, extension->type_param_count, target};
    collect_members(&lists, ast->extend.members, ast->extend.member_count);
    extension->methods = lists.methods;
    extension->method_count = lists.method_count;
    extension->statics = lists.statics;
    extension->static_count = lists.static_count;
    extension->constants = lists.constants;
    extension->constant_count = lists.constant_count;
}

static void declare_signatures(Checker *checker) {
    MemberSite site = {.context = CONTEXT_MODULE};
    ModuleSymbol *module = checker->module;
    uint32_t count = module->function_count;
    for (uint32_t i = 0; i < count; i++) {
        Function *function = module->functions[i];
        if (function->kind == FUNCTION_PLAIN && function->ast)
            signature_fill(checker, function, &site, function->ast);
    }
}

void declare_members(Checker *checker, const AstModule *ast) {
    (void)ast;
    ModuleSymbol *module = checker->module;
    for (uint32_t i = 0; i < module->type_count; i++)
        declare_type_members(checker, module->types[i]);
    for (uint32_t i = 0; i < module->extension_count; i++)
        declare_extension_members(checker, module->extensions[i]);
    declare_signatures(checker);
    for (uint32_t i = 0; i < module->type_count; i++)
        if (module->types[i]->is_c)
            foreign_check_struct(checker, module->types[i]);
    for (uint32_t i = 0; i < module->extension_count; i++)
        members_index_extension(checker, module->extensions[i]);
    for (uint32_t i = 0; i < module->type_count; i++) {
        derive_methods(checker, module->types[i]);
        derive_init(checker, module->types[i]);
        members_index_type(checker, module->types[i]);
    }
    for (uint32_t i = 0; i < module->type_count; i++)
        derive_parameter_types(checker, module->types[i]);
}
