// Importing functions, globals, constants and conformances.
//
// A function that names what it extends belongs to an extension; functions with the same target and the same
// bounds are put together into one again. A conformance that is not on its type's own list came from an
// extension, or was derived; it becomes an extension with that interface.
#include "compiler/importer.h"

// ------------------------------------------------------------------------------------------------ extensions

static bool same_params(const CorTypeParam *a, const CorTypeParam *b, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (a[i].bound_count != b[i].bound_count)
            return false;
        for (uint32_t j = 0; j < a[i].bound_count; j++) {
            if (a[i].bounds[j] != b[i].bounds[j])
                return false;
        }
    }
    return true;
}

static Extension *new_extension(Importer *importer, const CorTypeParam *params, uint32_t count) {
    Checker *checker = importer->checker;
    Extension *extension = ARENA_NEW(checker->arena, Extension);
    extension->module = importer->module;
    extension->type_param_count = count;
    extension->type_params = importer_parameters(importer, params, count, 0);
    ModuleSymbol *module = importer->module;
    ARENA_PUSH(checker->arena, module->extensions, module->extension_count, importer->extension_capacity,
               extension);
    importer_enter(importer, extension->type_params, count);
    importer_bounds(importer, extension->type_params, params, count);
    return extension;
}

static ImportedExtension *find_extension(Importer *importer, uint32_t target, const CorTypeParam *params,
                                         uint32_t count) {
    if (target >= importer->binary->type_count) {
        importer_fail(importer, "the compiled module has a malformed type");
        return NULL;
    }
    const CorTypeEntry *entry = &importer->binary->types[target];
    ImportedExtension *first = name_table_get(&importer->extensions, entry);
    for (ImportedExtension *at = first; at; at = at->next) {
        if (at->param_count == count && same_params(at->params, params, count))
            return at;
    }
    ImportedExtension *added = ARENA_NEW(importer->checker->arena, ImportedExtension);
    *added = (ImportedExtension){.params = params, .param_count = count, .next = first};
    added->extension = new_extension(importer, params, count);
    added->extension->target = importer_type(importer, target);
    name_table_put(&importer->extensions, importer->checker->arena, entry, added);
    return added;
}

// ------------------------------------------------------------------------------------------------- functions

static FunctionKind function_kind(const CorFunction *from) {
    if (from->flags & (COR_FN_INIT | COR_FN_STRUCT_INIT))
        return FUNCTION_INIT;
    if (from->flags & COR_FN_GETTER)
        return FUNCTION_GETTER;
    if (from->flags & COR_FN_SETTER)
        return FUNCTION_SETTER;
    if (from->flags & COR_FN_METHOD)
        return FUNCTION_METHOD;
    return from->owner != COR_NONE || from->extends != COR_NONE ? FUNCTION_STATIC : FUNCTION_PLAIN;
}

static void apply_flags(Function *function, const CorFunction *from) {
    uint32_t flags = from->flags;
    bool is_interface = function->owner && !function->extension && function->owner->kind == COR_DEF_INTERFACE;
    function->is_public = flags & COR_FN_PUBLIC;
    function->is_private = flags & COR_FN_PRIVATE;
    function->is_abstract = flags & COR_FN_ABSTRACT;
    function->is_override = flags & COR_FN_OVERRIDE;
    function->is_open = flags & (COR_FN_VIRTUAL | COR_FN_OVERRIDE);
    function->is_mut = flags & COR_FN_MUT;
    function->is_operator = flags & COR_FN_OPERATOR;
    function->is_hidden = flags & COR_FN_HIDDEN;
    function->is_derived = flags & COR_FN_DERIVED;
    function->is_default_method = is_interface && !function->is_abstract;
}

// A `mut fn` gives the changed self, or that and its result.
static const Type *read_result(Importer *importer, const Function *function, const CorFunction *from) {
    const Type *result = importer_type(importer, from->result);
    const Type *nothing = types_builtin(importer->checker->types, TYPE_VOID);
    if (function->kind == FUNCTION_INIT)
        return nothing;
    if (!function->is_mut)
        return result;
    bool is_pair =
        result->kind == TYPE_TUPLE && result->arg_count == 2 && result->args[0] == function->self_type;
    return is_pair && result != function->self_type ? result->args[1] : nothing;
}

static bool takes_self(const CorFunction *from) {
    return from->flags & (COR_FN_METHOD | COR_FN_INIT);
}

static void read_parameters(Importer *importer, Function *function, const CorFunction *from) {
    uint32_t skipped = takes_self(from) && from->parameter_count > 0;
    function->parameter_count = from->parameter_count - skipped;
    function->parameters = ARENA_ARRAY(importer->checker->arena, Parameter, function->parameter_count);
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        const CorParameter *parameter = &from->parameters[i + skipped];
        Parameter *out = &function->parameters[i];
        out->name = importer_name(importer, parameter->name);
        out->type = importer_type(importer, parameter->type);
        uint32_t by_default = parameter->default_function;
        if (by_default != COR_NONE && by_default < importer->binary->function_count)
            out->default_function = importer->functions[by_default];
        out->has_default = out->default_function != NULL;
    }
}

static TypeDecl *owner_of(Importer *importer, uint32_t owner) {
    if (owner == COR_NONE)
        return NULL;
    if (owner < importer->binary->definition_count)
        return importer->definitions[owner];
    importer_fail(importer, "the compiled module has a malformed owner");
    return NULL;
}

// Type parameters: those of the owner or extension, which exist already, and the function's own.
static void read_type_parameters(Importer *importer, Function *function, const CorFunction *from) {
    Checker *checker = importer->checker;
    uint32_t start = from->own_param_start <= from->param_count ? from->own_param_start : from->param_count;
    TypeParameter **outer = function->extension ? function->extension->type_params
                            : function->owner   ? function->owner->type_params
                                                : NULL;
    uint32_t outer_count = function->extension ? function->extension->type_param_count
                           : function->owner   ? function->owner->type_param_count
                                               : 0;
    if (outer_count != start) {
        importer_fail(importer, "the compiled module has a malformed function");
        return;
    }
    uint32_t own = from->param_count - start;
    const CorTypeParam *own_params = from->params + start;
    TypeParameter **parameters = importer_parameters(importer, own_params, own, start);
    function->type_params = resolve_join_parameters(checker, outer, start, parameters, own);
    function->type_param_count = from->param_count;
    function->own_type_param_start = start;
    importer_enter(importer, function->type_params, function->type_param_count);
    importer_bounds(importer, parameters, own_params, own);
}

static void add_to(Checker *checker, Function ***list, uint32_t *count, Function *function) {
    // Capacities are powers of two that follow from the count.
    if ((*count & (*count - 1)) == 0) {
        Function **larger = ARENA_ARRAY(checker->arena, Function *, *count ? *count * 2 : 1);
        for (uint32_t i = 0; i < *count; i++)
            larger[i] = (*list)[i];
        *list = larger;
    }
    (*list)[(*count)++] = function;
}

static void place_function(Importer *importer, Function *function, ImportedExtension *place) {
    Checker *checker = importer->checker;
    if (place) {
        Extension *extension = place->extension;
        ARENA_PUSH(checker->arena, extension->methods, extension->method_count, place->method_capacity,
                   function);
    } else if (function->owner && function->kind == FUNCTION_INIT) {
        add_to(checker, &function->owner->inits, &function->owner->init_count, function);
    } else if (function->owner) {
        add_to(checker, &function->owner->methods, &function->owner->method_count, function);
    } else {
        checker_add_function(checker, function);
        scope_declare_imported(checker, importer->module, function->name,
                               (Symbol){.kind = SYMBOL_FUNCTION, .function = function}, function->is_public);
    }
}

static bool is_declaration(const Importer *importer, uint32_t index) {
    const CorModule *binary = importer->binary;
    return !(binary->functions[index].flags & COR_FN_LAMBDA) && index != binary->initializer;
}

static void read_function(Importer *importer, uint32_t index) {
    const CorFunction *from = &importer->binary->functions[index];
    Function *function = importer->functions[index];
    function->owner = owner_of(importer, from->owner);
    ImportedExtension *place = NULL;
    if (from->extends != COR_NONE) {
        uint32_t start =
            from->own_param_start <= from->param_count ? from->own_param_start : from->param_count;
        place = find_extension(importer, from->extends, from->params, start);
        if (!place)
            return;
        function->extension = place->extension;
    }
    apply_flags(function, from);
    read_type_parameters(importer, function, from);
    if (importer->message)
        return;
    if (takes_self(from) || function->kind == FUNCTION_INIT)
        function->self_type = function->extension ? function->extension->target
                              : function->owner   ? function->owner->self_type
                                                  : NULL;
    function->result = read_result(importer, function, from);
    read_parameters(importer, function, from);
    if (from->intrinsic != 0 && (from->flags & COR_FN_INTRINSIC))
        function->intrinsic = importer_name(importer, from->intrinsic);
    if (from->intrinsic != 0 && (from->flags & COR_FN_SYSCALL))
        function->syscall = importer_name(importer, from->intrinsic);
    if (importer->is_hidden[index])
        function->kind = FUNCTION_DEFAULT;
    else
        place_function(importer, function, place);
    if (index == importer->binary->main_function)
        importer->module->main_function = function;
}

void importer_functions(Importer *importer) {
    const CorModule *binary = importer->binary;
    Checker *checker = importer->checker;
    importer->functions = ARENA_ARRAY(checker->arena, Function *, binary->function_count);
    importer->is_hidden = ARENA_ARRAY(checker->arena, bool, binary->function_count);
    for (uint32_t i = binary->imported_function_count; i < binary->function_count; i++) {
        const CorFunction *from = &binary->functions[i];
        for (uint32_t j = 0; j < from->parameter_count; j++) {
            if (from->parameters[j].default_function < binary->function_count)
                importer->is_hidden[from->parameters[j].default_function] = true;
        }
        if (!is_declaration(importer, i))
            continue;
        Function *function = checker_new_function(checker, function_kind(from),
                                                  importer_name(importer, from->name), (Span){0});
        function->state = SYMBOL_KNOWN;
        importer->functions[i] = function;
    }
    for (uint32_t i = binary->imported_function_count; i < binary->function_count && !importer->message;
         i++) {
        if (importer->functions[i])
            read_function(importer, i);
    }
}

// ------------------------------------------------------------------------------------- globals and constants

// No fewer type parameters than the type mentions: types precede their users.
static uint32_t enough_params(const Importer *importer, uint32_t type) {
    uint32_t count = 0;
    for (uint32_t i = 0; i <= type; i++) {
        const CorTypeEntry *entry = &importer->binary->types[i];
        if (entry->kind == COR_TYPE_PARAM && entry->index >= count && entry->index < 256)
            count = entry->index + 1;
    }
    return count;
}

// The extension that a static stands in: any with that target, for a static mentions no type parameters.
static ImportedExtension *static_extension(Importer *importer, uint32_t target) {
    if (target >= importer->binary->type_count) {
        importer_fail(importer, "the compiled module has a malformed type");
        return NULL;
    }
    ImportedExtension *known = name_table_get(&importer->extensions, &importer->binary->types[target]);
    if (known)
        return known;
    uint32_t count = enough_params(importer, target);
    return find_extension(importer, target, ARENA_ARRAY(importer->checker->arena, CorTypeParam, count),
                          count);
}

void importer_globals(Importer *importer) {
    const CorModule *binary = importer->binary;
    Checker *checker = importer->checker;
    ModuleSymbol *module = importer->module;
    module->globals = ARENA_ARRAY(checker->arena, Variable *, binary->global_count);
    for (uint32_t i = binary->imported_global_count; i < binary->global_count && !importer->message; i++) {
        const CorGlobal *from = &binary->globals[i];
        bool is_static = from->flags & COR_GLOBAL_STATIC;
        importer_enter(importer, NULL, 0);
        Variable *variable = checker_new_variable(checker, is_static ? VARIABLE_STATIC : VARIABLE_GLOBAL,
                                                  importer_name(importer, from->name),
                                                  importer_type(importer, from->type), (Span){0});
        variable->is_let = !(from->flags & COR_GLOBAL_VAR);
        variable->is_public = from->flags & COR_GLOBAL_PUBLIC;
        variable->is_private = is_static && !variable->is_public;
        variable->owner = owner_of(importer, from->owner);
        ImportedExtension *place =
            from->extends != COR_NONE ? static_extension(importer, from->extends) : NULL;
        TypeDecl *owner = variable->owner;
        if (place) {
            Extension *extension = variable->extension = place->extension;
            ARENA_PUSH(checker->arena, extension->statics, extension->static_count, place->static_capacity,
                       variable);
        } else if (owner) {
            Variable **all = ARENA_ARRAY(checker->arena, Variable *, owner->static_count + 1);
            for (uint32_t j = 0; j < owner->static_count; j++)
                all[j] = owner->statics[j];
            all[owner->static_count++] = variable;
            owner->statics = all;
        } else {
            module->globals[module->global_count++] = variable;
            scope_declare_imported(checker, module, variable->name,
                                   (Symbol){.kind = SYMBOL_GLOBAL, .global = variable}, variable->is_public);
        }
    }
}

static Constant read_constant(Importer *importer, uint32_t index) {
    const CorModule *binary = importer->binary;
    Constant value = {.type = types_builtin(importer->checker->types, TYPE_ERROR)};
    if (index >= binary->constant_count) {
        importer_fail(importer, "the compiled module has a malformed constant");
        return value;
    }
    const CorConstant *from = &binary->constants[index];
    value.type = importer_type(importer, from->type);
    if (value.type->kind == TYPE_STRING && from->string < binary->string_count) {
        const CorString *string = &binary->strings[from->string];
        value.string.bytes = arena_copy_text(importer->checker->arena, string->bytes, string->length);
        value.string.length = string->length;
    } else if (value.type->kind == TYPE_F64) {
        union {
            uint64_t bits;
            double number;
        } real = {.bits = from->bits};
        value.real = real.number;
    } else if (value.type->kind == TYPE_F32) {
        union {
            uint32_t bits;
            float number;
        } real = {.bits = (uint32_t)from->bits};
        value.real = real.number;
    } else {
        value.integer = (int64_t)from->bits;
    }
    return value;
}

void importer_constants(Importer *importer) {
    const CorModule *binary = importer->binary;
    Checker *checker = importer->checker;
    ModuleSymbol *module = importer->module;
    module->constants = ARENA_ARRAY(checker->arena, NamedConstant *, binary->named_constant_count);
    for (uint32_t i = 0; i < binary->named_constant_count && !importer->message; i++) {
        const CorNamedConstant *from = &binary->named_constants[i];
        importer_enter(importer, NULL, 0);
        NamedConstant *constant = ARENA_NEW(checker->arena, NamedConstant);
        constant->name = importer_name(importer, from->name);
        constant->value = read_constant(importer, from->constant);
        constant->is_public = from->flags & COR_GLOBAL_PUBLIC;
        constant->is_private = (from->flags & COR_GLOBAL_STATIC) && !constant->is_public;
        constant->owner = owner_of(importer, from->owner);
        constant->module = module;
        constant->state = SYMBOL_KNOWN;
        ImportedExtension *place =
            from->extends != COR_NONE ? static_extension(importer, from->extends) : NULL;
        TypeDecl *owner = constant->owner;
        if (place) {
            Extension *extension = constant->extension = place->extension;
            ARENA_PUSH(checker->arena, extension->constants, extension->constant_count,
                       place->constant_capacity, constant);
        } else if (owner) {
            NamedConstant **all = ARENA_ARRAY(checker->arena, NamedConstant *, owner->constant_count + 1);
            for (uint32_t j = 0; j < owner->constant_count; j++)
                all[j] = owner->constants[j];
            all[owner->constant_count++] = constant;
            owner->constants = all;
        } else {
            module->constants[module->constant_count++] = constant;
            scope_declare_imported(checker, module, constant->name,
                                   (Symbol){.kind = SYMBOL_CONSTANT, .constant = constant},
                                   constant->is_public);
        }
    }
}

// ---------------------------------------------------------------------------------------------- conformances

// Whether the type's own declaration, or a superclass, lists the interface.
static bool is_listed(Importer *importer, const Type *type, const Type *interface) {
    for (const Type *at = type; at && at->kind == TYPE_NAMED;) {
        for (uint32_t i = 0; i < at->decl->interface_count; i++) {
            if (find_supertype(importer->checker, at->decl->interfaces[i], interface->decl))
                return true;
        }
        at = at->decl->super ? member_type(importer->checker, at, at->decl->super) : NULL;
    }
    return false;
}

static Conformance *read_conformance(Importer *importer, const CorConformance *from,
                                     const Extension *extension) {
    Conformance *conformance = ARENA_NEW(importer->checker->arena, Conformance);
    conformance->type_params = extension->type_params;
    conformance->type_param_count = extension->type_param_count;
    conformance->type = extension->target;
    conformance->interface = extension->interfaces[0];
    conformance->method_count = from->method_count;
    conformance->methods = ARENA_ARRAY(importer->checker->arena, Function *, from->method_count);
    for (uint32_t i = 0; i < from->method_count; i++) {
        if (from->methods[i] < importer->binary->function_count)
            conformance->methods[i] = importer->functions[from->methods[i]];
    }
    return conformance;
}

void importer_conformances(Importer *importer) {
    const CorModule *binary = importer->binary;
    Checker *checker = importer->checker;
    ModuleSymbol *module = importer->module;
    for (uint32_t i = 0; i < binary->conformance_count && !importer->message; i++) {
        const CorConformance *from = &binary->conformances[i];
        if (from->module != 0)
            continue; // another module's, which says so itself
        uint32_t before = module->extension_count;
        Extension *extension = new_extension(importer, from->params, from->param_count);
        extension->target = importer_type(importer, from->type);
        const Type *interface = importer_type(importer, from->interface);
        bool is_interface = interface->kind == TYPE_NAMED && interface->decl->kind == COR_DEF_INTERFACE;
        if (!is_interface || is_listed(importer, extension->target, interface)) {
            module->extension_count = before; // what the declaration says is enough
            continue;
        }
        extension->interfaces = ARENA_ARRAY(checker->arena, const Type *, 1);
        extension->interfaces[0] = interface;
        extension->interface_count = 1;
        extension->conformances = ARENA_NEW(checker->arena, Conformance *);
        extension->conformances[0] = read_conformance(importer, from, extension);
        extension->conformance_count = 1;
    }
}
