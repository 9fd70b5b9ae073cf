/* The place of every register.
 *
 * Places save moves.  A register that is defined once by looking into another one (a field of a struct register, the
 * value of an optional, a plain move), itself defined once, is a view of its slots: every use of the view is dominated
 * by its definition, so the other register still holds what it held then.  A temporary that is defined and used once in
 * one block is computed directly where it is used: in the struct being built, the variable it is moved to, or the
 * argument window of a call.  Windows that are filled at the same time nest like the calls they belong to.  What
 * remains gets slots of its own, shared among registers whose life lies within one basic block. */
#include "vm/runtime/lower_internal.h"

/* ---- Constants and views ---- */

static bool place_constant(LowerBody *body, const CorInstruction *in) {
    LowerRegister *target = &body->registers[in->operand[0]];
    if (target->definitions != 1 || target->type->slots != 1) {
        return false;
    }
    if (in->opcode == COR_OP_INT) {
        target->bits = (uint64_t)in->immediate;
    } else {
        const CorConstant *constant = &body->module->constants[in->operand[1]];
        target->bits = constant->bits;
        if (body->module->types[constant->type].kind == COR_TYPE_STRING) {
            const CorString *text = &body->module->strings[constant->string];
            target->bits =
                (uint64_t)(uintptr_t)cor_literal(body->lowering->engine, text->bytes, text->length);
        }
    }
    target->place = LOWER_CONSTANT;
    return true;
}

uint32_t cor_path_slot(LowerBody *body, const CorInstruction *in, const CorType *type) {
    uint32_t slot = 0, position = in->list_offset;
    for (uint32_t i = 0; i < in->operand[2]; i++) {
        CorPathStep step = cor_instruction_path_next(body->portable->code, &position);
        slot += type->members[step.index].slot;
        type = type->members[step.index].type;
    }
    return slot;
}

static void merge_lives(LowerBody *body, uint32_t reg, uint32_t base) {
    LowerRegister *one = &body->registers[reg], *other = &body->registers[base];
    other->first = one->first < other->first ? one->first : other->first;
    other->last = one->last > other->last ? one->last : other->last;
    other->is_local = other->is_local && one->is_local && one->block == other->block;
}

/* Makes the result of a move, unwrapping or field access a view of its operand, if it can be. */
static bool place_view(LowerBody *body, const CorInstruction *in) {
    uint32_t reg = in->operand[0], base = in->operand[1];
    LowerRegister *view = &body->registers[reg], *of = &body->registers[base];
    if (reg == base || view->definitions != 1 || of->definitions != 1 || view->place != LOWER_OWN) {
        return false;
    }
    if (of->place == LOWER_CONSTANT) {
        bool same = in->opcode == COR_OP_MOVE || in->opcode == COR_OP_UPCAST || in->opcode == COR_OP_TAG ||
                    in->opcode == COR_OP_CONVERT;
        view->place = same ? LOWER_CONSTANT : LOWER_OWN;
        view->bits = of->bits;
        return same;
    }
    uint32_t offset = 0;
    switch (in->opcode) {
    case COR_OP_BR_NONE:
    case COR_OP_UNWRAP: offset = !of->type->is_nullable; break;
    case COR_OP_LOAD: offset = cor_path_slot(body, in, of->type); break;
    default: break;
    }
    view->place = LOWER_INTO;
    view->base = base;
    view->offset = offset;
    return true;
}

static bool is_plain_reference(const LowerBody *body, uint32_t reg) {
    return body->registers[reg].type->is_reference && !body->registers[reg].type->is_nullable;
}

static bool is_reference_cast(const LowerBody *body, const CorInstruction *in) {
    const CorType *from = body->registers[in->operand[1]].type, *to = body->registers[in->operand[0]].type;
    return from->is_reference && (!from->is_nullable || to->is_nullable);
}

/* The tag of a plain enum is its register; that of another is fused with the switch on it. */
static bool place_tag(LowerBody *body, uint32_t index) {
    const CorInstruction *in = &body->instructions[index].in;
    if (body->registers[in->operand[1]].type->kind == COR_KIND_PLAIN_ENUM) {
        return place_view(body, in);
    }
    const LowerRegister *tag = &body->registers[in->operand[0]];
    return index + 1 < body->count && body->instructions[index + 1].in.opcode == COR_OP_SWITCH &&
           body->instructions[index + 1].label == COR_NONE && tag->definitions == 1 && tag->uses == 1 &&
           tag->use == index + 1;
}

static void place_constants_and_views(LowerBody *body) {
    for (uint32_t i = 0; i < body->count; i++) {
        const CorInstruction *in = &body->instructions[i].in;
        switch (in->opcode) {
        case COR_OP_INT:
        case COR_OP_CONST: body->instructions[i].skip = place_constant(body, in); break;
        case COR_OP_MOVE: body->instructions[i].skip = place_view(body, in); break;
        case COR_OP_CONVERT:
            body->instructions[i].skip = cor_conversion_keeps(body->registers[in->operand[1]].type,
                                                              body->registers[in->operand[0]].type) &&
                                         place_view(body, in);
            break;
        case COR_OP_UPCAST:
            body->instructions[i].skip = is_reference_cast(body, in) && place_view(body, in);
            break;
        case COR_OP_TAG: body->instructions[i].skip = place_tag(body, i); break;
        case COR_OP_BR_NONE:
        case COR_OP_UNWRAP: place_view(body, in); break; /* the test remains */
        case COR_OP_BR_IS_NOT:
        case COR_OP_CAST:
            if (is_plain_reference(body, in->operand[0]) && is_plain_reference(body, in->operand[1])) {
                place_view(body, in);
            }
            break;
        case COR_OP_LOAD: {
            CorKind kind = (CorKind)body->registers[in->operand[1]].type->kind;
            if (kind == COR_KIND_STRUCT || kind == COR_KIND_TUPLE) {
                body->instructions[i].skip = place_view(body, in);
            }
            break;
        }
        default: break;
        }
    }
}

/* ---- Temporaries computed where they are used ---- */

typedef struct Mention {
    uint32_t reg;
    bool found;
} Mention;

static void look_for(LowerBody *body, uint32_t instruction, uint32_t reg, bool defines, bool uses,
                     void *context) {
    (void)instruction, (void)defines, (void)uses;
    Mention *mention = context;
    while (reg != mention->reg && body->registers[reg].place == LOWER_INTO) {
        reg = body->registers[reg].base; /* who mentions a view mentions what it looks into */
    }
    mention->found |= reg == mention->reg;
}

static bool is_mentioned(LowerBody *body, uint32_t reg, uint32_t from, uint32_t to) {
    Mention mention = {reg, false};
    for (uint32_t i = from; i < to && !mention.found; i++) {
        cor_visit_registers(body, i, look_for, &mention);
    }
    return mention.found;
}

/* The register that a part of a part of it is computed in. */
static uint32_t outermost_whole(const LowerBody *body, uint32_t reg) {
    while (body->registers[reg].place == LOWER_INTO) {
        reg = body->registers[reg].base;
    }
    return reg;
}

/* Whether an operation reads all its operands before it writes any slot of its result. */
static bool writes_last(CorOpcode opcode) {
    switch (opcode) {
    case COR_OP_ADD:
    case COR_OP_SUB:
    case COR_OP_MUL:
    case COR_OP_DIV:
    case COR_OP_REM:
    case COR_OP_AND:
    case COR_OP_OR:
    case COR_OP_XOR:
    case COR_OP_NEG:
    case COR_OP_NOT:
    case COR_OP_CONCAT: return true;
    default: return false;
    }
}

enum { LONGEST_GAP = 64 }; /* instructions between a definition and its use that are looked at */

bool cor_place_part(LowerBody *body, uint32_t consumer, uint32_t part, uint32_t whole, uint32_t offset) {
    LowerRegister *from = &body->registers[part], *to = &body->registers[whole];
    if (from->place != LOWER_OWN || from->definitions != 1 || from->uses != 1 || !from->is_local ||
        part == whole || part < body->portable->parameter_count || from->definition >= consumer ||
        consumer - from->definition > LONGEST_GAP || to->place == LOWER_CONSTANT || from->type->slots == 0) {
        return false;
    }
    uint32_t outermost = outermost_whole(body, whole);
    if (body->portable->handler_count != 0 && !body->registers[outermost].is_local &&
        from->definition + 1 != consumer) {
        return false; /* a handler could see it too early */
    }
    CorOpcode opcode = body->instructions[from->definition].in.opcode;
    uint32_t start = from->first; /* parts of it may be made before it */
    if (start == from->definition) {
        start += writes_last(opcode) && from->type->slots == 1;
    }
    if (is_mentioned(body, outermost, start, consumer)) {
        return false;
    }
    from->place = LOWER_INTO;
    from->base = whole;
    from->offset = offset;
    to->first = to->first < from->first ? to->first : from->first;
    return true;
}

static void place_struct_parts(LowerBody *body, uint32_t index) {
    const CorInstruction *in = &body->instructions[index].in;
    uint32_t offset = 0, position = in->list_offset;
    for (uint32_t i = 0; i < in->operand[1]; i++) {
        uint32_t part = cor_instruction_list_next(body->portable->code, &position);
        cor_place_part(body, index, part, in->operand[0], offset);
        offset += body->registers[part].type->slots;
    }
}

/* What is stored to a field of a struct or tuple register. */
static void place_stored(LowerBody *body, uint32_t index) {
    const CorInstruction *in = &body->instructions[index].in;
    const CorType *type = body->registers[in->operand[0]].type;
    if (type->kind == COR_KIND_STRUCT || type->kind == COR_KIND_TUPLE) {
        cor_place_part(body, index, in->operand[1], in->operand[0], cor_path_slot(body, in, type));
    }
}

/* Later consumers first, so that a chain of parts ends up in the outermost whole. */
static void place_parts(LowerBody *body) {
    for (uint32_t i = body->count; i-- > 0;) {
        const CorInstruction *in = &body->instructions[i].in;
        if (body->instructions[i].skip) {
            continue;
        }
        switch (in->opcode) {
        case COR_OP_STRUCT: place_struct_parts(body, i); break;
        case COR_OP_SOME: {
            bool nullable = body->registers[in->operand[0]].type->is_nullable;
            cor_place_part(body, i, in->operand[1], in->operand[0], !nullable);
            break;
        }
        case COR_OP_MOVE: cor_place_part(body, i, in->operand[1], in->operand[0], 0); break;
        case COR_OP_STORE: place_stored(body, i); break;
        case COR_OP_UPCAST:
            if (is_reference_cast(body, in)) {
                cor_place_part(body, i, in->operand[1], in->operand[0], 0);
            }
            break;
        default: break;
        }
    }
}

static bool overlaps_arguments(const LowerBody *body, uint32_t slots) {
    for (uint32_t i = 0; i < body->portable->parameter_count; i++) {
        const LowerRegister *parameter = &body->registers[i];
        if (parameter->place == LOWER_PLACED && parameter->slot < body->result_slot + slots &&
            body->result_slot < parameter->slot + parameter->type->slots) {
            return true;
        }
    }
    return false;
}

static bool has_handlers(const LowerBody *body) {
    for (; body != NULL; body = body->caller) {
        if (body->portable->handler_count != 0) {
            return true;
        }
    }
    return false;
}

/* The result of an inlined function is computed where the caller wants it, unless that is seen too early: by the rest
 * of the function in an argument, or by a handler. */
static void place_results(LowerBody *body) {
    if (body->caller == NULL || body->result_slot == COR_NONE) {
        return;
    }
    for (uint32_t i = 1; i < body->count; i++) {
        const CorInstruction *in = &body->instructions[i].in;
        LowerRegister *result = in->opcode == COR_OP_RETURN ? &body->registers[in->operand[0]] : NULL;
        if (result == NULL || result->place != LOWER_OWN || result->definitions != 1 || result->uses != 1 ||
            !result->is_local || in->operand[0] < body->portable->parameter_count) {
            continue;
        }
        bool at_once = result->definition + 1 == i && result->type->slots == 1 &&
                       writes_last(body->instructions[result->definition].in.opcode);
        if (at_once || (!has_handlers(body) && !overlaps_arguments(body, result->type->slots))) {
            result->place = LOWER_PLACED;
            result->slot = body->result_slot;
        }
    }
}

/* Lives of registers that share slots are united, innermost parts first: each chain is short. */
static void unite_lives(LowerBody *body) {
    for (uint32_t i = 0; i < body->portable->register_count; i++) {
        uint32_t reg = i;
        for (uint32_t depth = 0; body->registers[reg].place == LOWER_INTO && depth < 64; depth++) {
            merge_lives(body, i, body->registers[reg].base);
            reg = body->registers[reg].base;
        }
    }
}

/* ---- Argument windows ---- */

typedef struct OpenWindow {
    uint32_t call, start, end;
} OpenWindow;

enum { MAX_OPEN = 32 };

typedef struct WindowPlan {
    OpenWindow open[MAX_OPEN];
    uint32_t count;
} WindowPlan;

enum { MAX_SEARCHED = 256 }; /* operands of a call among which one is looked for: so the work stays linear */

/* The slots of the first `count` operands of a call in its window, up to `wanted`, which is then found (it may be
 * COR_NONE: none of them). */
static bool find_argument(LowerBody *body, uint32_t call, uint32_t wanted, uint32_t count, uint32_t *offset) {
    const CorInstruction *in = &body->instructions[call].in;
    uint32_t position = in->list_offset;
    *offset = in->opcode == COR_OP_NEW; /* the new object comes first */
    for (uint32_t i = 0; i < count; i++) {
        uint32_t reg = cor_instruction_list_next(body->portable->code, &position);
        if (reg == wanted) {
            return true;
        }
        *offset += body->registers[reg].type->slots;
    }
    return false;
}

static uint32_t windows_end(const LowerBody *body, const WindowPlan *plan) {
    return plan->count == 0 ? body->window_base : plan->open[plan->count - 1].end;
}

/* The window of `call`, opened if it is not open and lies further out than the open ones. */
static bool open_window(LowerBody *body, WindowPlan *plan, uint32_t call) {
    if (body->instructions[call].window_open) {
        return true;
    }
    if (plan->count == MAX_OPEN || (plan->count != 0 && plan->open[plan->count - 1].call < call)) {
        return false;
    }
    uint32_t slots, start = windows_end(body, plan) + COR_FRAME_HEADER;
    find_argument(body, call, COR_NONE, cor_instruction_registers(body, call, NULL), &slots);
    plan->open[plan->count++] = (OpenWindow){call, start, start + slots};
    body->instructions[call].window = start;
    body->instructions[call].window_open = true;
    return true;
}

/* A temporary whose one use is as an operand of a call in the same block goes straight into the call's window. */
static void place_in_window(LowerBody *body, WindowPlan *plan, uint32_t index, uint32_t reg) {
    LowerRegister *info = &body->registers[reg];
    if (info->place != LOWER_OWN || info->definitions != 1 || info->uses != 1 || info->definition != index ||
        !info->is_local || reg < body->portable->parameter_count || info->type->slots == 0) {
        return;
    }
    if (body->lowering->engine->options.plain_lowering) {
        return;
    }
    uint32_t call = info->use, offset, count;
    if (!body->instructions[call].has_window) {
        return;
    }
    count = cor_instruction_registers(body, call, NULL);
    if (!find_argument(body, call, reg, count < MAX_SEARCHED ? count : MAX_SEARCHED, &offset) ||
        (body->instructions[call].call != NULL && body->instructions[call].call->box_self)) {
        return;
    }
    if (open_window(body, plan, call)) {
        info->place = LOWER_ARGUMENT;
        info->base = call;
        info->offset = offset;
    }
}

static void place_definition(LowerBody *body, uint32_t index, uint32_t reg, bool defines, bool uses,
                             void *context) {
    (void)uses;
    if (defines) {
        place_in_window(body, context, index, reg);
    }
    /* a part of a whole that goes into a window opens it when the part is made */
    uint32_t whole = defines ? outermost_whole(body, reg) : reg;
    LowerRegister *info = &body->registers[whole];
    if (defines && whole != reg && info->place == LOWER_OWN && info->definitions == 1 && info->uses == 1 &&
        info->is_local && info->first == index && info->definition > index) {
        uint32_t definition = info->definition;
        info->definition = index; /* it is made from here on */
        place_in_window(body, context, index, whole);
        info->definition = definition;
    }
}

/* A call's operands are consumed before its result is written, so its window is closed before the one that the result
 * goes to is opened; other operations may use windows while they build theirs. */
static void plan_windows(LowerBody *body) {
    WindowPlan plan = {.count = 0};
    for (uint32_t i = 0; i < body->count; i++) {
        LowerInstruction *instruction = &body->instructions[i];
        if (i != 0 && instruction->block != body->instructions[i - 1].block) {
            plan.count = 0;
        }
        if (instruction->has_window) {
            if (instruction->window_open) {
                plan.count--;
            } else {
                instruction->window = windows_end(body, &plan) + COR_FRAME_HEADER;
            }
            cor_visit_registers(body, i, place_definition, &plan);
        } else {
            cor_visit_registers(body, i, place_definition, &plan);
            instruction->window = windows_end(body, &plan) + COR_FRAME_HEADER;
        }
    }
}

/* ---- Slots ---- */

enum { SHARED_SIZES = 8 };

typedef struct Allocator {
    uint32_t *free[SHARED_SIZES + 1];
    uint32_t count[SHARED_SIZES + 1], capacity[SHARED_SIZES + 1];
} Allocator;

static void allocate_mention(LowerBody *body, uint32_t instruction, uint32_t reg, bool defines, bool uses,
                             void *context) {
    (void)instruction, (void)defines, (void)uses;
    Allocator *allocator = context;
    LowerRegister *root = &body->registers[cor_register_root(body, reg)];
    if (root->place != LOWER_OWN || root->has_slot) {
        return;
    }
    uint32_t slots = root->type->slots;
    root->has_slot = true;
    if (slots <= SHARED_SIZES && root->is_local && allocator->count[slots] != 0) {
        root->slot = allocator->free[slots][--allocator->count[slots]];
    } else {
        root->slot = cor_scratch(body->lowering, slots);
    }
}

static void free_mention(LowerBody *body, uint32_t instruction, uint32_t reg, bool defines, bool uses,
                         void *context) {
    (void)defines, (void)uses;
    Allocator *allocator = context;
    LowerRegister *root = &body->registers[cor_register_root(body, reg)];
    uint32_t slots = root->type->slots;
    if (root->place != LOWER_OWN || !root->is_local || root->last != instruction || root->is_free ||
        slots > SHARED_SIZES || slots == 0) {
        return;
    }
    uint32_t *grown = cor_arena_grow(body->lowering->scratch, allocator->free[slots], allocator->count[slots],
                                     &allocator->capacity[slots], sizeof *grown);
    if (grown != NULL) {
        root->is_free = true;
        allocator->free[slots] = grown;
        grown[allocator->count[slots]++] = root->slot;
    }
}

/* Copies the argument of an inlined function into a parameter that it assigns. */
static void pass_argument(LowerBody *body, uint32_t reg) {
    if (body->arguments == NULL) {
        return;
    }
    const LowerArgument *argument = &body->arguments[reg];
    const LowerRegister *parameter = &body->registers[reg];
    if (argument->is_constant) {
        cor_emit_value(body->lowering, parameter->slot, parameter->type, argument->bits);
    } else {
        cor_emit_move(body->lowering, parameter->slot, argument->slot, parameter->type->slots);
    }
}

static void allocate_slots(LowerBody *body) {
    Allocator allocator = {.count = {0}};
    for (uint32_t i = 0; i < body->portable->parameter_count; i++) {
        LowerRegister *parameter = &body->registers[i];
        if (parameter->place == LOWER_OWN) {
            parameter->has_slot = true;
            parameter->slot = cor_scratch(body->lowering, parameter->type->slots);
            pass_argument(body, i);
        }
    }
    if (body->portable->capture_count != 0) {
        cor_scratch(body->lowering, 1); /* the closure itself, where CALL_CLOSURE puts it */
    }
    for (uint32_t i = 0; i < body->portable->handler_count; i++) {
        allocate_mention(body, 0, body->portable->handlers[i].reg, true, false, &allocator);
    }
    for (uint32_t i = 0; i < body->count; i++) {
        cor_visit_registers(body, i, allocate_mention, &allocator);
        cor_visit_registers(body, i, free_mention, &allocator);
    }
}

/* ---- All ---- */

void cor_place_registers(LowerBody *body) {
    if (!body->lowering->engine->options.plain_lowering) {
        place_constants_and_views(body);
        cor_place_copies(body);
        cor_fold(body);
        place_parts(body);
        place_results(body);
        unite_lives(body);
    }
    plan_windows(body);
    allocate_slots(body);
}
