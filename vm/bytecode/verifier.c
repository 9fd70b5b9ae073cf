/* The verifier: its order of work, its failures, and the tables that need no part of their own. */
#include "vm/bytecode/verifier.h"

#include <string.h>

#include "vm/bytecode/string_walk.h"
#include "vm/bytecode/syscall.h"
#include "vm/bytecode/verifier_internal.h"

const CorVerifyRuleInfo cor_verify_rule_info[COR_VERIFY_RULE_COUNT] = {
#define RULE(name, text, sentence) [COR_VERIFY_##name] = {text, sentence},
#include "vm/bytecode/verify_rules.def"
#undef RULE
};

/* ---- Failure ---- */

bool verify_fail(Verifier *verifier, CorVerifyRule rule) {
    if (verifier->status == COR_MODULE_OK) {
        verifier->status = COR_MODULE_REJECTED;
        verifier->error = verifier->at;
        verifier->error.rule = rule;
    }
    return false;
}

bool verify_no_memory(Verifier *verifier) {
    if (verifier->status == COR_MODULE_OK) {
        verifier->status = COR_MODULE_NO_MEMORY;
    }
    return false;
}

static bool at(Verifier *verifier, CorVerifyPlace place, uint32_t index) {
    verifier->at = (CorVerifyError){.place = place, .index = index, .offset = COR_NONE};
    return verify_work(verifier, 1);
}

/* ---- Strings and imports ---- */

bool verify_string_is(const Verifier *verifier, uint32_t string, const char *text) {
    const CorString *have = &verifier->module->strings[string];
    return have->length == strlen(text) && memcmp(have->bytes, text, have->length) == 0;
}

static void check_string(void *context, uint32_t *string) {
    Verifier *verifier = context;
    verify_require(verifier, *string < verifier->module->string_count, COR_VERIFY_STRING_INDEX);
}

static bool string_equal(const void *context, uint32_t index, const void *key) {
    const CorString *have = &((const CorModule *)context)->strings[index], *want = key;
    return have->length == want->length && memcmp(have->bytes, want->bytes, want->length) == 0;
}

/* The hash starts from the content hash of the module, so that strings cannot be made to collide. */
static bool verify_strings(Verifier *verifier) {
    const CorModule *module = verifier->module;
    CorIndexTable table = {0};
    uint32_t seed = cor_hash_bytes(COR_HASH_START, module->hash, sizeof module->hash);
    for (uint32_t i = 0; i < module->string_count; i++) {
        const CorString *string = &module->strings[i];
        uint32_t hash = cor_hash_bytes(seed, string->bytes, string->length);
        at(verifier, COR_PLACE_STRING, i);
        if (cor_index_table_find(&table, hash, string_equal, module, string) != COR_NONE) {
            return verify_fail(verifier, COR_VERIFY_STRING_DUPLICATE);
        }
        if (!cor_index_table_add(&table, verifier->arena, hash, i)) {
            return verify_no_memory(verifier);
        }
    }
    at(verifier, COR_PLACE_MODULE, 0);
    cor_string_walk(module, COR_STRING_CONTENT, check_string, verifier);
    cor_string_walk(module, COR_STRING_DOCUMENTATION, check_string, verifier);
    cor_string_walk(module, COR_STRING_SOURCE, check_string, verifier);
    return verifier->status == COR_MODULE_OK &&
           verify_require(verifier, module->string_count != 0 && module->strings[0].length == 0,
                          COR_VERIFY_STRING_INDEX);
}

/* Marks the strings that are names of imports in `is_import`. */
static bool verify_imports(Verifier *verifier, bool *is_import) {
    const CorModule *module = verifier->module;
    for (uint32_t i = 0; i < module->import_count; i++) {
        uint32_t name = module->imports[i];
        at(verifier, COR_PLACE_IMPORT, i);
        if (name == 0 || name == module->name || is_import[name]) {
            return verify_fail(verifier, COR_VERIFY_IMPORT_NAME);
        }
        is_import[name] = true;
    }
    return true;
}

static bool verify_origin(Verifier *verifier, const bool *is_import, CorVerifyPlace place, uint32_t index,
                          uint32_t imported_count, uint32_t origin) {
    at(verifier, place, index);
    bool good = index < imported_count ? origin != COR_NONE && is_import[origin] : origin == COR_NONE;
    return verify_require(verifier, good, COR_VERIFY_IMPORT_ORIGIN);
}

static bool verify_origins(Verifier *verifier) {
    const CorModule *module = verifier->module;
    bool *is_import = cor_arena_allocate(verifier->arena, module->string_count, sizeof *is_import);
    if (is_import == NULL) {
        return verify_no_memory(verifier);
    }
    bool good = verify_imports(verifier, is_import);
    for (uint32_t i = 0; good && i < module->definition_count; i++) {
        good = verify_origin(verifier, is_import, COR_PLACE_DEFINITION, i, module->imported_definition_count,
                             module->definitions[i].module);
    }
    for (uint32_t i = 0; good && i < module->function_count; i++) {
        good = verify_origin(verifier, is_import, COR_PLACE_FUNCTION, i, module->imported_function_count,
                             module->functions[i].module);
    }
    for (uint32_t i = 0; good && i < module->global_count; i++) {
        good = verify_origin(verifier, is_import, COR_PLACE_GLOBAL, i, module->imported_global_count,
                             module->globals[i].module);
    }
    for (uint32_t i = 0; good && i < module->conformance_count; i++) {
        uint32_t origin = module->conformances[i].module;
        at(verifier, COR_PLACE_CONFORMANCE, i);
        good = verify_require(verifier, origin == 0 || is_import[origin], COR_VERIFY_IMPORT_ORIGIN);
    }
    return good;
}

/* ---- Contexts ---- */

bool verify_bounds(Verifier *verifier, const CorTypeParam *params, uint32_t count) {
    if (count > COR_LIMIT_TYPE_PARAMS) {
        return verify_fail(verifier, COR_VERIFY_LIMIT);
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < params[i].bound_count; j++) {
            if (params[i].bounds[j] >= verifier->module->type_count ||
                verify_definition_of(verifier, params[i].bounds[j], COR_DEF_INTERFACE) == NULL) {
                return verify_fail(verifier, COR_VERIFY_PARAM_BOUND);
            }
        }
    }
    return true;
}

bool verify_enter_context(Verifier *verifier, const CorTypeParam *params, uint32_t count) {
    verifier->params = params;
    verifier->param_count = count;
    verifier->context++;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < params[i].bound_count; j++) {
            if (!verify_type(verifier, params[i].bounds[j])) {
                return false;
            }
        }
    }
    return true;
}

/* ---- Tables ---- */

static bool numbers_equal(const uint32_t *a, const uint32_t *b, uint32_t count) {
    return count == 0 || memcmp(a, b, count * sizeof *a) == 0;
}

static bool reference_equal(const void *context, uint32_t index, const void *key) {
    const CorFunctionRef *have = &((const CorModule *)context)->function_refs[index], *want = key;
    return have->function == want->function && have->arg_count == want->arg_count &&
           numbers_equal(have->args, want->args, want->arg_count);
}

/* Types and bounds of the arguments are checked where the reference is used, which is in a context. */
static bool verify_references(Verifier *verifier) {
    const CorModule *module = verifier->module;
    CorIndexTable table = {0};
    for (uint32_t i = 0; i < module->function_ref_count; i++) {
        const CorFunctionRef *reference = &module->function_refs[i];
        at(verifier, COR_PLACE_REFERENCE, i);
        if (reference->function >= module->function_count ||
            reference->arg_count != module->functions[reference->function].param_count) {
            return verify_fail(verifier, COR_VERIFY_FUNCTION_REF);
        }
        uint32_t hash = cor_hash_u32(COR_HASH_START, reference->function);
        for (uint32_t j = 0; j < reference->arg_count; j++) {
            hash = cor_hash_u32(hash, reference->args[j]);
        }
        if (cor_index_table_find(&table, hash, reference_equal, module, reference) != COR_NONE) {
            return verify_fail(verifier, COR_VERIFY_FUNCTION_REF);
        }
        if (!cor_index_table_add(&table, verifier->arena, hash, i)) {
            return verify_no_memory(verifier);
        }
    }
    return true;
}

/* Whether the bits are the canonical form of a value of the type: integers sign- or zero-extended. */
static bool bits_fit(CorTypeKind kind, uint64_t bits) {
    switch (kind) {
    case COR_TYPE_I8: return (int64_t)bits == (int8_t)bits;
    case COR_TYPE_I16: return (int64_t)bits == (int16_t)bits;
    case COR_TYPE_I32: return (int64_t)bits == (int32_t)bits;
    case COR_TYPE_U8: return bits <= UINT8_MAX;
    case COR_TYPE_U16: return bits <= UINT16_MAX;
    case COR_TYPE_U32:
    case COR_TYPE_F32: return bits <= UINT32_MAX;
    case COR_TYPE_BOOL: return bits <= 1;
    case COR_TYPE_CHAR: return bits <= 0x10ffff && (bits < 0xd800 || bits > 0xdfff);
    case COR_TYPE_I64:
    case COR_TYPE_U64:
    case COR_TYPE_F64: return true;
    default: return false;
    }
}

bool verify_immediate_fits(const Verifier *verifier, uint32_t type, int64_t value) {
    CorTypeKind kind = verify_kind(verifier, type);
    return kind != COR_TYPE_F32 && kind != COR_TYPE_F64 && bits_fit(kind, (uint64_t)value);
}

static bool constant_equal(const void *context, uint32_t index, const void *key) {
    const CorConstant *have = &((const CorModule *)context)->constants[index], *want = key;
    return have->type == want->type && have->bits == want->bits;
}

static bool verify_constants(Verifier *verifier) {
    const CorModule *module = verifier->module;
    CorIndexTable table = {0};
    for (uint32_t i = 0; i < module->constant_count; i++) {
        const CorConstant *constant = &module->constants[i];
        at(verifier, COR_PLACE_CONSTANT, i);
        if (constant->type >= module->type_count) {
            return verify_fail(verifier, COR_VERIFY_TYPE_INDEX);
        }
        CorTypeKind kind = verify_kind(verifier, constant->type);
        uint32_t hash = cor_hash_bytes(cor_hash_u32(COR_HASH_START, constant->type), &constant->bits, 8);
        if ((kind != COR_TYPE_STRING && !bits_fit(kind, constant->bits)) ||
            cor_index_table_find(&table, hash, constant_equal, module, constant) != COR_NONE) {
            return verify_fail(verifier, COR_VERIFY_CONSTANT);
        }
        if (!cor_index_table_add(&table, verifier->arena, hash, i)) {
            return verify_no_memory(verifier);
        }
    }
    return true;
}

static bool verify_owner(Verifier *verifier, uint32_t owner, uint32_t extends, CorVerifyRule rule) {
    const CorModule *module = verifier->module;
    return verify_require(verifier,
                          (owner == COR_NONE || owner < module->definition_count) &&
                              (extends == COR_NONE || extends < module->type_count),
                          rule);
}

static bool verify_named_constants(Verifier *verifier) {
    const CorModule *module = verifier->module;
    for (uint32_t i = 0; i < module->named_constant_count; i++) {
        const CorNamedConstant *constant = &module->named_constants[i];
        at(verifier, COR_PLACE_NAMED_CONSTANT, i);
        if (constant->constant >= module->constant_count) {
            return verify_fail(verifier, COR_VERIFY_NAMED_CONSTANT);
        }
        if (!verify_owner(verifier, constant->owner, constant->extends, COR_VERIFY_NAMED_CONSTANT)) {
            return false;
        }
    }
    return true;
}

static bool verify_globals(Verifier *verifier) {
    const CorModule *module = verifier->module;
    verify_enter_context(verifier, NULL, 0);
    for (uint32_t i = 0; i < module->global_count; i++) {
        const CorGlobal *global = &module->globals[i];
        at(verifier, COR_PLACE_GLOBAL, i);
        uint32_t known = COR_GLOBAL_VAR | COR_GLOBAL_PUBLIC | COR_GLOBAL_STATIC;
        if (global->type >= module->type_count) {
            return verify_fail(verifier, COR_VERIFY_TYPE_INDEX);
        }
        if (verifier->type_info[global->type].has_params || !verify_is_storable(verifier, global->type) ||
            (global->flags & ~known) != 0) {
            return verify_fail(verifier, COR_VERIFY_GLOBAL);
        }
        if (!verify_owner(verifier, global->owner, global->extends, COR_VERIFY_GLOBAL) ||
            !verify_type(verifier, global->type)) {
            return false;
        }
    }
    return true;
}

static bool verify_syscalls(Verifier *verifier) {
    const CorModule *module = verifier->module;
    for (uint32_t i = 0; i < module->syscall_count; i++) {
        at(verifier, COR_PLACE_SYSCALL, i);
        if (module->syscalls[i] >= COR_SYSCALL_COUNT ||
            (i > 0 && module->syscalls[i] <= module->syscalls[i - 1])) {
            return verify_fail(verifier, COR_VERIFY_SYSCALL_LIST);
        }
    }
    return true;
}

static bool is_entry(const CorModule *module, uint32_t index) {
    return index < module->function_count && index >= module->imported_function_count &&
           module->functions[index].code_size != 0 && module->functions[index].param_count == 0 &&
           module->functions[index].capture_count == 0;
}

/* Nothing, or one List<string>. */
static bool takes_arguments(const Verifier *verifier, const CorFunction *function) {
    if (function->parameter_count != 1) {
        return function->parameter_count == 0;
    }
    const CorTypeEntry *type = &verifier->types[function->parameters[0].type];
    return type->kind == COR_TYPE_NAMED && type->index == verifier->core.list &&
           verify_kind(verifier, type->args[0]) == COR_TYPE_STRING;
}

static bool verify_main(Verifier *verifier, uint32_t index) {
    const CorFunction *function = &verifier->module->functions[index];
    CorTypeKind result = verify_kind(verifier, function->result);
    return verify_require(verifier,
                          (function->flags & (COR_FN_METHOD | COR_FN_INIT)) == 0 &&
                              takes_arguments(verifier, function) &&
                              (result == COR_TYPE_VOID || result == COR_TYPE_I64 || result == COR_TYPE_NEVER),
                          COR_VERIFY_MAIN);
}

static bool verify_entries(Verifier *verifier) {
    const CorModule *module = verifier->module;
    uint32_t initializer = module->initializer, main_function = module->main_function;
    if (initializer != COR_NONE) {
        at(verifier, COR_PLACE_FUNCTION, initializer);
        if (!is_entry(module, initializer) || module->functions[initializer].parameter_count != 0 ||
            verify_kind(verifier, module->functions[initializer].result) != COR_TYPE_VOID) {
            return verify_fail(verifier, COR_VERIFY_INITIALIZER);
        }
    }
    if (main_function != COR_NONE) {
        at(verifier, COR_PLACE_FUNCTION, main_function);
        return verify_require(verifier, is_entry(module, main_function), COR_VERIFY_MAIN) &&
               verify_main(verifier, main_function);
    }
    return true;
}

/* ---- The whole ---- */

static uint32_t find_core(const Verifier *verifier, const char *name, CorDefinitionKind kind) {
    const CorModule *module = verifier->module;
    for (uint32_t i = 0; i < module->definition_count; i++) {
        const CorDefinition *definition = &module->definitions[i];
        uint32_t origin = definition->module == COR_NONE ? module->name : definition->module;
        if (definition->kind == kind && verify_string_is(verifier, definition->name, name) &&
            verify_string_is(verifier, origin, "std.core")) {
            return i;
        }
    }
    return COR_NONE;
}

static void find_core_definitions(Verifier *verifier) {
    verifier->core = (VerifyCore){.error = find_core(verifier, "Error", COR_DEF_CLASS),
                                  .equatable = find_core(verifier, "Equatable", COR_DEF_INTERFACE),
                                  .hashable = find_core(verifier, "Hashable", COR_DEF_INTERFACE),
                                  .comparable = find_core(verifier, "Comparable", COR_DEF_INTERFACE),
                                  .list = find_core(verifier, "List", COR_DEF_CLASS),
                                  .printable = find_core(verifier, "Printable", COR_DEF_INTERFACE)};
}

static bool verify_bodies(Verifier *verifier) {
    const CorModule *module = verifier->module;
    verifier->ref_context = cor_arena_allocate(verifier->arena, module->function_ref_count, sizeof(uint32_t));
    if (verifier->ref_context == NULL) {
        return verify_no_memory(verifier);
    }
    for (uint32_t i = module->imported_function_count; i < module->function_count; i++) {
        if (!at(verifier, COR_PLACE_FUNCTION, i) ||
            (module->functions[i].code_size != 0 && !verify_code(verifier, i))) {
            return false;
        }
    }
    return true;
}

static bool verify_module(Verifier *verifier) {
    if (!verify_strings(verifier) || !verify_origins(verifier)) {
        return false;
    }
    find_core_definitions(verifier);
    return verify_type_table(verifier) && verify_definitions(verifier) && verify_references(verifier) &&
           verify_constants(verifier) && verify_named_constants(verifier) && verify_globals(verifier) &&
           verify_syscalls(verifier) && verify_functions(verifier) && verify_methods(verifier) &&
           verify_conformances(verifier) && verify_entries(verifier) && verify_bodies(verifier);
}

CorModuleStatus cor_verify(const CorModule *module, const CorVerifyOptions *options, CorVerifyError *error) {
    Verifier verifier = {.module = module,
                         .trusted = options != NULL && options->trusted,
                         .arena = cor_arena_new(),
                         .function_arena = cor_arena_new()};
    bool accepted = verifier.arena != NULL && verifier.function_arena != NULL ? verify_module(&verifier)
                                                                              : verify_no_memory(&verifier);
    cor_arena_free(verifier.arena);
    cor_arena_free(verifier.function_arena);
    if (accepted) {
        return COR_MODULE_OK;
    }
    if (error != NULL) {
        *error = verifier.error;
    }
    return verifier.status;
}

/* ---- Messages ---- */

static void add_name(const CorModule *module, uint32_t string, CorByteBuffer *out) {
    if (string < module->string_count) {
        cor_byte_buffer_printf(out, " `%.*s`", (int)module->strings[string].length,
                               module->strings[string].bytes);
    }
}

static void add_function_name(const CorModule *module, uint32_t index, CorByteBuffer *out) {
    const CorFunction *function = &module->functions[index];
    if (function->owner < module->definition_count &&
        module->definitions[function->owner].name < module->string_count &&
        function->name < module->string_count) {
        const CorString *owner = &module->strings[module->definitions[function->owner].name];
        const CorString *name = &module->strings[function->name];
        cor_byte_buffer_printf(out, " `%.*s.%.*s`", (int)owner->length, owner->bytes, (int)name->length,
                               name->bytes);
    } else {
        add_name(module, function->name, out);
    }
}

void cor_verify_error_text(const CorModule *module, const CorVerifyError *error, CorByteBuffer *out) {
    static const char *const places[] = {
        [COR_PLACE_MODULE] = "module",           [COR_PLACE_STRING] = "string",
        [COR_PLACE_IMPORT] = "import",           [COR_PLACE_TYPE] = "type",
        [COR_PLACE_DEFINITION] = "definition",   [COR_PLACE_FUNCTION] = "function",
        [COR_PLACE_GLOBAL] = "global",           [COR_PLACE_REFERENCE] = "function reference",
        [COR_PLACE_CONSTANT] = "constant",       [COR_PLACE_NAMED_CONSTANT] = "named constant",
        [COR_PLACE_CONFORMANCE] = "conformance", [COR_PLACE_SYSCALL] = "required syscall"};
    cor_byte_buffer_printf(out, "%s", places[error->place]);
    if (error->place == COR_PLACE_MODULE) {
        add_name(module, module->name, out);
    } else if (error->place == COR_PLACE_FUNCTION && error->index < module->function_count) {
        add_function_name(module, error->index, out);
    } else if (error->place == COR_PLACE_DEFINITION && error->index < module->definition_count) {
        add_name(module, module->definitions[error->index].name, out);
    } else {
        cor_byte_buffer_printf(out, " %u", error->index);
    }
    CorInstruction instruction;
    if (error->offset != COR_NONE) {
        cor_byte_buffer_printf(out, ", offset %u", error->offset);
        const CorFunction *function = &module->functions[error->index];
        if (cor_instruction_decode(function->code, function->code_size, error->offset, &instruction)) {
            cor_byte_buffer_printf(out, " (%s)", cor_opcode_info[instruction.opcode].mnemonic);
        }
    }
    const CorVerifyRuleInfo *rule = &cor_verify_rule_info[error->rule];
    cor_byte_buffer_printf(out, ": %s: %s", rule->name, rule->sentence);
}
