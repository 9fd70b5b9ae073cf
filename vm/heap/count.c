/* Depth-first with an explicit stack of what is still to be scanned.  Which objects were met is remembered in bitmaps, one bit for a granule, that
 * are found by address in a hash table: an overhead of 1/128 of the live heap, independent of the collector's marks. */
#include "vm/heap/count.h"

#include <stdlib.h>
#include <string.h>

#include <gc.h>
#include <gc/gc_mark.h>

#include "vm/heap/process.h"

enum { COUNT_REGION_BITS = 16, COUNT_WORDS = (1 << COUNT_REGION_BITS) / COR_HEAP_GRANULE / 64 };

typedef struct CountRegion { /* 64 KiB of addresses */
    uintptr_t number;        /* address >> COUNT_REGION_BITS; 0: a free place */
    uint64_t *met;
} CountRegion;

typedef struct CountRest { /* of an object */
    const uintptr_t *word, *end;
} CountRest;

typedef struct CountWalk {
    CorHeapVisitor visitor;
    size_t bytes;
    /* that an object of the account can be: a stale word on the machine stack may lead to another account's */
    size_t largest;
    bool failed;
    CountRegion *regions;
    size_t region_count, region_capacity; /* a power of two */
    CountRest *stack;
    size_t stack_count, stack_capacity;
} CountWalk;

static CountRegion *count_place(CountRegion *regions, size_t capacity, uintptr_t number) {
    size_t at = (size_t)(number * 0x9E3779B97F4A7C15u >> 20) & (capacity - 1);
    while (regions[at].number != 0 && regions[at].number != number)
        at = (at + 1) & (capacity - 1);
    return &regions[at];
}

static bool count_grow_regions(CountWalk *walk) {
    size_t capacity = walk->region_capacity ? walk->region_capacity * 2 : 64;
    CountRegion *regions = calloc(capacity, sizeof *regions);
    if (!regions)
        return false;
    for (size_t i = 0; i < walk->region_capacity; i++)
        if (walk->regions[i].number != 0)
            *count_place(regions, capacity, walk->regions[i].number) = walk->regions[i];
    free(walk->regions);
    walk->regions = regions;
    walk->region_capacity = capacity;
    return true;
}

/* Whether the object was not met before; remembers it. */
static bool count_meet(CountWalk *walk, uintptr_t object) {
    if (2 * walk->region_count >= walk->region_capacity && !count_grow_regions(walk)) {
        walk->failed = true;
        return false;
    }
    uintptr_t number = object >> COUNT_REGION_BITS;
    CountRegion *region = count_place(walk->regions, walk->region_capacity, number);
    if (region->number == 0) {
        region->met = calloc(COUNT_WORDS, sizeof *region->met);
        if (!region->met) {
            walk->failed = true;
            return false;
        }
        region->number = number;
        walk->region_count++;
    }
    size_t granule = (object & (((uintptr_t)1 << COUNT_REGION_BITS) - 1)) / COR_HEAP_GRANULE;
    uint64_t bit = (uint64_t)1 << granule % 64;
    bool met = region->met[granule / 64] & bit;
    region->met[granule / 64] |= bit;
    return !met;
}

size_t count_taken(const void *base) {
    enum { PAGE = 4096 };
    size_t size = GC_size(base);
    return size <= PROCESS_PAGED ? size : (size + PAGE - 1) & ~(size_t)(PAGE - 1);
}

static void count_push(CountWalk *walk, CountRest rest) {
    if (walk->stack_count == walk->stack_capacity) {
        size_t capacity = walk->stack_capacity ? walk->stack_capacity * 2 : 1024;
        CountRest *stack = realloc(walk->stack, capacity * sizeof *stack);
        if (!stack) {
            walk->failed = true;
            return;
        }
        walk->stack = stack;
        walk->stack_capacity = capacity;
    }
    walk->stack[walk->stack_count++] = rest;
}

/* An object that is met for the first time. */
static void count_object(CountWalk *walk, const char *base) {
    size_t size = 0;
    int kind = GC_get_kind_and_size(base, &size);
    size_t scanned = process_scanned(kind, size), taken = count_taken(base);
    if (taken > walk->largest)
        return;
    walk->bytes += taken;
    if (scanned > sizeof(uintptr_t))
        count_push(walk, (CountRest){(const uintptr_t *)(const void *)base + 1,
                                     (const uintptr_t *)(const void *)(base + scanned)});
}

/* Looks at a word that may be a reference, as the collector does: the address of an object's start is one. */
static void count_word(CountWalk *walk, uintptr_t address) {
    if (address % COR_HEAP_GRANULE != 0 || address < (uintptr_t)GC_least_plausible_heap_addr ||
        address > (uintptr_t)GC_greatest_plausible_heap_addr)
        return;
    const void *base = GC_base((void *)address);
    if (base && process_object(base) == (const void *)address && count_meet(walk, (uintptr_t)base))
        count_object(walk, base);
}

/* All that the objects on the stack lead to.  A large one is taken in parts, or the stack would be as large as its elements
 * are many. */
static void count_stack(CountWalk *walk) {
    enum { PART = 64 };
    while (walk->stack_count > 0 && !walk->failed) {
        CountRest rest = walk->stack[--walk->stack_count];
        const uintptr_t *end = rest.end - rest.word > PART ? rest.word + PART : rest.end;
        if (end < rest.end)
            count_push(walk, (CountRest){end, rest.end});
        for (; rest.word < end && !walk->failed; rest.word++)
            count_word(walk, *rest.word);
    }
}

static void count_range(CorHeapVisitor *visitor, const void *start, const void *end) {
    CountWalk *walk = (CountWalk *)visitor;
    for (const uintptr_t *word = start; word < (const uintptr_t *)end && !walk->failed; word++) {
        count_word(walk, *word);
        count_stack(walk);
    }
}

/* The machine stack of native code, from the caller's frame on: any address in an object is a reference there. */
static void __attribute__((noinline, no_sanitize("address")))
count_machine_stack(CountWalk *walk, const void *base) {
    for (const uintptr_t *word = __builtin_frame_address(0); word < (const uintptr_t *)base && !walk->failed;
         word++) {
        const void *object = GC_base((void *)*word);
        if (object && count_meet(walk, (uintptr_t)object))
            count_object(walk, object);
        count_stack(walk);
    }
}

size_t count_live(CorHeap *heap) {
    __builtin_unwind_init(); /* registers that functions keep for their callers are in this frame, then */
    const size_t beyond = heap->quota != SIZE_MAX ? heap->quota / 16 : 0; /* the reserve */
    CountWalk walk = {.visitor = {.range = count_range}, .largest = heap->quota + beyond};
    heap->roots(heap->context, heap, &walk.visitor);
    if (heap->native_base)
        count_machine_stack(&walk, heap->native_base);
    for (size_t i = 0; i < walk.region_capacity; i++)
        free(walk.regions[i].met);
    free(walk.regions);
    free(walk.stack);
    return walk.failed ? SIZE_MAX : walk.bytes;
}
