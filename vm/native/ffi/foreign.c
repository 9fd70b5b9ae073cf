#include "vm/native/ffi/foreign.h"

#include <errno.h>
#include <ffi.h>
#include <stdlib.h>
#include <string.h>

struct CorCType {
    CorCKind kind;
    ffi_type *type;
    ffi_type own; /* of a struct; its elements are a block of their own */
};

struct CorCSignature {
    ffi_cif cif;
    const CorCType *result;
    ffi_type *parameters[];
};

struct CorCClosure {
    ffi_closure *closure;
    void *code;
    CorCInvoke *invoke;
    void *context;
    const CorCType *result;
};

/* ---- Types ------------------------------------------------------------------------------------- */

const CorCType *cor_c_type(CorCKind kind) {
    static const CorCType types[COR_C_STRUCT] = {
        [COR_C_VOID] = {.kind = COR_C_VOID, .type = &ffi_type_void},
        [COR_C_BOOL] = {.kind = COR_C_BOOL, .type = &ffi_type_uint8},
        [COR_C_I8] = {.kind = COR_C_I8, .type = &ffi_type_sint8},
        [COR_C_I16] = {.kind = COR_C_I16, .type = &ffi_type_sint16},
        [COR_C_I32] = {.kind = COR_C_I32, .type = &ffi_type_sint32},
        [COR_C_I64] = {.kind = COR_C_I64, .type = &ffi_type_sint64},
        [COR_C_U8] = {.kind = COR_C_U8, .type = &ffi_type_uint8},
        [COR_C_U16] = {.kind = COR_C_U16, .type = &ffi_type_uint16},
        [COR_C_U32] = {.kind = COR_C_U32, .type = &ffi_type_uint32},
        [COR_C_U64] = {.kind = COR_C_U64, .type = &ffi_type_uint64},
        [COR_C_F32] = {.kind = COR_C_F32, .type = &ffi_type_float},
        [COR_C_F64] = {.kind = COR_C_F64, .type = &ffi_type_double},
        [COR_C_POINTER] = {.kind = COR_C_POINTER, .type = &ffi_type_pointer},
    };
    return &types[kind];
}

static CorCType *struct_new(uint32_t count) {
    CorCType *type = calloc(1, sizeof *type);
    ffi_type **elements = calloc((size_t)count + 1, sizeof *elements);
    if (!type || !elements) {
        free(elements);
        free(type);
        return NULL;
    }
    type->kind = COR_C_STRUCT;
    type->type = &type->own;
    type->own = (ffi_type){.type = FFI_TYPE_STRUCT, .elements = elements};
    return type;
}

static CorCType *struct_lay_out(CorCType *type, size_t *offsets) {
    if (ffi_get_struct_offsets(FFI_DEFAULT_ABI, &type->own, offsets) == FFI_OK) /* fills in the size, too */
        return type;
    cor_c_struct_free(type);
    return NULL;
}

CorCType *cor_c_struct_new(const CorCType *const *members, uint32_t count, size_t *offsets) {
    CorCType *type = struct_new(count);
    for (uint32_t i = 0; type && i < count; i++)
        type->own.elements[i] = members[i]->type;
    return type ? struct_lay_out(type, offsets) : NULL;
}

/* libffi has no arrays; a struct of as many members is passed as one with an array is. */
CorCType *cor_c_array_new(const CorCType *element, uint32_t count) {
    CorCType *type = struct_new(count);
    for (uint32_t i = 0; type && i < count; i++)
        type->own.elements[i] = element->type;
    return type ? struct_lay_out(type, NULL) : NULL;
}

void cor_c_struct_free(CorCType *type) {
    if (type)
        free(type->own.elements);
    free(type);
}

CorCKind cor_c_kind(const CorCType *type) {
    return type->kind;
}

size_t cor_c_size(const CorCType *type) {
    return type->kind == COR_C_VOID ? 0 : type->type->size;
}

size_t cor_c_alignment(const CorCType *type) {
    return type->type->alignment;
}

/* ---- Calls ------------------------------------------------------------------------------------- */

CorCSignature *cor_c_signature_new(const CorCType *result, const CorCType *const *parameters, uint32_t count,
                                   uint32_t fixed) {
    CorCSignature *signature = calloc(1, sizeof *signature + count * sizeof *signature->parameters);
    if (!signature) {
        errno = ENOMEM;
        return NULL;
    }
    signature->result = result;
    for (uint32_t i = 0; i < count; i++)
        signature->parameters[i] = parameters[i]->type;
    ffi_cif *cif = &signature->cif;
    ffi_status status =
        fixed < count
            ? ffi_prep_cif_var(cif, FFI_DEFAULT_ABI, fixed, count, result->type, signature->parameters)
            : ffi_prep_cif(cif, FFI_DEFAULT_ABI, count, result->type, signature->parameters);
    if (status == FFI_OK)
        return signature;
    free(signature);
    errno = EINVAL;
    return NULL;
}

void cor_c_signature_free(CorCSignature *signature) {
    free(signature);
}

size_t cor_c_result_room(const CorCType *type) {
    size_t size = cor_c_size(type);
    return size > sizeof(ffi_arg) ? size : sizeof(ffi_arg);
}

int cor_c_call(const CorCSignature *signature, void *function, void *result, void **arguments) {
    errno = 0;
    ffi_call((ffi_cif *)&signature->cif, FFI_FN(function), result, arguments);
    return errno;
}

/* ---- Closures ---------------------------------------------------------------------------------- */

/* What C reads of a small integer is the whole register. */
static void foreign_widen(CorCKind kind, void *result) {
    ffi_arg wide;
    switch (kind) {
    case COR_C_BOOL:
    case COR_C_U8: wide = *(uint8_t *)result; break;
    case COR_C_U16: wide = *(uint16_t *)result; break;
    case COR_C_U32: wide = *(uint32_t *)result; break;
    case COR_C_I8: wide = (ffi_arg)(ffi_sarg) * (int8_t *)result; break;
    case COR_C_I16: wide = (ffi_arg)(ffi_sarg) * (int16_t *)result; break;
    case COR_C_I32: wide = (ffi_arg)(ffi_sarg) * (int32_t *)result; break;
    default: return;
    }
    memcpy(result, &wide, sizeof wide);
}

static void foreign_enter(ffi_cif *cif, void *result, void **arguments, void *context) {
    (void)cif;
    const CorCClosure *closure = context;
    closure->invoke(closure->context, result, arguments);
    foreign_widen(closure->result->kind, result);
}

CorCClosure *cor_c_closure_new(const CorCSignature *signature, CorCInvoke *invoke, void *context) {
    CorCClosure *closure = calloc(1, sizeof *closure);
    if (!closure)
        return NULL;
    *closure = (CorCClosure){.invoke = invoke, .context = context, .result = signature->result};
    closure->closure = ffi_closure_alloc(sizeof *closure->closure, &closure->code);
    if (closure->closure && ffi_prep_closure_loc(closure->closure, (ffi_cif *)&signature->cif, foreign_enter,
                                                 closure, closure->code) == FFI_OK)
        return closure;
    cor_c_closure_free(closure);
    return NULL;
}

void cor_c_closure_free(CorCClosure *closure) {
    if (closure && closure->closure)
        ffi_closure_free(closure->closure);
    free(closure);
}

void *cor_c_closure_code(const CorCClosure *closure) {
    return closure->code;
}

const char *cor_c_error_text(int number) {
    return strerror(number);
}

int *cor_c_errno_place(void) {
    return &errno;
}
