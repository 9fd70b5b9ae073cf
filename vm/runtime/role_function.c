/* Functions that the engine makes itself.
 *
 * A role function does one of the total operations for objects of exactly one type: it is what `any` and interfaces
 * dispatch to. Its operands are references to objects; of a binary one, the second may be of any type.  An adapter gives
 * the method of a value type its self out of the box it comes in. */
#include "vm/runtime/host_signature.h"
#include "vm/runtime/lower_internal.h"

#include <stdio.h>
#include <string.h>

#include "vm/bytecode/intrinsic.h"
#include "vm/bytecode/syscall.h"
#include "vm/runtime/natives.h"

enum { SELF = 0, OTHER = 1, LOOP_WEIGHT = 4 };

static LowerRoles start(Lowering *lowering) {
    cor_scratch(lowering, lowering->function->parameter_slots);
    return (LowerRoles){lowering, LOWER_WINDOW + COR_FRAME_HEADER};
}

static void return_slot(Lowering *lowering, uint32_t slot) {
    cor_emit(lowering, COR_LOWERED_RETURN_1, slot, 0, 0);
}

static void return_int(Lowering *lowering, int32_t value) {
    cor_emit(lowering, COR_LOWERED_RETURN_INT, (uint16_t)value, 0, 0);
}

/* The operation on values in slots, whatever it is. */
static void expand(LowerRoles *roles, CorRole role, const CorType *type, uint32_t to, uint32_t a,
                   uint32_t b) {
    switch (role) {
    case COR_ROLE_EQUALS:
    case COR_ROLE_KEY_EQUALS: cor_expand_equals(roles, type, role, to, a, b); break;
    case COR_ROLE_COMPARE: cor_expand_compare(roles, type, to, a, b); break;
    case COR_ROLE_HASH: cor_expand_hash(roles, type, to, a); break;
    default: cor_expand_text(roles, type, role, to, a);
    }
}

static bool is_binary(CorRole role) {
    return role == COR_ROLE_EQUALS || role == COR_ROLE_KEY_EQUALS || role == COR_ROLE_COMPARE;
}

/* What a binary operation gives for an operand of another type. */
static void return_unrelated(LowerRoles *roles, CorRole role) {
    if (role == COR_ROLE_COMPARE) {
        cor_emit(roles->lowering, COR_LOWERED_TRAP, COR_TRAP_UNREACHABLE, 0, 0);
    } else {
        return_int(roles->lowering, 0);
    }
}

/* ---- Boxed values and strings ---- */

static void value_role(LowerRoles *roles, const CorType *type, CorRole role) {
    Lowering *lowering = roles->lowering;
    uint32_t result = cor_scratch(lowering, 1), a = cor_scratch(lowering, type->slots), b = a;
    LowerLabel unrelated = cor_label_new(lowering);
    if (is_binary(role)) {
        cor_emit_type_branch(lowering, COR_LOWERED_BR_IS_NOT_EXACT, OTHER, type, unrelated);
        b = cor_scratch(lowering, type->slots);
        cor_emit_unbox(lowering, type, b, OTHER);
    }
    cor_emit_unbox(lowering, type, a, SELF);
    expand(roles, role, type, result, a, b);
    return_slot(lowering, result);
    cor_label_bind(lowering, unrelated);
    if (is_binary(role)) {
        return_unrelated(roles, role);
    }
}

/* ---- Classes and enums ---- */

static bool call_method(LowerRoles *roles, const CorType *type, CorRole role) {
    Lowering *lowering = roles->lowering;
    CorLoweredFunction *method = cor_role_method(lowering->engine, type, role);
    if (method == NULL) {
        return false;
    }
    LowerLabel unrelated = cor_label_new(lowering);
    uint32_t result = cor_scratch(lowering, 1);
    if (is_binary(role)) {
        CorTypeContext context = {method->module, method->arguments, method->argument_count};
        const CorType *wanted =
            cor_instantiate(lowering->engine, &context, method->portable->parameters[1].type);
        if (wanted == NULL || !cor_type_complete(lowering->engine, wanted)) {
            lowering->failed = true;
            return true;
        }
        cor_emit_type_branch(lowering, COR_LOWERED_BR_IS_NOT_CLASS, OTHER, wanted, unrelated);
        cor_emit_move(lowering, roles->window + 1, OTHER, 1);
    }
    cor_emit_move(lowering, roles->window, SELF, 1);
    cor_window_use(lowering, roles->window, 2);
    cor_emit(lowering, COR_LOWERED_CALL, result, roles->window, 0);
    cor_emit_pointer(lowering, cor_function_entry(method));
    return_slot(lowering, result);
    cor_label_bind(lowering, unrelated);
    if (is_binary(role)) {
        return_unrelated(roles, role);
    }
    return true;
}

static void class_role(LowerRoles *roles, const CorType *type, CorRole role) {
    Lowering *lowering = roles->lowering;
    if (call_method(roles, type, role)) {
        return;
    }
    uint32_t result = cor_scratch(lowering, 1);
    switch (role) {
    case COR_ROLE_EQUALS:
    case COR_ROLE_KEY_EQUALS: cor_emit(lowering, COR_LOWERED_EQ_I64, result, SELF, OTHER); break;
    case COR_ROLE_HASH: cor_emit(lowering, COR_LOWERED_INT, result, 0, 0); break;
    case COR_ROLE_COMPARE: return_unrelated(roles, role); return;
    default: {
        char text[128];
        snprintf(text, sizeof text, type->kind == COR_KIND_CLOSURE ? "<function>" : "<%s>", type->short_name);
        CorStringObject *literal = cor_literal(lowering->engine, text, strlen(text));
        cor_emit_reference(lowering, result, literal);
    }
    }
    return_slot(lowering, result);
}

/* Both objects are of the case `type`: part by part; hash and text likewise. */
static void case_role(LowerRoles *roles, const CorType *type, CorRole role) {
    Lowering *lowering = roles->lowering;
    uint32_t result = cor_scratch(lowering, 2), sum = result + 1;
    cor_emit(lowering, COR_LOWERED_INT, result, role != COR_ROLE_COMPARE, 0);
    cor_emit(lowering, COR_LOWERED_INT, sum, type->ordinal, 0);
    for (uint32_t i = 0; i < type->member_count; i++) {
        const CorMember *member = &type->members[i];
        uint32_t scratch = lowering->next_slot, slots = member->type->slots;
        uint32_t a = cor_scratch(lowering, slots), b = a;
        cor_emit_load(lowering, a, SELF, member->scalars, slots);
        if (is_binary(role)) {
            b = cor_scratch(lowering, slots);
            cor_emit_load(lowering, b, OTHER, member->scalars, slots);
        }
        expand(roles, role, member->type, result, a, b);
        if (role == COR_ROLE_HASH) {
            cor_emit(lowering, COR_LOWERED_HASH_MIX, sum, sum, result);
        } else {
            LowerLabel next = cor_label_new(lowering);
            cor_emit_branch(lowering, role == COR_ROLE_COMPARE ? COR_LOWERED_BR_FALSE : COR_LOWERED_BR_TRUE,
                            result, next);
            return_slot(lowering, result);
            cor_label_bind(lowering, next);
        }
        lowering->next_slot = scratch;
    }
    return_slot(lowering, role == COR_ROLE_HASH ? sum : result);
}

static void structural_enum_role(LowerRoles *roles, const CorType *type, CorRole role) {
    Lowering *lowering = roles->lowering;
    if (role == COR_ROLE_TO_STRING || role == COR_ROLE_TO_SOURCE) {
        CorStringObject *literal = cor_literal(lowering->engine, type->short_name, strlen(type->short_name));
        uint32_t result = cor_scratch(lowering, 1);
        cor_emit_reference(lowering, result, literal);
        return_slot(lowering, result);
        return;
    }
    LowerLabel unrelated = cor_label_new(lowering), different = cor_label_new(lowering);
    if (is_binary(role)) {
        uint32_t a = cor_scratch(lowering, 2), b = a + 1;
        cor_emit_type_branch(lowering, COR_LOWERED_BR_IS_NOT_CLASS, OTHER, type, unrelated);
        cor_emit(lowering, COR_LOWERED_LOAD_CASE, a, SELF, 0);
        cor_emit(lowering, COR_LOWERED_LOAD_CASE, b, OTHER, 0);
        cor_emit(lowering, COR_LOWERED_COMPARE_I64, a, a, b);
        cor_emit_branch(lowering, COR_LOWERED_BR_TRUE, a, different);
        for (uint32_t i = 0; i < type->case_count; i++) {
            LowerLabel next = cor_label_new(lowering);
            cor_emit_type_branch(lowering, COR_LOWERED_BR_IS_NOT_EXACT, SELF, type->cases[i].type, next);
            case_role(roles, type->cases[i].type, role);
            cor_label_bind(lowering, next);
        }
        cor_emit(lowering, COR_LOWERED_TRAP, COR_TRAP_UNREACHABLE, 0, 0);
        cor_label_bind(lowering, different);
        if (role == COR_ROLE_COMPARE) {
            return_slot(lowering, a);
        }
        cor_label_bind(lowering, unrelated);
        return_unrelated(roles, role);
        return;
    }
    for (uint32_t i = 0; i < type->case_count; i++) {
        LowerLabel next = cor_label_new(lowering);
        cor_emit_type_branch(lowering, COR_LOWERED_BR_IS_NOT_EXACT, SELF, type->cases[i].type, next);
        case_role(roles, type->cases[i].type, role);
        cor_label_bind(lowering, next);
    }
    cor_emit(lowering, COR_LOWERED_TRAP, COR_TRAP_UNREACHABLE, 0, 0);
}

static void enum_role(LowerRoles *roles, const CorType *type, CorRole role) {
    CorLoweredFunction *method = cor_role_method(roles->lowering->engine, type, role);
    bool is_derived = method != NULL && (method->portable->flags & COR_FN_DERIVED) != 0;
    if (method != NULL && !(role == COR_ROLE_KEY_EQUALS && is_derived)) {
        call_method(roles, type, role);
    } else {
        structural_enum_role(roles, type, role);
    }
}

/* ---- Arrays ---- */

typedef struct ArrayLoop {
    uint32_t length, index, a, b;
    LowerLabel head, done;
} ArrayLoop;

/* Starts a loop over the elements of self (and of other), loaded to a (and b). */
static ArrayLoop loop_start(LowerRoles *roles, const CorType *type, bool both) {
    Lowering *lowering = roles->lowering;
    ArrayLoop loop = {.length = cor_scratch(lowering, 1), .index = cor_scratch(lowering, 1)};
    loop.a = cor_scratch(lowering, type->element->slots);
    loop.b = both ? cor_scratch(lowering, type->element->slots) : loop.a;
    loop.head = cor_label_new(lowering);
    loop.done = cor_label_new(lowering);
    cor_emit(lowering, COR_LOWERED_ARRAY_LENGTH, loop.length, SELF, 0);
    cor_emit(lowering, COR_LOWERED_INT, loop.index, 0, 0);
    cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, loop.length, loop.done);
    cor_label_bind(lowering, loop.head);
    cor_emit_load_element(lowering, loop.a, SELF, loop.index, type->element->layout, 0, type->element->slots);
    if (both) {
        cor_emit_load_element(lowering, loop.b, OTHER, loop.index, type->element->layout, 0,
                              type->element->slots);
    }
    return loop;
}

static void loop_end(LowerRoles *roles, const ArrayLoop *loop) {
    cor_emit(roles->lowering, COR_LOWERED_FOR_UP, loop->index, loop->length, 0);
    cor_emit_edge(roles->lowering, loop->head, LOOP_WEIGHT);
    cor_label_bind(roles->lowering, loop->done);
}

static void array_equals(LowerRoles *roles, const CorType *type, CorRole role) {
    Lowering *lowering = roles->lowering;
    uint32_t result = cor_scratch(lowering, 2), other_length = result + 1;
    LowerLabel different = cor_label_new(lowering);
    cor_emit_type_branch(lowering, COR_LOWERED_BR_IS_NOT_EXACT, OTHER, type, different);
    cor_emit(lowering, COR_LOWERED_ARRAY_LENGTH, result, SELF, 0);
    cor_emit(lowering, COR_LOWERED_ARRAY_LENGTH, other_length, OTHER, 0);
    cor_emit(lowering, COR_LOWERED_EQ_I64, result, result, other_length);
    cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, result, different);
    ArrayLoop loop = loop_start(roles, type, true);
    cor_expand_equals(roles, type->element, role, result, loop.a, loop.b);
    cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, result, different);
    loop_end(roles, &loop);
    return_int(lowering, 1);
    cor_label_bind(lowering, different);
    return_int(lowering, 0);
}

static void array_hash(LowerRoles *roles, const CorType *type) {
    Lowering *lowering = roles->lowering;
    uint32_t sum = cor_scratch(lowering, 2), part = sum + 1;
    cor_emit(lowering, COR_LOWERED_ARRAY_LENGTH, sum, SELF, 0);
    ArrayLoop loop = loop_start(roles, type, false);
    cor_expand_hash(roles, type->element, part, loop.a);
    cor_emit(lowering, COR_LOWERED_HASH_MIX, sum, sum, part);
    loop_end(roles, &loop);
    return_slot(lowering, sum);
}

static void emit_text(Lowering *lowering, uint32_t slot, const char *text) {
    CorStringObject *literal = cor_literal(lowering->engine, text, strlen(text));
    lowering->failed |= literal == NULL;
    cor_emit_reference(lowering, slot, literal);
}

/* The elements' texts are gathered in an array and joined at the end. */
static void array_text(LowerRoles *roles, const CorType *type) {
    Lowering *lowering = roles->lowering;
    CorEngine *engine = lowering->engine;
    const CorType *strings = cor_type_wrapped(engine, COR_KIND_ARRAY, engine->plain_types[COR_KIND_STRING]);
    if (strings == NULL || !cor_type_complete(engine, strings)) {
        lowering->failed = true;
        return;
    }
    uint32_t join = cor_scratch(lowering, 3),
             text = cor_scratch(lowering, 3); /* array, count, separator; [ text ] */
    emit_text(lowering, text + 1, "");
    cor_emit(lowering, COR_LOWERED_ARRAY_LENGTH, join + 1, SELF, 0);
    cor_emit(lowering, COR_LOWERED_NEW_ARRAY, join, join + 1, text + 1);
    cor_emit_pointer(lowering, strings);
    ArrayLoop loop = loop_start(roles, type, false);
    cor_expand_text(roles, type->element, COR_ROLE_TO_SOURCE, text + 1, loop.a);
    cor_emit(lowering, COR_LOWERED_STORE_ELEMENT_REFERENCE, join, loop.index, text + 1);
    loop_end(roles, &loop);
    emit_text(lowering, join + 2, ", ");
    cor_emit(lowering, COR_LOWERED_CALL_NATIVE, text + 1, join, 3);
    cor_emit_pointer(lowering,
                     (const void *)(uintptr_t)cor_intrinsic_native(COR_INTRINSIC_STRING_CONCAT_ARRAY));
    cor_emit_pointer(lowering, NULL);
    cor_emit_bits(lowering, 1);
    emit_text(lowering, text, "[");
    emit_text(lowering, text + 2, "]");
    cor_emit(lowering, COR_LOWERED_CONCAT, text, text, 3);
    return_slot(lowering, text);
}

static void array_role(LowerRoles *roles, const CorType *type, CorRole role) {
    switch (role) {
    case COR_ROLE_EQUALS:
    case COR_ROLE_KEY_EQUALS: array_equals(roles, type, role); break;
    case COR_ROLE_HASH: array_hash(roles, type); break;
    case COR_ROLE_COMPARE: return_unrelated(roles, role); break;
    default: array_text(roles, type);
    }
}

/* ---- All ---- */

static void role_function(Lowering *lowering) {
    const CorType *exact = lowering->function->role_type, *type = cor_type_nominal(exact);
    CorRole role = lowering->function->role;
    LowerRoles roles = start(lowering);
    if (!cor_type_complete(lowering->engine, type)) {
        lowering->failed = true;
        return;
    }
    switch (exact->kind) {
    case COR_KIND_CLASS:
    case COR_KIND_CELL:
    case COR_KIND_CLOSURE: class_role(&roles, exact, role); break;
    case COR_KIND_CASE:
    case COR_KIND_ENUM: enum_role(&roles, type, role); break;
    case COR_KIND_ARRAY: array_role(&roles, type, role); break;
    default: value_role(&roles, type, role);
    }
}

/* The method of an interface that a value has by itself: self is boxed, the other operand is not. */
static void structural_method(Lowering *lowering) {
    const CorType *type = lowering->function->role_type;
    LowerRoles roles = start(lowering);
    uint32_t result = cor_scratch(lowering, 1), self = cor_scratch(lowering, type->slots);
    cor_emit_unbox(lowering, type, self, SELF);
    expand(&roles, lowering->function->role, type, result, self, OTHER);
    return_slot(lowering, result);
}

static void emit_return(Lowering *lowering, uint32_t slot, uint32_t slots) {
    switch (slots) {
    case 0: cor_emit(lowering, COR_LOWERED_RETURN, 0, 0, 0); break;
    case 1: return_slot(lowering, slot); break;
    case 2: cor_emit(lowering, COR_LOWERED_RETURN_2, slot, 0, 0); break;
    default: cor_emit(lowering, COR_LOWERED_RETURN_N, slot, slots, 0);
    }
}

static void unboxing_adapter(Lowering *lowering) {
    const CorLoweredFunction *function = lowering->function;
    const CorType *type = function->role_type;
    LowerRoles roles = start(lowering);
    uint32_t result = cor_scratch(lowering, function->result_slots + 1), window = roles.window;
    cor_emit_unbox(lowering, type, window, SELF);
    cor_emit_move(lowering, window + type->slots, 1, function->parameter_slots - 1);
    cor_window_use(lowering, window, type->slots + function->parameter_slots);
    cor_emit(lowering, COR_LOWERED_CALL, result, window, 0);
    cor_emit_pointer(lowering, cor_function_entry(function->target));
    emit_return(lowering, result, function->result_slots);
}

bool cor_lower_synthesised(Lowering *lowering) {
    switch (lowering->function->synthesis) {
    case COR_SYNTHESIS_ROLE: role_function(lowering); break;
    case COR_SYNTHESIS_UNBOX: unboxing_adapter(lowering); break;
    case COR_SYNTHESIS_STRUCTURAL: structural_method(lowering); break;
    default: cor_emit(lowering, COR_LOWERED_TRAP, COR_TRAP_ABSTRACT, 0, 0);
    }
    return !lowering->failed;
}

/* The types of a function's parameters, then that of its result.  NULL: engine->failure. */
static const CorType **signature_types(Lowering *lowering) {
    const CorLoweredFunction *function = lowering->function;
    const CorFunction *portable = function->portable;
    const CorType **types =
        cor_engine_allocate(lowering->engine, (size_t)portable->parameter_count + 1, sizeof *types);
    CorTypeContext context = {function->module, function->arguments, function->argument_count};
    for (uint32_t i = 0; types != NULL && i <= portable->parameter_count; i++) {
        bool is_result = i == portable->parameter_count;
        types[i] = cor_instantiate(lowering->engine, &context,
                                   is_result ? portable->result : portable->parameters[i].type);
        if (types[i] == NULL || !cor_type_complete(lowering->engine, types[i])) {
            return NULL;
        }
    }
    return types;
}

/* A function without code, which is an intrinsic or system call, as a function: for tables and function values. */
bool cor_lower_native_function(Lowering *lowering) {
    const CorLoweredFunction *function = lowering->function;
    const CorFunction *portable = function->portable;
    const CorString *name = &function->module->module->strings[portable->intrinsic];
    uint32_t parameters = cor_scratch(lowering, function->parameter_slots);
    uint32_t result = cor_scratch(lowering, function->result_slots + 1);
    const CorType **types = signature_types(lowering);
    if (types == NULL) {
        return false;
    }
    bool is_syscall = (portable->flags & COR_FN_SYSCALL) != 0;
    uint32_t number = is_syscall ? cor_syscall_find(name->bytes, name->length)
                                 : cor_intrinsic_find(name->bytes, name->length);
    if (number == COR_NONE) {
        cor_lower_fail_limit(lowering, "it is no intrinsic of this VM");
        return false;
    }
    cor_emit(lowering, is_syscall ? COR_LOWERED_SYSCALL : COR_LOWERED_CALL_NATIVE, result, parameters,
             function->parameter_slots);
    if (is_syscall) {
        cor_emit_bits(lowering, number);
    } else {
        cor_emit_pointer(lowering, (const void *)(uintptr_t)cor_intrinsic_native((CorIntrinsic)number));
    }
    cor_emit_pointer(lowering, types);
    cor_emit_bits(lowering, function->result_slots);
    emit_return(lowering, result, function->result_slots);
    return !lowering->failed;
}

/* A function without code that `host` is called for. */
static bool lower_call_host(Lowering *lowering, const CorHostFunction *host, const CorType **types) {
    const CorLoweredFunction *function = lowering->function;
    uint32_t parameters = cor_scratch(lowering, function->parameter_slots);
    uint32_t result = cor_scratch(lowering, function->result_slots + 1);
    cor_emit(lowering, COR_LOWERED_CALL_HOST, result, parameters, function->parameter_slots);
    cor_emit_pointer(lowering, host);
    cor_emit_pointer(lowering, types);
    cor_emit_bits(lowering, function->result_slots);
    emit_return(lowering, result, function->result_slots);
    return !lowering->failed;
}

/* A function of the host, which linking has found. */
bool cor_lower_host_function(Lowering *lowering) {
    const CorLoweredFunction *function = lowering->function;
    const CorType **types = signature_types(lowering);
    if (types == NULL) {
        return false;
    }
    for (uint32_t i = 0; i <= function->portable->parameter_count; i++) {
        if (types[i]->kind > COR_KIND_NEVER && !host_can_hold(types[i])) {
            cor_lower_fail_limit(lowering, "a host cannot take or give such values");
            return false;
        }
    }
    const CorEngineOptions *options = &lowering->engine->options;
    CorLinkedModule *module = function->module;
    const char *name = cor_module_text(module, function->portable->intrinsic);
    const CorHostFunction *host =
        name != NULL ? options->host_function(options->host_context, module->name, name) : NULL;
    if (host == NULL) {
        return false;
    }
    /* native code calls it itself only if each value is a slot */
    lowering->function->direct =
        function->parameter_slots == function->portable->parameter_count ? host->direct : NULL;
    return lower_call_host(lowering, host, types);
}

/* A function of a C library.  Whether an isolate may call it is asked when it does. */
bool cor_lower_foreign_function(Lowering *lowering) {
    const CorLoweredFunction *function = lowering->function;
    const CorEngineOptions *options = &lowering->engine->options;
    const CorType **types = signature_types(lowering);
    const char *name = cor_module_text(function->module, function->portable->intrinsic);
    if (types == NULL || name == NULL) {
        return false;
    }
    const CorHostFunction *foreign = options->foreign_function != NULL
                                         ? options->foreign_function(options->foreign_context, name, types,
                                                                     function->portable->parameter_count)
                                         : NULL;
    if (foreign == NULL) {
        cor_engine_fail(lowering->engine, COR_FAILURE_LIMIT, "C cannot take or give such values as `%s` has",
                        function->name);
        return false;
    }
    lowering->function->direct = foreign->direct;
    return lower_call_host(lowering, foreign, types);
}
