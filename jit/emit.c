#include "jit/emit_internal.h"

#include <stdio.h>
#include <string.h>

/* ---- Preparation ------------------------------------------------------------------------------- */

void *emit_allocate(Emit *emit, size_t count, size_t size) {
    void *memory = cor_arena_allocate(emit->arena, count + 1, size);
    emit->failed |= !memory;
    return memory;
}

static LLVMValueRef branch_weights(Emit *emit, uint32_t first, uint32_t second) {
    const char *name = "branch_weights";
    LLVMMetadataRef parts[] = {LLVMMDStringInContext2(emit->context, name, strlen(name)),
                               LLVMValueAsMetadata(LLVMConstInt(emit->i32, first, false)),
                               LLVMValueAsMetadata(LLVMConstInt(emit->i32, second, false))};
    return LLVMMetadataAsValue(emit->context, LLVMMDNodeInContext2(emit->context, parts, 3));
}

static void prepare_types(Emit *emit) {
    LLVMContextRef context = emit->context;
    emit->i1 = LLVMInt1TypeInContext(context);
    emit->i8 = LLVMInt8TypeInContext(context);
    emit->i16 = LLVMInt16TypeInContext(context);
    emit->i32 = LLVMInt32TypeInContext(context);
    emit->i64 = LLVMInt64TypeInContext(context);
    emit->f32 = LLVMFloatTypeInContext(context);
    emit->f64 = LLVMDoubleTypeInContext(context);
    emit->pointer = LLVMPointerTypeInContext(context, 0);
    LLVMTypeRef members[EMIT_BUDGET_RESULT + 1] = {emit->i32, emit->i64, emit->i64, emit->i64};
    emit->result = LLVMStructTypeInContext(context, members, EMIT_BUDGET_RESULT + 1, false);
}

static void prepare_metadata(Emit *emit) {
    enum { RARELY = 1, OFTEN = 4000 };
    emit->tbaa_kind = LLVMGetMDKindIDInContext(emit->context, "tbaa", 4);
    emit->profile_kind = LLVMGetMDKindIDInContext(emit->context, "prof", 4);
    LLVMMetadataRef name = LLVMMDStringInContext2(emit->context, "coracle", 7);
    emit->tbaa_root = LLVMMetadataAsValue(emit->context, LLVMMDNodeInContext2(emit->context, &name, 1));
    emit->cold_then = branch_weights(emit, RARELY, OFTEN);
    emit->cold_else = branch_weights(emit, OFTEN, RARELY);
}

static void prepare_tables(Emit *emit) {
    JitGraph *graph = emit->graph;
    emit->values = emit_allocate(emit, graph->node_count, sizeof(LLVMValueRef));
    emit->conditions = emit_allocate(emit, graph->node_count, sizeof(LLVMValueRef));
    emit->left_by = emit_allocate(emit, graph->node_count, sizeof(uint32_t));
    emit->projects = emit_allocate(emit, graph->node_count, sizeof(LLVMValueRef *));
    emit->starts = emit_allocate(emit, graph->block_count, sizeof(LLVMBasicBlockRef));
    emit->edges = emit_allocate(emit, graph->block_count, sizeof(LLVMBasicBlockRef *));
    for (uint32_t i = 0; i < graph->block_count && !emit->failed; i++)
        emit->edges[i] = emit_allocate(emit, graph->blocks[i]->predecessor_count, sizeof(LLVMBasicBlockRef));
}

/* ---- Functions --------------------------------------------------------------------------------- */

static void add_attribute(Emit *emit, LLVMValueRef function, LLVMAttributeIndex place, const char *name,
                          uint64_t value) {
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMAddAttributeAtIndex(function, place, LLVMCreateEnumAttribute(emit->context, kind, value));
}

static LLVMValueRef add_function(Emit *emit, const char *name, LLVMTypeRef type) {
    LLVMValueRef function = LLVMAddFunction(emit->module, name, type);
    add_attribute(emit, function, LLVMAttributeFunctionIndex, "nounwind", 0);
    add_attribute(emit, function, LLVMAttributeFunctionIndex, "noinline", 0);
    if (emit->options->gdb)
        add_attribute(emit, function, LLVMAttributeFunctionIndex, "uwtable", 2);
    if (emit->options->gdb || emit->options->perf)
        LLVMAddTargetDependentFunctionAttr(function, "frame-pointer", "all");
    for (unsigned i = 1; i <= 2; i++) { /* the isolate and fp */
        add_attribute(emit, function, i, "nonnull", 0);
        add_attribute(emit, function, i, "noundef", 0);
        add_attribute(emit, function, i, "align", 8);
    }
    add_attribute(emit, function, 1, "dereferenceable", sizeof(CorIsolate));
    return function;
}

/* Those of the interface, and a closure that the code uses. */
static uint32_t parameter_count(const JitGraph *graph) {
    uint32_t count = graph->function->parameter_slots;
    for (const JitNode *node = graph->blocks[0]->first; node; node = node->next) {
        if (node->op == JIT_PARAM && node->number >= count)
            count = node->number + 1;
    }
    return count;
}

static void make_function(Emit *emit) {
    emit->is_loop = emit->graph->entry_index != 0;
    uint32_t count = emit->is_loop ? 0 : parameter_count(emit->graph);
    LLVMTypeRef *types = emit_allocate(emit, count + (size_t)EMIT_FIRST_PARAMETER, sizeof(LLVMTypeRef));
    if (emit->failed)
        return;
    for (uint32_t i = EMIT_BUDGET_PARAMETER; i < EMIT_FIRST_PARAMETER + count; i++)
        types[i] = emit->i64;
    types[0] = types[1] = emit->pointer;
    emit->function_type = LLVMFunctionType(emit->result, types, EMIT_FIRST_PARAMETER + count, false);
    emit->function = add_function(emit, "entry", emit->function_type);
    emit_set_convention(emit, emit->function);
    emit->isolate = LLVMGetParam(emit->function, 0);
    emit->fp = LLVMGetParam(emit->function, 1);
}

/* ---- Edges and phis ---------------------------------------------------------------------------- */

/* Which predecessor of its target an edge is: several edges may lead from one block to another. */
static uint32_t predecessor_of_edge(const JitBlock *block, uint32_t successor) {
    const JitBlock *target = block->successors[successor];
    uint32_t earlier = 0, i = 0;
    for (uint32_t s = 0; s < successor; s++)
        earlier += block->successors[s] == target;
    for (; i + 1 < target->predecessor_count; i++) {
        if (target->predecessors[i] == block && earlier-- == 0)
            break;
    }
    return i;
}

static bool has_phis(const JitBlock *block) {
    return block->first && block->first->op == JIT_PHI;
}

static bool is_repeated(const JitBlock *block, uint32_t successor) {
    for (uint32_t s = 0; s < block->successor_count; s++) {
        if (s != successor && block->successors[s] == block->successors[successor])
            return true;
    }
    return false;
}

/* The LLVM block to go to for a successor.  It is one of its own where an array has to be kept up to there, or where phis
 * have to tell edges apart. */
static LLVMBasicBlockRef emit_edge(Emit *emit, const JitBlock *block, uint32_t successor) {
    const JitBlock *target = block->successors[successor];
    LLVMBasicBlockRef *from = &emit->edges[target->id][predecessor_of_edge(block, successor)];
    LLVMBasicBlockRef current = LLVMGetInsertBlock(emit->builder);
    bool keeps = emit_keeps_on_edge(emit, block, target);
    *from = current;
    if (!keeps && !(has_phis(target) && is_repeated(block, successor)))
        return emit->starts[target->id];
    *from = emit_new_block(emit, "edge");
    LLVMPositionBuilderAtEnd(emit->builder, *from);
    if (keeps)
        emit_keep_on_edge(emit, block, target);
    LLVMBuildBr(emit->builder, emit->starts[target->id]);
    LLVMPositionBuilderAtEnd(emit->builder, current);
    return *from;
}

static bool is_narrow(const JitNode *phi) {
    return (phi->flags & (JIT_IS_U32 | JIT_IS_I32)) != 0;
}

static void start_phis(Emit *emit, const JitBlock *block) {
    for (const JitNode *phi = block->first; phi && phi->op == JIT_PHI; phi = phi->next) {
        LLVMTypeRef type = is_narrow(phi) ? emit->i32 : emit_type(emit, (JitRep)phi->rep);
        emit->values[phi->id] = LLVMBuildPhi(emit->builder, type, "");
    }
    for (const JitNode *phi = block->first; phi && phi->op == JIT_PHI; phi = phi->next) {
        LLVMValueRef *value = &emit->values[phi->id];
        if (is_narrow(phi))
            *value = phi->flags & JIT_IS_U32 ? LLVMBuildZExt(emit->builder, *value, emit->i64, "")
                                             : LLVMBuildSExt(emit->builder, *value, emit->i64, "");
    }
}

/* Whether an input of a phi that stays a branch is computed on one of the two ways; a constant may still decide what comes next. */
static bool stays_behind_branch(const JitNode *phi, uint32_t input) {
    const JitBlock *from = phi->block->predecessors[input];
    return (phi->flags & JIT_IS_CHOICE) != 0 && !jit_is_const(phi->inputs[input]) &&
           from->predecessor_count == 1 && from->predecessors[0]->last->op == JIT_BRANCH;
}

/* The value, behind an empty asm that LLVM does not compute ahead of a branch. */
static LLVMValueRef behind_branch(Emit *emit, LLVMValueRef value) {
    LLVMTypeRef type = LLVMTypeOf(value), function = LLVMFunctionType(type, &type, 1, false);
    const char *constraints = "=r,0";
    LLVMValueRef same = LLVMGetInlineAsm(function, "", 0, constraints, strlen(constraints), true, false,
                                         LLVMInlineAsmDialectATT, false);
    return LLVMBuildCall2(emit->builder, function, same, &value, 1, "");
}

/* Once every value is there.  What has another representation is converted where it comes from. */
static void finish_phis(Emit *emit, const JitBlock *block) {
    for (const JitNode *phi = block->first; phi && phi->op == JIT_PHI; phi = phi->next) {
        for (uint32_t i = 0; i < phi->input_count; i++) {
            LLVMBasicBlockRef from = emit->edges[block->id][i];
            LLVMPositionBuilderBefore(emit->builder, LLVMGetBasicBlockTerminator(from));
            LLVMValueRef value = emit_value(emit, phi->inputs[i], (JitRep)phi->rep);
            LLVMValueRef target = emit->values[phi->id];
            if (is_narrow(phi)) {
                value = LLVMBuildTrunc(emit->builder, value, emit->i32, "");
                target = LLVMGetOperand(target, 0); /* of the extension */
            }
            if (stays_behind_branch(phi, i))
                value = behind_branch(emit, value);
            LLVMAddIncoming(target, &value, &from, 1);
        }
    }
}

/* ---- Blocks ------------------------------------------------------------------------------------ */

static void emit_branch(Emit *emit, const JitNode *node) {
    const JitBlock *block = node->block;
    LLVMValueRef condition = emit_condition(emit, node->inputs[0]);
    LLVMBasicBlockRef then = emit_edge(emit, block, 0), otherwise = emit_edge(emit, block, 1);
    LLVMValueRef branch = LLVMBuildCondBr(emit->builder, condition, then, otherwise);
    if (block->successors[0]->is_cold != block->successors[1]->is_cold)
        LLVMSetMetadata(branch, emit->profile_kind,
                        block->successors[0]->is_cold ? emit->cold_then : emit->cold_else);
}

static void emit_switch(Emit *emit, const JitNode *node) {
    const JitBlock *block = node->block;
    LLVMValueRef value = emit_input(emit, node, 0);
    uint32_t last = block->successor_count - 1;
    LLVMValueRef choice = LLVMBuildSwitch(emit->builder, value, emit_edge(emit, block, last), last);
    for (uint32_t i = 0; i < last; i++)
        LLVMAddCase(choice, emit_number(emit, i), emit_edge(emit, block, i));
}

static void emit_leaf(Emit *emit, const JitNode *node) {
    switch ((JitOp)node->op) {
    case JIT_PHI:
    case JIT_HEAD:
    case JIT_VIRTUAL: break;
    case JIT_CONST: emit->values[node->id] = emit_number(emit, node->bits); break;
    case JIT_POINTER: emit_set(emit, node, emit_constant(emit, node->number), JIT_REP_REF); break;
    case JIT_PARAM:
        emit_set(emit, node, LLVMGetParam(emit->function, node->number + EMIT_FIRST_PARAMETER), JIT_REP_I64);
        break;
    case JIT_FRAME_SLOT:
        emit->values[node->id] = emit_slot_load(emit, emit->fp, node->number, (JitRep)node->rep);
        break;
    case JIT_BUDGET: {
        bool unmetered = emit->options->unmetered;
        emit_set(emit, node, unmetered ? emit_number(emit, INT64_MAX) : emit_budget(emit), JIT_REP_I64);
        break;
    }
    case JIT_CHECK:
    case JIT_CHARGE:
    case JIT_SPEND:
    case JIT_STACK:
    case JIT_LEAVE: emit_exit_node(emit, node); break;
    case JIT_RETURN: emit_return(emit, node); break;
    case JIT_BRANCH: emit_branch(emit, node); break;
    case JIT_SWITCH: emit_switch(emit, node); break;
    case JIT_JUMP: {
        LLVMBasicBlockRef target = emit_edge(emit, node->block, 0);
        LLVMBuildBr(emit->builder, target);
        break;
    }
    default: emit->failed = true; /* an operation that is new */
    }
}

static void emit_block(Emit *emit, const JitBlock *block) {
    LLVMPositionBuilderAtEnd(emit->builder, emit->starts[block->id]);
    start_phis(emit, block);
    for (const JitNode *node = block->first; node && !emit->failed; node = node->next) {
        if (!emit_arithmetic(emit, node) && !emit_float(emit, node) && !emit_memory(emit, node) &&
            !emit_string(emit, node) && !emit_object(emit, node) && !emit_array(emit, node) &&
            !emit_call(emit, node) && !emit_host(emit, node))
            emit_leaf(emit, node);
        emit_keep_behind(emit, node);
    }
}

/* ---- The graph --------------------------------------------------------------------------------- */

/* Calls whose results are written to memory. */
static bool gives_in_memory(const JitNode *node) {
    return node->op == JIT_CALL_NATIVE || node->op == JIT_SYSCALL || node->op == JIT_CALL_HOST;
}

/* Slots that helpers and natives read from the machine's stack. */
static uint32_t most_arguments(const JitGraph *graph) {
    uint32_t most = 0;
    for (uint32_t b = 0; b < graph->block_count; b++) {
        for (const JitNode *node = graph->blocks[b]->first; node; node = node->next) {
            bool passes = node->op == JIT_NEW_ARRAY || node->op == JIT_ARRAY_OF || node->op == JIT_CONCAT ||
                          gives_in_memory(node);
            uint32_t count = node->op == JIT_CALL_HOST ? emit_host_slots(node) : node->input_count;
            if (passes && count > most)
                most = count;
        }
    }
    return most;
}

static uint32_t most_native_results(const JitGraph *graph) {
    uint32_t most = 0;
    for (uint32_t b = 0; b < graph->block_count; b++) {
        for (const JitNode *node = graph->blocks[b]->first; node; node = node->next) {
            if (!gives_in_memory(node))
                continue;
            most = most < EMIT_NATIVE_RESULTS ? EMIT_NATIVE_RESULTS : most;
            most = most < node->call.result_count ? node->call.result_count : most;
        }
    }
    return most;
}

static LLVMValueRef slots_on_machine_stack(Emit *emit, uint32_t count) {
    return LLVMBuildAlloca(emit->builder, LLVMArrayType2(emit->i64, count), "");
}

/* Gives `over` its size, which is not known before. */
static void widen_over(Emit *emit) {
    LLVMPositionBuilderBefore(emit->builder, emit->over);
    LLVMValueRef all = slots_on_machine_stack(emit, emit->most_over);
    LLVMReplaceAllUsesWith(emit->over, all);
    LLVMInstructionEraseFromParent(emit->over);
}

static void emit_body(Emit *emit) {
    JitGraph *graph = emit->graph;
    LLVMBasicBlockRef start = LLVMAppendBasicBlockInContext(emit->context, emit->function, "start");
    for (uint32_t b = 0; b < graph->block_count; b++) {
        char name[16];
        snprintf(name, sizeof name, "b%u", b);
        emit->starts[b] = LLVMAppendBasicBlockInContext(emit->context, emit->function, name);
    }
    LLVMPositionBuilderAtEnd(emit->builder, start);
    emit->budget = LLVMBuildAlloca(emit->builder, emit->i64, "budget");
    emit->arguments = slots_on_machine_stack(emit, most_arguments(graph));
    emit->results = slots_on_machine_stack(emit, most_native_results(graph));
    if (emit->options->fast)
        emit->anchor = LLVMBuildAlloca(emit->builder, emit->pointer, "anchor");
    if (emit->options->quick)
        emit->over = LLVMBuildAlloca(emit->builder, emit->i64, "over");
    emit_set_budget(emit, LLVMGetParam(emit->function, EMIT_BUDGET_PARAMETER));
    LLVMBuildBr(emit->builder, emit->starts[0]);
    for (uint32_t b = 0; b < graph->block_count && !emit->failed; b++)
        emit_block(emit, graph->blocks[b]);
    for (uint32_t b = 0; b < graph->block_count && !emit->failed; b++)
        finish_phis(emit, graph->blocks[b]);
    if (emit->most_over > 1)
        widen_over(emit);
}

bool jit_emit(JitGraph *graph, LLVMModuleRef module, const JitEmitOptions *options, JitEmitted *emitted) {
    *emitted = (JitEmitted){.options = *options};
    Emit emit = {.graph = graph,
                 .arena = graph->arena,
                 .options = options,
                 .emitted = emitted,
                 .module = module,
                 .context = LLVMGetModuleContext(module)};
    emit.builder = LLVMCreateBuilderInContext(emit.context);
    prepare_types(&emit);
    prepare_metadata(&emit);
    if (!graph->is_analysed)
        jit_graph_analyse(graph);
    emit.failed = graph->failed;
    emitted->loops = graph->loop_count > 0;
    prepare_tables(&emit);
    emit_note_keeps(&emit);
    if (!emit.failed)
        make_function(&emit);
    if (!emit.failed)
        emit_body(&emit);
    LLVMDisposeBuilder(emit.builder);
    return !emit.failed && !graph->failed;
}
