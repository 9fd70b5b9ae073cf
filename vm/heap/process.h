/* What belongs to the process, because the collector does: its initialisation, the kinds of objects, the registered
 * threads, and the lists of threads and accounts from which it finds the roots.  Beside the table of
 * handles (vm/api/handle.h), this is the one piece of the VM with process-wide state. */
#ifndef COR_HEAP_PROCESS_H
#define COR_HEAP_PROCESS_H

#include "vm/heap/heap.h"

/* A walk over roots; the walker has it as its first member. */
struct CorHeapVisitor {
    void (*range)(CorHeapVisitor *visitor, const void *start, const void *end);
};

/* Initialises the collector once; any thread. False: impossible. */
bool process_initialize(void);

/* Registers the calling thread with the collector until it ends, and gives its lists; NULL: impossible. */
CorHeapLists *process_enter_thread(void);

/* Adds an account to those whose roots are visited, and removes it. */
void process_add(CorHeap *heap);
void process_remove(CorHeap *heap);

/* The mark class of an object: the smallest that scans `mark_bytes`. */
unsigned process_mark_class(size_t mark_bytes, size_t size);

/* The collector's kind of a mark class. */
int process_kind(unsigned mark_class);

/* Bytes that the collector scans in an object of a kind of the collector; 0 when it is none of ours. */
size_t process_scanned(int kind, size_t size);

/* Objects of whole pages.  If all began a page, the elements of one index in arrays of one size would compete for the same few
 * lines of the caches.  So those that are scanned from start to end or not at all begin a multiple of a line behind it, and
 * where the page begins it says how far.  The collector knows such addresses as it knows those of a page ("displacements"). */
enum {
    PROCESS_PAGED = 2048, /* larger objects have pages of their own */
    PROCESS_LINE = 64,
    PROCESS_SHIFTS = 32,
};

/* How many bytes behind its pages the n-th such object begins.  Neighbours are some lines apart: of what a loop stores in one
 * and loads from the other, what is as far into a page is not done at the same time. */
static inline size_t process_shift(uint32_t n) {
    return n * 13 % PROCESS_SHIFTS * PROCESS_LINE;
}

/* Makes what the collector gave begin later, not at its start. */
void *process_shifted(void *base, size_t shift);

/* The object in what GC_base gives, which is not NULL. */
const void *process_object(const void *base);

/* To be called before small objects are taken from the collector: collects where that is worthwhile though it has free memory. */
void process_collect_if_due(void);

/* Adapts the collector to the size that the heap has now; to be called now and then. */
void process_tune(void);

#endif
