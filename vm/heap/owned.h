/* What objects own outside of the heap: a thing of the host each, which a finaliser frees when the object has died.
 *
 * The collector knows the record of a thing as a weak reference to its object ("disappearing link"), which it clears when it finds
 * the object dead, with its lock held.  The account walks its records after a collection, takes those without an object, and calls
 * their finalisers.  So a finaliser runs on the thread that uses the isolate, with no lock held and never inside a collection:
 * where the program allocates and its account needs room, where a thing gets an owner, where the thread leaves the isolate, and, of
 * all that are left, where the account is closed.  It runs once, and must not use the isolate (CorHeap.finalizing). */
#ifndef COR_HEAP_OWNED_H
#define COR_HEAP_OWNED_H

#include "vm/heap/heap.h"

typedef void CorHeapFinalize(void *thing);

struct CorHeapOwned {
    void *object; /* weak: NULL once it has died */
    void *thing;
    CorHeapFinalize *finalize; /* NULL: nothing is to be done */
    size_t bytes;              /* that the account is charged for the thing */
    CorHeapOwned *next, *previous;
};

/* A record of the thing, which has no owner yet, and its bytes are charged.  May collect.  NULL: the quota is reached or the host's
 * memory exhausted, and the thing is finalised. */
CorHeapOwned *cor_heap_owned_new(CorHeap *heap, void *thing, size_t bytes, CorHeapFinalize *finalize);

/* Makes the object, of at most COR_HEAP_SMALL bytes, the owner.  NULL, and when the host's memory is exhausted: there is none, and
 * the thing is finalised.  Then false. */
bool cor_heap_owned_attach(CorHeap *heap, CorHeapOwned *owned, void *object);

/* Finalises the things whose objects were found dead since the last time. */
void cor_heap_owned_finalize_dead(CorHeap *heap);
static inline void cor_heap_finalize_dead(CorHeap *heap) {
    if (heap->owned)
        cor_heap_owned_finalize_dead(heap);
}

/* Finalises all things. */
void cor_heap_finalize_all(CorHeap *heap);

#endif
