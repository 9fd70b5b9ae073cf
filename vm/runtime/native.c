#include "vm/runtime/native.h"

#include <string.h>

#include "vm/runtime/engine_internal.h"

/* The list of a function's code, newest first; what is entered at the first instruction comes before what is entered at
 * loops, since it is looked up at every call from the interpreter. */

static const CorNativeCode *next_code(const CorNativeCode *code) {
    return __atomic_load_n(&code->next, __ATOMIC_ACQUIRE);
}
static void set_next(const CorNativeCode *code, const CorNativeCode *next) {
    CorNativeCode *changed = (CorNativeCode *)(uintptr_t)code;
    __atomic_store_n(&changed->next, (CorNativeCode *)(uintptr_t)next, __ATOMIC_RELEASE);
}

static const CorNativeCode *first_code(const CorLoweredFunction *function) {
    return atomic_load_explicit(&((CorLoweredFunction *)(uintptr_t)function)->native, memory_order_acquire);
}
static void set_first(CorLoweredFunction *function, const CorNativeCode *code) {
    atomic_store_explicit(&function->native, code, memory_order_release);
}

const CorNativeCode *cor_native_code(const CorLoweredFunction *function, uint32_t index) {
    const CorNativeCode *code = first_code(function);
    while (code != NULL && code->index != index) {
        code = next_code(code);
    }
    return code;
}

static void set_native(const CorWord *entry, void *native) {
    CorCodeHeader *header = (CorCodeHeader *)(uintptr_t)cor_code_header(entry);
    atomic_store_explicit(&header->native, native, memory_order_release);
}

/* Lets calls of the function enter the code; NULL: the interpreter runs it. Tables and caches may still hold the stub, which
 * only a call by the interpreter replaces. */
static void set_entry(CorLoweredFunction *function, const CorNativeCode *code) {
    void *native = code != NULL ? code->entry : cor_native_none();
    set_native(function->code, native);
    set_native(&function->stub[COR_CODE_HEADER_WORDS], native);
    CorWord word = function->first_word;
    word.op = code != NULL ? (uint16_t)COR_LOWERED_ENTER_NATIVE : word.op;
    __atomic_store_n(&function->code[0].bits, word.bits, __ATOMIC_RELEASE);
}

void cor_native_publish(CorNativeCode *code) {
    CorLoweredFunction *function = code->function;
    cor_engine_lock(function->engine);
    const CorNativeCode *first = first_code(function);
    if (code->index != 0 && first != NULL && first->index == 0) {
        set_next(code, next_code(first));
        set_next(first, code);
    } else {
        set_next(code, first);
        set_first(function, code);
    }
    if (code->index == 0) {
        set_entry(function, code);
    }
    cor_engine_unlock(function->engine);
}

void cor_native_withdraw(CorNativeCode *code) {
    CorLoweredFunction *function = code->function;
    cor_engine_lock(function->engine);
    const CorNativeCode *before = first_code(function);
    if (before == code) {
        set_first(function, next_code(code));
    }
    while (before != NULL && before != code) {
        const CorNativeCode *next = next_code(before);
        if (next == code) {
            set_next(before, next_code(code));
        }
        before = next;
    }
    if (code->index == 0) {
        set_entry(function, cor_native_code(function, 0));
    }
    cor_engine_unlock(function->engine);
}

CorStatus cor_native_call(CorIsolate *isolate, uint64_t *fp, const CorNativeCode *code) {
    uint64_t registers[COR_MACHINE_ARGUMENTS];
    uint32_t count =
        code->index == 0 ? code->function->parameter_slots + 1 : 0; /* the closure follows, if any */
    uint32_t first = count < cor_machine_arguments ? count : cor_machine_arguments;
    for (uint32_t i = 0; i < first; i++) /* few: loops are shorter than calls */
        registers[i] = fp[i];
    int status = cor_machine_call(isolate, fp, code->entry, registers, fp + first, count - first);
    for (size_t i = 0; status == COR_OK && i < cor_native_register_results(code->function); i++)
        fp[i] = registers[i];
    return (CorStatus)status;
}
