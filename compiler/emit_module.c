// The entities of a module: types, definitions, functions, globals, conformances, and what it declares of
// its imports.
//
// An imported definition declares only what this module relies on: its header, the fields that code touches,
// all fields
// of a struct and all cases of an enum. Handles are made on first mention, in the order of the tree, so the
// output is reproducible.
#include "compiler/emit.h"

#include <string.h>

static const TypeDecl *decl_of_owner(const Function *function) {
    return function->owner;
}

const Function *emit_generic_context(const Function *function) {
    while (function->kind == FUNCTION_LAMBDA && function->enclosing)
        function = function->enclosing;
    return function;
}

// -------------------------------------------------------------------------------------------------- types

static CorTypeKind bytecode_kind(TypeKind kind) {
    switch (kind) {
    case TYPE_VOID: return COR_TYPE_VOID;
    case TYPE_NEVER: return COR_TYPE_NEVER;
    case TYPE_BOOL: return COR_TYPE_BOOL;
    case TYPE_I8: return COR_TYPE_I8;
    case TYPE_I16: return COR_TYPE_I16;
    case TYPE_I32: return COR_TYPE_I32;
    case TYPE_I64: return COR_TYPE_I64;
    case TYPE_U8: return COR_TYPE_U8;
    case TYPE_U16: return COR_TYPE_U16;
    case TYPE_U32: return COR_TYPE_U32;
    case TYPE_U64: return COR_TYPE_U64;
    case TYPE_F32: return COR_TYPE_F32;
    case TYPE_F64: return COR_TYPE_F64;
    case TYPE_CHAR: return COR_TYPE_CHAR;
    case TYPE_STRING: return COR_TYPE_STRING;
    case TYPE_OPTIONAL: return COR_TYPE_OPTIONAL;
    case TYPE_ARRAY: return COR_TYPE_ARRAY;
    case TYPE_TUPLE: return COR_TYPE_TUPLE;
    case TYPE_FUNCTION: return COR_TYPE_FUNCTION;
    case TYPE_NAMED: return COR_TYPE_NAMED;
    case TYPE_PARAM: return COR_TYPE_PARAM;
    default: return COR_TYPE_ANY;
    }
}

static uint32_t *type_list(Emitter *e, const Type *const *types, uint32_t count) {
    uint32_t *list = ARENA_ARRAY(e->arena, uint32_t, count + 1);
    for (uint32_t i = 0; i < count; i++)
        list[i] = emit_type(e, types[i]);
    return list;
}

uint32_t emit_type(Emitter *e, const Type *type) {
    uint64_t known;
    if (pointer_map_get(&e->types, type, &known))
        return (uint32_t)known;
    uint32_t *args = type_list(e, type->args, type->arg_count);
    uint32_t index = 0;
    if (type->kind == TYPE_NAMED)
        index = emit_definition(e, type->decl);
    if (type->kind == TYPE_PARAM)
        index = type->parameter->index;
    uint32_t result = cor_builder_type(e->builder, bytecode_kind(type->kind), index, args, type->arg_count);
    pointer_map_set(&e->types, e->arena, type, result);
    return result;
}

CorTypeParam *emit_type_params(Emitter *e, TypeParameter *const *params, uint32_t count) {
    CorTypeParam *out = ARENA_ARRAY(e->arena, CorTypeParam, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        out[i].name = cor_builder_text(e->builder, params[i]->name);
        out[i].bound_count = params[i]->bound_count;
        out[i].bounds = type_list(e, params[i]->bounds, params[i]->bound_count);
    }
    return out;
}

// The name of another module that something is imported from; a module reached through others becomes an
// import too.
static uint32_t origin_of(Emitter *e, const ModuleSymbol *module) {
    uint32_t name = cor_builder_text(e->builder, module->name);
    cor_builder_add_import(e->builder, name, module->hash);
    return name;
}

// -------------------------------------------------------------------------------------------- definitions

// The documentation of what `module` declares; what is imported has it there.
static uint32_t doc_text(Emitter *e, const ModuleSymbol *module, const char *doc) {
    return module == e->module ? cor_builder_text(e->builder, doc) : 0;
}

static CorField make_field(Emitter *e, const Field *field) {
    CorField out = {.name = cor_builder_text(e->builder, field->name), .type = emit_type(e, field->type)};
    out.flags = (field->is_let ? 0u : COR_FIELD_VAR) | (field->is_private ? COR_FIELD_PRIVATE : 0u) |
                (field->has_default ? COR_FIELD_HAS_DEFAULT : 0u) | field->count << COR_FIELD_COUNT_SHIFT;
    return out;
}

static void fill_cases(Emitter *e, CorDefinition *out, const TypeDecl *decl) {
    CorCase *cases = ARENA_ARRAY(e->arena, CorCase, decl->case_count + 1);
    for (uint32_t i = 0; i < decl->case_count; i++) {
        const EnumCase *from = &decl->cases[i];
        CorField *fields = ARENA_ARRAY(e->arena, CorField, from->field_count + 1);
        for (uint32_t k = 0; k < from->field_count; k++) {
            fields[k] = make_field(e, &from->fields[k]);
            fields[k].flags = 0;
        }
        cases[i] = (CorCase){cor_builder_text(e->builder, from->name), from->field_count, fields,
                             doc_text(e, decl->module, from->doc)};
    }
    out->case_count = decl->case_count;
    out->cases = cases;
}

static void fill_definition(Emitter *e, CorDefinition *out, const TypeDecl *decl) {
    out->kind = decl->kind;
    out->name = cor_builder_text(e->builder, decl->name);
    out->flags = (decl->is_public ? COR_DEF_PUBLIC : 0u) | (decl->is_open ? COR_DEF_OPEN : 0u) |
                 (decl->is_abstract ? COR_DEF_ABSTRACT : 0u) | (decl->is_host ? COR_DEF_HOST : 0u);
    out->param_count = decl->type_param_count;
    out->params = emit_type_params(e, decl->type_params, decl->type_param_count);
    out->super = decl->super ? emit_type(e, decl->super) : COR_NONE;
    out->interface_count = decl->interface_count;
    out->interfaces = type_list(e, decl->interfaces, decl->interface_count);
    fill_cases(e, out, decl);
    out->doc = doc_text(e, decl->module, decl->doc);
}

static void fill_own_fields(Emitter *e, CorDefinition *out, const TypeDecl *decl) {
    CorField *fields = ARENA_ARRAY(e->arena, CorField, decl->field_count + 1);
    for (uint32_t i = 0; i < decl->field_count; i++) {
        fields[i] = make_field(e, &decl->fields[i]);
        fields[i].doc = cor_builder_text(e->builder, decl->fields[i].doc);
    }
    out->field_count = decl->field_count;
    out->fields = fields;
}

static uint32_t import_definition(Emitter *e, TypeDecl *decl) {
    uint32_t module = origin_of(e, decl->module);
    uint32_t handle = cor_builder_add_definition(e->builder, module);
    pointer_map_set(&e->definitions, e->arena, decl, handle);
    ImportedDefinition *import = ARENA_NEW(e->arena, ImportedDefinition);
    *import = (ImportedDefinition){.decl = decl, .handle = handle};
    import->field_index = ARENA_ARRAY(e->arena, uint32_t, decl->field_count + 1);
    for (uint32_t i = 0; i < decl->field_count; i++)
        import->field_index[i] = COR_NONE;
    import->fields = ARENA_ARRAY(e->arena, CorField, decl->field_count + 1);
    ARENA_PUSH(e->arena, e->imports, e->import_count, e->import_capacity, import);
    pointer_map_set(&e->imported, e->arena, decl, e->import_count - 1);
    fill_definition(e, cor_builder_definition(e->builder, handle), decl);
    if (decl->kind == COR_DEF_STRUCT) { // a value's whole shape is relied on
        for (uint32_t i = 0; i < decl->field_count; i++)
            emit_field_index(e, &decl->fields[i]);
    }
    return handle;
}

uint32_t emit_definition(Emitter *e, TypeDecl *decl) {
    uint64_t known;
    if (pointer_map_get(&e->definitions, decl, &known))
        return (uint32_t)known;
    if (decl->module != e->module)
        return import_definition(e, decl);
    uint32_t handle = cor_builder_add_definition(e->builder, COR_NONE);
    pointer_map_set(&e->definitions, e->arena, decl, handle);
    return handle;
}

uint32_t emit_field_index(Emitter *e, const Field *field) {
    uint64_t known;
    emit_definition(e, field->owner);
    if (!pointer_map_get(&e->imported, field->owner, &known))
        return field->index;
    ImportedDefinition *import = e->imports[known];
    if (import->field_index[field->index] == COR_NONE) {
        CorField made = make_field(e, field);
        import->field_index[field->index] = import->field_count;
        import->fields[import->field_count++] = made;
    }
    return import->field_index[field->index];
}

// ---------------------------------------------------------------------------------------------- functions

static bool takes_self(const Function *function) {
    switch (function->kind) {
    case FUNCTION_METHOD:
    case FUNCTION_GETTER:
    case FUNCTION_SETTER: return function->self_type != NULL;
    case FUNCTION_INIT: return function->owner && function->owner->kind == COR_DEF_CLASS;
    default: return false;
    }
}

static bool is_virtual(const Function *function) {
    if (!takes_self(function) || function->kind == FUNCTION_INIT || !function->owner || function->extension)
        return false;
    if (function->owner->kind == COR_DEF_INTERFACE)
        return true;
    return function->owner->kind == COR_DEF_CLASS &&
           (function->is_open || function->is_abstract || function->is_override);
}

static uint32_t kind_flags(const Function *function) {
    switch (function->kind) {
    case FUNCTION_INIT:
        return function->owner->kind == COR_DEF_CLASS ? COR_FN_INIT : COR_FN_STRUCT_INIT | COR_FN_STATIC;
    case FUNCTION_GETTER: return COR_FN_GETTER | (takes_self(function) ? 0u : COR_FN_STATIC);
    case FUNCTION_SETTER: return COR_FN_SETTER | (takes_self(function) ? 0u : COR_FN_STATIC);
    case FUNCTION_LAMBDA: return COR_FN_LAMBDA;
    case FUNCTION_STATIC: return COR_FN_STATIC;
    case FUNCTION_DEFAULT:
        return COR_FN_PUBLIC | (function->owner || function->extension ? COR_FN_STATIC : 0u);
    default: return 0;
    }
}

static uint32_t function_flags(const Function *function) {
    uint32_t flags = kind_flags(function);
    if (takes_self(function) && function->kind != FUNCTION_INIT)
        flags |= COR_FN_METHOD;
    if (function->is_public || function->is_test)
        flags |= COR_FN_PUBLIC;
    if (function->is_private)
        flags |= COR_FN_PRIVATE;
    if (is_virtual(function))
        flags |= COR_FN_VIRTUAL;
    if (function->is_abstract && !function->is_default_method)
        flags |= COR_FN_ABSTRACT;
    if (function->is_override && is_virtual(function))
        flags |= COR_FN_OVERRIDE;
    if (function->is_mut)
        flags |= COR_FN_MUT;
    if (function->is_operator)
        flags |= COR_FN_OPERATOR;
    if (function->is_hidden)
        flags |= COR_FN_HIDDEN;
    if (function->is_derived)
        flags |= COR_FN_DERIVED;
    if (function->intrinsic)
        flags |= COR_FN_INTRINSIC;
    if (function->syscall)
        flags |= COR_FN_SYSCALL;
    if (function->is_host)
        flags |= COR_FN_HOST;
    if (function->foreign)
        flags |= COR_FN_FOREIGN;
    return flags;
}

// What a call of the function yields in bytecode: a struct's constructor its struct, a mut method self too.
static uint32_t result_type(Emitter *e, const Function *function) {
    TypeTable *types = e->checker->types;
    if (function->kind == FUNCTION_INIT)
        return function->owner->kind == COR_DEF_CLASS ? cor_builder_plain_type(e->builder, COR_TYPE_VOID)
                                                      : emit_type(e, function->owner->self_type);
    if (!function->is_mut)
        return function->result ? emit_type(e, function->result)
                                : cor_builder_plain_type(e->builder, COR_TYPE_VOID);
    if (!function->result || function->result->kind == TYPE_VOID || function->result->kind == TYPE_NEVER)
        return emit_type(e, function->self_type);
    const Type *both[] = {function->self_type, function->result};
    return emit_type(e, types_tuple(types, both, 2));
}

static void fill_parameters(Emitter *e, CorFunction *out, const Function *function) {
    uint32_t self = takes_self(function) ? 1 : 0;
    CorParameter *parameters = ARENA_ARRAY(e->arena, CorParameter, function->parameter_count + 1);
    if (self) {
        const Type *type = function->kind == FUNCTION_INIT ? function->owner->self_type : function->self_type;
        parameters[0] = (CorParameter){cor_builder_text(e->builder, "self"), emit_type(e, type), COR_NONE};
    }
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        const Parameter *from = &function->parameters[i];
        uint32_t by_default = from->default_function ? emit_function(e, from->default_function) : COR_NONE;
        parameters[self + i] =
            (CorParameter){cor_builder_text(e->builder, from->name), emit_type(e, from->type), by_default};
    }
    out->parameter_count = self + function->parameter_count;
    out->parameters = parameters;
}

static const char *bytecode_name(const Function *function) {
    if (function->kind == FUNCTION_LAMBDA)
        return function->name ? function->name : "lambda";
    return function->name;
}

// What the host knows the function as: "play", "Sprite.move", and, to set a property, "Sprite.x=".
static const char *host_name(Emitter *e, const Function *function) {
    const char *suffix = function->kind == FUNCTION_SETTER ? "=" : "";
    if (!function->owner)
        return function->name;
    return arena_printf(e->arena, "%s.%s%s", function->owner->name, function->name, suffix);
}

// Of a function without code that the VM has, or the host; else NULL.
static const char *leaf_name(Emitter *e, const Function *function) {
    const ForeignFunction *foreign = function->foreign;
    if (!foreign)
        return function->intrinsic ? function->intrinsic
               : function->is_host ? host_name(e, function)
                                   : function->syscall;
    if (foreign->is_variadic)
        return arena_printf(e->arena, "%s!%s,%u", foreign->library, foreign->symbol, foreign->fixed);
    return arena_printf(e->arena, "%s!%s", foreign->library, foreign->symbol);
}

static void fill_function(Emitter *e, uint32_t handle, Function *function) {
    const Function *generic = emit_generic_context(function);
    CorFunction *out = cor_builder_function(e->builder, handle);
    out->name = cor_builder_text(e->builder, bytecode_name(function));
    out->flags = function_flags(function);
    const TypeDecl *owner = decl_of_owner(generic);
    out->owner = owner && !generic->extension ? emit_definition(e, (TypeDecl *)(uintptr_t)owner) : COR_NONE;
    if (generic->extension) {
        out->extends = emit_type(e, generic->extension->target);
        if (owner)
            out->owner = emit_definition(e, (TypeDecl *)(uintptr_t)owner);
    }
    out->param_count = generic->type_param_count;
    out->params = emit_type_params(e, generic->type_params, generic->type_param_count);
    out->own_param_start = generic->own_type_param_start;
    out->result = result_type(e, function);
    out->intrinsic = cor_builder_text(e->builder, leaf_name(e, function));
    out->doc = doc_text(e, function->module, function->doc);
    fill_parameters(e, out, function);
}

static bool has_code(const Function *function) {
    return function->body || function->is_derived || (function->is_memberwise && !function->body);
}

uint32_t emit_function(Emitter *e, Function *function) {
    uint64_t known;
    if (pointer_map_get(&e->functions, function, &known))
        return (uint32_t)known;
    bool own = function->module == e->module;
    uint32_t module = own ? COR_NONE : origin_of(e, function->module);
    uint32_t handle = cor_builder_add_function(e->builder, module);
    pointer_map_set(&e->functions, e->arena, function, handle);
    fill_function(e, handle, function);
    if (own && function->is_override && is_virtual(function) && function->overrides)
        emit_function(e, function->overrides); // a module declares what it relies on
    if (own && has_code(function))
        ARENA_PUSH(e->arena, e->pending, e->pending_count, e->pending_capacity, function);
    return handle;
}

uint32_t emit_function_ref(Emitter *e, Function *function, const Type *const *type_args, uint32_t count) {
    uint32_t handle = emit_function(e, function);
    return cor_builder_function_ref(e->builder, handle, type_list(e, type_args, count), count);
}

// ------------------------------------------------------------------------------------ globals, constants

uint32_t emit_global(Emitter *e, Variable *variable) {
    uint64_t known;
    if (pointer_map_get(&e->globals, variable, &known))
        return (uint32_t)known;
    bool own = variable->module == e->module;
    uint32_t handle = cor_builder_add_global(e->builder, own ? COR_NONE : origin_of(e, variable->module));
    pointer_map_set(&e->globals, e->arena, variable, handle);
    CorGlobal *out = cor_builder_global(e->builder, handle);
    out->name = cor_builder_text(e->builder, variable->name);
    out->type = emit_type(e, variable->type);
    out->flags = (variable->is_let ? 0u : COR_GLOBAL_VAR) | (variable->is_public ? COR_GLOBAL_PUBLIC : 0u) |
                 (variable->kind == VARIABLE_STATIC ? COR_GLOBAL_STATIC : 0u);
    if (variable->owner)
        out->owner = emit_definition(e, variable->owner);
    if (variable->extension)
        out->extends = emit_type(e, variable->extension->target);
    out->doc = doc_text(e, variable->module, variable->doc);
    return handle;
}

static uint32_t pool_constant(Emitter *e, const Constant *constant) {
    uint32_t type = emit_type(e, constant->type);
    if (constant->type->kind == TYPE_STRING)
        return cor_builder_constant_string(
            e->builder, type,
            cor_builder_string(e->builder, constant->string.bytes, constant->string.length));
    uint64_t bits = (uint64_t)constant->integer;
    if (constant->type->kind == TYPE_F64)
        memcpy(&bits, &constant->real, sizeof bits);
    if (constant->type->kind == TYPE_F32) {
        float narrow = (float)constant->real;
        uint32_t narrow_bits;
        memcpy(&narrow_bits, &narrow, sizeof narrow_bits);
        bits = narrow_bits;
    }
    return cor_builder_constant(e->builder, type, bits);
}

static void add_constant(Emitter *e, const NamedConstant *constant) {
    if (!constant->value.type || constant->value.type->has_error)
        return;
    CorNamedConstant out = {.name = cor_builder_text(e->builder, constant->name),
                            .constant = pool_constant(e, &constant->value)};
    out.flags = (constant->is_public ? COR_GLOBAL_PUBLIC : 0u) |
                (constant->owner || constant->extension ? COR_GLOBAL_STATIC : 0u);
    out.owner = constant->owner ? emit_definition(e, constant->owner) : COR_NONE;
    out.extends = constant->extension ? emit_type(e, constant->extension->target) : COR_NONE;
    out.doc = cor_builder_text(e->builder, constant->doc);
    cor_builder_add_named_constant(e->builder, out);
}

static void add_conformance(Emitter *e, const Conformance *from) {
    const TypeDecl *interface = from->interface->decl; // all its methods are declared, in its order
    for (uint32_t i = 0; i < interface->method_count; i++)
        emit_function(e, interface->methods[i]);
    uint32_t *methods = ARENA_ARRAY(e->arena, uint32_t, from->method_count + 1);
    for (uint32_t i = 0; i < from->method_count; i++)
        methods[i] = from->methods[i] ? emit_function(e, from->methods[i]) : COR_NONE;
    CorConformance out = {.param_count = from->type_param_count,
                          .params = emit_type_params(e, from->type_params, from->type_param_count),
                          .type = emit_type(e, from->type),
                          .interface = emit_type(e, from->interface),
                          .method_count = from->method_count,
                          .methods = methods};
    cor_builder_add_conformance(e->builder, out);
}

// Numbers, characters and texts have the core interfaces by themselves: nothing has to be declared.
static bool is_built_in(const Emitter *e, const Conformance *conformance) {
    const CoreTypes *core = &e->checker->core;
    const TypeDecl *interface = conformance->interface->decl;
    const Type *type = conformance->type;
    if (type->kind == TYPE_BOOL)
        return interface == core->Equatable || interface == core->Hashable || interface == core->Printable;
    return (type_is_number(type) || type->kind == TYPE_CHAR || type->kind == TYPE_STRING) &&
           (interface == core->Equatable || interface == core->Hashable || interface == core->Comparable ||
            interface == core->Printable);
}

static bool is_mentioned(const Emitter *e, const Type *type) {
    uint64_t handle;
    return type->kind != TYPE_NAMED || pointer_map_get(&e->definitions, type->decl, &handle);
}

// What other modules' extensions add to types that this module mentions: it may rely on any of it.
static void import_conformances(Emitter *e) {
    const Checker *checker = e->checker;
    for (uint32_t i = 0; i < checker->loaded_count; i++) {
        const ModuleSymbol *module = checker->loaded[i];
        for (uint32_t k = 0; module != e->module && k < module->extension_count; k++) {
            const Extension *extension = module->extensions[k];
            for (uint32_t n = 0; n < extension->conformance_count; n++) {
                const Conformance *from = extension->conformances[n];
                if (!is_mentioned(e, from->type) || !is_mentioned(e, from->interface) || is_built_in(e, from))
                    continue;
                CorConformance out = {.module = origin_of(e, module),
                                      .param_count = from->type_param_count,
                                      .params =
                                          emit_type_params(e, from->type_params, from->type_param_count),
                                      .type = emit_type(e, from->type),
                                      .interface = emit_type(e, from->interface)};
                cor_builder_add_conformance(e->builder, out);
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------- module

static void add_types(Emitter *e) {
    const ModuleSymbol *module = e->module;
    for (uint32_t i = 0; i < module->type_count; i++)
        emit_definition(e, module->types[i]);
    for (uint32_t i = 0; i < module->type_count; i++) {
        TypeDecl *decl = module->types[i];
        CorDefinition *out = cor_builder_definition(e->builder, emit_definition(e, decl));
        fill_definition(e, out, decl);
        fill_own_fields(e, out, decl);
    }
}

static void add_members(Emitter *e, const TypeDecl *decl) {
    for (uint32_t i = 0; i < decl->method_count; i++)
        emit_function(e, decl->methods[i]);
    for (uint32_t i = 0; i < decl->init_count; i++)
        emit_function(e, decl->inits[i]);
    for (uint32_t i = 0; i < decl->static_count; i++)
        emit_global(e, decl->statics[i]);
    for (uint32_t i = 0; i < decl->constant_count; i++)
        add_constant(e, decl->constants[i]);
}

static void add_extension(Emitter *e, const Extension *extension) {
    for (uint32_t i = 0; i < extension->method_count; i++)
        emit_function(e, extension->methods[i]);
    for (uint32_t i = 0; i < extension->static_count; i++)
        emit_global(e, extension->statics[i]);
    for (uint32_t i = 0; i < extension->constant_count; i++)
        add_constant(e, extension->constants[i]);
}

static void add_entities(Emitter *e) {
    const ModuleSymbol *module = e->module;
    add_types(e);
    for (uint32_t i = 0; i < module->type_count; i++)
        add_members(e, module->types[i]);
    for (uint32_t i = 0; i < module->function_count; i++)
        if (module->functions[i]->kind != FUNCTION_LAMBDA)
            emit_function(e, module->functions[i]);
    for (uint32_t i = 0; i < module->global_count; i++)
        emit_global(e, module->globals[i]);
    for (uint32_t i = 0; i < module->constant_count; i++)
        add_constant(e, module->constants[i]);
    for (uint32_t i = 0; i < module->extension_count; i++)
        add_extension(e, module->extensions[i]);
    for (uint32_t i = 0; i < module->type_count; i++)
        for (uint32_t k = 0; k < module->types[i]->conformance_count; k++)
            add_conformance(e, module->types[i]->conformances[k]);
    for (uint32_t i = 0; i < module->extension_count; i++)
        for (uint32_t k = 0; k < module->extensions[i]->conformance_count; k++)
            add_conformance(e, module->extensions[i]->conformances[k]);
}

static void emit_pending(Emitter *e) {
    while (e->pending_done < e->pending_count)
        emit_function_code(e, e->pending[e->pending_done++]);
}

static void finish_imports(Emitter *e) {
    for (uint32_t i = 0; i < e->import_count; i++) {
        CorDefinition *out = cor_builder_definition(e->builder, e->imports[i]->handle);
        out->field_count = e->imports[i]->field_count;
        out->fields = e->imports[i]->fields;
    }
}

CorModule *emitter_emit(Checker *checker, ModuleSymbol *module, bool with_debug, CorBuilder *builder) {
    Emitter e = {
        .checker = checker,
        .arena = checker->arena,
        .scratch = checker->scratch,
        .module = module,
        .with_debug = with_debug,
        .builder = builder,
    };
    for (uint32_t i = 0; i < module->import_count; i++) {
        const ModuleSymbol *import = module->imports[i];
        cor_builder_add_import(e.builder, cor_builder_text(e.builder, import->name), import->hash);
    }
    if (with_debug)
        cor_builder_set_source_file(e.builder, cor_builder_text(e.builder, module->source_file));
    cor_builder_set_doc(e.builder, cor_builder_text(e.builder, module->doc));
    add_entities(&e);
    if (module->initializer)
        cor_builder_set_initializer(e.builder, emit_function(&e, module->initializer));
    if (module->main_function)
        cor_builder_set_main(e.builder, emit_function(&e, module->main_function));
    emit_pending(&e);
    import_conformances(&e);
    finish_imports(&e);
    return cor_builder_finish(e.builder);
}
