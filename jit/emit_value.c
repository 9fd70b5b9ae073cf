/* Values of nodes in their representations, and the symbols that stand for what is outside of the module. */
#include "jit/emit_internal.h"

#include <stdio.h>
#include <string.h>

/* ---- Representations --------------------------------------------------------------------------- */

LLVMTypeRef emit_type(const Emit *emit, JitRep rep) {
    switch (rep) {
    case JIT_REP_F64: return emit->f64;
    case JIT_REP_F32: return emit->f32;
    case JIT_REP_REF: return emit->pointer;
    default: return emit->i64;
    }
}

static LLVMValueRef convert_to_i64(Emit *emit, LLVMValueRef value, JitRep from) {
    LLVMBuilderRef builder = emit->builder;
    switch (from) {
    case JIT_REP_F64: return LLVMBuildBitCast(builder, value, emit->i64, "");
    case JIT_REP_F32:
        return LLVMBuildZExt(builder, LLVMBuildBitCast(builder, value, emit->i32, ""), emit->i64, "");
    case JIT_REP_REF: return LLVMBuildPtrToInt(builder, value, emit->i64, "");
    default: return value;
    }
}

LLVMValueRef emit_convert(Emit *emit, LLVMValueRef value, JitRep from, JitRep to) {
    LLVMBuilderRef builder = emit->builder;
    if (from == to)
        return value;
    value = convert_to_i64(emit, value, from);
    switch (to) {
    case JIT_REP_F64: return LLVMBuildBitCast(builder, value, emit->f64, "");
    case JIT_REP_F32:
        return LLVMBuildBitCast(builder, LLVMBuildTrunc(builder, value, emit->i32, ""), emit->f32, "");
    case JIT_REP_REF: return LLVMBuildIntToPtr(builder, value, emit->pointer, "");
    default: return value;
    }
}

LLVMValueRef emit_value(Emit *emit, const JitNode *node, JitRep rep) {
    return emit_convert(emit, emit->values[node->id], (JitRep)node->rep, rep);
}

LLVMValueRef emit_input(Emit *emit, const JitNode *node, uint32_t input) {
    return emit_value(emit, node->inputs[input], JIT_REP_I64);
}

LLVMValueRef emit_condition(Emit *emit, const JitNode *node) {
    if (emit->conditions[node->id])
        return emit->conditions[node->id];
    LLVMValueRef value = emit_value(emit, node, JIT_REP_I64);
    return LLVMBuildICmp(emit->builder, LLVMIntNE, value, emit_number(emit, 0), "");
}

void emit_set(Emit *emit, const JitNode *node, LLVMValueRef value, JitRep rep) {
    emit->values[node->id] = emit_convert(emit, value, rep, (JitRep)node->rep);
}

void emit_set_condition(Emit *emit, const JitNode *node, LLVMValueRef condition) {
    emit->conditions[node->id] = condition;
    emit_set(emit, node, LLVMBuildZExt(emit->builder, condition, emit->i64, ""), JIT_REP_I64);
}

LLVMValueRef emit_number(const Emit *emit, uint64_t bits) {
    return LLVMConstInt(emit->i64, bits, false);
}

LLVMValueRef emit_status(const Emit *emit, CorStatus status) {
    return LLVMConstInt(emit->i32, (uint64_t)status, false);
}

/* ---- Addresses --------------------------------------------------------------------------------- */

LLVMValueRef emit_constant(Emit *emit, uint32_t number) {
    if (number >= emit->constant_capacity) {
        uint32_t capacity = number < 32 ? 64 : number * 2;
        LLVMValueRef *constants = cor_arena_allocate(emit->arena, capacity, sizeof(LLVMValueRef));
        if (!constants) {
            emit->failed = true;
            return LLVMConstNull(emit->pointer);
        }
        if (emit->constant_capacity > 0)
            memcpy(constants, emit->constants, emit->constant_capacity * sizeof *constants);
        emit->constants = constants;
        emit->constant_capacity = capacity;
    }
    if (!emit->constants[number]) {
        char name[16];
        snprintf(name, sizeof name, "k%u", number);
        emit->constants[number] = LLVMAddGlobal(emit->module, emit->i8, name);
    }
    return emit->constants[number];
}

LLVMValueRef emit_pointer(Emit *emit, JitConstantKind kind, const void *pointer,
                          const CorLoweredFunction *function) {
    JitConstant constant = {.kind = kind, .pointer = pointer, .function = function};
    uint32_t number = jit_constant(emit->graph, constant);
    emit->failed |= emit->graph->failed;
    return emit_constant(emit, number);
}

static uint32_t function_constant(Emit *emit, const CorLoweredFunction *function) {
    JitConstant constant = {.kind = COR_CONSTANT_FUNCTION, .pointer = function, .function = function};
    uint32_t number = jit_constant(emit->graph, constant);
    emit->failed |= emit->graph->failed;
    return number;
}

static void add_frame(Emit *emit, const JitState *state) {
    JitEmitted *emitted = emit->emitted;
    CorCodeFrame *frames = cor_arena_grow(emit->arena, emitted->frames, emitted->frame_count,
                                          &emitted->frame_capacity, sizeof *frames);
    if (!frames) {
        emit->failed = true;
        return;
    }
    emitted->frames = frames;
    frames[emitted->frame_count++] = (CorCodeFrame){.function = function_constant(emit, state->function),
                                                    .index = state->index,
                                                    .distance = state->distance};
}

uint32_t emit_frames(Emit *emit, const JitState *state, uint32_t *first) {
    if (state != emit->framed || !state) { /* else what was asked for last has them, too */
        emit->framed = state;
        emit->first_frame = emit->emitted->frame_count;
        for (; state && !emit->failed; state = state->caller)
            add_frame(emit, state);
    }
    *first = emit->first_frame;
    return emit->emitted->frame_count - *first;
}

LLVMValueRef emit_site(Emit *emit, const JitState *state, uint32_t window) {
    JitEmitted *emitted = emit->emitted;
    uint32_t number = emitted->site_count, first, count = emit_frames(emit, state, &first);
    CorCodeSite *sites =
        cor_arena_grow(emit->arena, emitted->sites, number, &emitted->site_capacity, sizeof *sites);
    if (!sites || emit->failed || window > UINT16_MAX) {
        emit->failed = true;
        return LLVMConstNull(emit->pointer);
    }
    emitted->sites = sites;
    sites[emitted->site_count++] =
        (CorCodeSite){.window = window, .first_frame = first, .frame_count = count};
    if (!emit->sites)
        emit->sites = LLVMAddGlobal(emit->module, emit->i8, "sites");
    return emit_offset(emit, emit->sites, (int64_t)(number * sizeof(CorNativeSite)));
}

uint32_t emit_new_exit(Emit *emit, CorExitKind kind, const JitState *state) {
    JitEmitted *emitted = emit->emitted;
    CorCodeExit *exits = cor_arena_grow(emit->arena, emitted->exits, emitted->exit_count,
                                        &emitted->exit_capacity, sizeof *exits);
    if (!exits) {
        emit->failed = true;
        return 0;
    }
    emitted->exits = exits;
    exits[emitted->exit_count] = (CorCodeExit){
        .kind = kind, .function = function_constant(emit, state->function), .index = state->index};
    return emitted->exit_count++;
}

/* ---- Helpers ----------------------------------------------------------------------------------- */

enum { HELPER_PARAMETERS = 8 }; /* as many as any has */

typedef struct EmitHelper {
    const char *name, *signature;
    uint32_t effects;
} EmitHelper;

static const EmitHelper emit_helpers[COR_HELPER_COUNT] = {
#define HELPER(name, function, signature, effects, semantics) {#function, signature, effects},
#include "vm/runtime/helpers.def"
#undef HELPER
};

const char *jit_helper_name(CorHelper helper) {
    return emit_helpers[helper].name;
}

static LLVMTypeRef helper_letter(const Emit *emit, char letter) {
    switch (letter) {
    case 's': return emit->i32;
    case 'p': return emit->pointer;
    case 'd': return emit->f64;
    case 'f': return emit->f32;
    case 'v': return LLVMVoidTypeInContext(emit->context);
    default: return emit->i64;
    }
}

static void add_attribute(Emit *emit, LLVMValueRef function, LLVMAttributeIndex place, const char *name,
                          uint64_t value) {
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMAddAttributeAtIndex(function, place, LLVMCreateEnumAttribute(emit->context, kind, value));
}

/* Those without effects read what their arguments point to, and keep to themselves what else they do. */
enum { MEMORY_READS_ARGUMENTS = 1 | 3 << 2, MEMORY_WRITES_ARGUMENTS = 3 | 3 << 2, MEMORY_NONE = 0 };

static void describe_helper(Emit *emit, CorHelper helper, LLVMValueRef function) {
    const EmitHelper *info = &emit_helpers[helper];
    add_attribute(emit, function, LLVMAttributeFunctionIndex, "nounwind", 0);
    if (info->effects != 0)
        return;
    bool is_math = strchr(info->signature, 'p') == NULL;
    add_attribute(emit, function, LLVMAttributeFunctionIndex, "willreturn", 0);
    add_attribute(emit, function, LLVMAttributeFunctionIndex, "memory",
                  is_math                            ? MEMORY_NONE
                  : helper == COR_HELPER_STRING_HASH ? MEMORY_WRITES_ARGUMENTS
                                                     : MEMORY_READS_ARGUMENTS);
}

static void declare_helper(Emit *emit, CorHelper helper) {
    const EmitHelper *info = &emit_helpers[helper];
    LLVMTypeRef parameters[HELPER_PARAMETERS];
    unsigned count = 0;
    for (const char *letter = info->signature + 2; *letter; letter++)
        parameters[count++] = helper_letter(emit, *letter);
    LLVMTypeRef type = LLVMFunctionType(helper_letter(emit, info->signature[0]), parameters, count, false);
    emit->helper_types[helper] = type;
    emit->helpers[helper] = LLVMAddFunction(emit->module, info->name, type);
    describe_helper(emit, helper, emit->helpers[helper]);
}

/* The call is in a block that is seldom executed: what it costs there keeps the registers for all others. */
static LLVMValueRef call_keeping(Emit *emit, CorHelper helper, const LLVMValueRef *arguments) {
    LLVMTypeRef type = emit->helper_types[helper], parameters[HELPER_PARAMETERS + 1];
    LLVMValueRef passed[HELPER_PARAMETERS + 1];
    unsigned count = LLVMCountParamTypes(type);
    LLVMGetParamTypes(type, parameters);
    memcpy(passed, arguments, count * sizeof *passed);
    parameters[count] = emit->pointer;
    passed[count++] = emit->helpers[helper];
    if (!emit->helpers[COR_HELPER_KEEP])
        declare_helper(emit, COR_HELPER_KEEP);
    LLVMValueRef call =
        LLVMBuildCall2(emit->builder, LLVMFunctionType(LLVMGetReturnType(type), parameters, count, false),
                       emit->helpers[COR_HELPER_KEEP], passed, count, "");
    LLVMSetInstructionCallConv(call, LLVMPreserveMostCallConv);
    unsigned nest = LLVMGetEnumAttributeKindForName("nest", 4),
             nounwind = LLVMGetEnumAttributeKindForName("nounwind", 8);
    LLVMAddCallSiteAttribute(call, count, LLVMCreateEnumAttribute(emit->context, nest, 0));
    LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex,
                             LLVMCreateEnumAttribute(emit->context, nounwind, 0));
    return call;
}

LLVMValueRef emit_helper(Emit *emit, CorHelper helper, LLVMValueRef *arguments) {
    if (!emit->helpers[helper])
        declare_helper(emit, helper);
    if (!emit->options->fast && (emit_helpers[helper].effects & EFFECT_N) != 0)
        return call_keeping(emit, helper, arguments);
    LLVMTypeRef type = emit->helper_types[helper];
    return LLVMBuildCall2(emit->builder, type, emit->helpers[helper], arguments, LLVMCountParamTypes(type),
                          "");
}

LLVMValueRef emit_intrinsic(Emit *emit, const char *name, LLVMTypeRef *types, unsigned type_count,
                            LLVMValueRef *arguments, unsigned count) {
    unsigned number = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMValueRef function = LLVMGetIntrinsicDeclaration(emit->module, number, types, type_count);
    LLVMTypeRef type = LLVMIntrinsicGetType(emit->context, number, types, type_count);
    return LLVMBuildCall2(emit->builder, type, function, arguments, count, "");
}
