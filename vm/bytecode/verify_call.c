/* Calls of every kind, and closures. */
#include "vm/bytecode/intrinsic.h"
#include "vm/bytecode/signature.h"
#include "vm/bytecode/syscall.h"
#include "vm/bytecode/verify_code.h"

enum {
    WITHOUT_CODE = COR_FN_ABSTRACT | COR_FN_INTRINSIC | COR_FN_SYSCALL
}; /* a call of a host's function is an ordinary one */

static const CorFunction *callee(const CodeVerifier *code, const CorFunctionRef *reference) {
    return &code->module->functions[reference->function];
}

static const CorFunctionRef *reference_at(const CodeVerifier *code, int operand) {
    return &code->module->function_refs[code->at.operand[operand]];
}

/* A type of the callee's signature with the reference's type arguments. */
static uint32_t of_callee(CodeVerifier *code, const CorFunctionRef *reference, uint32_t type) {
    return verify_substitute(code->verifier, type, reference->args, reference->arg_count);
}

static bool is_private_elsewhere(const CorFunction *function) {
    return function->module != COR_NONE && (function->flags & COR_FN_PRIVATE) != 0;
}

/* Compares the list of arguments with the parameters from `first` on. */
static bool verify_arguments(CodeVerifier *code, const CorFunctionRef *reference, uint32_t first,
                             int list_operand) {
    const CorFunction *function = callee(code, reference);
    uint32_t position = code->at.list_offset, count = code->at.operand[list_operand];
    if (count + first != function->parameter_count) {
        return code_fail(code, COR_VERIFY_CALL_ARGUMENTS);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t reg = cor_instruction_list_next(code->function->code, &position);
        uint32_t type = of_callee(code, reference, function->parameters[first + i].type);
        if (type == COR_NONE || !verify_assignable(code->verifier, code->function->registers[reg], type)) {
            return code_fail(code, COR_VERIFY_CALL_ARGUMENTS);
        }
    }
    return true;
}

/* The result, when one is stored (operand 0 is not COR_NONE). */
static bool verify_result(CodeVerifier *code, uint32_t type) {
    if (code->at.operand[0] == COR_NONE) {
        return true;
    }
    return code_require(code,
                        type != COR_NONE && verify_is_storable(code->verifier, type) &&
                            verify_assignable(code->verifier, type, operand_type(code, 0)),
                        COR_VERIFY_CALL_RESULT);
}

bool code_verify_call(CodeVerifier *code) {
    const CorFunctionRef *reference = reference_at(code, 1);
    const CorFunction *function = callee(code, reference);
    if ((function->flags & (WITHOUT_CODE | COR_FN_INIT | COR_FN_LAMBDA)) != 0 ||
        is_private_elsewhere(function)) {
        return code_fail(code, COR_VERIFY_CALL_TARGET);
    }
    return verify_arguments(code, reference, 0, 2) &&
           verify_result(code, of_callee(code, reference, function->result));
}

/* ---- Virtual calls ---- */

/* The receiver is the first argument; the others are ordinary. */
static bool verify_virtual_arguments(CodeVerifier *code, const CorFunctionRef *reference) {
    const CorFunction *function = callee(code, reference);
    uint32_t position = code->at.list_offset, count = code->at.operand[2];
    if (count != function->parameter_count) {
        return code_fail(code, COR_VERIFY_CALL_ARGUMENTS);
    }
    uint32_t receiver = code->function->registers[cor_instruction_list_next(code->function->code, &position)];
    uint32_t owner = of_callee(code, reference, function->parameters[0].type);
    bool of_interface = code->module->definitions[function->owner].kind == COR_DEF_INTERFACE;
    if (owner == COR_NONE || !verify_is_storable(code->verifier, receiver) ||
        !(verify_assignable(code->verifier, receiver, owner) ||
          (of_interface && verify_implements(code->verifier, receiver, owner)))) {
        return code_fail(code, COR_VERIFY_VIRTUAL_TARGET);
    }
    for (uint32_t i = 1; i < count; i++) {
        uint32_t reg = cor_instruction_list_next(code->function->code, &position);
        uint32_t type = of_callee(code, reference, function->parameters[i].type);
        if (type == COR_NONE || !verify_assignable(code->verifier, code->function->registers[reg], type)) {
            return code_fail(code, COR_VERIFY_CALL_ARGUMENTS);
        }
    }
    return true;
}

bool code_verify_call_virtual(CodeVerifier *code) {
    const CorFunctionRef *reference = reference_at(code, 1);
    const CorFunction *function = callee(code, reference);
    if ((function->flags & COR_FN_VIRTUAL) == 0) {
        return code_fail(code, COR_VERIFY_VIRTUAL_TARGET);
    }
    if (is_private_elsewhere(function)) {
        return code_fail(code, COR_VERIFY_CALL_TARGET);
    }
    return verify_virtual_arguments(code, reference) &&
           verify_result(code, of_callee(code, reference, function->result));
}

/* ---- Function values ---- */

bool code_verify_call_value(CodeVerifier *code) {
    CorTypeEntry type = code->verifier->types[operand_type(code, 1)];
    uint32_t position = code->at.list_offset, count = code->at.operand[2];
    if (type.kind != COR_TYPE_FUNCTION) {
        return false;
    }
    if (count != type.arg_count - 1) {
        return code_fail(code, COR_VERIFY_CALL_ARGUMENTS);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t reg = cor_instruction_list_next(code->function->code, &position);
        if (!verify_assignable(code->verifier, code->function->registers[reg], type.args[i])) {
            return code_fail(code, COR_VERIFY_CALL_ARGUMENTS);
        }
    }
    return verify_result(code, type.args[count]);
}

/* The type of the function as a value: its parameters and result, with the reference's type arguments. */
static uint32_t value_type(CodeVerifier *code, const CorFunctionRef *reference) {
    const CorFunction *function = callee(code, reference);
    uint32_t parts[COR_LIMIT_PARAMETERS + 1];
    for (uint32_t i = 0; i <= function->parameter_count; i++) {
        uint32_t type = i < function->parameter_count ? function->parameters[i].type : function->result;
        parts[i] = of_callee(code, reference, type);
        if (parts[i] == COR_NONE) {
            return COR_NONE;
        }
    }
    return verify_make_type(code->verifier, COR_TYPE_FUNCTION, 0, parts, function->parameter_count + 1);
}

bool code_verify_closure(CodeVerifier *code) {
    const CorFunctionRef *reference = reference_at(code, 1);
    const CorFunction *function = callee(code, reference);
    uint32_t position = code->at.list_offset;
    bool lambda_elsewhere = function->module != COR_NONE && (function->flags & COR_FN_LAMBDA) != 0;
    if ((function->flags & (WITHOUT_CODE | COR_FN_INIT)) != 0 || lambda_elsewhere ||
        is_private_elsewhere(function) || code->at.operand[2] != function->capture_count) {
        return code_fail(code, COR_VERIFY_CLOSURE);
    }
    for (uint32_t i = 0; i < function->capture_count; i++) {
        uint32_t reg = cor_instruction_list_next(code->function->code, &position);
        uint32_t type = of_callee(code, reference, function->captures[i]);
        if (type == COR_NONE || !verify_assignable(code->verifier, code->function->registers[reg], type)) {
            return code_fail(code, COR_VERIFY_CLOSURE);
        }
    }
    return code_require(code, value_type(code, reference) == operand_type(code, 0), COR_VERIFY_CLOSURE);
}

/* ---- Constructors ---- */

bool code_verify_new(CodeVerifier *code) {
    const CorFunctionRef *reference = reference_at(code, 1);
    const CorFunction *function = callee(code, reference);
    if ((function->flags & COR_FN_INIT) == 0 ||
        (code->module->definitions[function->owner].flags & COR_DEF_ABSTRACT) != 0) {
        return code_fail(code, COR_VERIFY_CONSTRUCTOR_TARGET);
    }
    if (is_private_elsewhere(function)) {
        return code_fail(code, COR_VERIFY_CALL_TARGET);
    }
    uint32_t class = of_callee(code, reference, function->parameters[0].type);
    /* the very class, no superclass or interface of it: the type of the register is that of the object */
    return verify_arguments(code, reference, 1, 2) && class == operand_type(code, 0);
}

bool code_verify_call_init(CodeVerifier *code) {
    const CorFunctionRef *reference = reference_at(code, 0);
    const CorFunction *function = callee(code, reference);
    uint32_t position = code->at.list_offset;
    if (code->constructs == NULL || (function->flags & COR_FN_INIT) == 0 ||
        of_callee(code, reference, function->parameters[0].type) != code->constructs->super ||
        is_private_elsewhere(function)) {
        return code_fail(code, COR_VERIFY_CONSTRUCTOR_TARGET);
    }
    if (!verify_arguments(code, reference, 0, 1)) {
        return false;
    }
    bool on_self = cor_instruction_list_next(code->function->code, &position) == 0;
    for (uint32_t i = 1; i < code->at.operand[1]; i++) {
        on_self = on_self && cor_instruction_list_next(code->function->code, &position) != 0;
    }
    if (!on_self || (code->now.reached && (code->now.super_maybe_run || !code_fields_are_set(code)))) {
        return code_fail(code, COR_VERIFY_CONSTRUCTOR_SELF);
    }
    code->reads_self = false;
    code->now.super_maybe_run = true;
    flow_add(&code->now, code->super_run);
    return true;
}

/* ---- Leaves ---- */

static bool verify_signature(CodeVerifier *code, const char *signature) {
    uint32_t types[16];
    uint32_t position = code->at.list_offset, count = code->at.operand[2], result = code->at.operand[0];
    if (count > sizeof types / sizeof types[0] ||
        (result != COR_NONE && !cor_signature_has_result(signature))) {
        return code_fail(code, COR_VERIFY_LEAF_CALL);
    }
    for (uint32_t i = 0; i < count; i++) {
        types[i] = code->function->registers[cor_instruction_list_next(code->function->code, &position)];
        if (!verify_is_storable(code->verifier, types[i])) {
            return code_fail(code, COR_VERIFY_LEAF_CALL);
        }
    }
    uint32_t result_type = result == COR_NONE ? COR_NONE : operand_type(code, 0);
    if (result != COR_NONE && !verify_is_storable(code->verifier, result_type)) {
        return code_fail(code, COR_VERIFY_LEAF_CALL);
    }
    return code_require(code, cor_signature_matches(signature, code->module, types, count, result_type),
                        COR_VERIFY_LEAF_CALL);
}

static bool is_listed(const CorModule *module, uint32_t syscall) {
    for (uint32_t i = 0; i < module->syscall_count; i++) {
        if (module->syscalls[i] == syscall) {
            return true;
        }
    }
    return false;
}

bool code_verify_leaf_call(CodeVerifier *code) {
    uint32_t number = code->at.operand[1];
    if (code->at.opcode == COR_OP_SYSCALL) {
        return code_require(code, number < COR_SYSCALL_COUNT, COR_VERIFY_LEAF_CALL) &&
               code_require(code, is_listed(code->module, number), COR_VERIFY_SYSCALL_UNLISTED) &&
               verify_signature(code, cor_syscall_info[number].signature);
    }
    return code_require(code, number < COR_INTRINSIC_COUNT, COR_VERIFY_LEAF_CALL) &&
           code_require(code, code->verifier->trusted || (cor_intrinsic_info[number].effects & EFFECT_U) == 0,
                        COR_VERIFY_LEAF_TRUSTED) &&
           verify_signature(code, cor_intrinsic_info[number].signature);
}
