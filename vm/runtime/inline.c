/* Inlining of small functions at their calls.
 *
 * What is inlined is decided by the portable code alone, so that it is the same everywhere and fuel with it: a few
 * instructions, no loop, no exception range, no captures, not a function that is being lowered already.  A parameter
 * that the function does not assign is the argument itself, wherever that is; a constant argument stays a constant.
 * An inlined hidden function counts as code of the line that calls it; any other gets a scope of its own in the
 * positions, so that traces show its frame. */
#include "vm/runtime/lower_internal.h"

enum {
    MOST_BYTES = 160,       /* of portable code */
    MOST_INSTRUCTIONS = 26, /* of a hidden function */
    MOST_VISIBLE = 12,      /* of another */
    MOST_DEPTH = 4,         /* of inlined functions in each other */
    MOST_INLINED = 4000,    /* instructions inlined into one function */
};

static bool is_small(const CorFunction *portable, uint32_t *instructions) {
    uint32_t most = (portable->flags & COR_FN_HIDDEN) != 0 ? MOST_INSTRUCTIONS : MOST_VISIBLE;
    CorInstruction in;
    *instructions = 0;
    for (uint32_t offset = 0; offset < portable->code_size; offset = in.next) {
        if (!cor_instruction_decode(portable->code, portable->code_size, offset, &in) ||
            in.opcode == COR_OP_LOOP || ++*instructions > most) {
            return false;
        }
    }
    return true;
}

bool cor_inline_wanted(LowerBody *body, const CorLoweredFunction *function) {
    const CorFunction *portable = function->portable;
    uint32_t depth = 0, instructions;
    if (body->lowering->engine->options.plain_lowering || portable == NULL ||
        (portable->flags & (COR_FN_CODELESS | COR_FN_LAMBDA)) != 0 || portable->code_size == 0 ||
        portable->code_size > MOST_BYTES || portable->handler_count != 0 || portable->capture_count != 0) {
        return false;
    }
    for (const LowerBody *around = body; around != NULL; around = around->caller) {
        if (around->portable == portable || ++depth > MOST_DEPTH) {
            return false;
        }
    }
    if (!is_small(portable, &instructions) || body->lowering->inlined + instructions > MOST_INLINED) {
        return false;
    }
    body->lowering->inlined += instructions;
    return true;
}

/* The scope of the positions of a function inlined at the current instruction. */
static uint32_t new_scope(LowerBody *body, CorLoweredFunction *function) {
    Lowering *lowering = body->lowering;
    if (function->hidden) {
        return 0; /* not used */
    }
    if (!cor_lower_grow(lowering, &lowering->scopes, lowering->scope_count, &lowering->scope_capacity,
                        sizeof *lowering->scopes)) {
        return 0;
    }
    lowering->scopes[lowering->scope_count] = (CorInlineScope){function, cor_body_position(body)};
    return ++lowering->scope_count;
}

static void lower_inline(LowerBody *body, CorLoweredFunction *function, const LowerArgument *arguments,
                         uint32_t result_slot) {
    Lowering *lowering = body->lowering;
    const LowerInstruction *call = &body->instructions[body->current];
    LowerBody inlined = {.lowering = lowering,
                         .caller = body,
                         .function = function,
                         .module = function->module->module,
                         .portable = function->portable,
                         .context = {function->module, function->arguments, function->argument_count},
                         .arguments = arguments,
                         .scope = new_scope(body, function),
                         .window_base = call->window - COR_FRAME_HEADER,
                         .loop_base = body->loop_base + call->loop_depth,
                         .result_slot = result_slot,
                         .end = cor_label_new(lowering)};
    cor_lower_body(&inlined);
    cor_label_bind(lowering, inlined.end);
}

static LowerArgument argument_of(LowerBody *body, uint32_t reg) {
    int64_t value;
    if (cor_constant(body, reg, &value)) {
        return (LowerArgument){.is_constant = true, .bits = (uint64_t)value};
    }
    return (LowerArgument){.slot = cor_read(body, reg)};
}

void cor_inline_call(LowerBody *body, CorLoweredFunction *function, const uint32_t *registers, uint32_t count,
                     uint32_t result) {
    LowerArgument *arguments = cor_lower_allocate(body->lowering, (size_t)count + 1, sizeof *arguments);
    for (uint32_t i = 0; arguments != NULL && i < count; i++) {
        arguments[i] = argument_of(body, registers[i]);
    }
    if (arguments != NULL) {
        lower_inline(body, function, arguments, result == COR_NONE ? COR_NONE : cor_write(body, result));
    }
}

/* Whether an object can be made in the slot of the result: not when that is an argument of the constructor, nor when a
 * handler could see it after the constructor throws. */
static bool can_make_in_place(const LowerBody *body, uint32_t slot, const LowerArgument *arguments,
                              uint32_t count, const CorLoweredFunction *init) {
    for (const LowerBody *around = body; around != NULL; around = around->caller) {
        if (around->portable->handler_count != 0) {
            return false;
        }
    }
    CorTypeContext context = {init->module, init->arguments, init->argument_count};
    for (uint32_t i = 0; i < count; i++) {
        const CorType *type =
            cor_instantiate(body->lowering->engine, &context, init->portable->parameters[i].type);
        uint32_t slots = type != NULL ? type->slots : UINT16_MAX;
        if (!arguments[i].is_constant && slot >= arguments[i].slot && slot < arguments[i].slot + slots) {
            return false;
        }
    }
    return true;
}

void cor_inline_new(LowerBody *body, const CorInstruction *in, const CorType *type,
                    CorLoweredFunction *init) {
    Lowering *lowering = body->lowering;
    uint32_t position = in->list_offset, count = in->operand[2], result = cor_write(body, in->operand[0]);
    LowerArgument *arguments = cor_lower_allocate(lowering, (size_t)count + 1, sizeof *arguments);
    if (arguments == NULL) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        arguments[i + 1] = argument_of(body, cor_instruction_list_next(body->portable->code, &position));
    }
    arguments[0] = (LowerArgument){.is_constant = true};
    uint32_t object =
        can_make_in_place(body, result, arguments, count + 1, init) ? result : cor_scratch(lowering, 1);
    arguments[0] = (LowerArgument){.slot = object};
    cor_emit(lowering, COR_LOWERED_NEW, object, 0, 0);
    cor_emit_pointer(lowering, type);
    lower_inline(body, init, arguments, COR_NONE);
    cor_emit_move(lowering, result, object, 1);
}
