#include "vm/heap/owned.h"

#include <stdlib.h>

#include <gc.h>

enum {
    OWNED_BYTES = 16 << 20
}; /* so many new ones are worth a collection, and as many as there are already */

static void owned_link(CorHeapOwned **list, CorHeapOwned *owned) {
    owned->previous = NULL;
    owned->next = *list;
    if (owned->next)
        owned->next->previous = owned;
    *list = owned;
}

static void owned_unlink(CorHeapOwned **list, CorHeapOwned *owned) {
    if (owned->next)
        owned->next->previous = owned->previous;
    if (owned->previous)
        owned->previous->next = owned->next;
    else
        *list = owned->next;
}

/* The record is in no list. */
static void owned_finalize(CorHeap *heap, CorHeapOwned *owned) {
    bool nested = heap->finalizing;
    heap->finalizing = true;
    heap->owned_bytes -= owned->bytes;
    cor_heap_charge(heap, -(ptrdiff_t)owned->bytes);
    if (owned->finalize)
        owned->finalize(owned->thing);
    free(owned);
    heap->finalizing = nested;
}

/* ---- The dead ---------------------------------------------------------------------------------- */

/* With the collector's lock: no collection is half done. */
static void owned_take_dead(void *opaque) {
    CorHeap *heap = opaque;
    heap->owned_seen = GC_get_gc_no();
    for (CorHeapOwned *owned = heap->owned, *next; owned; owned = next) {
        next = owned->next;
        if (owned->object)
            continue;
        owned_unlink(&heap->owned, owned);
        owned_link(&heap->dead, owned);
    }
}

void cor_heap_owned_finalize_dead(CorHeap *heap) {
    if (heap->finalizing || heap->owned_seen == GC_get_gc_no())
        return;
    cor_heap_exclude_collection(owned_take_dead, heap);
    for (CorHeapOwned *owned = heap->dead; owned; owned = heap->dead) {
        owned_unlink(&heap->dead, owned);
        owned_finalize(heap, owned);
    }
}

void cor_heap_finalize_all(CorHeap *heap) {
    for (CorHeapOwned *owned = heap->owned; owned; owned = heap->owned) {
        GC_unregister_disappearing_link(&owned->object);
        owned_unlink(&heap->owned, owned);
        owned_finalize(heap, owned);
    }
}

/* ---- Owners ------------------------------------------------------------------------------------ */

/* Things may be large while their objects, by which the collector decides when to collect, are small. */
static void owned_make_room(CorHeap *heap, size_t bytes) {
    if (heap->owned_limit == 0)
        heap->owned_limit = OWNED_BYTES;
    if (bytes > heap->owned_limit || heap->owned_bytes > heap->owned_limit - bytes) {
        GC_gcollect();
        cor_heap_finalize_dead(heap);
        heap->owned_limit = heap->owned_bytes + heap->owned_bytes / 2 + bytes + OWNED_BYTES;
    }
}

CorHeapOwned *cor_heap_owned_new(CorHeap *heap, void *thing, size_t bytes, CorHeapFinalize *finalize) {
    cor_heap_finalize_dead(heap);
    if (bytes > 0)
        owned_make_room(heap, bytes);
    CorHeapOwned *owned = malloc(sizeof *owned);
    bool charged = owned && bytes <= (size_t)PTRDIFF_MAX / 2 && cor_heap_charge(heap, (ptrdiff_t)bytes);
    if (!charged) {
        free(owned);
        if (finalize)
            finalize(thing);
        return NULL;
    }
    heap->owned_bytes += bytes;
    *owned = (CorHeapOwned){.thing = thing, .finalize = finalize, .bytes = bytes};
    return owned;
}

bool cor_heap_owned_attach(CorHeap *heap, CorHeapOwned *owned, void *object) {
    owned->object = object;
    if (object && GC_general_register_disappearing_link(&owned->object, object) == GC_SUCCESS) {
        owned_link(&heap->owned, owned);
        return true;
    }
    owned_finalize(heap, owned);
    return false;
}
