/* The heap: objects on the Boehm collector, and an account of what each isolate holds.
 *
 * Objects.  An object starts with its type; its references come next and its other data last.  Memory is taken from
 * lists: one for every size class (16 bytes apart) and *mark class*, which is how many leading bytes of an object the
 * collector scans.  A mark class is a kind of the collector with a descriptor of the length form, so marking an object
 * reads neither its type nor a bitmap.  The number of an object's list is computed once per type (cor_heap_list);
 * taking a small object is then three instructions, inline, from lists that belong to the operating system's thread.
 * All memory is zero when it is taken (first word excepted), but for large data without references.  The collector gives an
 * object of more than half a page whole pages; arrays that large begin at varying places of theirs (process.h).
 *
 * Accounts.  A CorHeap is the account of one isolate.  Refills of lists and large objects are charged to it; at the
 * quota everything is collected and the account's live bytes are counted anew, by a walk from the isolate's roots.
 * The exact rule: an allocation fails when, after such a count, `live + request > quota - quota / 32` (the
 * thirty-second keeps a full heap from collecting all the time).  After a failure a reserve of a sixteenth of the quota is
 * open to the handlers, until a count finds the account well within its quota again.
 *
 * Roots.  The collector scans machine stacks and registers of the threads that entered, and what each account's
 * `roots` function pushes.  Nothing else: no global data, no memory from malloc.
 *
 * What is shared by isolates and lives as long as its owner (literals, types) is permanent memory: not collected,
 * not charged.  It must not refer to collected objects. */
#ifndef COR_HEAP_HEAP_H
#define COR_HEAP_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct CorHeap CorHeap;
typedef struct CorHeapOwned CorHeapOwned;
typedef struct CorHeapVisitor CorHeapVisitor;

enum {
    COR_HEAP_GRANULE = 16,     /* size classes are multiples of it */
    COR_HEAP_SMALL = 512,      /* largest size that comes from a list, bytes */
    COR_HEAP_MARK_CLASSES = 9, /* see process.c */
    COR_HEAP_SIZE_CLASSES = COR_HEAP_SMALL / COR_HEAP_GRANULE,
    COR_HEAP_WHOLE =
        (COR_HEAP_MARK_CLASSES - 1) * COR_HEAP_SIZE_CLASSES, /* the number before those of the lists of
                                                                            objects that are scanned whole */
    COR_HEAP_LISTS = 1 + COR_HEAP_MARK_CLASSES * COR_HEAP_SIZE_CLASSES,
};

/* The free lists of a thread, linked through the first word of the free objects.  List 0 is always empty. */
typedef struct CorHeapLists {
    void *head[COR_HEAP_LISTS];
    void *filling; /* objects on their way from the collector to a list, linked likewise */
    struct CorHeapLists *next, *previous; /* of all threads */
    uint64_t thread;                      /* a number that no other thread of the process has or had */
    char *stack_end;                      /* of the thread's machine stack; NULL: not asked for yet */
} CorHeapLists;

/* Those of the calling thread; NULL: it has not entered any account yet.  Every call of a program asks. */
extern _Thread_local CorHeapLists *cor_heap_own_lists __attribute__((tls_model("initial-exec")));
/* Those that are always empty: with them every allocation takes the slow path. */
extern CorHeapLists cor_heap_no_lists;

/* Calls cor_heap_visit for every range of words that may hold references.  Called with all threads stopped, at any
 * instruction of the isolate's thread, unless that is the one that collects: it may neither allocate nor lock.  It is
 * told the account, since the first call may come before cor_heap_new returns. */
typedef void CorHeapRoots(void *context, const CorHeap *heap, CorHeapVisitor *visitor);
void cor_heap_visit(CorHeapVisitor *visitor, const void *start, const void *end);

struct CorHeap {
    CorHeapLists *lists;  /* of the thread that entered; empty ones under a stress switch */
    CorHeapLists *thread; /* of the thread that entered; NULL: none */
    /* where its machine stack begins to hold references that are nowhere else (native code), towards lower addresses;
     * NULL: it does not. A collection scans machine stacks anyway: this is for counts. */
    const void *native_base;
    size_t room;      /* bytes that may still be charged before the slow path looks */
    size_t remaining; /* bytes that may be charged beyond that before the next count */
    size_t quota;     /* bytes; SIZE_MAX: none */
    size_t live;      /* bytes found by the last count */
    size_t debt;      /* bytes beyond room that were taken without regard to the quota since the last count */
    size_t debts;     /* likewise before it, since a count that was within the quota */
    size_t failed_count; /* bytes that were counted before the last failure, until someone pays for that */
    size_t external;     /* bytes that the isolate makes the host hold elsewhere; they count as live */
    bool reserve_open;   /* after a failure */
    bool owes;           /* an allocation went beyond the quota: the next safepoint throws */
    CorHeapRoots *roots;
    void *context;              /* of roots */
    uint64_t collect_every;     /* stress: collect at every n-th allocation; 0: never */
    uint64_t fail_at;           /* stress: number of the allocation that fails; 0: none */
    uint64_t allocation_count;  /* under a stress switch */
    uint32_t paged_count;       /* objects of whole pages so far */
    CorHeapOwned *owned, *dead; /* owned.h: what objects own; of those that have died, and not finalised */
    size_t owned_bytes, owned_limit; /* of `owned`; from where on a collection may free some */
    size_t owned_seen;        /* the number of the last collection whose dead were taken from `owned` */
    bool finalizing;          /* a finaliser runs */
    CorHeap *next, *previous; /* of all accounts */
};

/* Opens an account and initialises the collector at its first use in the process.  `quota` is in bytes, 0: none.
 * NULL: host memory exhausted. */
CorHeap *cor_heap_new(size_t quota, CorHeapRoots *roots, void *context);
/* Closes it.  What it still refers to becomes garbage. */
void cor_heap_free(CorHeap *heap);

/* The calling thread is going to allocate from the account, and its stack may hold references.  A thread enters each
 * time it starts to run an isolate, and leaves when it stops; nested pairs are the caller's to count.  False: the
 * thread cannot be registered, or host memory is exhausted. */
bool cor_heap_enter_first(
    CorHeap *heap); /* the thread has not entered any yet, or the account is under a stress switch */
static inline bool cor_heap_enter(CorHeap *heap) {
    CorHeapLists *lists = cor_heap_own_lists;
    if (!lists || heap->collect_every != 0 || heap->fail_at != 0)
        return cor_heap_enter_first(heap);
    heap->lists = heap->thread = lists;
    return true;
}
static inline void cor_heap_leave(CorHeap *heap) {
    heap->lists = &cor_heap_no_lists;
    heap->thread = NULL;
}

/* Whether the calling thread is the one that has entered: in a roots function, whether that one stands where it allocates. */
static inline bool cor_heap_is_own_thread(const CorHeap *heap) {
    return heap->thread && heap->thread == cor_heap_own_lists;
}

/* The lowest address to which the machine stack of the thread that entered may grow; NULL: unknown. */
char *cor_heap_stack_end(CorHeap *heap);

/* The number of the list for objects of `size` bytes whose references end at `mark_bytes` from the start (0: none;
 * SIZE_MAX: up to the end).  0: too large for a list. */
uint32_t cor_heap_list(size_t size, size_t mark_bytes);

/* Takes an object from a list, or NULL when the list is empty: then cor_heap_allocate.  The first word is not zero.
 * It has no safepoint in it: before the caller has stored the type, no other allocation may happen. */
static inline void *cor_heap_take(CorHeap *heap, uint32_t list) {
    void **head = &heap->lists->head[list];
    void *object = *head;
    if (__builtin_expect(object != NULL, 1))
        *head = *(void **)object;
    return object;
}

/* An object of any size, zeroed but for the first word.  NULL: the quota is reached or the host's memory exhausted.  May collect. */
void *cor_heap_allocate(CorHeap *heap, size_t size, size_t mark_bytes);

/* The same without references and not zeroed beyond its first 16 bytes, for data that is overwritten at once. */
void *cor_heap_allocate_data(CorHeap *heap, size_t size);

/* Both for sizes that are not known before, and quick for those that come from a list: data as cor_heap_allocate_data, and
 * an object that consists of references, whose first word is overwritten at once and which has a header. */
static inline void *cor_heap_new_data(CorHeap *heap, size_t size) {
    if (size <= COR_HEAP_SMALL) {
        void *object = cor_heap_take(heap, (uint32_t)((size + COR_HEAP_GRANULE - 1) / COR_HEAP_GRANULE));
        if (object)
            return object;
    }
    return cor_heap_allocate_data(heap, size);
}
static inline void *cor_heap_new_references(CorHeap *heap, size_t size) {
    if (size <= COR_HEAP_SMALL) {
        void *object = cor_heap_take(
            heap, (uint32_t)(COR_HEAP_WHOLE + (size + COR_HEAP_GRANULE - 1) / COR_HEAP_GRANULE));
        if (object)
            return object;
    }
    return cor_heap_allocate(heap, size, SIZE_MAX);
}

/* As cor_heap_allocate, but without regard to the quota: for the error that says that it is reached. */
void *cor_heap_allocate_reserved(CorHeap *heap, size_t size, size_t mark_bytes);

/* As cor_heap_allocate, but where the quota is reached it is disregarded, and the account `owes` it: whoever finds that at a
 * safepoint throws what the allocation did not. */
void *cor_heap_allocate_owing(CorHeap *heap, size_t size, size_t mark_bytes);

/* The bytes that had to be looked at for the last failure, for whoever charges that; then 0. */
size_t cor_heap_take_failed_count(CorHeap *heap);

/* Whether what is alive has outgrown even the reserve, by what was taken without regard to the quota: not by what a stale word on
 * the machine stack only seems to keep alive. */
bool cor_heap_is_overdrawn(CorHeap *heap);

/* Changes what the isolate holds outside of the heap (buffers, stacks) by `delta` bytes.  False, and nothing changed: the
 * quota is reached.  May collect. */
bool cor_heap_charge(CorHeap *heap, ptrdiff_t delta);

void cor_heap_check_store(const void *object, const void *field, const void *value);

/* Stores a reference into `*field` of `object`: the one way to do so, so that a generational collector can come
 * later.  `object` may be NULL for memory that the roots function visits.  Builds with assertions check that the
 * collector scans the field. */
static inline void cor_heap_store(void *object, void *field, void *value) {
#ifndef NDEBUG
    cor_heap_check_store(object, field, value);
#endif
    (void)object;
    *(void **)field = value;
}

/* Stores `bytes` of references, as if through a temporary. */
static inline void cor_heap_move(void *object, void *to, const void *from, size_t bytes) {
    memmove(to, from, bytes);
#ifndef NDEBUG
    for (size_t at = 0; at < bytes; at += sizeof(void *))
        cor_heap_check_store(object, (char *)to + at, *(void **)(void *)((char *)to + at));
#endif
    (void)object;
}

/* Collects everything, and counts the account's live bytes. */
void cor_heap_collect(CorHeap *heap);

/* Stress switches: a collection at every `collect_every`-th allocation, a failure of the `fail_at`-th (0: off). */
void cor_heap_stress(CorHeap *heap, uint64_t collect_every, uint64_t fail_at);

/* Calls `function` while no collection can start: for changes to what `roots` visits that take several stores. */
void cor_heap_exclude_collection(void (*function)(void *), void *argument);

/* Permanent memory. */
typedef struct CorHeapPermanent CorHeapPermanent;

/* Zeroed memory that lives until its owner is freed.  `owner` starts as NULL.  NULL: host memory exhausted. */
void *cor_heap_permanent(CorHeapPermanent **owner, size_t size);
void cor_heap_permanent_free(CorHeapPermanent *owner);

#endif
