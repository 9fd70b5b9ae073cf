/* Sorting by keys that are numbers, characters or strings, for the library's sorting by natural order.
 *
 * Keys become entries of an unsigned integer that is ordered as they are, and their index; of strings it is made of the
 * first eight bytes, and what it leaves open the bytes decide. The entries are merge sorted from the bottom
 * up (Knuth, TAOCP volume 3, 5.2.4), where what is in order already is not moved. */
#include <stdlib.h>

#include "vm/runtime/intrinsic_support.h"

typedef struct SortEntry {
    uint64_t key;
    uint64_t index;
} SortEntry;

typedef struct Sort {
    CorIsolate *isolate;
    const CorArrayObject *keys;
    bool has_strings, descends;
    uint64_t compared; /* bytes of strings that are not paid for yet */
    CorStatus status;  /* COR_STOPPED: the order does not matter any more */
} Sort;

enum { SHORT_RUN = 12, LONG = 1 << 16 };

static bool is_sortable(CorKind kind) {
    return (kind >= COR_KIND_BOOL && kind <= COR_KIND_CHAR) || kind == COR_KIND_STRING;
}

static const CorStringObject *string_at(const CorArrayObject *array, uint64_t index) {
    return ((const CorStringObject *const *)array->elements)[index];
}

/* -0.0 before 0.0, NaN last: the order of the bits, once those of negative numbers are turned around. */
static uint64_t double_key(double number) {
    if (number != number)
        return UINT64_MAX;
    uint64_t bits = intrinsic_of_f64(number);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static uint64_t string_key(const CorStringObject *string) {
    uint64_t key = 0;
    for (size_t i = 0; i < 8; i++)
        key = key << 8 | (i < string->length ? (uint8_t)string->bytes[i] : 0);
    return key;
}

static uint64_t signed_key(int64_t number) {
    return (uint64_t)number ^ UINT64_C(1) << 63;
}

static uint64_t key_at(const CorArrayObject *array, uint64_t index) {
    const void *elements = array->elements;
    switch (array->type->element->kind) {
    case COR_KIND_BOOL:
    case COR_KIND_U8: return ((const uint8_t *)elements)[index];
    case COR_KIND_I8: return signed_key(((const int8_t *)elements)[index]);
    case COR_KIND_U16: return ((const uint16_t *)elements)[index];
    case COR_KIND_I16: return signed_key(((const int16_t *)elements)[index]);
    case COR_KIND_CHAR:
    case COR_KIND_U32: return ((const uint32_t *)elements)[index];
    case COR_KIND_I32: return signed_key(((const int32_t *)elements)[index]);
    case COR_KIND_U64: return ((const uint64_t *)elements)[index];
    case COR_KIND_I64: return signed_key(((const int64_t *)elements)[index]);
    case COR_KIND_F32: return double_key(((const float *)elements)[index]);
    case COR_KIND_F64: return double_key(((const double *)elements)[index]);
    default: return string_key(string_at(array, index));
    }
}

static bool string_is_before(Sort *sort, uint64_t left, uint64_t right) {
    enum { PAID_AT_ONCE = 1 << 20 };
    if (sort->compared >= PAID_AT_ONCE && sort->status == COR_OK) {
        sort->status = intrinsic_pay_copy(sort->isolate, sort->compared);
        sort->compared = 0;
    }
    if (sort->status != COR_OK)
        return false;
    const CorStringObject *a = string_at(sort->keys, left), *b = string_at(sort->keys, right);
    size_t common = a->length < b->length ? a->length : b->length;
    sort->compared += 64; /* a unit at least */
    int order = cor_compare_text(a->bytes, b->bytes, common, &sort->compared);
    if (order == 0)
        order = (a->length > b->length) - (a->length < b->length);
    return sort->descends ? order > 0 : order < 0;
}

static inline bool is_before(Sort *sort, const SortEntry *a, const SortEntry *b) {
    if (a->key != b->key)
        return a->key < b->key;
    return sort->has_strings && string_is_before(sort, a->index, b->index);
}

static void insertion_sort(Sort *sort, SortEntry *entries, size_t count) {
    for (size_t i = 1; i < count; i++) {
        SortEntry entry = entries[i];
        size_t at = i;
        for (; at > 0 && is_before(sort, &entry, &entries[at - 1]); at--)
            entries[at] = entries[at - 1];
        entries[at] = entry;
    }
}

/* Whether somebody wants the program to stop; asked now and then. */
static bool is_stopped(Sort *sort) {
    if (sort->status == COR_OK)
        sort->status = cor_isolate_look(sort->isolate);
    return sort->status != COR_OK;
}

/* Merges from[0..middle) and from[middle..count) to `to`. */
static void merge(Sort *sort, const SortEntry *from, size_t middle, size_t count, SortEntry *to) {
    size_t left = 0, right = middle;
    if (middle < count && is_before(sort, &from[middle], &from[middle - 1])) {
        for (size_t step = 1; left < middle && right < count; step++) {
            if (step % LONG == 0 && is_stopped(sort))
                return;
            bool takes_right = is_before(sort, &from[right], &from[left]);
            *to++ = from[takes_right ? right : left];
            right += takes_right;
            left += !takes_right;
        }
    }
    memcpy(to, from + left, (middle - left) * sizeof *to);
    memcpy(to + (middle - left), from + right, (count - right) * sizeof *to);
}

/* Sorts the first of two rooms for `count` entries; the room that they are in then. */
static const SortEntry *merge_sort(Sort *sort, SortEntry *entries, SortEntry *room, size_t count) {
    for (size_t start = 0; start < count; start += SHORT_RUN)
        insertion_sort(sort, entries + start, count - start < SHORT_RUN ? count - start : SHORT_RUN);
    for (size_t width = SHORT_RUN; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t rest = count - start;
            merge(sort, entries + start, rest < width ? rest : width, rest < 2 * width ? rest : 2 * width,
                  room + start);
        }
        SortEntry *sorted = room;
        room = entries;
        entries = sorted;
        if (count >= LONG && is_stopped(sort))
            break;
    }
    return entries;
}

NATIVE_FUNCTION(intrinsic_ARRAY_SORTED) {
    CorArrayObject *array = intrinsic_array(arguments[0]), *keys = intrinsic_array(arguments[1]);
    size_t count = keys->length, size = array->type->element->layout->size;
    CorKind kind = keys->type->element->kind;
    if (array->length != count)
        return intrinsic_throw_range(isolate, 0, count, array->length);
    if (!is_sortable(kind)) {
        *result = 0;
        return COR_OK;
    }
    Sort sort = {.isolate = isolate,
                 .keys = keys,
                 .has_strings = kind == COR_KIND_STRING,
                 .descends = arguments[2] != 0};
    if (intrinsic_pay_copy(isolate, count * size) != COR_OK)
        return COR_STOPPED;
    for (size_t width = 1; width < count; width *= 2)
        if (cor_isolate_pay(isolate, count / 8) != COR_OK)
            return COR_STOPPED;
    CorArrayObject *sorted = cor_array_new(isolate, array->type, count);
    ptrdiff_t scratch = (ptrdiff_t)(2 * count * sizeof(SortEntry));
    if (!sorted || !cor_heap_charge(isolate->heap, scratch))
        return cor_throw_out_of_memory(isolate);
    SortEntry *entries = malloc(count ? (size_t)scratch : 1);
    if (entries) {
        for (size_t i = 0; i < count; i++)
            entries[i] = (SortEntry){sort.descends ? ~key_at(keys, i) : key_at(keys, i), i};
        const SortEntry *order = merge_sort(&sort, entries, entries + count, count);
        for (size_t i = 0; i < count; i++)
            intrinsic_copy_elements(sorted, intrinsic_element(sorted, i),
                                    intrinsic_element(array, order[i].index), 1);
        cor_isolate_charge(isolate, sort.compared / 64);
    }
    CorStatus status =
        sort.status == COR_OK ? intrinsic_give(isolate, result, entries ? sorted : NULL) : sort.status;
    free(entries);
    cor_heap_charge(isolate->heap, -scratch);
    return status;
}
