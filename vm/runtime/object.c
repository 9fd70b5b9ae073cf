#include "vm/runtime/object.h"

#include <string.h>

#include "vm/runtime/engine_internal.h"

CorObject *cor_object_new(CorIsolate *isolate, const CorType *type) {
    if (cor_type_heap_list(type) == 0) /* any thread that comes first stores the same number */
        __atomic_store_n(&((CorType *)(uintptr_t)type)->heap_list,
                         cor_heap_list(type->instance_size, type->mark_bytes), __ATOMIC_RELAXED);
    CorObject *object = cor_heap_allocate(isolate->heap, type->instance_size, type->mark_bytes);
    if (object)
        object->type = type;
    return object;
}

CorStringObject *cor_string_allocate(CorIsolate *isolate, size_t length) {
    if (length >= UINT32_MAX)
        return NULL;
    CorStringObject *string = cor_heap_new_data(isolate->heap, COR_STRING_HEADER + length + 1);
    if (!string)
        return NULL;
    string->type = isolate->engine->plain_types[COR_KIND_STRING];
    string->length = (uint32_t)length;
    string->hash = 0;
    memset(string->bytes + (length & ~(size_t)7), 0, 8);
    return string;
}

/* Texts of at most one byte are made once. */
static CorStringObject *short_text(const CorEngine *engine, const char *bytes, size_t length) {
    size_t place = length != 0 ? (size_t)bytes[0] & 0x7f : COR_SHORT_TEXTS - 1;
    return (CorStringObject *)(void *)&engine->short_texts[place * COR_SHORT_TEXT_WORDS];
}

CorStringObject *cor_string_new(CorIsolate *isolate, const char *bytes, size_t length) {
    if (length <= 1)
        return short_text(isolate->engine, bytes, length);
    CorStringObject *string = cor_string_allocate(isolate, length);
    if (string)
        cor_copy_text(string->bytes, bytes, length);
    return string;
}

CorArrayObject *cor_array_new_unset(CorIsolate *isolate, const CorType *type, uint64_t length,
                                    uint64_t unset) {
    const CorLayout *layout = type->element->layout;
    size_t size;
    if (__builtin_mul_overflow((size_t)length, (size_t)layout->size, &size) ||
        size > PTRDIFF_MAX - COR_ARRAY_HEADER)
        return NULL;
    size += COR_ARRAY_HEADER;
    CorArrayObject *array;
    if (type->mark_bytes != 0) {
        array = cor_heap_new_references(isolate->heap, size);
    } else {
        array = cor_heap_new_data(isolate->heap, size);
        if (array && size > COR_HEAP_SMALL)
            memset((char *)array->elements + unset * layout->size, 0, (length - unset) * layout->size);
    }
    if (!array)
        return NULL;
    array->type = type;
    array->length = length;
    return array;
}

CorArrayObject *cor_array_new(CorIsolate *isolate, const CorType *type, uint64_t length) {
    return cor_array_new_unset(isolate, type, length, 0);
}
