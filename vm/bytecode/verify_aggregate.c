/* Structs, tuples, enums, arrays, and paths into them. */
#include "vm/bytecode/verify_code.h"

/* ---- Building ---- */

/* A member type of an instance of a definition. */
static uint32_t member_type(CodeVerifier *code, uint32_t type, uint32_t instance) {
    CorTypeEntry entry = code->verifier->types[instance];
    return verify_substitute(code->verifier, type, entry.args, entry.arg_count);
}

/* Whether the next register of a list can be stored in a place of the type. */
static bool item_fits(CodeVerifier *code, uint32_t *position, uint32_t type) {
    uint32_t reg = cor_instruction_list_next(code->function->code, position);
    return type != COR_NONE && verify_assignable(code->verifier, code->function->registers[reg], type);
}

static bool verify_field_values(CodeVerifier *code, const CorField *fields, uint32_t count,
                                int list_operand) {
    uint32_t position = code->at.list_offset, instance = operand_type(code, 0);
    if (code->at.operand[list_operand] != count) {
        return code_fail(code, COR_VERIFY_AGGREGATE);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!item_fits(code, &position, member_type(code, fields[i].type, instance))) {
            return false;
        }
    }
    return true;
}

static bool verify_tuple_values(CodeVerifier *code, CorTypeEntry tuple) {
    uint32_t position = code->at.list_offset;
    if (code->at.operand[1] != tuple.arg_count) {
        return code_fail(code, COR_VERIFY_AGGREGATE);
    }
    for (uint32_t i = 0; i < tuple.arg_count; i++) {
        if (!item_fits(code, &position, tuple.args[i])) {
            return false;
        }
    }
    return true;
}

bool code_verify_struct(CodeVerifier *code) {
    CorTypeEntry entry = code->verifier->types[operand_type(code, 0)];
    if (entry.kind == COR_TYPE_TUPLE) {
        return verify_tuple_values(code, entry);
    }
    const CorDefinition *definition =
        verify_definition_of(code->verifier, operand_type(code, 0), COR_DEF_STRUCT);
    if (definition == NULL || definition->module != COR_NONE) {
        return code_fail(code, COR_VERIFY_AGGREGATE);
    }
    return verify_field_values(code, definition->fields, definition->field_count, 1);
}

bool code_verify_enum(CodeVerifier *code) {
    const CorDefinition *definition =
        verify_definition_of(code->verifier, operand_type(code, 0), COR_DEF_ENUM);
    uint32_t number = code->at.operand[1];
    if (definition == NULL) {
        return false;
    }
    if (number >= definition->case_count) {
        return code_fail(code, COR_VERIFY_MEMBER_INDEX);
    }
    return verify_field_values(code, definition->cases[number].fields, definition->cases[number].field_count,
                               2);
}

bool code_verify_payload(CodeVerifier *code) {
    uint32_t type = operand_type(code, 1), number = code->at.operand[2], field = code->at.operand[3];
    const CorDefinition *definition = verify_definition_of(code->verifier, type, COR_DEF_ENUM);
    if (definition == NULL) {
        return false;
    }
    if (number >= definition->case_count || field >= definition->cases[number].field_count) {
        return code_fail(code, COR_VERIFY_MEMBER_INDEX);
    }
    return code_result_fits(code, member_type(code, definition->cases[number].fields[field].type, type), 0);
}

bool code_verify_array(CodeVerifier *code) {
    CorTypeEntry array = code->verifier->types[operand_type(code, 0)];
    uint32_t position = code->at.list_offset;
    if (array.kind != COR_TYPE_ARRAY) {
        return false;
    }
    if (code->at.opcode == COR_OP_ARRAY_NEW) {
        return operand_kind(code, 1) == COR_TYPE_I64 &&
               verify_assignable(code->verifier, operand_type(code, 2), array.args[0]);
    }
    for (uint32_t i = 0; i < code->at.operand[1]; i++) {
        if (!item_fits(code, &position, array.args[0])) {
            return false;
        }
    }
    return true;
}

/* ---- Paths ---- */

/* The type of the field, or COR_NONE; `first` steps may enter an object. */
static uint32_t walk_field(CodeVerifier *code, uint32_t type, CorPathStep step, bool first, bool stores) {
    if (step.definition >= code->module->definition_count) {
        code_fail(code, COR_VERIFY_OPERAND_INDEX);
        return COR_NONE;
    }
    const CorDefinition *definition = &code->module->definitions[step.definition];
    uint32_t instance = COR_NONE;
    if (definition->kind == COR_DEF_CLASS && first) {
        instance = verify_class_instance(code->verifier, type, step.definition);
    } else if (definition->kind == COR_DEF_STRUCT) {
        const CorTypeEntry *entry = &code->verifier->types[type];
        instance = entry->kind == COR_TYPE_NAMED && entry->index == step.definition ? type : COR_NONE;
    }
    if (instance == COR_NONE || step.index >= definition->field_count) {
        code_fail(code, COR_VERIFY_PATH_STEP);
        return COR_NONE;
    }
    const CorField *field = &definition->fields[step.index];
    if (definition->module != COR_NONE &&
        ((field->flags & COR_FIELD_PRIVATE) != 0 || (stores && (field->flags & COR_FIELD_VAR) == 0))) {
        code_fail(code, COR_VERIFY_FIELD_ACCESS);
        return COR_NONE;
    }
    return member_type(code, field->type, instance);
}

static uint32_t walk_step(CodeVerifier *code, uint32_t type, CorPathStep step, bool first, bool stores) {
    CorTypeEntry entry = code->verifier->types[type];
    switch (step.kind) {
    case COR_PATH_FIELD: return walk_field(code, type, step, first, stores);
    case COR_PATH_ELEMENT:
        if (entry.kind == COR_TYPE_ARRAY && first &&
            verify_kind(code->verifier, code->function->registers[step.index]) == COR_TYPE_I64) {
            return entry.args[0];
        }
        break;
    case COR_PATH_TUPLE:
        if (entry.kind == COR_TYPE_TUPLE && step.index < entry.arg_count) {
            return entry.args[step.index];
        }
        break;
    }
    code_fail(code, COR_VERIFY_PATH_STEP);
    return COR_NONE;
}

/* The type of the place that a path leads to from register operand `base`, or COR_NONE. */
static uint32_t walk_path(CodeVerifier *code, int base, bool stores) {
    uint32_t type = operand_type(code, base), position = code->at.list_offset;
    for (uint32_t i = 0; i < code->at.operand[2] && type != COR_NONE; i++) {
        CorPathStep step = cor_instruction_path_next(code->function->code, &position);
        type = verify_work(code->verifier, 1) ? walk_step(code, type, step, i == 0, stores) : COR_NONE;
    }
    return type;
}

bool code_verify_load(CodeVerifier *code) {
    uint32_t type = walk_path(code, 1, false);
    return type != COR_NONE && code_result_fits(code, type, 0);
}

/* A constructor sets an own field of self; the value may be self too, which nobody else has seen. */
static void note_own_field(CodeVerifier *code) {
    uint32_t position = code->at.list_offset;
    CorPathStep step = cor_instruction_path_next(code->function->code, &position);
    if (code->constructs != NULL && code->at.operand[0] == 0 && code->at.operand[2] == 1 &&
        step.kind == COR_PATH_FIELD && &code->module->definitions[step.definition] == code->constructs) {
        code->reads_self = false;
        flow_add(&code->now, code->first_field + step.index);
    }
}

bool code_verify_store(CodeVerifier *code) {
    uint32_t type = walk_path(code, 0, true);
    if (type == COR_NONE || !verify_assignable(code->verifier, operand_type(code, 1), type)) {
        return false;
    }
    note_own_field(code);
    return true;
}
