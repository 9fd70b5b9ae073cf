/* Running programs and calling functions with typed values. */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/bytecode/utf8.h"
#include "vm/runtime/host_signature.h"
#include "vm/runtime/object.h"

static CoracleStatus call_fail(CoracleIsolate *isolate, CoracleStatus status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static CoracleStatus call_fail(CoracleIsolate *isolate, CoracleStatus status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(isolate->message, sizeof isolate->message, format, arguments);
    va_end(arguments);
    return status;
}

/* ---- Running a program ------------------------------------------------------------------------- */

/* The arguments of `main`: nothing, or what std.core makes of the program's arguments. */
static CorStatus call_main_arguments(CorIsolate *isolate, CorLoweredFunction *main, uint64_t *list) {
    if (main->parameter_slots == 0)
        return COR_OK;
    CorLinkedModule *core = cor_engine_module(isolate->engine, "std.core");
    CorLoweredFunction *make = NULL;
    CorStatus status = core ? cor_module_function(isolate, core, "programArguments", &make) : COR_OK;
    if (status != COR_OK)
        return status;
    if (!make)
        return cor_throw(isolate, COR_ERROR_STATE, "std.core has no programArguments");
    return cor_call(isolate, make, NULL, list);
}

static CorStatus call_program(CorIsolate *isolate, CorLinkedModule *module, int *exit_code) {
    CorLoweredFunction *main = NULL;
    CorStatus status = cor_isolate_initialize(isolate, module);
    if (status == COR_OK)
        status = cor_module_main(isolate, module, &main);
    if (!main)
        return status;
    uint64_t list = 0, result = 0;
    status = call_main_arguments(isolate, main, &list);
    if (status == COR_OK)
        status = cor_call(isolate, main, &list, &result);
    if (status == COR_OK && main->result_slots == 1)
        *exit_code = (int)result;
    return status;
}

CoracleStatus coracle_isolate_run(CoracleIsolate *isolate, CoracleModule *module, int *exit_code) {
    int code = 0;
    CorStatus status = cor_isolate_enter(isolate->isolate);
    CoracleStatus finished = CORACLE_NO_MEMORY;
    if (status == COR_OK) {
        status = call_program(isolate->isolate, api_module(module), &code);
        finished = api_finish(isolate, status);
        cor_isolate_leave(isolate->isolate);
    }
    if (exit_code)
        *exit_code = finished == CORACLE_EXITED ? isolate->isolate->exit_code : code;
    if (!coracle_isolate_flush(isolate) && (finished == CORACLE_OK || finished == CORACLE_EXITED))
        return call_fail(isolate, CORACLE_FAILED, "cannot write all of the output");
    return finished;
}

/* ---- Values to slots --------------------------------------------------------------------------- */

static bool call_is_signed(const CorType *type) {
    return type->kind >= COR_KIND_I8 && type->kind <= COR_KIND_I64;
}

static bool call_is_unsigned(const CorType *type) {
    return type->kind >= COR_KIND_U8 && type->kind <= COR_KIND_U64;
}

static bool call_fits_signed(uint32_t kind, int64_t value) {
    unsigned unused = kind == COR_KIND_I8 ? 56 : kind == COR_KIND_I16 ? 48 : kind == COR_KIND_I32 ? 32 : 0;
    return (int64_t)((uint64_t)value << unused) >> unused == value;
}

static bool call_fits_unsigned(uint32_t kind, uint64_t value) {
    unsigned bits = kind == COR_KIND_U8 ? 8 : kind == COR_KIND_U16 ? 16 : kind == COR_KIND_U32 ? 32 : 64;
    return bits == 64 || value >> bits == 0;
}

static bool call_accepts_object(const CorType *type, const CorObject *object) {
    switch (type->kind) {
    case COR_KIND_ANY: return true;
    case COR_KIND_INTERFACE: return cor_type_interface(object->type, type) != NULL;
    case COR_KIND_CLASS:
    case COR_KIND_ENUM:
    case COR_KIND_FUNCTION: return cor_type_extends(object->type, type);
    default: return type->is_reference && object->type == type;
    }
}

static uint64_t call_of_double(double value) {
    uint64_t slot;
    memcpy(&slot, &value, sizeof slot);
    return slot;
}

static uint64_t call_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Whether the value fits the type; writes its slot.  *out_of_memory when a string could not be made. */
static bool call_put_scalar(CorIsolate *isolate, const CorType *type, const CoracleValue *value,
                            uint64_t *slot, bool *out_of_memory) {
    CorStringObject *string;
    switch (value->kind) {
    case CORACLE_BOOL: return *slot = value->boolean, type->kind == COR_KIND_BOOL;
    case CORACLE_INT:
        *slot = (uint64_t)value->integer;
        return call_is_signed(type) && call_fits_signed(type->kind, value->integer);
    case CORACLE_UINT:
        *slot = value->unsigned_integer;
        return call_is_unsigned(type) && call_fits_unsigned(type->kind, value->unsigned_integer);
    case CORACLE_FLOAT:
        *slot =
            type->kind == COR_KIND_F32 ? call_of_float((float)value->number) : call_of_double(value->number);
        return type->kind == COR_KIND_F64 || type->kind == COR_KIND_F32;
    case CORACLE_CHAR:
        *slot = value->character;
        return type->kind == COR_KIND_CHAR && value->character <= 0x10ffff &&
               (value->character >> 11) != 0x1b;
    case CORACLE_STRING:
        if (type->kind != COR_KIND_STRING ||
            !cor_utf8_valid((const uint8_t *)value->string.bytes, value->string.length))
            return false;
        string = cor_string_new(isolate, value->string.bytes, value->string.length);
        *out_of_memory = !string;
        return *slot = (uintptr_t)string, string != NULL;
    case CORACLE_OBJECT:
        *slot = (uintptr_t)value->object->reference;
        return call_accepts_object(type, value->object->reference);
    default: return false;
    }
}

static bool call_put(CorIsolate *isolate, const CorType *type, const CoracleValue *value, uint64_t *slots,
                     bool *out_of_memory) {
    if (type->kind != COR_KIND_OPTIONAL)
        return call_put_scalar(isolate, type, value, slots, out_of_memory);
    if (value->kind == CORACLE_NULL) {
        memset(slots, 0, type->slots * sizeof *slots);
        return true;
    }
    if (type->is_nullable)
        return call_put_scalar(isolate, type->element, value, slots, out_of_memory);
    slots[0] = 1;
    return call_put_scalar(isolate, type->element, value, slots + 1, out_of_memory);
}

/* ---- Slots to values --------------------------------------------------------------------------- */

static CoracleStatus call_take_string(CoracleIsolate *isolate, const CorStringObject *string,
                                      CoracleValue *result) {
    free(isolate->result_text);
    isolate->result_text = malloc((size_t)string->length + 1);
    if (!isolate->result_text)
        return CORACLE_NO_MEMORY;
    memcpy(isolate->result_text, string->bytes, (size_t)string->length + 1);
    result->kind = CORACLE_STRING;
    result->string = (CoracleText){isolate->result_text, string->length};
    return CORACLE_OK;
}

static CoracleStatus call_take_object(CoracleIsolate *isolate, CorObject *reference, CoracleValue *result) {
    CoracleObject *object = malloc(sizeof *object);
    if (!object)
        return CORACLE_NO_MEMORY;
    *object = (CoracleObject){.reference = reference, .isolate = isolate, .next = isolate->objects};
    atomic_signal_fence(memory_order_seq_cst); /* the collector may walk the list at any instruction */
    if (isolate->objects)
        isolate->objects->previous = object;
    isolate->objects = object;
    result->kind = CORACLE_OBJECT;
    result->object = object;
    return CORACLE_OK;
}

void coracle_object_release(CoracleObject *object) {
    if (!object)
        return;
    if (object->previous)
        object->previous->next = object->next;
    else
        object->isolate->objects = object->next;
    if (object->next)
        object->next->previous = object->previous;
    free(object);
}

static double call_to_number(const CorType *type, uint64_t slot) {
    double number;
    float single;
    uint32_t bits = (uint32_t)slot;
    memcpy(&number, &slot, sizeof number);
    memcpy(&single, &bits, sizeof single);
    return type->kind == COR_KIND_F32 ? (double)single : number;
}

static CoracleStatus call_take(CoracleIsolate *isolate, const CorType *type, const uint64_t *slots,
                               CoracleValue *result) {
    if (type->kind == COR_KIND_OPTIONAL) {
        if (slots[0] == 0)
            return result->kind = CORACLE_NULL, CORACLE_OK;
        return call_take(isolate, type->element, type->is_nullable ? slots : slots + 1, result);
    }
    if (type->kind == COR_KIND_STRING)
        return call_take_string(isolate, (const CorStringObject *)(uintptr_t)slots[0], result);
    if (type->is_reference)
        return call_take_object(isolate, (CorObject *)(uintptr_t)slots[0], result);
    if (type->kind == COR_KIND_BOOL)
        *result = (CoracleValue){.kind = CORACLE_BOOL, .boolean = slots[0] != 0};
    else if (call_is_signed(type) || type->kind == COR_KIND_PLAIN_ENUM)
        *result = (CoracleValue){.kind = CORACLE_INT, .integer = (int64_t)slots[0]};
    else if (call_is_unsigned(type))
        *result = (CoracleValue){.kind = CORACLE_UINT, .unsigned_integer = slots[0]};
    else if (type->kind == COR_KIND_CHAR)
        *result = (CoracleValue){.kind = CORACLE_CHAR, .character = (uint32_t)slots[0]};
    else
        *result = (CoracleValue){.kind = CORACLE_FLOAT, .number = call_to_number(type, slots[0])};
    return CORACLE_OK;
}

/* Whether a host can hold a value of the type. */
static bool call_is_simple(const CorType *type) {
    if (type->kind == COR_KIND_OPTIONAL)
        return type->element->kind != COR_KIND_OPTIONAL && call_is_simple(type->element);
    return type->is_reference || (type->kind >= COR_KIND_BOOL && type->kind <= COR_KIND_PLAIN_ENUM);
}

/* ---- Calls ------------------------------------------------------------------------------------- */

enum { CALL_SLOTS = 2 * HOST_SIGNATURE_PARAMETERS };

static CoracleStatus call_place_arguments(CoracleIsolate *isolate, const HostSignature *signature,
                                          const char *name, const CoracleValue *arguments,
                                          uint64_t slots[CALL_SLOTS]) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < signature->count; i++) {
        const CorType *type = signature->parameters[i];
        bool out_of_memory = false;
        if (!call_is_simple(type))
            return call_fail(isolate, CORACLE_MISMATCH, "argument %u of `%s`: a host cannot pass a %s", i + 1,
                             name, type->name);
        if (!call_put(isolate->isolate, type, &arguments[i], slots + at, &out_of_memory))
            return out_of_memory ? api_finish(isolate, cor_throw_out_of_memory(isolate->isolate))
                                 : call_fail(isolate, CORACLE_MISMATCH, "argument %u of `%s` must be a %s",
                                             i + 1, name, type->name);
        at += type->slots;
    }
    return CORACLE_OK;
}

static CoracleStatus call_function(CoracleIsolate *isolate, CorLinkedModule *module, const char *name,
                                   const CoracleValue *arguments, size_t count, CoracleValue *result) {
    CorLoweredFunction *function;
    HostSignature signature;
    uint64_t slots[CALL_SLOTS], out[2] = {0, 0};
    CorStatus status = cor_module_function(isolate->isolate, module, name, &function);
    if (status != COR_OK)
        return api_finish(isolate, status);
    if (!function || !(function->portable->flags & COR_FN_PUBLIC))
        return call_fail(isolate, CORACLE_NOT_FOUND, "module %s has no public function `%s`",
                         cor_module_name(module), name);
    if (function->portable->parameter_count > HOST_SIGNATURE_PARAMETERS)
        return call_fail(isolate, CORACLE_MISMATCH, "`%s` has more parameters than a host can pass", name);
    status = host_signature_of(isolate->isolate, function, &signature);
    if (status != COR_OK)
        return api_finish(isolate, status);
    if (signature.count != count)
        return call_fail(isolate, CORACLE_MISMATCH, "`%s` takes %u arguments, not %zu", name, signature.count,
                         count);
    bool is_void = signature.result->kind == COR_KIND_VOID || signature.result->kind == COR_KIND_NEVER;
    if (!is_void && !call_is_simple(signature.result))
        return call_fail(isolate, CORACLE_MISMATCH, "`%s` returns a %s, which a host cannot take", name,
                         signature.result->name);
    status = cor_isolate_initialize(isolate->isolate, module);
    if (status != COR_OK)
        return api_finish(isolate, status);
    CoracleStatus placed = call_place_arguments(isolate, &signature, name, arguments, slots);
    if (placed != CORACLE_OK)
        return placed;
    status = cor_call(isolate->isolate, function, slots, out);
    if (status != COR_OK || !result)
        return api_finish(isolate, status);
    result->kind = CORACLE_VOID;
    return is_void ? CORACLE_OK : call_take(isolate, signature.result, out, result);
}

CoracleStatus coracle_isolate_call(CoracleIsolate *isolate, CoracleModule *module, const char *function,
                                   const CoracleValue *arguments, size_t count, CoracleValue *result) {
    isolate->message[0] = '\0';
    if (cor_isolate_enter(isolate->isolate) != COR_OK)
        return CORACLE_NO_MEMORY;
    CoracleStatus status = call_function(isolate, api_module(module), function, arguments, count, result);
    cor_isolate_leave(isolate->isolate);
    return status;
}
