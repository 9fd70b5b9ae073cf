/* Values of the host as slots of the program, and back. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/bytecode/utf8.h"
#include "vm/runtime/object.h"

/* ---- To slots ---------------------------------------------------------------------------------- */

static bool value_is_signed(const CorType *type) {
    return type->kind >= COR_KIND_I8 && type->kind <= COR_KIND_I64;
}

static bool value_is_unsigned(const CorType *type) {
    return type->kind >= COR_KIND_U8 && type->kind <= COR_KIND_U64;
}

static bool value_fits_signed(uint32_t kind, int64_t value) {
    unsigned unused = kind == COR_KIND_I8 ? 56 : kind == COR_KIND_I16 ? 48 : kind == COR_KIND_I32 ? 32 : 0;
    return (int64_t)((uint64_t)value << unused) >> unused == value;
}

static bool value_fits_unsigned(uint32_t kind, uint64_t value) {
    unsigned bits = kind == COR_KIND_U8 ? 8 : kind == COR_KIND_U16 ? 16 : kind == COR_KIND_U32 ? 32 : 64;
    return bits == 64 || value >> bits == 0;
}

static uint64_t value_of_double(double value) {
    uint64_t slot;
    memcpy(&slot, &value, sizeof slot);
    return slot;
}

static uint64_t value_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

bool api_put_scalar(const CorType *type, const CoracleScalar *value, uint64_t *slot) {
    *slot = value->unsigned_integer;
    switch (type->kind) {
    case COR_KIND_BOOL: *slot = value->boolean; return true;
    case COR_KIND_F64: *slot = value_of_double(value->number); return true;
    case COR_KIND_F32: *slot = value_of_float((float)value->number); return true;
    case COR_KIND_PLAIN_ENUM: return value->unsigned_integer < type->case_count;
    case COR_KIND_CHAR:
        *slot = value->character;
        return value->character <= 0x10ffff && (value->character >> 11) != 0x1b;
    default:
        return value_is_signed(type) ? value_fits_signed(type->kind, value->integer)
                                     : value_fits_unsigned(type->kind, value->unsigned_integer);
    }
}

static bool value_accepts_object(const CorType *type, const CorObject *object) {
    switch (type->kind) {
    case COR_KIND_ANY: return true;
    case COR_KIND_INTERFACE: return cor_type_interface(object->type, type) != NULL;
    case COR_KIND_CLASS:
    case COR_KIND_ENUM:
    case COR_KIND_FUNCTION: return cor_type_extends(object->type, type);
    default: return type->is_reference && object->type == type;
    }
}

static bool value_put_string(CorIsolate *isolate, const CoracleText *text, uint64_t *slot,
                             bool *out_of_memory) {
    const char *bytes = text->bytes || text->length ? text->bytes : "";
    if (!bytes || !cor_utf8_valid((const uint8_t *)bytes, text->length))
        return false;
    CorStringObject *string = cor_string_new(isolate, bytes, text->length);
    *out_of_memory = !string;
    return *slot = (uintptr_t)string, string != NULL;
}

/* Objects of other isolates fit nowhere. */
static bool value_put_object(CorIsolate *isolate, const CorType *type, const CoracleObject *object,
                             uint64_t *slot) {
    if (!(object = api_object(object)) || object->isolate->isolate != isolate)
        return false;
    *slot = (uintptr_t)object->reference;
    return value_accepts_object(type, object->reference);
}

/* Whether the value is of the kind of the type's values. */
static bool value_has_kind(const CorType *type, CoracleKind kind) {
    switch (kind) {
    case CORACLE_BOOL: return type->kind == COR_KIND_BOOL;
    case CORACLE_INT: return value_is_signed(type) || type->kind == COR_KIND_PLAIN_ENUM;
    case CORACLE_UINT: return value_is_unsigned(type);
    case CORACLE_FLOAT: return type->kind == COR_KIND_F64 || type->kind == COR_KIND_F32;
    case CORACLE_CHAR: return type->kind == COR_KIND_CHAR;
    case CORACLE_STRING: return type->kind == COR_KIND_STRING;
    default: return false;
    }
}

/* The type that a value of the kind has where every type fits; COR_KIND_VOID: none. */
static CorKind value_own_kind(CoracleKind kind) {
    switch (kind) {
    case CORACLE_BOOL: return COR_KIND_BOOL;
    case CORACLE_INT: return COR_KIND_I64;
    case CORACLE_UINT: return COR_KIND_U64;
    case CORACLE_FLOAT: return COR_KIND_F64;
    case CORACLE_CHAR: return COR_KIND_CHAR;
    case CORACLE_STRING: return COR_KIND_STRING;
    default: return COR_KIND_VOID;
    }
}

static bool value_put(CorIsolate *isolate, const CorType *type, const CoracleValue *value, uint64_t *slot,
                      bool *out_of_memory);

/* As `any`: a text as it is, a scalar in a box. */
static bool value_put_any(CorIsolate *isolate, const CoracleValue *value, uint64_t *slot,
                          bool *out_of_memory) {
    const CorKind kind = value_own_kind(value->kind);
    const CorType *type = cor_engine_type(isolate->engine, kind);
    if (kind == COR_KIND_VOID || !value_put(isolate, type, value, slot, out_of_memory))
        return false;
    if (kind == COR_KIND_STRING)
        return true;
    CorObject *box = cor_object_new(isolate, type);
    if (!box)
        return *out_of_memory = true, false;
    const CorScalar *scalar = type->box->scalars;
    cor_scalar_store(box, (char *)box + scalar->offset, scalar->width, *slot);
    return *slot = (uintptr_t)box, true;
}

static bool value_put(CorIsolate *isolate, const CorType *type, const CoracleValue *value, uint64_t *slot,
                      bool *out_of_memory) {
    if (value->kind == CORACLE_OBJECT)
        return value_put_object(isolate, type, value->object, slot);
    if (type->kind == COR_KIND_ANY)
        return value_put_any(isolate, value, slot, out_of_memory);
    if (!value_has_kind(type, value->kind))
        return false;
    if (value->kind == CORACLE_STRING)
        return value_put_string(isolate, &value->string, slot, out_of_memory);
    CoracleScalar scalar = {.unsigned_integer = value->unsigned_integer};
    return api_put_scalar(type, &scalar, slot);
}

bool api_put_value(CorIsolate *isolate, const CorType *type, const CoracleValue *value, uint64_t *slots,
                   bool *out_of_memory) {
    if (!value)
        return false;
    if (type->kind != COR_KIND_OPTIONAL)
        return value_put(isolate, type, value, slots, out_of_memory);
    if (value->kind == CORACLE_NULL) {
        memset(slots, 0, type->slots * sizeof *slots);
        return true;
    }
    if (type->is_nullable)
        return value_put(isolate, type->element, value, slots, out_of_memory);
    slots[0] = 1;
    return value_put(isolate, type->element, value, slots + 1, out_of_memory);
}

const char *api_misfit(const CorIsolate *isolate, const CorType *type, const CoracleValue *value) {
    if (!value)
        return "";
    if (value->kind == CORACLE_OBJECT) {
        const CoracleObject *object = api_object(value->object);
        return !object                               ? ", and the handle was released, or is none"
               : object->isolate->isolate != isolate ? ", and the object is another isolate's"
                                                     : "";
    }
    if (!value_has_kind(type->kind == COR_KIND_OPTIONAL ? type->element : type, value->kind))
        return "";
    return value->kind == CORACLE_STRING ? ", and its text is not UTF-8"
           : value->kind == CORACLE_CHAR ? ", and is no Unicode scalar value"
                                         : ", and is out of range";
}

/* ---- From slots --------------------------------------------------------------------------- */

static CoracleStatus value_take_string(CoracleIsolate *isolate, const CorStringObject *string,
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

/* A new one, which is in no list, or one that was released. */
static CoracleObject *value_new_handle(CoracleIsolate *isolate) {
    CoracleObject *object = isolate->spare;
    if (object) {
        isolate->spare = object->next;
        isolate->spare_count--;
        object->handle = handle_renew(object->handle, HANDLE_OBJECT);
        return object;
    }
    object = malloc(sizeof *object);
    if (object && !(object->handle = handle_new(HANDLE_OBJECT, object))) {
        free(object);
        return NULL;
    }
    return object;
}

CoracleStatus api_take_object(CoracleIsolate *isolate, CorObject *reference, CoracleValue *result) {
    CoracleObject *object = value_new_handle(isolate);
    if (!object)
        return CORACLE_NO_MEMORY;
    *object = (CoracleObject){
        .handle = object->handle, .reference = reference, .isolate = isolate, .next = isolate->objects};
    atomic_signal_fence(memory_order_seq_cst); /* the collector may walk the list at any instruction */
    if (isolate->objects)
        isolate->objects->previous = object;
    isolate->objects = object;
    result->kind = CORACLE_OBJECT;
    result->object = object->handle;
    return CORACLE_OK;
}

CoracleScalar api_take_scalar(const CorType *type, uint64_t slot) {
    CoracleScalar value = {.unsigned_integer = type->kind == COR_KIND_F64 ? api_double(slot) : slot};
    float single;
    uint32_t bits = (uint32_t)slot;
    if (type->kind == COR_KIND_BOOL) {
        value.boolean = slot != 0;
    } else if (type->kind == COR_KIND_CHAR) {
        value.character = bits;
    } else if (type->kind == COR_KIND_F32) {
        memcpy(&single, &bits, sizeof bits);
        value.number = single;
        value.unsigned_integer = api_double(value.unsigned_integer);
    }
    return value;
}

CoracleKind api_scalar_kind(const CorType *type) {
    switch (type->kind) {
    case COR_KIND_BOOL: return CORACLE_BOOL;
    case COR_KIND_CHAR: return CORACLE_CHAR;
    case COR_KIND_F32:
    case COR_KIND_F64: return CORACLE_FLOAT;
    default:
        return type->is_reference || type->kind == COR_KIND_OPTIONAL ? CORACLE_VOID
               : value_is_unsigned(type)                             ? CORACLE_UINT
                                                                     : CORACLE_INT;
    }
}

/* What a host can give back as the same value comes as that; all else as an object. */
static CoracleStatus value_take_any(CoracleIsolate *isolate, CorObject *object, CoracleValue *result) {
    const CorType *type = object->type;
    if (type->kind == COR_KIND_STRING)
        return value_take_string(isolate, (const CorStringObject *)object, result);
    const CoracleKind kind =
        type->kind >= COR_KIND_BOOL && type->kind <= COR_KIND_CHAR ? api_scalar_kind(type) : CORACLE_VOID;
    if (kind == CORACLE_VOID || value_own_kind(kind) != type->kind)
        return api_take_object(isolate, object, result);
    const CorScalar *scalar = type->box->scalars;
    const uint64_t slot = cor_scalar_load((const char *)object + scalar->offset, scalar->width);
    return api_take_value(isolate, type, &slot, result);
}

CoracleStatus api_take_value(CoracleIsolate *isolate, const CorType *type, const uint64_t *slots,
                             CoracleValue *result) {
    if (type->kind == COR_KIND_OPTIONAL) {
        if (slots[0] == 0)
            return result->kind = CORACLE_NULL, CORACLE_OK;
        return api_take_value(isolate, type->element, type->is_nullable ? slots : slots + 1, result);
    }
    if (type->kind == COR_KIND_STRING)
        return value_take_string(isolate, (const CorStringObject *)(uintptr_t)slots[0], result);
    if (type->kind == COR_KIND_ANY)
        return value_take_any(isolate, (CorObject *)(uintptr_t)slots[0], result);
    if (type->is_reference)
        return api_take_object(isolate, (CorObject *)(uintptr_t)slots[0], result);
    CoracleScalar scalar = api_take_scalar(type, slots[0]);
    *result = (CoracleValue){.kind = api_scalar_kind(type), .unsigned_integer = scalar.unsigned_integer};
    return CORACLE_OK;
}
