/* The flow of control through a function, in one forward pass.
 *
 * Code is in topological order: a branch goes forward, or back to a `loop` instruction that dominates it.  So when an
 * instruction is reached, every path to it has been followed but those from back-edges, and these must hold whatever was
 * assumed at the head.  Where paths meet, the sets of assigned registers are intersected.  Code that no path reaches
 * holds everything; its types are checked like all others.
 *
 * A handler's state is the intersection of the states in its range; since a state only grows between blocks, those at
 * the range's start and at the blocks in it are enough.
 *
 * Blocks (what begins at the entry, a target or a loop) form the dominator tree as they are met: a block's parent is the
 * nearest common ancestor of its predecessors.  Ancestors are found in logarithmic time by skew-binary jumps (Myers, An
 * applicative random-access stack, 1983). */
#include "vm/bytecode/verify_code.h"

#include <string.h>

enum { IS_INSTRUCTION = 1, IS_TARGET = 2, IS_RANGE_START = 4, IS_RANGE_END = 8, IS_LOOP = 16 };

typedef struct Block {
    uint32_t parent, jump, depth;
} Block;

typedef struct Flow {
    CodeVerifier code; /* its `now` is the state of the pass */
    CorArena *arena;   /* ends with the function */
    uint8_t *marks;    /* by offset */
    uint32_t *slots;   /* by offset of a target: the number of its state plus one */
    FlowState *states; /* of targets not reached yet, and of loop heads */
    uint32_t state_count, state_capacity;
    FlowState *handlers; /* by exception range: the intersection so far */
    Block *blocks;
    uint32_t block_count, block_capacity;
    uint32_t words; /* of a set */
    uint32_t members;
} Flow;

/* ---- Failure and sets ---- */

bool code_fail(CodeVerifier *code, CorVerifyRule rule) {
    code->verifier->at.offset = code->at.offset;
    return verify_fail(code->verifier, rule);
}

bool flow_has(const FlowState *state, uint32_t member) {
    return (state->assigned[member / 64] >> member % 64 & 1) != 0;
}

void flow_add(FlowState *state, uint32_t member) {
    state->assigned[member / 64] |= UINT64_C(1) << member % 64;
}

static bool make_state(Flow *flow, FlowState *state) {
    uint64_t bits = (uint64_t)(flow->state_count + flow->code.function->handler_count + 2) * flow->words * 64;
    if (bits > COR_LIMIT_FLOW_BITS) {
        return code_fail(&flow->code, COR_VERIFY_LIMIT);
    }
    *state = (FlowState){.block = COR_NONE};
    state->assigned = cor_arena_allocate(flow->arena, flow->words, sizeof *state->assigned);
    return state->assigned != NULL || verify_no_memory(flow->code.verifier);
}

/* ---- Dominators ---- */

static bool add_block(Flow *flow, uint32_t parent) {
    Block *blocks =
        cor_arena_grow(flow->arena, flow->blocks, flow->block_count, &flow->block_capacity, sizeof *blocks);
    if (blocks == NULL) {
        return verify_no_memory(flow->code.verifier);
    }
    flow->blocks = blocks;
    Block block = {parent, parent, 0};
    if (parent == COR_NONE) {
        block.parent = block.jump = flow->block_count; /* the entry is its own parent */
    } else {
        const Block *above = &blocks[parent], *far = &blocks[above->jump];
        block.depth = above->depth + 1;
        if (above->depth - far->depth == far->depth - blocks[far->jump].depth) {
            block.jump = far->jump;
        }
    }
    flow->code.now.block = flow->block_count;
    blocks[flow->block_count++] = block;
    return true;
}

static uint32_t ancestor_at(const Flow *flow, uint32_t block, uint32_t depth) {
    while (flow->blocks[block].depth > depth) {
        const Block *at = &flow->blocks[block];
        block = flow->blocks[at->jump].depth >= depth ? at->jump : at->parent;
    }
    return block;
}

static uint32_t common_ancestor(const Flow *flow, uint32_t a, uint32_t b) {
    uint32_t depth_a = flow->blocks[a].depth, depth_b = flow->blocks[b].depth;
    a = ancestor_at(flow, a, depth_b);
    b = ancestor_at(flow, b, depth_a);
    while (a != b) {
        const Block *at_a = &flow->blocks[a], *at_b = &flow->blocks[b];
        bool far = at_a->jump != at_b->jump;
        a = far ? at_a->jump : at_a->parent;
        b = far ? at_b->jump : at_b->parent;
    }
    return a;
}

/* ---- Meeting of paths ---- */

/* A further path, in the state `from`, leads to where `to` holds. */
static bool meet(Flow *flow, FlowState *to, const FlowState *from) {
    if (!from->reached) {
        return true;
    }
    if (!verify_work(flow->code.verifier, 1 + flow->words / 4)) {
        return false;
    }
    if (!to->reached) {
        memcpy(to->assigned, from->assigned, flow->words * sizeof *to->assigned);
        to->reached = true;
        to->super_maybe_run = from->super_maybe_run;
        to->block = from->block;
        return true;
    }
    for (uint32_t i = 0; i < flow->words; i++) {
        to->assigned[i] &= from->assigned[i];
    }
    to->super_maybe_run |= from->super_maybe_run;
    to->block = common_ancestor(flow, to->block, from->block);
    return true;
}

/* The state of a target, made when it is first branched to. */
static FlowState *state_of(Flow *flow, uint32_t offset) {
    if (flow->slots[offset] == 0) {
        FlowState *states = cor_arena_grow(flow->arena, flow->states, flow->state_count,
                                           &flow->state_capacity, sizeof *states);
        if (states == NULL) {
            verify_no_memory(flow->code.verifier);
            return NULL;
        }
        flow->states = states;
        if (!make_state(flow, &states[flow->state_count])) {
            return NULL;
        }
        flow->slots[offset] = ++flow->state_count;
    }
    return &flow->states[flow->slots[offset] - 1];
}

static bool back_edge(Flow *flow, uint32_t target) {
    FlowState *now = &flow->code.now;
    if ((flow->marks[target] & IS_LOOP) == 0 || flow->slots[target] == 0) {
        return code_fail(&flow->code, COR_VERIFY_BRANCH_BACK);
    }
    if (!now->reached) {
        return true;
    }
    const FlowState *head = &flow->states[flow->slots[target] - 1];
    if (!head->reached || ancestor_at(flow, now->block, flow->blocks[head->block].depth) != head->block) {
        return code_fail(&flow->code, COR_VERIFY_BRANCH_BACK);
    }
    bool holds = head->super_maybe_run == now->super_maybe_run;
    for (uint32_t i = 0; i < flow->words; i++) {
        holds = holds && (head->assigned[i] & ~now->assigned[i]) == 0;
    }
    return verify_work(flow->code.verifier, 1 + flow->words / 4) &&
           code_require(&flow->code, holds, COR_VERIFY_LOOP_STATE);
}

static bool branch(Flow *flow, uint32_t target) {
    const CorInstruction *at = &flow->code.at;
    if (target >= flow->code.function->code_size || (flow->marks[target] & IS_INSTRUCTION) == 0) {
        return code_fail(&flow->code, COR_VERIFY_BRANCH_TARGET);
    }
    if (target <= at->offset) {
        return back_edge(flow, target);
    }
    if (at->opcode >= COR_OP_FOR_UP && at->opcode <= COR_OP_FOR_STEP) {
        return code_fail(&flow->code, COR_VERIFY_BRANCH_BACK);
    }
    FlowState *state = state_of(flow, target);
    return state != NULL && meet(flow, state, &flow->code.now);
}

static bool branches(Flow *flow) {
    const CorInstruction *at = &flow->code.at;
    const char *letters = cor_opcode_info[at->opcode].operands;
    for (int i = 0; letters[i] != '\0'; i++) {
        if (letters[i] == 'L' && !branch(flow, at->operand[i])) {
            return false;
        }
        uint32_t position = at->list_offset;
        for (uint32_t j = 0; letters[i] == 'T' && j < at->operand[i]; j++) {
            if (!branch(flow, cor_instruction_list_next(flow->code.function->code, &position))) {
                return false;
            }
        }
    }
    return true;
}

/* ---- Exception ranges ---- */

/* The current state is one of those in which the ranges around the instruction may be left. */
static bool note_handlers(Flow *flow) {
    const CorFunction *function = flow->code.function;
    for (uint32_t i = 0; i < function->handler_count; i++) {
        const CorHandler *handler = &function->handlers[i];
        if (!verify_work(flow->code.verifier, 1)) {
            return false;
        }
        if (handler->start <= flow->code.at.offset && flow->code.at.offset < handler->end &&
            !meet(flow, &flow->handlers[i], &flow->code.now)) {
            return false;
        }
    }
    return true;
}

/* Ranges that end at the offset hand their state to their targets, with the error in its register. */
static bool end_ranges(Flow *flow, uint32_t offset) {
    const CorFunction *function = flow->code.function;
    for (uint32_t i = 0; i < function->handler_count && verify_work(flow->code.verifier, 1); i++) {
        FlowState *state = &flow->handlers[i];
        if (function->handlers[i].end != offset || !state->reached) {
            continue;
        }
        flow_add(state, function->handlers[i].reg);
        FlowState *target = state_of(flow, function->handlers[i].target);
        if (target == NULL || !meet(flow, target, state)) {
            return false;
        }
    }
    return flow->code.verifier->status == COR_MODULE_OK;
}

static bool verify_handler(Flow *flow, const CorHandler *handler) {
    CodeVerifier *code = &flow->code;
    const CorFunction *function = code->function;
    if (handler->start >= handler->end || handler->end > handler->target ||
        handler->target >= function->code_size ||
        (flow->marks[handler->start] & flow->marks[handler->end] & flow->marks[handler->target] &
         IS_INSTRUCTION) == 0) {
        return verify_fail(code->verifier, COR_VERIFY_HANDLER_RANGE);
    }
    if (!verify_type(code->verifier, handler->type)) {
        return false;
    }
    if (handler->reg >= function->register_count || function->registers[handler->reg] != handler->type ||
        !verify_is_error(code->verifier, handler->type) || (code->constructs != NULL && handler->reg == 0)) {
        return verify_fail(code->verifier, COR_VERIFY_HANDLER_TYPE);
    }
    flow->marks[handler->start] |= IS_RANGE_START;
    flow->marks[handler->end] |= IS_RANGE_END;
    return true;
}

static bool verify_handlers(Flow *flow) {
    const CorFunction *function = flow->code.function;
    if (function->handler_count > COR_LIMIT_HANDLERS) {
        return verify_fail(flow->code.verifier, COR_VERIFY_LIMIT);
    }
    flow->handlers = cor_arena_allocate(flow->arena, function->handler_count, sizeof *flow->handlers);
    if (flow->handlers == NULL) {
        return verify_no_memory(flow->code.verifier);
    }
    for (uint32_t i = 0; i < function->handler_count; i++) {
        if (!verify_work(flow->code.verifier, 1) || !verify_handler(flow, &function->handlers[i]) ||
            !make_state(flow, &flow->handlers[i])) {
            return false;
        }
    }
    return true;
}

/* ---- Constructors ---- */

/* What a new object's memory of zeros is a value of. */
static bool has_zero(const Verifier *verifier, uint32_t type) {
    const CorTypeEntry *entry = &verifier->types[type];
    if (entry->kind == COR_TYPE_TUPLE) {
        for (uint32_t i = 0; i < entry->arg_count; i++) {
            if (!has_zero(verifier, entry->args[i])) {
                return false;
            }
        }
        return true;
    }
    return verify_is_number(verifier, type) || entry->kind == COR_TYPE_BOOL || entry->kind == COR_TYPE_CHAR ||
           entry->kind == COR_TYPE_OPTIONAL;
}

bool code_fields_are_set(const CodeVerifier *code) {
    for (uint32_t i = 0; i < code->constructs->field_count; i++) {
        if (!flow_has(&code->now, code->first_field + i)) {
            return false;
        }
    }
    return true;
}

bool code_self_is_complete(const CodeVerifier *code) {
    return code->constructs == NULL || !code->now.reached ||
           (code_fields_are_set(code) && flow_has(&code->now, code->super_run));
}

/* ---- One instruction ---- */

static bool read_register(CodeVerifier *code, uint32_t reg) {
    if (reg >= code->function->register_count) {
        return code_fail(code, COR_VERIFY_REGISTER_INDEX);
    }
    if (code->now.reached && !flow_has(&code->now, reg)) {
        return code_fail(code, COR_VERIFY_UNASSIGNED);
    }
    code->reads_self |= reg == 0 && code->constructs != NULL;
    return true;
}

static bool read_list(CodeVerifier *code, uint32_t count) {
    uint32_t position = code->at.list_offset;
    for (uint32_t i = 0; i < count; i++) {
        if (!read_register(code, cor_instruction_list_next(code->function->code, &position))) {
            return false;
        }
    }
    return verify_work(code->verifier, count);
}

static bool read_path(CodeVerifier *code, uint32_t count) {
    uint32_t position = code->at.list_offset;
    for (uint32_t i = 0; i < count; i++) {
        CorPathStep step = cor_instruction_path_next(code->function->code, &position);
        if (step.kind == COR_PATH_ELEMENT && !read_register(code, step.index)) {
            return false;
        }
    }
    return true;
}

static bool check_written(CodeVerifier *code, uint32_t reg) {
    return code_require(code, reg < code->function->register_count, COR_VERIFY_REGISTER_INDEX) &&
           code_require(code, code->constructs == NULL || reg != 0, COR_VERIFY_CONSTRUCTOR_SELF);
}

/* The type arguments of a reference in this function's context. */
static bool check_reference(CodeVerifier *code, uint32_t index) {
    if (index >= code->module->function_ref_count) {
        return code_fail(code, COR_VERIFY_OPERAND_INDEX);
    }
    if (code->ref_context[index] == code->verifier->context) {
        return true;
    }
    const CorFunctionRef *reference = &code->module->function_refs[index];
    const CorFunction *function = &code->module->functions[reference->function];
    code->verifier->at.offset = code->at.offset;
    for (uint32_t i = 0; i < reference->arg_count; i++) {
        if (!verify_type(code->verifier, reference->args[i])) {
            return false;
        }
        if (!verify_is_storable(code->verifier, reference->args[i])) {
            return code_fail(code, COR_VERIFY_TYPE_ARGUMENT);
        }
    }
    code->ref_context[index] = code->verifier->context;
    return verify_type_arguments(code->verifier, function->params, function->param_count, reference->args);
}

static bool check_operand(CodeVerifier *code, char letter, uint32_t value) {
    switch (letter) {
    case 'd': return check_written(code, value);
    case 'r': return value == COR_NONE || check_written(code, value);
    case 'a':
    case 'm': return read_register(code, value);
    case 'A': return read_list(code, value);
    case 'P': return read_path(code, value);
    case 'k': return code_require(code, value < code->module->constant_count, COR_VERIFY_OPERAND_INDEX);
    case 'g': return code_require(code, value < code->module->global_count, COR_VERIFY_OPERAND_INDEX);
    case 'f': return check_reference(code, value);
    case 't': code->verifier->at.offset = code->at.offset; return verify_type(code->verifier, value);
    default: return true;
    }
}

/* Registers and indices, reads before writes. */
static bool check_operands(CodeVerifier *code) {
    const char *letters = cor_opcode_info[code->at.opcode].operands;
    for (int i = 0; letters[i] != '\0'; i++) {
        if (!check_operand(code, letters[i], code->at.operand[i])) {
            return false;
        }
    }
    return true;
}

/* The registers that the instruction has written; a counted branch and a store had them assigned before. */
static void note_written(CodeVerifier *code) {
    const char *letters = cor_opcode_info[code->at.opcode].operands;
    for (int i = 0; letters[i] != '\0'; i++) {
        if (letters[i] == 'd' || (letters[i] == 'r' && code->at.operand[i] != COR_NONE)) {
            flow_add(&code->now, code->at.operand[i]);
        }
    }
}

static void become_unreached(Flow *flow) {
    flow->code.now.reached = false;
    flow->code.now.super_maybe_run = false;
    flow->code.now.block = COR_NONE;
    memset(flow->code.now.assigned, 0xff, flow->words * sizeof *flow->code.now.assigned);
}

static bool verify_one(Flow *flow) {
    CodeVerifier *code = &flow->code;
    code->reads_self = false;
    bool was_complete = code_self_is_complete(code);
    if (!check_operands(code) || !code_verify_instruction(code)) {
        return false;
    }
    if (code->reads_self && !was_complete) {
        return code_fail(code, COR_VERIFY_CONSTRUCTOR_SELF);
    }
    if (!branches(flow)) {
        return false;
    }
    note_written(code);
    if (code->at.opcode == COR_OP_CALL_INIT && !note_handlers(flow)) {
        return false;
    }
    if ((cor_opcode_info[code->at.opcode].effects & EFFECT_E) != 0) {
        become_unreached(flow);
    }
    return true;
}

/* Comes to an instruction: paths meet, blocks begin, ranges begin and end. */
static bool arrive(Flow *flow, uint32_t offset) {
    uint8_t marks = flow->marks[offset];
    FlowState *now = &flow->code.now;
    if ((marks & IS_RANGE_END) != 0 && !end_ranges(flow, offset)) {
        return false;
    }
    bool begins = offset == 0;
    if (flow->slots[offset] != 0) {
        FlowState *waiting = &flow->states[flow->slots[offset] - 1];
        begins |= waiting->reached;
        if (!meet(flow, now, waiting)) {
            return false;
        }
    }
    if ((marks & IS_LOOP) != 0) {
        begins = true;
    }
    if (begins && now->reached && !add_block(flow, offset == 0 ? COR_NONE : now->block)) {
        return false;
    }
    if ((marks & IS_LOOP) != 0) { /* what back-edges must hold */
        FlowState *head = state_of(flow, offset);
        if (head == NULL) {
            return false;
        }
        head->reached = false;
        if (!meet(flow, head, now)) {
            return false;
        }
    }
    return (!begins && (marks & IS_RANGE_START) == 0) || note_handlers(flow);
}

/* ---- The function ---- */

/* The boundaries of instructions, the loops, and what code ends with. */
static bool decode_all(Flow *flow) {
    CodeVerifier *code = &flow->code;
    const CorFunction *function = code->function;
    uint32_t effects = 0;
    for (uint32_t offset = 0; offset < function->code_size; offset = code->at.next) {
        code->at.offset = offset;
        if (!verify_work(code->verifier, 1)) {
            return false;
        }
        if (!cor_instruction_decode(function->code, function->code_size, offset, &code->at)) {
            code->at.offset = offset;
            return code_fail(code, COR_VERIFY_INSTRUCTION);
        }
        flow->marks[offset] |= code->at.opcode == COR_OP_LOOP ? IS_INSTRUCTION | IS_LOOP : IS_INSTRUCTION;
        effects = cor_opcode_info[code->at.opcode].effects;
    }
    flow->marks[function->code_size] |= IS_INSTRUCTION;
    return code_require(code, (effects & EFFECT_E) != 0, COR_VERIFY_CODE_END);
}

static bool verify_registers(CodeVerifier *code) {
    const CorFunction *function = code->function;
    if (function->register_count > COR_LIMIT_REGISTERS || function->code_size > COR_LIMIT_CODE_SIZE) {
        return verify_fail(code->verifier, COR_VERIFY_LIMIT);
    }
    if (function->register_count < function->parameter_count) {
        return verify_fail(code->verifier, COR_VERIFY_REGISTER_TYPE);
    }
    for (uint32_t i = 0; i < function->register_count; i++) {
        uint32_t type = function->registers[i];
        if (!verify_type(code->verifier, type)) {
            return false;
        }
        bool fits = i < function->parameter_count ? type == function->parameters[i].type
                                                  : verify_is_storable(code->verifier, type) ||
                                                        verify_kind(code->verifier, type) == COR_TYPE_CELL;
        if (!fits) {
            return verify_fail(code->verifier, COR_VERIFY_REGISTER_TYPE);
        }
    }
    return true;
}

/* Every entry says something new about an instruction; in front of the first the position is unknown, 0:0. */
static bool verify_lines(const Flow *flow) {
    const CorFunction *function = flow->code.function;
    CorLine before = {0};
    for (uint32_t i = 0; i < function->line_count; i++) {
        const CorLine *line = &function->lines[i];
        bool ascends = i == 0 || line->offset > before.offset;
        bool changes = line->line != before.line || line->column != before.column;
        if (!ascends || !changes || line->offset >= function->code_size ||
            (flow->marks[line->offset] & IS_INSTRUCTION) == 0) {
            return verify_fail(flow->code.verifier, COR_VERIFY_DEBUG_LINES);
        }
        before = *line;
    }
    return verify_work(flow->code.verifier, function->line_count);
}

/* The state at the entry: the parameters are assigned, and of a new object the fields that zeros are a value of. */
static bool enter(Flow *flow) {
    CodeVerifier *code = &flow->code;
    const CorFunction *function = code->function;
    flow->members = function->register_count;
    if ((function->flags & COR_FN_INIT) != 0) {
        code->constructs = &code->module->definitions[function->owner];
        code->first_field = function->register_count;
        code->super_run = code->first_field + code->constructs->field_count;
        flow->members = code->super_run + 1;
    }
    flow->words = (flow->members + 63) / 64;
    if (!make_state(flow, &code->now)) {
        return false;
    }
    code->now.reached = true;
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        flow_add(&code->now, i);
    }
    for (uint32_t i = 0; code->constructs != NULL && i < code->constructs->field_count; i++) {
        if (has_zero(code->verifier, code->constructs->fields[i].type)) {
            flow_add(&code->now, code->first_field + i);
        }
    }
    if (code->constructs != NULL && code->constructs->super == COR_NONE) {
        flow_add(&code->now, code->super_run);
    }
    return true;
}

static bool follow(Flow *flow) {
    CodeVerifier *code = &flow->code;
    const CorFunction *function = code->function;
    for (uint32_t offset = 0; offset < function->code_size; offset = code->at.next) {
        cor_instruction_decode(function->code, function->code_size, offset, &code->at);
        if (!verify_work(code->verifier, 1) || !arrive(flow, offset) || !verify_one(flow)) {
            return false;
        }
    }
    return true;
}

static bool verify_flow(Flow *flow) {
    size_t offsets = (size_t)flow->code.function->code_size + 1;
    flow->marks = cor_arena_allocate(flow->arena, offsets, sizeof *flow->marks);
    flow->slots = cor_arena_allocate(flow->arena, offsets, sizeof *flow->slots);
    if (flow->marks == NULL || flow->slots == NULL) {
        return verify_no_memory(flow->code.verifier);
    }
    return decode_all(flow) && verify_lines(flow) && enter(flow) && verify_handlers(flow) && follow(flow);
}

bool verify_code(Verifier *verifier, uint32_t index) {
    const CorFunction *function = &verifier->module->functions[index];
    Flow flow = {.code = {.verifier = verifier, .module = verifier->module, .function = function}};
    flow.code.ref_context = verifier->ref_context;
    if (!verify_enter_context(verifier, function->params, function->param_count) ||
        !verify_registers(&flow.code)) {
        return false;
    }
    flow.arena = verifier->function_arena;
    bool good = verify_flow(&flow);
    cor_arena_reset(flow.arena);
    return good;
}
