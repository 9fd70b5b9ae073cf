/* A graph as text, for `explain` and for whoever looks for a bug.
 *
 *   b2 from b1 b4, in the loop of b2
 *     v7:i64 = phi v1, v12
 *     check v9, index @sum:14(s0=v3 s2=v7)  ; line 3   the state: function, word, slots; callers after `<` */
#include "jit/ir.h"

#include <inttypes.h>
#include <stdio.h>

#include "vm/runtime/type.h"

static const char *const exit_names[COR_EXIT_COUNT] = {
#define EXIT(name, speculative, text) #name,
#include "vm/runtime/exits.def"
#undef EXIT
};

static const char *const width_names[COR_WIDTH_COUNT] = {"u8",  "i8",  "u16", "i16",
                                                         "u32", "i32", "64",  "reference"};

static const char *const rep_names[] = {"void", "i64", "f64", "f32", "ref", "any"};

static const char *function_name(const CorLoweredFunction *function) {
    return function == NULL || function->name == NULL ? "?" : function->name;
}

static const char *type_name(const CorType *type) {
    return type == NULL || type->name == NULL ? "?" : type->name;
}

static void dump_constant(const JitGraph *graph, uint32_t number, FILE *file) {
    static const char *const kinds[] = {"type", "function", "entry", "code", "object", "native", "types"};
    const JitConstant *constant = &graph->constants[number];
    fprintf(file, " %s", kinds[constant->kind]);
    if (constant->kind == COR_CONSTANT_TYPE)
        fprintf(file, " %s", type_name(constant->pointer));
    else if (constant->kind == COR_CONSTANT_FUNCTION)
        fprintf(file, " %s", function_name(constant->pointer));
    else if (constant->kind == COR_CONSTANT_CODE)
        fprintf(file, " %s:%" PRIu32, function_name(constant->function), constant->index);
    else
        fprintf(file, " %" PRIu32, number);
}

/* What a node has besides its inputs. */
static void dump_details(const JitGraph *graph, const JitNode *node, FILE *file) {
    switch (node->op) {
    case JIT_CONST: fprintf(file, " %" PRId64, (int64_t)node->bits); break;
    case JIT_POINTER: dump_constant(graph, node->number, file); break;
    case JIT_LOAD:
    case JIT_STORE:
        fprintf(file, " +%" PRIu32 " %s", node->access.offset, width_names[node->access.width]);
        break;
    case JIT_LOAD_ELEMENT:
    case JIT_STORE_ELEMENT:
        fprintf(file, " *%" PRIu32 " +%" PRIu32 " %s", node->access.stride, node->access.offset,
                width_names[node->access.width]);
        break;
    case JIT_IS_CLASS:
    case JIT_IS_EXACT:
    case JIT_IS_INTERFACE:
    case JIT_NEW:
    case JIT_VIRTUAL:
    case JIT_NEW_ARRAY:
    case JIT_ARRAY_OF: fprintf(file, " %s", type_name(node->of.type)); break;
    case JIT_NEW_CLOSURE:
        fprintf(file, " %s of %s", type_name(node->of.type), function_name(node->of.callee));
        break;
    case JIT_INTERFACE_ENTRY: fprintf(file, " %s %" PRIu32, type_name(node->of.type), node->number); break;
    case JIT_CALL:
        fprintf(file, " %s window %" PRIu32, function_name(node->call.callee), node->call.window);
        break;
    case JIT_MAY_CALL: fprintf(file, " %s", function_name(node->of.callee)); break;
    case JIT_CALL_HOST:
    case JIT_CALL_FOREIGN: fprintf(file, " %s", function_name(node->call.callee)); break;
    case JIT_CALL_ENTRY:
    case JIT_CALL_CLOSURE: fprintf(file, " window %" PRIu32, node->call.window); break;
    case JIT_CHECK:
    case JIT_LEAVE: fprintf(file, " %s", node->exit < COR_EXIT_COUNT ? exit_names[node->exit] : "?"); break;
    case JIT_PARAM:
    case JIT_FRAME_SLOT:
    case JIT_PROJECT:
    case JIT_GLOBAL:
    case JIT_SET_GLOBAL:
    case JIT_CHARGE:
    case JIT_STACK:
    case JIT_SYSCALL:
    case JIT_VIRTUAL_ENTRY:
    case JIT_ROLE_ENTRY:
    case JIT_F64_TO_SIGNED:
    case JIT_F64_TO_UNSIGNED: fprintf(file, " %" PRIu32, node->number); break;
    default: break;
    }
}

static void dump_states(const JitState *state, FILE *file) {
    const JitState *first = state;
    for (const char *sign = " @"; state != NULL; state = state->caller, sign = " < ") {
        fprintf(file, "%s%s:%" PRIu32 "(", sign, function_name(state->function), state->index);
        for (uint32_t i = 0; i < state->slot_count; i++)
            fprintf(file, "%ss%" PRIu32 "=v%" PRIu32, i == 0 ? "" : " ", state->slots[i].slot,
                    state->slots[i].value->id);
        fputs(")", file);
    }
    for (uint32_t o = 0; o < first->object_count; o++) {
        fprintf(file, "%sv%" PRIu32 " {", o == 0 ? " where " : ", ", first->objects[o].node->id);
        for (uint32_t f = 0; f < first->objects[o].field_count; f++)
            fprintf(file, "%s+%" PRIu32 "=v%" PRIu32, f == 0 ? "" : " ",
                    first->objects[o].fields[f].access.offset, first->objects[o].fields[f].value->id);
        fputs("}", file);
    }
}

/* The source line of what has a state, in the function that the state begins with. */
static void dump_line(const JitState *state, FILE *file) {
    const CorPosition *position =
        state->function != NULL ? cor_function_position(state->function, state->index) : NULL;
    if (position != NULL && position->line != 0)
        fprintf(file, "  ; line %" PRIu32, position->line);
}

static void dump_node(const JitGraph *graph, const JitNode *node, FILE *file) {
    const JitOpInfo *info = &jit_op_info[node->op];
    fputs("  ", file);
    if (node->rep != JIT_REP_VOID)
        fprintf(file, "v%" PRIu32 ":%s = ", node->id, rep_names[node->rep]);
    else if (info->effects & EFFECT_K)
        fprintf(file, "v%" PRIu32 " = ", node->id); /* its results are projected */
    fputs(info->name, file);
    dump_details(graph, node, file);
    for (uint32_t i = 0; i < node->input_count; i++)
        fprintf(file, "%sv%" PRIu32, i == 0 ? " " : ", ", node->inputs[i]->id);
    if (node->flags & JIT_NO_WRAP)
        fputs(" no_wrap", file);
    if (node->state != NULL) {
        dump_states(node->state, file);
        dump_line(node->state, file);
    }
    fputs("\n", file);
}

static void dump_block(const JitGraph *graph, const JitBlock *block, FILE *file) {
    fprintf(file, "b%" PRIu32, block->id);
    for (uint32_t p = 0; p < block->predecessor_count; p++)
        fprintf(file, "%sb%" PRIu32, p == 0 ? " from " : " ", block->predecessors[p]->id);
    if (block->is_cold)
        fputs(", cold", file);
    if (block->loop != NULL)
        fprintf(file, ", in the loop of b%" PRIu32, block->loop->head->id);
    fputs("\n", file);
    for (const JitNode *node = block->first; node != NULL; node = node->next)
        dump_node(graph, node, file);
    for (uint32_t s = 0; s < block->successor_count; s++)
        fprintf(file, "%sb%" PRIu32, s == 0 ? "    -> " : " ", block->successors[s]->id);
    if (block->successor_count != 0)
        fputs("\n", file);
}

void jit_graph_dump(const JitGraph *graph, void *file) {
    fprintf(file, "graph of %s, tier %" PRIu32 ", from %" PRIu32 "\n", function_name(graph->function),
            graph->tier, graph->entry_index);
    for (uint32_t b = 0; b < graph->block_count; b++)
        dump_block(graph, graph->blocks[b], file);
}
