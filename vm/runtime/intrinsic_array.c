/* Intrinsics on arrays, for any element type: an element takes layout->size bytes, its references first. */
#include <inttypes.h>

#include "vm/runtime/intrinsic_support.h"

/* References come first in an element, so each is moved in its place. */
static void copy_element(CorArrayObject *array, char *to, const char *from, const CorLayout *layout) {
    size_t references = layout->references * sizeof(void *);
    cor_heap_move(array, to, from, references);
    memmove(to + references, from + references, layout->size - references);
}

void intrinsic_copy_elements(CorArrayObject *to_array, char *to, const char *from, uint64_t count) {
    const CorLayout *layout = to_array->type->element->layout;
    size_t size = layout->size;
    if (layout->references == 0) {
        memmove(to, from, count * size);
    } else if (layout->references * sizeof(void *) == size) {
        cor_heap_move(to_array, to, from, count * size);
    } else if (to <= from) {
        for (uint64_t i = 0; i < count; i++)
            copy_element(to_array, to + i * size, from + i * size, layout);
    } else {
        for (uint64_t i = count; i-- > 0;)
            copy_element(to_array, to + i * size, from + i * size, layout);
    }
}

NATIVE_FUNCTION(intrinsic_ARRAY_RESERVE) {
    int64_t length = (int64_t)arguments[0];
    if (length < 0)
        return cor_throw(isolate, COR_ERROR_VALUE, "the length of an array is negative: %" PRId64, length);
    CorArrayObject *array = cor_array_new(isolate, types[1], (uint64_t)length);
    if (!array)
        return cor_throw_out_of_memory(isolate);
    uint32_t size = types[1]->element->layout->size;
    if (!cor_array_is_small((uint64_t)length, size))
        if (intrinsic_pay_copy(isolate, (uint64_t)length * size) != COR_OK)
            return COR_STOPPED;
    return intrinsic_give(isolate, result, array);
}

NATIVE_FUNCTION(intrinsic_ARRAY_EMPTY) { /* lowering makes a constant of it */
    return intrinsic_give(isolate, result, cor_array_new(isolate, types[0], 0));
}

/* Twice as many elements as there are, at least some. */
static uint64_t grown_length(const CorArrayObject *array, uint64_t least) {
    enum { LEAST_ELEMENTS = 4, LEAST_BYTES = 32 };
    uint32_t size = array->type->element->layout->size;
    uint64_t length = array->length <= INT64_MAX / 2 ? 2 * array->length : array->length;
    if (length < LEAST_ELEMENTS)
        length = LEAST_ELEMENTS;
    if (size != 0 && length * size < LEAST_BYTES)
        length = LEAST_BYTES / size;
    return length < least ? least : length;
}

NATIVE_FUNCTION(intrinsic_ARRAY_GROWN) {
    CorArrayObject *array = intrinsic_array(arguments[0]);
    uint64_t count = arguments[1], least = arguments[2];
    if (count > array->length)
        return intrinsic_throw_range(isolate, 0, count, array->length);
    if ((int64_t)least < (int64_t)count)
        return cor_throw(isolate, COR_ERROR_VALUE, "an array does not grow to %" PRId64, (int64_t)least);
    uint64_t length = grown_length(array, least);
    CorArrayObject *grown = cor_array_new_unset(isolate, array->type, length, count);
    if (!grown)
        return cor_throw_out_of_memory(isolate);
    uint32_t size = array->type->element->layout->size;
    if (intrinsic_pay_copy(isolate, (length + count) * size) != COR_OK)
        return COR_STOPPED;
    intrinsic_copy_elements(grown, (char *)grown->elements, (const char *)array->elements, count);
    return intrinsic_give(isolate, result, grown);
}

NATIVE_FUNCTION(intrinsic_ARRAY_COPY) {
    CorArrayObject *source = intrinsic_array(arguments[0]), *target = intrinsic_array(arguments[2]);
    uint64_t from = arguments[1], to = arguments[3], count = arguments[4];
    if (from > source->length || count > source->length - from)
        return intrinsic_throw_range(isolate, from, from + count, source->length);
    if (to > target->length || count > target->length - to)
        return intrinsic_throw_range(isolate, to, to + count, target->length);
    const CorLayout *layout = target->type->element->layout;
    if (intrinsic_pay_copy(isolate, count * layout->size) != COR_OK)
        return COR_STOPPED;
    intrinsic_copy_elements(target, intrinsic_element(target, to), intrinsic_element(source, from), count);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_ARRAY_CLEAR) {
    CorArrayObject *array = intrinsic_array(arguments[0]);
    uint64_t start = arguments[1], end = arguments[2];
    if (!intrinsic_is_range(start, end, array->length))
        return intrinsic_throw_range(isolate, start, end, array->length);
    const CorLayout *layout = array->type->element->layout;
    size_t size = (end - start) * layout->size;
    if (intrinsic_pay_copy(isolate, size) != COR_OK)
        return COR_STOPPED;
    if (end - start == 1) {
        uint64_t *words = (void *)intrinsic_element(array, start);
        for (uint32_t i = 0; i < layout->references; i++)
            words[i] = 0;
    } else {
        memset(intrinsic_element(array, start), 0, size);
    }
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_ARRAY_UNSET) { /* lowering stores zeros */
    CorArrayObject *array = intrinsic_array(arguments[0]);
    if (arguments[1] >= array->length)
        return intrinsic_throw_index(isolate, arguments[1], array->length);
    memset(intrinsic_element(array, arguments[1]), 0, array->type->element->layout->size);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_ARRAY_SLICE) {
    CorArrayObject *array = intrinsic_array(arguments[0]);
    uint64_t start = arguments[1], end = arguments[2];
    if (!intrinsic_is_range(start, end, array->length))
        return intrinsic_throw_range(isolate, start, end, array->length);
    CorArrayObject *slice = cor_array_new_unset(isolate, array->type, end - start, end - start);
    if (!slice)
        return cor_throw_out_of_memory(isolate);
    const CorLayout *layout = array->type->element->layout;
    if (intrinsic_pay_copy(isolate, (end - start) * layout->size) != COR_OK)
        return COR_STOPPED;
    intrinsic_copy_elements(slice, (char *)slice->elements, intrinsic_element(array, start), end - start);
    return intrinsic_give(isolate, result, slice);
}

NATIVE_FUNCTION(intrinsic_ARRAY_FILL) {
    CorArrayObject *array = intrinsic_array(arguments[0]);
    uint64_t start = arguments[1], end = arguments[2];
    if (!intrinsic_is_range(start, end, array->length))
        return intrinsic_throw_range(isolate, start, end, array->length);
    const CorLayout *layout = array->type->element->layout;
    if (intrinsic_pay_copy(isolate, (end - start) * layout->size) != COR_OK)
        return COR_STOPPED;
    if (start == end)
        return COR_OK;
    char *first = intrinsic_element(array, start);
    for (uint32_t i = 0; i < layout->count; i++)
        cor_scalar_store(array, first + layout->scalars[i].offset, layout->scalars[i].width,
                         arguments[3 + i]);
    for (uint64_t done = 1; done < end - start;) { /* doubles what is there */
        uint64_t part = done < end - start - done ? done : end - start - done;
        intrinsic_copy_elements(array, first + done * layout->size, first, part);
        done += part;
    }
    return COR_OK;
}
