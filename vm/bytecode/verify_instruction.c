/* The operand types of every instruction.  Before this, registers and indices have been found to exist. */
#include "vm/bytecode/verify_code.h"

/* ---- Classes of types ---- */

static bool is_plain_enum(const CodeVerifier *code, uint32_t type) {
    const CorDefinition *definition = verify_definition_of(code->verifier, type, COR_DEF_ENUM);
    for (uint32_t i = 0; definition != NULL && i < definition->case_count; i++) {
        if (definition->cases[i].field_count != 0) {
            return false;
        }
    }
    return definition != NULL;
}

static uint32_t without_optional(const CodeVerifier *code, uint32_t type) {
    const CorTypeEntry *entry = &code->verifier->types[type];
    return entry->kind == COR_TYPE_OPTIONAL ? entry->args[0] : type;
}

/* What has a dynamic type: a class or interface instance, or any. */
static bool is_dynamic(const CodeVerifier *code, uint32_t type) {
    return verify_kind(code->verifier, type) == COR_TYPE_ANY ||
           verify_definition_of(code->verifier, type, COR_DEF_CLASS) != NULL ||
           verify_definition_of(code->verifier, type, COR_DEF_INTERFACE) != NULL;
}

static bool has_identity(const CodeVerifier *code, uint32_t type) {
    CorTypeKind kind = verify_kind(code->verifier, type);
    return is_dynamic(code, type) || kind == COR_TYPE_ARRAY || kind == COR_TYPE_FUNCTION;
}

static bool is_optional_of(const CodeVerifier *code, uint32_t optional, uint32_t of) {
    const CorTypeEntry *entry = &code->verifier->types[optional];
    return entry->kind == COR_TYPE_OPTIONAL && entry->args[0] == of;
}

static bool is_cell_of(const CodeVerifier *code, uint32_t cell, uint32_t of) {
    const CorTypeEntry *entry = &code->verifier->types[cell];
    return entry->kind == COR_TYPE_CELL && entry->args[0] == of;
}

static bool is_number_or_char(const CodeVerifier *code, uint32_t type) {
    return verify_is_number(code->verifier, type) || verify_kind(code->verifier, type) == COR_TYPE_CHAR;
}

static bool is_ordered(const CodeVerifier *code, uint32_t type) {
    return is_number_or_char(code, type) || verify_kind(code->verifier, type) == COR_TYPE_STRING;
}

static bool is_scalar(const CodeVerifier *code, uint32_t type) {
    return is_number_or_char(code, type) || verify_kind(code->verifier, type) == COR_TYPE_BOOL ||
           is_plain_enum(code, type);
}

static bool is_integer_or_bool(const CodeVerifier *code, uint32_t type) {
    return verify_is_integer(code->verifier, type) || verify_kind(code->verifier, type) == COR_TYPE_BOOL;
}

static bool is_negatable(const CodeVerifier *code, uint32_t type) {
    CorTypeKind kind = verify_kind(code->verifier, type);
    return (kind >= COR_TYPE_I8 && kind <= COR_TYPE_I64) || kind == COR_TYPE_F32 || kind == COR_TYPE_F64;
}

static bool is_kind(const CodeVerifier *code, int operand, CorTypeKind kind) {
    return operand_kind(code, operand) == kind;
}

static bool same_types(const CodeVerifier *code, int a, int b) {
    return operand_type(code, a) == operand_type(code, b);
}

static bool is_integer(const CodeVerifier *code, int operand) {
    return verify_is_integer(code->verifier, operand_type(code, operand));
}

static bool is_storable(const CodeVerifier *code, int operand) {
    return verify_is_storable(code->verifier, operand_type(code, operand));
}

/* Two operands that are compared: one type, or one a subtype of the other. */
static bool are_comparable_pair(CodeVerifier *code, int a, int b) {
    uint32_t first = operand_type(code, a), second = operand_type(code, b);
    return is_storable(code, a) && is_storable(code, b) &&
           (verify_assignable(code->verifier, first, second) ||
            verify_assignable(code->verifier, second, first));
}

bool code_result_fits(CodeVerifier *code, uint32_t from, int operand) {
    return from != COR_NONE && verify_assignable(code->verifier, from, operand_type(code, operand));
}

/* ---- Instructions ---- */

static bool verify_upcast(CodeVerifier *code) {
    uint32_t to = operand_type(code, 0), from = operand_type(code, 1);
    if (verify_kind(code->verifier, to) == COR_TYPE_ANY) {
        return is_storable(code, 1);
    }
    return verify_assignable(code->verifier, from, to) ||
           (verify_definition_of(code->verifier, to, COR_DEF_INTERFACE) != NULL && is_storable(code, 1) &&
            verify_implements(code->verifier, from, to));
}

static bool verify_int(CodeVerifier *code) {
    CorTypeKind kind = operand_kind(code, 0);
    if (!is_integer(code, 0) && kind != COR_TYPE_BOOL && kind != COR_TYPE_CHAR) {
        return false;
    }
    return code_require(code,
                        verify_immediate_fits(code->verifier, operand_type(code, 0), code->at.immediate),
                        COR_VERIFY_IMMEDIATE);
}

static bool verify_convert(CodeVerifier *code) {
    bool to_number = verify_is_number(code->verifier, operand_type(code, 0));
    bool to_char = is_kind(code, 0, COR_TYPE_CHAR) && is_kind(code, 1, COR_TYPE_U8);
    return (to_number && is_scalar(code, operand_type(code, 1))) || to_char;
}

static bool verify_concat(CodeVerifier *code) {
    uint32_t position = code->at.list_offset;
    bool strings = is_kind(code, 0, COR_TYPE_STRING);
    for (uint32_t i = 0; i < code->at.operand[1]; i++) {
        uint32_t reg = cor_instruction_list_next(code->function->code, &position);
        strings = strings && verify_kind(code->verifier, code->function->registers[reg]) == COR_TYPE_STRING;
    }
    return strings;
}

static bool verify_case(CodeVerifier *code, int operand, uint32_t number) {
    const CorDefinition *definition =
        verify_definition_of(code->verifier, operand_type(code, operand), COR_DEF_ENUM);
    return definition != NULL && code_require(code, number < definition->case_count, COR_VERIFY_MEMBER_INDEX);
}

static bool verify_return(CodeVerifier *code) {
    uint32_t result = code->function->result;
    return verify_is_storable(code->verifier, result) &&
           verify_assignable(code->verifier, operand_type(code, 0), result);
}

static bool verify_return_void(CodeVerifier *code) {
    return verify_kind(code->verifier, code->function->result) == COR_TYPE_VOID &&
           code_require(code, code_self_is_complete(code), COR_VERIFY_CONSTRUCTOR_COMPLETE);
}

/* A test or cast from operand `from` to a type. */
static bool verify_cast(CodeVerifier *code, int from, bool optional, uint32_t to) {
    uint32_t type = operand_type(code, from);
    return is_dynamic(code, optional ? without_optional(code, type) : type) &&
           verify_is_storable(code->verifier, to);
}

static bool verify_length(CodeVerifier *code) {
    return is_kind(code, 0, COR_TYPE_I64) &&
           (is_kind(code, 1, COR_TYPE_ARRAY) || is_kind(code, 1, COR_TYPE_STRING));
}

static bool verify_cell_set(CodeVerifier *code) {
    const CorTypeEntry *cell = &code->verifier->types[operand_type(code, 0)];
    return cell->kind == COR_TYPE_CELL &&
           verify_assignable(code->verifier, operand_type(code, 1), cell->args[0]);
}

static bool verify_capture(CodeVerifier *code) {
    uint32_t number = code->at.operand[1];
    return code_require(code, number < code->function->capture_count, COR_VERIFY_MEMBER_INDEX) &&
           verify_assignable(code->verifier, code->function->captures[number], operand_type(code, 0));
}

static bool verify_global_set(CodeVerifier *code) {
    const CorGlobal *global = &code->module->globals[code->at.operand[0]];
    uint32_t open = COR_GLOBAL_VAR | COR_GLOBAL_PUBLIC;
    if (global->module != COR_NONE && (global->flags & open) != open) {
        return code_fail(code, COR_VERIFY_GLOBAL_ASSIGNED);
    }
    return verify_assignable(code->verifier, operand_type(code, 1), global->type);
}

/* Whether the operand types are right; another rule that is broken has been noted. */
static bool has_right_types(CodeVerifier *code) {
    Verifier *verifier = code->verifier;
    switch (code->at.opcode) {
    case COR_OP_MOVE: return verify_assignable(verifier, operand_type(code, 1), operand_type(code, 0));
    case COR_OP_INT: return verify_int(code);
    case COR_OP_CONST: return code->module->constants[code->at.operand[1]].type == operand_type(code, 0);
    case COR_OP_UPCAST: return verify_upcast(code);
    case COR_OP_ADD:
    case COR_OP_SUB:
    case COR_OP_MUL:
    case COR_OP_DIV:
    case COR_OP_REM:
        return verify_is_number(verifier, operand_type(code, 0)) && same_types(code, 0, 1) &&
               same_types(code, 0, 2);
    case COR_OP_AND:
    case COR_OP_OR:
    case COR_OP_XOR:
        return is_integer_or_bool(code, operand_type(code, 0)) && same_types(code, 0, 1) &&
               same_types(code, 0, 2);
    case COR_OP_SHL:
    case COR_OP_SHR:
    case COR_OP_USHR: return is_integer(code, 0) && same_types(code, 0, 1) && is_integer(code, 2);
    case COR_OP_NEG: return is_negatable(code, operand_type(code, 0)) && same_types(code, 0, 1);
    case COR_OP_NOT: return is_integer_or_bool(code, operand_type(code, 0)) && same_types(code, 0, 1);
    case COR_OP_CONVERT: return verify_convert(code);
    case COR_OP_EQ:
    case COR_OP_NE:
    case COR_OP_KEY_EQ: return is_kind(code, 0, COR_TYPE_BOOL) && are_comparable_pair(code, 1, 2);
    case COR_OP_LT:
    case COR_OP_LE:
        return is_kind(code, 0, COR_TYPE_BOOL) && same_types(code, 1, 2) &&
               is_ordered(code, operand_type(code, 1));
    case COR_OP_SAME:
        return is_kind(code, 0, COR_TYPE_BOOL) &&
               has_identity(code, without_optional(code, operand_type(code, 1))) &&
               has_identity(code, without_optional(code, operand_type(code, 2)));
    case COR_OP_COMPARE:
        return is_kind(code, 0, COR_TYPE_I64) && same_types(code, 1, 2) && is_storable(code, 1) &&
               verify_is_comparable(verifier, operand_type(code, 1));
    case COR_OP_HASH: return is_kind(code, 0, COR_TYPE_I64) && is_storable(code, 1);
    case COR_OP_TO_STRING:
    case COR_OP_TO_SOURCE: return is_kind(code, 0, COR_TYPE_STRING) && is_storable(code, 1);
    case COR_OP_CONCAT: return verify_concat(code);
    case COR_OP_LOOP:
    case COR_OP_JUMP:
    case COR_OP_TRAP: return true;
    case COR_OP_BR_TRUE:
    case COR_OP_BR_FALSE: return is_kind(code, 0, COR_TYPE_BOOL);
    case COR_OP_BR_EQ:
    case COR_OP_BR_NE: return same_types(code, 0, 1) && is_scalar(code, operand_type(code, 0));
    case COR_OP_BR_LT:
    case COR_OP_BR_LE:
    case COR_OP_BR_NOT_LT:
    case COR_OP_BR_NOT_LE: return same_types(code, 0, 1) && is_number_or_char(code, operand_type(code, 0));
    case COR_OP_BR_NULL: return is_kind(code, 0, COR_TYPE_OPTIONAL);
    case COR_OP_BR_NONE: return is_optional_of(code, operand_type(code, 1), operand_type(code, 0));
    case COR_OP_BR_IS_NOT: return verify_cast(code, 1, true, operand_type(code, 0));
    case COR_OP_BR_CASE_NOT: return verify_case(code, 0, code->at.operand[1]);
    case COR_OP_SWITCH: return is_kind(code, 0, COR_TYPE_I64) && code->at.operand[1] < 65536;
    case COR_OP_FOR_UP:
    case COR_OP_FOR_UP_INCLUSIVE:
    case COR_OP_FOR_DOWN: return is_integer(code, 0) && same_types(code, 0, 1);
    case COR_OP_FOR_STEP: return is_integer(code, 0) && same_types(code, 0, 1) && same_types(code, 0, 2);
    case COR_OP_RETURN: return verify_return(code);
    case COR_OP_RETURN_VOID: return verify_return_void(code);
    case COR_OP_THROW:
        return code_require(code, verify_is_error(verifier, operand_type(code, 0)), COR_VERIFY_THROWN);
    case COR_OP_CALL: return code_verify_call(code);
    case COR_OP_CALL_VIRTUAL: return code_verify_call_virtual(code);
    case COR_OP_CALL_VALUE: return code_verify_call_value(code);
    case COR_OP_NEW: return code_verify_new(code);
    case COR_OP_CALL_INIT: return code_verify_call_init(code);
    case COR_OP_SYSCALL:
    case COR_OP_INTRINSIC: return code_verify_leaf_call(code);
    case COR_OP_STRUCT: return code_verify_struct(code);
    case COR_OP_LOAD: return code_verify_load(code);
    case COR_OP_STORE: return code_verify_store(code);
    case COR_OP_ENUM: return code_verify_enum(code);
    case COR_OP_TAG:
        return is_kind(code, 0, COR_TYPE_I64) &&
               verify_definition_of(verifier, operand_type(code, 1), COR_DEF_ENUM) != NULL;
    case COR_OP_PAYLOAD: return code_verify_payload(code);
    case COR_OP_NONE: return is_kind(code, 0, COR_TYPE_OPTIONAL);
    case COR_OP_SOME: return is_optional_of(code, operand_type(code, 0), operand_type(code, 1));
    case COR_OP_UNWRAP: return is_optional_of(code, operand_type(code, 1), operand_type(code, 0));
    case COR_OP_IS_NULL: return is_kind(code, 0, COR_TYPE_BOOL) && is_kind(code, 1, COR_TYPE_OPTIONAL);
    case COR_OP_IS: return is_kind(code, 0, COR_TYPE_BOOL) && verify_cast(code, 1, true, code->at.operand[2]);
    case COR_OP_CAST: return verify_cast(code, 1, false, operand_type(code, 0));
    case COR_OP_TRY_CAST:
        return is_kind(code, 0, COR_TYPE_OPTIONAL) &&
               verify_cast(code, 1, true, without_optional(code, operand_type(code, 0)));
    case COR_OP_ARRAY_NEW:
    case COR_OP_ARRAY: return code_verify_array(code);
    case COR_OP_LENGTH: return verify_length(code);
    case COR_OP_CLOSURE: return code_verify_closure(code);
    case COR_OP_CAPTURE: return verify_capture(code);
    case COR_OP_CELL:
        return is_storable(code, 1) && is_cell_of(code, operand_type(code, 0), operand_type(code, 1));
    case COR_OP_CELL_GET: return is_cell_of(code, operand_type(code, 1), operand_type(code, 0));
    case COR_OP_CELL_SET: return verify_cell_set(code);
    case COR_OP_GLOBAL_GET:
        return verify_assignable(verifier, code->module->globals[code->at.operand[1]].type,
                                 operand_type(code, 0));
    case COR_OP_GLOBAL_SET: return verify_global_set(code);
    case COR_OP_COUNT: break;
    }
    return false;
}

bool code_verify_instruction(CodeVerifier *code) {
    return code_require(code, has_right_types(code), COR_VERIFY_OPERAND_TYPE);
}
