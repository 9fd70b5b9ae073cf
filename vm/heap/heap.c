#include "vm/heap/heap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>

#include "vm/heap/count.h"
#include "vm/heap/owned.h"
#include "vm/heap/process.h"
#include "vm/native/host.h"

enum {
    HEAP_LARGE = 32 << 10,   /* from here on a pointer to the first page only keeps an object alive */
    HEAP_ROOM = 16 << 20,    /* bytes charged between two looks at the account */
    HEAP_ERRORS = 256 << 10, /* bytes that errors may hold beyond the smallest quota */
};

void cor_heap_visit(CorHeapVisitor *visitor, const void *start, const void *end) {
    visitor->range(visitor, start, end);
}

CorHeap *cor_heap_new(size_t quota, CorHeapRoots *roots, void *context) {
    if (!process_initialize())
        return NULL;
    CorHeap *heap = calloc(1, sizeof *heap);
    if (!heap)
        return NULL;
    heap->lists = &cor_heap_no_lists;
    heap->quota = quota ? quota : SIZE_MAX;
    heap->remaining = quota ? quota - quota / 32 : SIZE_MAX;
    heap->roots = roots;
    heap->context = context;
    process_add(heap);
    return heap;
}

void cor_heap_free(CorHeap *heap) {
    if (!heap)
        return;
    cor_heap_finalize_all(heap);
    process_remove(heap);
    free(heap);
}

static bool heap_stressed(const CorHeap *heap) {
    return heap->collect_every != 0 || heap->fail_at != 0;
}

bool cor_heap_enter_first(CorHeap *heap) {
    CorHeapLists *lists = process_enter_thread();
    if (!lists)
        return false;
    heap->lists = heap_stressed(heap) ? &cor_heap_no_lists : lists;
    heap->thread = lists;
    return true;
}

char *cor_heap_stack_end(CorHeap *heap) {
    const CorHost *host = cor_host_default();
    if (!heap->thread->stack_end)
        heap->thread->stack_end = host->stack_end(host);
    return heap->thread->stack_end;
}

void cor_heap_stress(CorHeap *heap, uint64_t collect_every, uint64_t fail_at) {
    heap->collect_every = collect_every;
    heap->fail_at = fail_at;
    heap->allocation_count = 0;
    if (heap_stressed(heap))
        heap->lists = &cor_heap_no_lists;
}

/* ---- The account ------------------------------------------------------------------------------- */

/* What may be live: the quota without its margin, or with the reserve. */
static size_t heap_limit(const CorHeap *heap) {
    return heap->reserve_open ? heap->quota + heap->quota / 16 : heap->quota - heap->quota / 32;
}

static void heap_set_remaining(CorHeap *heap) {
    size_t limit = heap_limit(heap);
    heap->room = 0;
    heap->remaining = heap->live < limit ? limit - heap->live : 0;
}

static void heap_count(CorHeap *heap) {
    size_t live = count_live(heap);
    heap->live = live > SIZE_MAX - heap->external ? SIZE_MAX : live + heap->external;
    heap->debts = heap->live > heap->quota ? heap->debts + heap->debt : 0;
    heap->debt = 0;
    if (heap->live <= heap->quota - heap->quota / 16)
        heap->reserve_open = false;
    heap_set_remaining(heap);
}

void cor_heap_collect(CorHeap *heap) {
    GC_gcollect();
    cor_heap_finalize_dead(heap);
    heap_count(heap);
}

/* Before a count, which needs no collection itself, unless things of the host may have died: so a small isolate does not collect a
 * large process again and again. */
static void heap_collect_if_worthwhile(CorHeap *heap) {
    if (!heap->owned && GC_get_bytes_since_gc() < GC_get_heap_size() / 8)
        return;
    GC_gcollect();
    cor_heap_finalize_dead(heap);
}

/* Moves a part of what remains to the room, at least `size`. */
static bool heap_draw(CorHeap *heap, size_t size) {
    size_t missing = size - heap->room;
    if (missing > heap->remaining)
        return false;
    size_t part = heap->remaining < HEAP_ROOM ? heap->remaining : HEAP_ROOM;
    if (part < missing)
        part = missing;
    heap->room += part;
    if (heap->quota != SIZE_MAX)
        heap->remaining -= part;
    return true;
}

/* The room is used up: makes some. False: the quota is reached, or so nearly that the next count would soon follow. */
static bool __attribute__((noinline, cold)) heap_make_room(CorHeap *heap, size_t size) {
    process_tune();
    cor_heap_finalize_dead(heap);
    if (heap_draw(heap, size))
        return true;
    if (size > heap_limit(heap))
        return false; /* hopeless; what is there may still be almost empty */
    heap_collect_if_worthwhile(heap);
    heap_count(heap);
    if (heap->remaining >= heap->quota / 32 && heap_draw(heap, size))
        return true;
    heap->failed_count = heap->live;
    if (heap->live > heap->quota - heap->quota / 8) {
        heap->reserve_open = true;
        heap_set_remaining(heap);
    }
    return false;
}

static inline bool heap_reserve(CorHeap *heap, size_t size) {
    if (__builtin_expect(size > heap->room, 0) && !heap_make_room(heap, size))
        return false;
    heap->room -= size;
    return true;
}

/* Charges what was not reserved, and cannot be refused any more. */
static void heap_charge_more(CorHeap *heap, size_t size) {
    if (size > heap->room && !heap_draw(heap, size)) {
        heap->debt += size - heap->room;
        size = heap->room;
    }
    heap->room -= size;
}

bool cor_heap_charge(CorHeap *heap, ptrdiff_t delta) {
    if (delta > 0 && !heap_reserve(heap, (size_t)delta))
        return false;
    if (delta < 0)
        heap->room += (size_t)-delta;
    heap->external += (size_t)delta;
    return true;
}

size_t cor_heap_take_failed_count(CorHeap *heap) {
    size_t bytes = heap->failed_count;
    heap->failed_count = 0;
    return bytes;
}

bool cor_heap_is_overdrawn(CorHeap *heap) {
    size_t beyond = heap->quota / 16 + HEAP_ERRORS;
    if (heap->debt > beyond)
        heap_count(heap);
    return heap->live > heap->quota && heap->live - heap->quota > beyond && heap->debts > HEAP_ERRORS;
}

/* ---- Allocation -------------------------------------------------------------------------------- */

static size_t heap_round(size_t size) {
    size_t least = size < COR_HEAP_GRANULE ? COR_HEAP_GRANULE : size;
    return (least + COR_HEAP_GRANULE - 1) & ~(size_t)(COR_HEAP_GRANULE - 1);
}

uint32_t cor_heap_list(size_t size, size_t mark_bytes) {
    if (size > COR_HEAP_SMALL)
        return 0;
    size_t rounded = heap_round(size);
    return 1 + process_mark_class(mark_bytes, rounded) * COR_HEAP_SIZE_CLASSES +
           (uint32_t)(rounded / COR_HEAP_GRANULE - 1);
}

/* Moves the objects of lists->filling, which has just been filled, to an empty list, and gives their number.  The collector links
 * the objects of a block from the last to the first; objects that are made one after the other are better neighbours the other
 * way round, which processors fetch ahead.  Mostly the whole block is free: a processor that predicts the branch need not wait for
 * the link to know the next object.  A collection by another thread may come between any two of the stores: it finds the
 * object on its way in a register. */
static size_t heap_reverse(CorHeapLists *lists, uint32_t list, size_t size) {
    void *volatile *filling = &lists->filling, *volatile *head = &lists->head[list];
    void *reversed = NULL;
    size_t count = 0;
    for (char *object = *filling, *next; object; object = next, count++) {
        next = *(void **)(void *)object;
        char *neighbour = object - size;
        if (__builtin_expect(next == neighbour, 1)) {
            __asm__("" : "+r"(neighbour)); /* no longer known to be the link */
            next = neighbour;
        }
        *filling = next;
        *(void *volatile *)(void *)object = reversed;
        *head = reversed = object;
    }
    return count;
}

/* Whether a word of a machine stack, of which a small number has overwritten the lower half, may look like a reference to the
 * block.  Such words are frequent, and whoever has gigabytes has blocks at multiples of 4 GiB: one object that is wrongly
 * kept can keep half of them. */
static bool heap_is_mistakable(const void *block) {
    enum { NEAR = 4 << 10 };
    return (uint32_t)(uintptr_t)block + NEAR < 2 * NEAR;
}

/* Fills the list of the thread, charges what it holds and takes its first object. */
static void *heap_refill(CorHeap *heap, uint32_t list, size_t rounded) {
    CorHeapLists *lists = heap->lists;
    void **head = &lists->head[list];
    if (!heap_reserve(heap, rounded))
        return NULL;
    process_collect_if_due();
    unsigned mark_class = (list - 1) / COR_HEAP_SIZE_CLASSES;
    do {
        GC_generic_malloc_many(rounded, process_kind(mark_class), &lists->filling);
        if (!lists->filling)
            return NULL;
    } while (heap_is_mistakable(lists->filling)); /* it is left alone until the next collection */
    size_t count = heap_reverse(lists, list, rounded);
    heap_charge_more(heap, (count - 1) * rounded);
    void *object = *head;
    *head = *(void **)object;
    return object;
}

static void *heap_allocate_one(CorHeap *heap, size_t rounded, int kind) {
    size_t scanned = process_scanned(kind, rounded);
    bool is_shifted = rounded > PROCESS_PAGED && (scanned == 0 || scanned == rounded);
    size_t shift = is_shifted ? process_shift(heap->paged_count++) : 0, size = rounded + shift;
    void *object =
        rounded >= HEAP_LARGE ? GC_generic_malloc_ignore_off_page(size, kind) : GC_generic_malloc(size, kind);
    if (object && heap->quota != SIZE_MAX)
        heap_charge_more(heap, count_taken(object) - rounded);
    return object && shift != 0 ? process_shifted(object, shift) : object;
}

/* With a stress switch: collects or fails when it is time.  False: fails. */
static bool heap_stress(CorHeap *heap) {
    heap->allocation_count++;
    if (heap->collect_every != 0 && heap->allocation_count % heap->collect_every == 0)
        GC_gcollect();
    return heap->allocation_count != heap->fail_at;
}

void *cor_heap_allocate(CorHeap *heap, size_t size, size_t mark_bytes) {
    if (size > (size_t)PTRDIFF_MAX / 2)
        return NULL;
    size_t rounded = heap_round(size);
    if (heap_stressed(heap)) {
        if (!heap_stress(heap))
            return NULL;
    } else if (rounded <= COR_HEAP_SMALL) {
        uint32_t list = cor_heap_list(rounded, mark_bytes);
        void *object = cor_heap_take(heap, list);
        return object ? object : heap_refill(heap, list, rounded);
    }
    if (!heap_reserve(heap, rounded))
        return NULL;
    return heap_allocate_one(heap, rounded, process_kind(process_mark_class(mark_bytes, rounded)));
}

void *cor_heap_allocate_data(CorHeap *heap, size_t size) {
    if (size <= COR_HEAP_SMALL || size > (size_t)PTRDIFF_MAX / 2)
        return cor_heap_allocate(heap, size, 0);
    if (heap_stressed(heap) && !heap_stress(heap))
        return NULL;
    size_t rounded = heap_round(size);
    if (!heap_reserve(heap, rounded))
        return NULL;
    uint64_t *object = heap_allocate_one(heap, rounded, GC_I_PTRFREE);
    if (object)
        object[0] = object[1] = 0;
    return object;
}

void *cor_heap_allocate_reserved(CorHeap *heap, size_t size, size_t mark_bytes) {
    size_t rounded = heap_round(size);
    heap_charge_more(heap, rounded);
    return heap_allocate_one(heap, rounded, process_kind(process_mark_class(mark_bytes, rounded)));
}

void *cor_heap_allocate_owing(CorHeap *heap, size_t size, size_t mark_bytes) {
    void *object = cor_heap_allocate(heap, size, mark_bytes);
    if (object)
        return object;
    heap->owes = true;
    return cor_heap_allocate_reserved(heap, size, mark_bytes);
}

void cor_heap_check_store(const void *object, const void *field, const void *value) {
    const void *base = object ? GC_base((void *)(uintptr_t)object) : NULL;
    if (!base || !value || process_object(base) != object || !GC_base((void *)(uintptr_t)value))
        return; /* not both are the collector's */
    size_t size = 0, offset = (size_t)((const char *)field - (const char *)base);
    int kind = GC_get_kind_and_size(base, &size);
    assert(offset + sizeof value <= process_scanned(kind, size) &&
           "a reference where the collector does not look");
    (void)kind, (void)size, (void)offset;
}

/* ---- Excluding collections --------------------------------------------------------------------- */

typedef struct HeapExcluded {
    void (*function)(void *);
    void *argument;
} HeapExcluded;

static void *GC_CALLBACK heap_run_excluded(void *opaque) {
    HeapExcluded *excluded = opaque;
    excluded->function(excluded->argument);
    return NULL;
}

void cor_heap_exclude_collection(void (*function)(void *), void *argument) {
    HeapExcluded excluded = {.function = function, .argument = argument};
    GC_call_with_alloc_lock(heap_run_excluded, &excluded);
}

/* ---- Permanent memory -------------------------------------------------------------------------- */

/* Plain memory outside of the collector's heap: no object is found by a pointer to it, so none in it is scanned. */
struct CorHeapPermanent {
    CorHeapPermanent *next;
    size_t used, size; /* bytes of `memory` */
    _Alignas(16) char memory[];
};

enum { HEAP_PERMANENT_CHUNK = 32 << 10 };

void *cor_heap_permanent(CorHeapPermanent **owner, size_t size) {
    CorHeapPermanent *chunk = *owner;
    if (size > (size_t)PTRDIFF_MAX / 2)
        return NULL;
    size = heap_round(size);
    if (!chunk || chunk->size - chunk->used < size) {
        size_t room = size > HEAP_PERMANENT_CHUNK / 4 ? size : HEAP_PERMANENT_CHUNK;
        chunk = calloc(1, sizeof *chunk + room);
        if (!chunk)
            return NULL;
        chunk->size = room;
        bool insert_second = room == size && *owner; /* the first goes on being filled */
        chunk->next = insert_second ? (*owner)->next : *owner;
        if (insert_second)
            (*owner)->next = chunk;
        else
            *owner = chunk;
    }
    void *memory = chunk->memory + chunk->used;
    chunk->used += size;
    return memory;
}

void cor_heap_permanent_free(CorHeapPermanent *owner) {
    while (owner) {
        CorHeapPermanent *next = owner->next;
        free(owner);
        owner = next;
    }
}
