// Importing a compiled module: its declarations become the symbols that source would have made.
//
// Type entries are shared by everything in a module, and a PARAM entry means a parameter of whatever is being
// read; so types are read in a context, and what has been read is remembered as long as the context lasts.
// The module comes from the reader, but nothing here trusts an index: one that is out of range ends the
// import with a message.
#include "compiler/importer.h"

#include <string.h>

void importer_fail(Importer *importer, const char *format, ...) {
    if (importer->message)
        return;
    va_list arguments;
    va_start(arguments, format);
    importer->message = arena_vprintf(importer->checker->arena, format, arguments);
    va_end(arguments);
}

const char *importer_name(Importer *importer, uint32_t string) {
    const CorModule *binary = importer->binary;
    if (string < binary->string_count && importer->names[string])
        return importer->names[string];
    if (string < binary->string_count &&
        !memchr(binary->strings[string].bytes, 0, binary->strings[string].length))
        return importer->names[string] = intern_text(importer->checker->names, binary->strings[string].bytes,
                                                     binary->strings[string].length);
    importer_fail(importer, "the compiled module has a malformed name");
    return intern_string(importer->checker->names, "_");
}

// ----------------------------------------------------------------------------------------------------- types

void importer_enter(Importer *importer, TypeParameter **parameters, uint32_t count) {
    importer->context = (ImportContext){parameters, count};
    importer->stamp++;
}

static const Type *error_type(Importer *importer) {
    return types_builtin(importer->checker->types, TYPE_ERROR);
}

static TypeKind plain_kind(CorTypeKind kind) {
    switch (kind) {
    case COR_TYPE_VOID: return TYPE_VOID;
    case COR_TYPE_NEVER: return TYPE_NEVER;
    case COR_TYPE_BOOL: return TYPE_BOOL;
    case COR_TYPE_I8: return TYPE_I8;
    case COR_TYPE_I16: return TYPE_I16;
    case COR_TYPE_I32: return TYPE_I32;
    case COR_TYPE_I64: return TYPE_I64;
    case COR_TYPE_U8: return TYPE_U8;
    case COR_TYPE_U16: return TYPE_U16;
    case COR_TYPE_U32: return TYPE_U32;
    case COR_TYPE_U64: return TYPE_U64;
    case COR_TYPE_F32: return TYPE_F32;
    case COR_TYPE_F64: return TYPE_F64;
    case COR_TYPE_CHAR: return TYPE_CHAR;
    case COR_TYPE_STRING: return TYPE_STRING;
    case COR_TYPE_ANY: return TYPE_ANY;
    default: return TYPE_ERROR;
    }
}

static const Type *make_type(Importer *importer, const CorTypeEntry *entry, const Type **args) {
    TypeTable *types = importer->checker->types;
    switch (entry->kind) {
    case COR_TYPE_OPTIONAL:
        return entry->arg_count == 1 ? types_optional(types, args[0]) : error_type(importer);
    case COR_TYPE_ARRAY: return entry->arg_count == 1 ? types_array(types, args[0]) : error_type(importer);
    case COR_TYPE_TUPLE: return types_tuple(types, args, entry->arg_count);
    case COR_TYPE_FUNCTION:
        if (entry->arg_count == 0)
            return error_type(importer);
        return types_function(types, args, entry->arg_count - 1, args[entry->arg_count - 1]);
    case COR_TYPE_NAMED: {
        TypeDecl *decl =
            entry->index < importer->binary->definition_count ? importer->definitions[entry->index] : NULL;
        if (!decl || decl->type_param_count != entry->arg_count)
            return error_type(importer);
        return types_named(types, decl, args, entry->arg_count);
    }
    case COR_TYPE_PARAM:
        return entry->index < importer->context.count ? importer->context.parameters[entry->index]->type
                                                      : error_type(importer);
    default: return types_builtin(types, plain_kind(entry->kind));
    }
}

static bool is_known(const Importer *importer, uint32_t index) {
    return importer->stamps[index] == importer->stamp || importer->stamps[index] == IMPORT_EVERYWHERE;
}

static uint32_t stamp_of(const Importer *importer, uint32_t index) {
    const CorTypeEntry *entry = &importer->binary->types[index];
    bool is_everywhere = entry->kind != COR_TYPE_PARAM;
    for (uint32_t i = 0; i < entry->arg_count && is_everywhere; i++)
        is_everywhere = entry->args[i] < index && importer->stamps[entry->args[i]] == IMPORT_EVERYWHERE;
    return is_everywhere ? IMPORT_EVERYWHERE : importer->stamp;
}

const Type *importer_type(Importer *importer, uint32_t index) {
    const CorModule *binary = importer->binary;
    if (index >= binary->type_count) {
        importer_fail(importer, "the compiled module has a malformed type");
        return error_type(importer);
    }
    if (is_known(importer, index))
        return importer->types[index];
    const CorTypeEntry *entry = &binary->types[index];
    const Type **args = ARENA_ARRAY(importer->checker->arena, const Type *, entry->arg_count);
    for (uint32_t i = 0; i < entry->arg_count; i++) // arguments precede their users, so this ends
        args[i] = entry->args[i] < index ? importer_type(importer, entry->args[i]) : error_type(importer);
    const Type *type = make_type(importer, entry, args);
    if (type->kind == TYPE_ERROR)
        importer_fail(importer, "the compiled module has a malformed type");
    importer->types[index] = type;
    importer->stamps[index] = stamp_of(importer, index);
    return type;
}

TypeParameter **importer_parameters(Importer *importer, const CorTypeParam *params, uint32_t count,
                                    uint32_t start) {
    Checker *checker = importer->checker;
    TypeParameter **parameters = ARENA_ARRAY(checker->arena, TypeParameter *, count);
    for (uint32_t i = 0; i < count; i++) {
        parameters[i] = ARENA_NEW(checker->arena, TypeParameter);
        parameters[i]->name = importer_name(importer, params[i].name);
        parameters[i]->index = start + i;
        types_param(checker->types, parameters[i]);
    }
    return parameters;
}

void importer_bounds(Importer *importer, TypeParameter *const *parameters, const CorTypeParam *params,
                     uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        TypeParameter *parameter = parameters[i];
        parameter->bounds = ARENA_ARRAY(importer->checker->arena, const Type *, params[i].bound_count);
        for (uint32_t j = 0; j < params[i].bound_count; j++) {
            const Type *bound = importer_type(importer, params[i].bounds[j]);
            if (bound->kind == TYPE_NAMED && bound->decl->kind == COR_DEF_INTERFACE)
                parameter->bounds[parameter->bound_count++] = bound;
        }
    }
}

// ---------------------------------------------------------------------------------------------- definitions

static TypeDecl *find_imported(Importer *importer, const CorDefinition *from) {
    Checker *checker = importer->checker;
    const char *module_name = importer_name(importer, from->module),
               *name = importer_name(importer, from->name);
    const char *message = NULL;
    ModuleSymbol *module = scope_load_module(checker, module_name, &message);
    if (!module) {
        importer_fail(importer, "it needs module `%s`: %s", module_name, message ? message : "not found");
        return NULL;
    }
    const ModuleName *found = scope_find_in(module, name);
    if (found && found->symbol.kind == SYMBOL_TYPE && found->symbol.type->kind == from->kind &&
        found->symbol.type->type_param_count == from->param_count)
        return found->symbol.type;
    importer_fail(importer, "it was compiled with another `%s` of module `%s`; compile it again", name,
                  module_name);
    return NULL;
}

static TypeDecl *declare(Importer *importer, const CorDefinition *from) {
    Checker *checker = importer->checker;
    TypeDecl *decl = ARENA_NEW(checker->arena, TypeDecl);
    decl->kind = from->kind;
    decl->name = importer_name(importer, from->name);
    decl->module = importer->module;
    decl->is_public = from->flags & COR_DEF_PUBLIC;
    decl->is_abstract = from->flags & COR_DEF_ABSTRACT;
    decl->is_host = from->flags & COR_DEF_HOST;
    decl->is_open = (from->flags & COR_DEF_OPEN) || decl->is_abstract;
    decl->is_checked = true;
    decl->number = ++checker->next_number;
    decl->type_param_count = from->param_count;
    decl->type_params = importer_parameters(importer, from->params, from->param_count, 0);
    const Type **args = ARENA_ARRAY(checker->arena, const Type *, from->param_count);
    for (uint32_t i = 0; i < from->param_count; i++)
        args[i] = decl->type_params[i]->type;
    decl->self_type = types_named(checker->types, decl, args, from->param_count);
    scope_declare_imported(checker, importer->module, decl->name, (Symbol){.kind = SYMBOL_TYPE, .type = decl},
                           decl->is_public);
    return decl;
}

static Field read_field(Importer *importer, TypeDecl *owner, const CorField *from, uint32_t index) {
    Field field = {.owner = owner, .index = index, .state = SYMBOL_KNOWN};
    field.name = importer_name(importer, from->name);
    field.type = importer_type(importer, from->type);
    field.is_let = !(from->flags & COR_FIELD_VAR);
    field.is_private = from->flags & COR_FIELD_PRIVATE;
    field.has_default = from->flags & COR_FIELD_HAS_DEFAULT;
    field.count = from->flags >> COR_FIELD_COUNT_SHIFT;
    return field;
}

static Field *read_fields(Importer *importer, TypeDecl *owner, const CorField *from, uint32_t count) {
    Field *fields = ARENA_ARRAY(importer->checker->arena, Field, count);
    for (uint32_t i = 0; i < count; i++)
        fields[i] = read_field(importer, owner, &from[i], i);
    return fields;
}

static void read_cases(Importer *importer, TypeDecl *decl, const CorDefinition *from) {
    decl->case_count = from->case_count;
    decl->cases = ARENA_ARRAY(importer->checker->arena, EnumCase, from->case_count);
    for (uint32_t i = 0; i < from->case_count; i++) {
        EnumCase *enum_case = &decl->cases[i];
        enum_case->name = importer_name(importer, from->cases[i].name);
        enum_case->owner = decl;
        enum_case->ordinal = i;
        enum_case->field_count = from->cases[i].field_count;
        enum_case->fields = read_fields(importer, decl, from->cases[i].fields, enum_case->field_count);
        decl->has_payload |= enum_case->field_count > 0;
        for (uint32_t j = 0; j < enum_case->field_count; j++)
            enum_case->fields[j].is_let = true;
    }
}

static void read_supertypes(Importer *importer, TypeDecl *decl, const CorDefinition *from) {
    if (from->super != COR_NONE) {
        const Type *super = importer_type(importer, from->super);
        if (super->kind == TYPE_NAMED && super->decl->kind == COR_DEF_CLASS)
            decl->super = super;
    }
    decl->interfaces = ARENA_ARRAY(importer->checker->arena, const Type *, from->interface_count);
    for (uint32_t i = 0; i < from->interface_count; i++) {
        const Type *interface = importer_type(importer, from->interfaces[i]);
        if (interface->kind == TYPE_NAMED && interface->decl->kind == COR_DEF_INTERFACE)
            decl->interfaces[decl->interface_count++] = interface;
    }
}

static void read_definition(Importer *importer, TypeDecl *decl, const CorDefinition *from) {
    importer_enter(importer, decl->type_params, decl->type_param_count);
    importer_bounds(importer, decl->type_params, from->params, from->param_count);
    read_supertypes(importer, decl, from);
    decl->field_count = from->field_count;
    decl->fields = read_fields(importer, decl, from->fields, from->field_count);
    read_cases(importer, decl, from);
}

static void read_definitions(Importer *importer) {
    const CorModule *binary = importer->binary;
    ModuleSymbol *module = importer->module;
    importer->definitions = ARENA_ARRAY(importer->checker->arena, TypeDecl *, binary->definition_count);
    uint32_t imported = binary->imported_definition_count;
    module->types = ARENA_ARRAY(importer->checker->arena, TypeDecl *, binary->definition_count);
    for (uint32_t i = 0; i < binary->definition_count && !importer->message; i++) {
        const CorDefinition *from = &binary->definitions[i];
        importer->definitions[i] = i < imported ? find_imported(importer, from) : declare(importer, from);
        if (i >= imported)
            module->types[module->type_count++] = importer->definitions[i];
    }
    for (uint32_t i = imported; i < binary->definition_count && !importer->message; i++)
        read_definition(importer, importer->definitions[i], &binary->definitions[i]);
    if (importer->message)
        return;
    inherit_check_headers(importer->checker);
    for (uint32_t i = 0; i < module->type_count; i++) {
        if (module->types[i]->is_broken)
            importer_fail(importer, "`%s` inherits from itself", module->types[i]->name);
    }
}

// --------------------------------------------------------------------------------------------------- modules

static void read_imports(Importer *importer) {
    const CorModule *binary = importer->binary;
    ModuleSymbol *module = importer->module;
    module->imports = ARENA_ARRAY(importer->checker->arena, ModuleSymbol *, binary->import_count);
    for (uint32_t i = 0; i < binary->import_count && !importer->message; i++) {
        const char *name = importer_name(importer, binary->imports[i]), *message = NULL;
        for (const ModuleInProgress *at = importer->checker->declarations->in_progress; at;
             at = at->importer) {
            if (at->name == name)
                importer_fail(importer, "it imports `%s`, which imports it", name);
        }
        ModuleSymbol *imported =
            importer->message ? NULL : scope_load_module(importer->checker, name, &message);
        if (imported)
            module->imports[module->import_count++] = imported;
        else
            importer_fail(importer, "it needs module `%s`: %s", name, message ? message : "not found");
    }
}

static void index_members(Importer *importer) {
    ModuleSymbol *module = importer->module;
    for (uint32_t i = 0; i < module->type_count; i++)
        members_index_type(importer->checker, module->types[i]);
    for (uint32_t i = 0; i < module->extension_count; i++) {
        members_index_extension(importer->checker, module->extensions[i]);
        conformance_index_extension(importer->checker, module->extensions[i]);
    }
}

static void read_module(Importer *importer) {
    read_imports(importer);
    if (!importer->message)
        read_definitions(importer);
    if (!importer->message)
        importer_functions(importer);
    if (!importer->message)
        importer_globals(importer);
    if (!importer->message)
        importer_constants(importer);
    if (!importer->message)
        importer_conformances(importer);
    if (!importer->message)
        index_members(importer);
}

ModuleSymbol *importer_import(Checker *checker, const CorModule *binary, const char **message) {
    Declarations *state = checker_declarations(checker);
    Importer importer = {.checker = checker, .binary = binary};
    importer.names = ARENA_ARRAY(checker->arena, const char *, binary->string_count);
    importer.types = ARENA_ARRAY(checker->arena, const Type *, binary->type_count);
    importer.stamps = ARENA_ARRAY(checker->arena, uint32_t, binary->type_count);
    ModuleSymbol *module = importer.module = ARENA_NEW(checker->arena, ModuleSymbol);
    module->name = importer_name(&importer, binary->name);
    module->binary = binary;
    module->source_file = importer_name(&importer, binary->source_file);
    memcpy(module->hash, binary->hash, sizeof module->hash);
    ModuleInProgress in_progress = {module->name, state->in_progress};
    state->in_progress = &in_progress;
    ModuleSymbol *outer = checker->module;
    checker->module = module; // new symbols belong to it
    read_module(&importer);
    checker->module = outer;
    state->in_progress = in_progress.importer;
    if (!importer.message)
        return module;
    if (message)
        *message = importer.message;
    return NULL;
}
