// Structs that contain themselves.
//
// A struct is stored inline in whatever has it as a field, an optional of it or a tuple with it. A walk over
// the types that are stored inline in a struct must therefore end; each type is walked once.
#include "compiler/declarations.h"

// More nested than this only by a generic struct that contains ever larger instances of itself.
#define STRUCTURE_MAX_DEPTH 256

typedef struct StructureWalk {
    Checker *checker;
    NameTable state; // type -> &open or &closed
    char open, closed;
    uint32_t depth;
    const Field *through; // the field by which the cycle was entered
} StructureWalk;

// Whether `type` is stored inline in a part of itself.
static bool is_endless(StructureWalk *walk, const Type *type);

static bool has_endless_field(StructureWalk *walk, const Type *type) {
    for (uint32_t i = 0; i < type->decl->field_count; i++) {
        const Field *field = &type->decl->fields[i];
        if (!field->type)
            continue; // inferred from a value, which exists only for types that end
        const Type *part = member_type(walk->checker, type, field->type);
        bool is_too_large = part->kind == TYPE_ERROR && field->type->kind != TYPE_ERROR;
        if (is_too_large || is_endless(walk, part)) {
            walk->through = field;
            return true;
        }
    }
    return false;
}

static bool is_endless(StructureWalk *walk, const Type *type) {
    bool is_struct = type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_STRUCT;
    if (!is_struct && type->kind != TYPE_TUPLE && type->kind != TYPE_OPTIONAL)
        return false;
    const char *state = name_table_get(&walk->state, type);
    if (state)
        return state == &walk->open;
    if (walk->depth >= STRUCTURE_MAX_DEPTH)
        return true;
    name_table_put(&walk->state, walk->checker->arena, type, &walk->open);
    walk->depth++;
    bool endless = false;
    if (is_struct)
        endless = has_endless_field(walk, type);
    for (uint32_t i = 0; i < type->arg_count && !is_struct && !endless; i++)
        endless = is_endless(walk, type->args[i]);
    walk->depth--;
    name_table_put(&walk->state, walk->checker->arena, type, &walk->closed);
    return endless;
}

void structure_check_module(Checker *checker) {
    const ModuleSymbol *module = checker->module;
    StructureWalk walk = {.checker = checker};
    checker->declarations->types_too_large |= types_overflowed(checker->types);
    for (uint32_t i = 0; i < module->type_count; i++) {
        TypeDecl *decl = module->types[i];
        if (decl->kind != COR_DEF_STRUCT || !is_endless(&walk, decl->self_type))
            continue;
        Field *field = (Field *)walk.through;
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_RECURSIVE_STRUCT, decl->span, decl->name, NULL);
        diagnostic_label(d, "has no finite size");
        if (field->ast)
            diagnostic_secondary(d, field->span, "contains it again");
        diagnostic_help(d, "make it a class, or keep the part in a `List` or an `Array`");
        if (field->owner == decl) // so that nothing else walks around in it
            field->type = types_builtin(checker->types, TYPE_ERROR);
    }
    types_overflowed(checker->types); // a struct that grows for ever has been reported as such
}
