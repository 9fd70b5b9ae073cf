/* Lowering a function: the driver.
 *
 * cor_lower makes a Lowering, emits the function's body into it and publishes the code.  Each portable instruction is
 * lowered on its own by the file of its family, reading and writing registers through cor_read, cor_write and
 * cor_copy, which know the places that the plan gave them. */
#include "vm/runtime/lower_internal.h"

#include <string.h>

/* ---- Registers ---- */

const CorType *cor_body_type(LowerBody *body, uint32_t type) {
    const CorType *instance = cor_instantiate(body->lowering->engine, &body->context, type);
    if (instance == NULL) {
        body->lowering->failed = true;
    }
    return instance;
}

static uint32_t place_slot(const LowerBody *body, uint32_t reg) {
    const LowerRegister *info = &body->registers[reg];
    uint32_t offset = 0;
    while (info->place == LOWER_INTO) {
        offset += info->offset;
        info = &body->registers[info->base];
    }
    if (info->place == LOWER_ARGUMENT) {
        return LOWER_WINDOW + body->instructions[info->base].window + info->offset + offset;
    }
    return info->slot + offset;
}

bool cor_constant(const LowerBody *body, uint32_t reg, int64_t *value) {
    *value = (int64_t)body->registers[reg].bits;
    return body->registers[reg].place == LOWER_CONSTANT;
}

bool cor_small_constant(const LowerBody *body, uint32_t reg, int64_t *value) {
    return cor_constant(body, reg, value) && *value == (int16_t)*value;
}

static bool is_in_loop(const LowerBody *body) {
    return body->loop_base + body->instructions[body->current].loop_depth != 0;
}

/* The prologue's slot for a constant; COR_NONE when it should rather be set on the spot. */
static uint32_t prologue_slot(LowerBody *body, uint64_t bits, bool is_reference) {
    Lowering *lowering = body->lowering;
    for (uint32_t i = 0; i < lowering->constant_count; i++) {
        if (lowering->constants[i].bits == bits && lowering->constants[i].is_reference == is_reference) {
            return LOWER_CONSTANTS + i;
        }
    }
    if (!is_in_loop(body) || lowering->constant_count >= LOWER_WINDOW - LOWER_CONSTANTS) {
        return COR_NONE;
    }
    LowerConstant *grown = cor_arena_grow(lowering->scratch, lowering->constants, lowering->constant_count,
                                          &lowering->constant_capacity, sizeof *grown);
    if (grown == NULL) {
        return COR_NONE;
    }
    lowering->constants = grown;
    grown[lowering->constant_count] = (LowerConstant){bits, is_reference};
    return LOWER_CONSTANTS + lowering->constant_count++;
}

uint32_t cor_read(LowerBody *body, uint32_t reg) {
    int64_t value;
    if (!cor_constant(body, reg, &value)) {
        return place_slot(body, reg);
    }
    const CorType *type = body->registers[reg].type;
    uint32_t slot = prologue_slot(body, (uint64_t)value, type->is_reference && value != 0);
    if (slot == COR_NONE) {
        slot = cor_scratch(body->lowering, 1);
        cor_emit_value(body->lowering, slot, type, (uint64_t)value);
    }
    return slot;
}

uint32_t cor_write(LowerBody *body, uint32_t reg) {
    return place_slot(body, reg);
}

void cor_copy(LowerBody *body, uint32_t to, uint32_t reg) {
    int64_t value;
    if (cor_constant(body, reg, &value)) {
        cor_emit_value(body->lowering, to, body->registers[reg].type, (uint64_t)value);
    } else {
        cor_emit_move(body->lowering, to, place_slot(body, reg), body->registers[reg].type->slots);
    }
}

uint32_t cor_window(LowerBody *body) {
    return LOWER_WINDOW + body->instructions[body->current].window;
}

LowerLabel cor_target(LowerBody *body, uint32_t offset) {
    return body->instructions[body->index_at[offset]].label;
}

/* ---- Instructions ---- */

static void lower_simple(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    switch (in->opcode) {
    case COR_OP_MOVE: cor_copy(body, cor_write(body, in->operand[0]), in->operand[1]); break;
    case COR_OP_INT:
        cor_emit_constant(lowering, cor_write(body, in->operand[0]), (uint64_t)in->immediate);
        break;
    case COR_OP_CONST: {
        const CorConstant *constant = &body->module->constants[in->operand[1]];
        uint32_t to = cor_write(body, in->operand[0]);
        if (body->module->types[constant->type].kind == COR_TYPE_STRING) {
            const CorString *text = &body->module->strings[constant->string];
            cor_emit_reference(lowering, to, cor_literal(lowering->engine, text->bytes, text->length));
        } else {
            cor_emit_constant(lowering, to, constant->bits);
        }
        break;
    }
    default: break; /* LOOP: a label, bound already */
    }
}

typedef bool LowerFamily(LowerBody *body, const CorInstruction *in);

static bool lower_one(LowerBody *body, const CorInstruction *in) {
    switch (in->opcode) {
    case COR_OP_MOVE:
    case COR_OP_INT:
    case COR_OP_CONST:
    case COR_OP_LOOP: lower_simple(body, in); return true;
    case COR_OP_ADD:
    case COR_OP_SUB:
    case COR_OP_MUL:
    case COR_OP_DIV:
    case COR_OP_REM:
    case COR_OP_AND:
    case COR_OP_OR:
    case COR_OP_XOR:
    case COR_OP_SHL:
    case COR_OP_SHR:
    case COR_OP_USHR:
    case COR_OP_NEG:
    case COR_OP_NOT:
    case COR_OP_CONVERT:
    case COR_OP_LT:
    case COR_OP_LE:
    case COR_OP_SAME: return cor_lower_arithmetic(body, in);
    case COR_OP_EQ:
    case COR_OP_NE:
    case COR_OP_COMPARE:
    case COR_OP_HASH:
    case COR_OP_KEY_EQ:
    case COR_OP_TO_STRING:
    case COR_OP_TO_SOURCE:
    case COR_OP_CONCAT: return cor_lower_role_operation(body, in);
    case COR_OP_JUMP:
    case COR_OP_BR_TRUE:
    case COR_OP_BR_FALSE:
    case COR_OP_BR_EQ:
    case COR_OP_BR_NE:
    case COR_OP_BR_LT:
    case COR_OP_BR_LE:
    case COR_OP_BR_NOT_LT:
    case COR_OP_BR_NOT_LE:
    case COR_OP_BR_NULL:
    case COR_OP_BR_NONE:
    case COR_OP_BR_IS_NOT:
    case COR_OP_BR_CASE_NOT:
    case COR_OP_SWITCH:
    case COR_OP_FOR_UP:
    case COR_OP_FOR_UP_INCLUSIVE:
    case COR_OP_FOR_DOWN:
    case COR_OP_FOR_STEP: return cor_lower_branch(body, in);
    case COR_OP_RETURN:
    case COR_OP_RETURN_VOID:
    case COR_OP_THROW:
    case COR_OP_TRAP:
    case COR_OP_CALL:
    case COR_OP_CALL_VIRTUAL:
    case COR_OP_CALL_VALUE:
    case COR_OP_NEW:
    case COR_OP_CALL_INIT:
    case COR_OP_SYSCALL:
    case COR_OP_INTRINSIC: return cor_lower_call(body, in);
    case COR_OP_STRUCT:
    case COR_OP_LOAD:
    case COR_OP_STORE:
    case COR_OP_ENUM:
    case COR_OP_TAG:
    case COR_OP_PAYLOAD:
    case COR_OP_NONE:
    case COR_OP_SOME:
    case COR_OP_UNWRAP:
    case COR_OP_IS_NULL:
    case COR_OP_LENGTH:
    case COR_OP_ARRAY_NEW:
    case COR_OP_ARRAY: return cor_lower_aggregate(body, in);
    case COR_OP_UPCAST:
    case COR_OP_IS:
    case COR_OP_CAST:
    case COR_OP_TRY_CAST:
    case COR_OP_CLOSURE:
    case COR_OP_CAPTURE:
    case COR_OP_CELL:
    case COR_OP_CELL_GET:
    case COR_OP_CELL_SET:
    case COR_OP_GLOBAL_GET:
    case COR_OP_GLOBAL_SET: return cor_lower_reference(body, in);
    case COR_OP_COUNT: break;
    }
    return false;
}

/* An inlined hidden function counts as the code of the line that calls it. */
CorPosition cor_body_position(LowerBody *body) {
    while (body->caller != NULL && body->function->hidden) {
        body = body->caller;
    }
    const CorFunction *portable = body->portable;
    uint32_t offset = body->instructions[body->current].in.offset;
    while (body->line < portable->line_count && portable->lines[body->line].offset <= offset) {
        body->line++;
    }
    while (body->line > 0 && portable->lines[body->line - 1].offset > offset) {
        body->line--; /* a loop's test is lowered again at its end */
    }
    CorPosition position = {.offset = offset, .scope = body->scope};
    if (body->line > 0) {
        position.line = portable->lines[body->line - 1].line;
        position.column = portable->lines[body->line - 1].column;
    }
    return position;
}

void cor_lower_instruction(LowerBody *body, uint32_t index) {
    Lowering *lowering = body->lowering;
    LowerInstruction *instruction = &body->instructions[index];
    body->current = index;
    if (instruction->skip) {
        return;
    }
    cor_position_add(lowering, cor_body_position(body));
    uint32_t scratch = lowering->next_slot;
    if (!cor_lower_folded(body, &instruction->in, &instruction->fold) && !lower_one(body, &instruction->in)) {
        lowering->failed = true;
    }
    lowering->next_slot = scratch;
}

bool cor_lower_body(LowerBody *body) {
    Lowering *lowering = body->lowering;
    body->known_enum = COR_NONE;
    if (!cor_plan(body)) {
        lowering->failed = true;
        return false;
    }
    for (uint32_t i = 0; i < body->count && !lowering->failed; i++) {
        LowerInstruction *instruction = &body->instructions[i];
        instruction->code_index = lowering->code_count;
        if (instruction->label != COR_NONE) {
            cor_label_bind(lowering, instruction->label);
            body->known_enum = instruction->known_enum;
            body->known_case = instruction->known_case;
        }
        cor_lower_instruction(body, i);
    }
    return !lowering->failed;
}

/* ---- Exception ranges ---- */

static uint32_t code_index_at(const LowerBody *body, uint32_t offset) {
    uint32_t index = body->index_at[offset];
    return index == body->count ? body->lowering->code_count : body->instructions[index].code_index;
}

static bool lower_handlers(LowerBody *body) {
    Lowering *lowering = body->lowering;
    uint32_t count = body->portable->handler_count;
    lowering->handlers = cor_lower_allocate(lowering, count, sizeof *lowering->handlers);
    if (lowering->handlers == NULL) {
        return false;
    }
    lowering->handler_count = count;
    for (uint32_t i = 0; i < count; i++) {
        const CorHandler *handler = &body->portable->handlers[i];
        const CorType *type = cor_body_type(body, handler->type);
        if (type == NULL || !cor_type_complete(lowering->engine, type)) {
            return false;
        }
        lowering->handlers[i] = (CorLoweredHandler){.start = code_index_at(body, handler->start),
                                                    .end = code_index_at(body, handler->end),
                                                    .target = code_index_at(body, handler->target),
                                                    .slot = cor_write(body, handler->reg),
                                                    .type = type};
    }
    return true;
}

/* ---- Functions ---- */

static bool lower_portable(Lowering *lowering) {
    CorLoweredFunction *function = lowering->function;
    if ((function->portable->flags & (COR_FN_INTRINSIC | COR_FN_SYSCALL)) != 0) {
        return cor_lower_native_function(lowering);
    }
    if ((function->portable->flags & COR_FN_HOST) != 0) {
        return cor_lower_host_function(lowering);
    }
    if ((function->portable->flags & COR_FN_FOREIGN) != 0) {
        return cor_lower_foreign_function(lowering);
    }
    if (function->portable->code_size == 0) {
        cor_emit(lowering, COR_LOWERED_TRAP, COR_TRAP_ABSTRACT, 0, 0);
        return true;
    }
    LowerBody body = {.lowering = lowering,
                      .function = function,
                      .module = function->module->module,
                      .portable = function->portable,
                      .context = {function->module, function->arguments, function->argument_count}};
    return cor_lower_body(&body) && lower_handlers(&body);
}

static bool lower_once(CorEngine *engine, CorLoweredFunction *function, bool long_branches, bool *again) {
    Lowering lowering = {.engine = engine,
                         .scratch = cor_arena_new(),
                         .function = function,
                         .long_branches = long_branches,
                         .weight = 1};
    if (lowering.scratch == NULL) {
        cor_engine_fail(engine, COR_FAILURE_MEMORY, "the host has no memory left");
        return false;
    }
    bool lowered = function->portable != NULL ? lower_portable(&lowering) : cor_lower_synthesised(&lowering);
    /* A literal that could not be made stands in the code as NULL. */
    lowered = lowered && engine->failure == COR_FAILURE_NONE && cor_lower_finish(&lowering);
    *again = lowering.branch_too_long;
    cor_arena_free(lowering.scratch);
    return lowered;
}

bool cor_lower(CorEngine *engine, CorLoweredFunction *function) {
    bool again = false;
    if (lower_once(engine, function, false, &again)) {
        return true;
    }
    bool lowered = again && lower_once(engine, function, true, &again);
    if (!lowered && engine->failure == COR_FAILURE_NONE) {
        cor_engine_fail(engine, COR_FAILURE_LIMIT, "%s cannot be lowered", function->name);
    }
    return lowered;
}
