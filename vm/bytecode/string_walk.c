#include "vm/bytecode/string_walk.h"

typedef struct StringWalk {
    CorStringUse use;
    CorStringVisitor *visit;
    void *context;
} StringWalk;

/* References are const in module.h because only the module's maker may change them; here that is the visitor.
 */
static void visit(const StringWalk *walk, CorStringUse use, const uint32_t *string) {
    if (use == walk->use) {
        walk->visit(walk->context, (uint32_t *)(uintptr_t)string);
    }
}

static void walk_type_params(const StringWalk *walk, const CorTypeParam *params, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        visit(walk, COR_STRING_CONTENT, &params[i].name);
    }
}

static void walk_fields(const StringWalk *walk, const CorField *fields, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        visit(walk, COR_STRING_CONTENT, &fields[i].name);
        visit(walk, COR_STRING_DOCUMENTATION, &fields[i].doc);
    }
}

/* The module's name of an imported entity; own ones have none. */
static void walk_origin(const StringWalk *walk, const uint32_t *module) {
    if (*module != COR_NONE) {
        visit(walk, COR_STRING_CONTENT, module);
    }
}

static void walk_definition(const StringWalk *walk, const CorDefinition *definition) {
    walk_origin(walk, &definition->module);
    visit(walk, COR_STRING_CONTENT, &definition->name);
    visit(walk, COR_STRING_DOCUMENTATION, &definition->doc);
    walk_type_params(walk, definition->params, definition->param_count);
    walk_fields(walk, definition->fields, definition->field_count);
    for (uint32_t i = 0; i < definition->case_count; i++) {
        const CorCase *item = &definition->cases[i];
        visit(walk, COR_STRING_CONTENT, &item->name);
        visit(walk, COR_STRING_DOCUMENTATION, &item->doc);
        walk_fields(walk, item->fields, item->field_count);
    }
}

static void walk_function(const StringWalk *walk, const CorFunction *function) {
    walk_origin(walk, &function->module);
    visit(walk, COR_STRING_CONTENT, &function->name);
    visit(walk, COR_STRING_DOCUMENTATION, &function->doc);
    walk_type_params(walk, function->params, function->param_count);
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        visit(walk, COR_STRING_CONTENT, &function->parameters[i].name);
    }
    visit(walk, COR_STRING_CONTENT, &function->intrinsic);
    for (uint32_t i = 0; function->register_names != NULL && i < function->register_count; i++) {
        visit(walk, COR_STRING_SOURCE, &function->register_names[i]);
    }
    visit(walk, COR_STRING_SOURCE, &function->source_file);
}

static bool is_string_constant(const CorModule *module, const CorConstant *constant) {
    return constant->type < module->type_count && module->types[constant->type].kind == COR_TYPE_STRING;
}

static void walk_exports(const StringWalk *walk, const CorModule *module) {
    for (uint32_t i = 0; i < module->constant_count; i++) {
        if (is_string_constant(module, &module->constants[i])) {
            visit(walk, COR_STRING_CONTENT, &module->constants[i].string);
        }
    }
    for (uint32_t i = 0; i < module->conformance_count; i++) {
        visit(walk, COR_STRING_CONTENT, &module->conformances[i].module);
        walk_type_params(walk, module->conformances[i].params, module->conformances[i].param_count);
    }
    for (uint32_t i = 0; i < module->named_constant_count; i++) {
        visit(walk, COR_STRING_CONTENT, &module->named_constants[i].name);
        visit(walk, COR_STRING_DOCUMENTATION, &module->named_constants[i].doc);
    }
}

void cor_string_walk(const CorModule *module, CorStringUse use, CorStringVisitor *visitor, void *context) {
    StringWalk walk = {use, visitor, context};
    visit(&walk, COR_STRING_CONTENT, &module->name);
    visit(&walk, COR_STRING_DOCUMENTATION, &module->doc);
    visit(&walk, COR_STRING_SOURCE, &module->source_file);
    for (uint32_t i = 0; i < module->import_count; i++) {
        visit(&walk, COR_STRING_CONTENT, &module->imports[i]);
    }
    for (uint32_t i = 0; i < module->definition_count; i++) {
        walk_definition(&walk, &module->definitions[i]);
    }
    for (uint32_t i = 0; i < module->function_count; i++) {
        walk_function(&walk, &module->functions[i]);
    }
    for (uint32_t i = 0; i < module->global_count; i++) {
        walk_origin(&walk, &module->globals[i].module);
        visit(&walk, COR_STRING_CONTENT, &module->globals[i].name);
        visit(&walk, COR_STRING_DOCUMENTATION, &module->globals[i].doc);
    }
    walk_exports(&walk, module);
}
