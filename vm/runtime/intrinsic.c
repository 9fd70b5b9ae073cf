/* The table of intrinsics, and those that check and convert. */
#include <inttypes.h>

#include "vm/runtime/engine_internal.h"
#include "vm/runtime/hash.h"
#include "vm/runtime/intrinsic_support.h"

CorNative *cor_intrinsic_native(CorIntrinsic intrinsic) {
    static CorNative *const natives[COR_INTRINSIC_COUNT] = {
#define INTRINSIC(name, text, signature, effects, semantics) [COR_INTRINSIC_##name] = intrinsic_##name,
#include "vm/bytecode/intrinsics.def"
#undef INTRINSIC
    };
    return natives[intrinsic];
}

/* ---- What they share --------------------------------------------------------------------------- */

CorStatus intrinsic_throw_range(CorIsolate *isolate, uint64_t start, uint64_t end, uint64_t length) {
    return cor_throw(isolate, COR_ERROR_INDEX,
                     "range %" PRId64 "..%" PRId64 " out of range for length %" PRIu64, (int64_t)start,
                     (int64_t)end, length);
}

CorStatus intrinsic_throw_index(CorIsolate *isolate, uint64_t index, uint64_t length) {
    return cor_throw(isolate, COR_ERROR_INDEX, "index %" PRId64 " out of range for length %" PRIu64,
                     (int64_t)index, length);
}

CorStatus intrinsic_give(CorIsolate *isolate, uint64_t *result, const void *object) {
    if (!object)
        return cor_throw_out_of_memory(isolate);
    *result = (uintptr_t)object;
    return COR_OK;
}

CorStatus intrinsic_give_text(CorIsolate *isolate, uint64_t *result, const char *bytes, size_t length) {
    if (intrinsic_pay_copy(isolate, length) != COR_OK)
        return COR_STOPPED;
    return intrinsic_give(isolate, result, cor_string_new(isolate, bytes, length));
}

/* ---- Checks ------------------------------------------------------------------------------------ */

NATIVE_FUNCTION(intrinsic_RANGE_CHECK_INDEX) {
    if (arguments[0] >= arguments[1] || (int64_t)arguments[1] < 0)
        return intrinsic_throw_index(isolate, arguments[0], arguments[1]);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_RANGE_CHECK) {
    if (!intrinsic_is_range(arguments[0], arguments[1], arguments[2]) || (int64_t)arguments[2] < 0)
        return intrinsic_throw_range(isolate, arguments[0], arguments[1], arguments[2]);
    return COR_OK;
}

/* ---- Bits -------------------------------------------------------------------------------------- */

NATIVE_FUNCTION(intrinsic_FLOAT_BITS) {
    *result = intrinsic_f64(arguments[0]) != intrinsic_f64(arguments[0]) ? COR_NAN : arguments[0];
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_FLOAT_FROM_BITS) {
    *result = arguments[0];
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_F32_BITS) {
    *result = intrinsic_f32(arguments[0]) != intrinsic_f32(arguments[0]) ? COR_NAN_F32 : arguments[0];
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_F32_FROM_BITS) {
    *result = (uint32_t)arguments[0];
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_INT_CLZ) {
    *result = arguments[0] ? (uint64_t)__builtin_clzll(arguments[0]) : 64;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_INT_CTZ) {
    *result = arguments[0] ? (uint64_t)__builtin_ctzll(arguments[0]) : 64;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_INT_POPCOUNT) {
    *result = (uint64_t)__builtin_popcountll(arguments[0]);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_INT_MUL_HIGH) {
    __extension__ typedef __int128 Wide;
    *result = (uint64_t)((Wide)(int64_t)arguments[0] * (int64_t)arguments[1] >> 64);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_U64_MUL_HIGH) {
    __extension__ typedef unsigned __int128 Wide;
    *result = (uint64_t)((Wide)arguments[0] * arguments[1] >> 64);
    return COR_OK;
}

/* ---- Errors and types -------------------------------------------------------------------------- */

NATIVE_FUNCTION(intrinsic_ERROR_CAPTURE) {
    uint64_t skip = arguments[0] < UINT32_MAX ? arguments[0] : UINT32_MAX;
    return intrinsic_give(isolate, result, cor_trace_capture(isolate, (uint32_t)skip));
}

/* Text that is measured first and written then. */
typedef struct IntrinsicText {
    char *bytes; /* NULL: measures */
    size_t length;
} IntrinsicText;

static void intrinsic_append(void *context, const char *text, size_t length) {
    IntrinsicText *all = context;
    if (all->bytes)
        memcpy(all->bytes + all->length, text, length);
    all->length += length;
}

NATIVE_FUNCTION(intrinsic_ERROR_TRACE) {
    const CorObject *frames = (const CorObject *)(uintptr_t)arguments[0];
    IntrinsicText text = {NULL, 0};
    cor_trace_write(isolate->engine, frames, intrinsic_append, &text);
    CorStringObject *string = cor_string_allocate(isolate, text.length);
    if (!string)
        return cor_throw_out_of_memory(isolate);
    if (intrinsic_pay_scan(isolate, text.length) != COR_OK)
        return COR_STOPPED;
    text = (IntrinsicText){string->bytes, 0};
    cor_trace_write(isolate->engine, frames, intrinsic_append, &text);
    return intrinsic_give(isolate, result, string);
}

NATIVE_FUNCTION(intrinsic_TYPE_NAME) {
    const CorType *type = cor_type_nominal(((const CorObject *)(uintptr_t)arguments[0])->type);
    return intrinsic_give_text(isolate, result, type->name, strlen(type->name));
}
