#include "vm/heap/process.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "vm/native/host.h"

#define GC_THREADS             /* the interface for threads, */
#define GC_NO_THREAD_REDIRECTS /* without renaming pthread_create and its kin */
#include <gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>

/* Bytes that each mark class scans.  Few, since every pair of mark class and size class in use occupies a block of
 * the collector; an object takes the next larger one, and scans some words more than it must. */
static const size_t process_mark_bytes[COR_HEAP_MARK_CLASSES] = {0, 16, 24, 32, 48, 64, 96, 128, SIZE_MAX};

enum {
    PROCESS_INITIAL_HEAP = 24 << 20, /* address space; pages are touched as they are needed */
    PROCESS_SMALL_PROGRAM = 2 << 20,
    PROCESS_PARALLEL_HEAP = 96 << 20, /* from this heap size on, helper threads mark too */
    PROCESS_KINDS = 32,
    PROCESS_LITTLE = 2 << 20,   /* bytes that are allocated between two collections, at least, */
    PROCESS_FACTOR = 8,         /* and so many times as many as a collection looks at; */
    PROCESS_THREAD = 256 << 10, /* stopping a thread takes as long as looking at so many bytes, */
    PROCESS_RANGE = 64,         /* and finding a range of roots */
    PROCESS_RANGES = 1024, /* of roots, that may wait on the mark stack, which begins with 4096 entries */
};

static struct {
    once_flag once;
    bool usable;
    int kinds[COR_HEAP_MARK_CLASSES];
    size_t scanned[PROCESS_KINDS]; /* by kind of the collector */
    tss_t lists; /* the calling thread's CorHeapLists; its destructor ends the registration */
    _Atomic uint64_t last_thread; /* CorHeapLists.thread */
    CorHeapLists *threads;        /* changed with the collector's lock held */
    CorHeap *accounts;            /* likewise */
    _Atomic size_t roots;    /* bytes that stand for what the last collection looked at beside the heap */
    _Atomic GC_word planned; /* the number of the collection after which `due` was computed */
    _Atomic size_t due;      /* bytes that are allocated between two collections */
    GC_push_other_roots_proc push_more;
} process = {.once = ONCE_FLAG_INIT, .due = PROCESS_LITTLE};

/* ---- Roots ------------------------------------------------------------------------------------- */

/* The free objects of a list are marked one by one, since most kinds do not scan the word that links them: the first
 * word of an object without references, for one. */
static void process_mark_list(void *object) {
    for (; object; object = *(void **)object)
        GC_set_mark_bit(object);
}

typedef struct ProcessVisitor {
    CorHeapVisitor visitor;
    uint32_t ranges; /* on the collector's mark stack */
    size_t bytes;    /* of all ranges */
} ProcessVisitor;

/* The mark stack holds a limited number of ranges, and cannot recover when there are more: the rest is scanned at once. */
static void process_push_range(CorHeapVisitor *visitor, const void *start, const void *end) {
    ProcessVisitor *walk = (ProcessVisitor *)visitor;
    walk->bytes += (size_t)((const char *)end - (const char *)start);
    if (walk->ranges++ < PROCESS_RANGES)
        GC_push_all((void *)(uintptr_t)start, (void *)(uintptr_t)end);
    else
        GC_push_all_eager((void *)(uintptr_t)start, (void *)(uintptr_t)end);
}

static void GC_CALLBACK process_push_roots(void) {
    ProcessVisitor walk = {.visitor = {.range = process_push_range}};
    for (CorHeapLists *lists = process.threads; lists; lists = lists->next) {
        walk.bytes += PROCESS_THREAD;
        for (unsigned i = 0; i < COR_HEAP_LISTS; i++)
            process_mark_list(lists->head[i]);
        process_mark_list(lists->filling);
    }
    for (CorHeap *heap = process.accounts; heap; heap = heap->next)
        heap->roots(heap->context, heap, &walk.visitor);
    walk.bytes += walk.ranges * (size_t)PROCESS_RANGE;
    atomic_store_explicit(&process.roots, walk.bytes, memory_order_relaxed);
    if (process.push_more)
        process.push_more();
}

/* ---- Collecting early -------------------------------------------------------------------------- */

/* The collector by itself uses up its heap first.  Where there is little to look at, a collection takes less time than a heap that
 * does not fit the processor's caches: a program that gets the same few megabytes again and again finds them there.  What has
 * many threads, stacks or objects is left to the collector. */
void process_collect_if_due(void) {
    GC_word collection = GC_get_gc_no();
    if (collection != atomic_load_explicit(&process.planned, memory_order_relaxed)) {
        size_t looked_at = GC_get_heap_size() - GC_get_free_bytes() +
                           atomic_load_explicit(&process.roots, memory_order_relaxed);
        size_t due = looked_at < SIZE_MAX / PROCESS_FACTOR ? looked_at * PROCESS_FACTOR : SIZE_MAX;
        atomic_store_explicit(&process.due, due > PROCESS_LITTLE ? due : PROCESS_LITTLE,
                              memory_order_relaxed);
        atomic_store_explicit(&process.planned, collection, memory_order_relaxed);
    }
    size_t bytes = GC_get_bytes_since_gc(), due = atomic_load_explicit(&process.due, memory_order_relaxed);
    struct GC_stack_base base;
    if (bytes < due || GC_get_my_stackbottom(&base) == NULL)
        return;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), bottom = (uintptr_t)base.mem_base;
    if ((bytes - due) / PROCESS_FACTOR >= (here < bottom ? bottom - here : here - bottom))
        GC_gcollect();
}

/* ---- Threads ----------------------------------------------------------------------------------- */

static void *GC_CALLBACK process_link_thread(void *opaque) {
    CorHeapLists *lists = opaque;
    lists->next = process.threads;
    if (lists->next)
        lists->next->previous = lists;
    process.threads = lists;
    return NULL;
}

/* The links of the objects it gives up are cut: a dead object must not lead to one that is taken again. */
static void *GC_CALLBACK process_unlink_thread(void *opaque) {
    CorHeapLists *lists = opaque;
    for (unsigned i = 0; i < COR_HEAP_LISTS; i++)
        for (void *object = lists->head[i], *next; object; object = next) {
            next = *(void **)object;
            *(void **)object = NULL;
        }
    if (lists->next)
        lists->next->previous = lists->previous;
    if (lists->previous)
        lists->previous->next = lists->next;
    else
        process.threads = lists->next;
    return NULL;
}

/* The calling thread's, as in process.lists, which only ends them. */
_Thread_local CorHeapLists *cor_heap_own_lists;
CorHeapLists cor_heap_no_lists;

static void process_end_thread(void *opaque) {
    cor_heap_own_lists = NULL;
    GC_call_with_alloc_lock(process_unlink_thread, opaque);
    free(opaque);
    GC_unregister_my_thread();
}

CorHeapLists *process_enter_thread(void) {
    CorHeapLists *lists = cor_heap_own_lists;
    if (lists)
        return lists;
    struct GC_stack_base base;
    if (!GC_thread_is_registered() &&
        (GC_get_stack_base(&base) != GC_SUCCESS || GC_register_my_thread(&base) != GC_SUCCESS))
        return NULL;
    lists = calloc(1, sizeof *lists);
    if (!lists || tss_set(process.lists, lists) != thrd_success) {
        free(lists);
        return NULL;
    }
    lists->thread = atomic_fetch_add(&process.last_thread, 1) + 1;
    GC_call_with_alloc_lock(process_link_thread, lists);
    return cor_heap_own_lists = lists;
}

/* ---- Accounts ---------------------------------------------------------------------------------- */

static void *GC_CALLBACK process_link_account(void *opaque) {
    CorHeap *heap = opaque;
    heap->previous = NULL;
    heap->next = process.accounts;
    if (heap->next)
        heap->next->previous = heap;
    process.accounts = heap;
    return NULL;
}

static void *GC_CALLBACK process_unlink_account(void *opaque) {
    CorHeap *heap = opaque;
    if (heap->next)
        heap->next->previous = heap->previous;
    if (heap->previous)
        heap->previous->next = heap->next;
    else
        process.accounts = heap->next;
    return NULL;
}

void process_add(CorHeap *heap) {
    GC_call_with_alloc_lock(process_link_account, heap);
}
void process_remove(CorHeap *heap) {
    GC_call_with_alloc_lock(process_unlink_account, heap);
}

/* ---- Kinds ------------------------------------------------------------------------------------- */

unsigned process_mark_class(size_t mark_bytes, size_t size) {
    if (mark_bytes <= sizeof(void *)) /* nothing but the type */
        return 0;
    unsigned mark_class = 0;
    while (process_mark_bytes[mark_class] < mark_bytes)
        mark_class++;
    return process_mark_bytes[mark_class] < size ? mark_class
           : mark_class == 0                     ? 0
                                                 : COR_HEAP_MARK_CLASSES - 1;
}

int process_kind(unsigned mark_class) {
    return process.kinds[mark_class];
}

size_t process_scanned(int kind, size_t size) {
    size_t scanned = kind >= 0 && kind < PROCESS_KINDS ? process.scanned[kind] : 0;
    return scanned < size ? scanned : size;
}

static void process_make_kinds(void) {
    for (unsigned i = 0; i < COR_HEAP_MARK_CLASSES; i++) {
        bool whole = process_mark_bytes[i] == SIZE_MAX; /* then the collector adds the object's size */
        GC_word descriptor = (whole ? 0 : process_mark_bytes[i]) | GC_DS_LENGTH;
        unsigned kind = GC_new_kind(GC_new_free_list(), descriptor, whole, 1);
        process.kinds[i] = (int)kind;
        process.scanned[kind] = process_mark_bytes[i];
    }
}

/* ---- Objects of whole pages -------------------------------------------------------------------- */

/* Types, and the links of free objects, are even. */
void *process_shifted(void *base, size_t shift) {
    *(size_t *)base = shift | 1;
    return (char *)base + shift;
}

const void *process_object(const void *base) {
    size_t word = *(const size_t *)base, shift = word & ~(size_t)1;
    bool is_shifted = word & 1 && shift < PROCESS_SHIFTS * PROCESS_LINE;
    return is_shifted ? (const char *)base + shift : base;
}

/* ---- Initialisation ---------------------------------------------------------------------------- */

static void *GC_CALLBACK process_out_of_memory(size_t size) {
    (void)size;
    return NULL; /* an allocation that fails says so to its caller */
}

void process_tune(void) {
    if (GC_get_heap_size() >= PROCESS_PARALLEL_HEAP)
        GC_start_mark_threads(); /* once; later calls return at once */
}

/* Asks for large pages for most of the initial heap: a program that fills it misses fewer translations. A block of
 * it that is not cleared tells where it lies; the first part, which suffices for small programs, is left out. */
static void process_advise(void) {
    const CorHost *host = cor_host_default();
    const size_t size = PROCESS_INITIAL_HEAP - PROCESS_SMALL_PROGRAM;
    char *block = GC_malloc_atomic_ignore_off_page(size);
    if (block) {
        host->prefer_large_pages(host, block, size);
        GC_free(block);
    }
}

static void process_start(void) {
    if (!GC_is_init_called()) {          /* by an embedder that uses the collector, too */
        GC_set_all_interior_pointers(0); /* from the heap and VM stacks; machine stacks may hold any */
        GC_set_no_dls(1);
        GC_set_warn_proc(GC_ignore_warn_proc);
        GC_INIT();
        GC_clear_roots();
    }
    GC_allow_register_threads();
    struct GC_stack_base base; /* the first thread need not be the main one */
    if (GC_get_stack_base(&base) == GC_SUCCESS)
        GC_set_stackbottom(NULL, &base);
    for (uint32_t n = 1; n < PROCESS_SHIFTS; n++)
        GC_register_displacement(process_shift(n));
    GC_set_oom_fn(process_out_of_memory);
    GC_set_free_space_divisor(1); /* grow early rather than collect often */
    GC_expand_hp(PROCESS_INITIAL_HEAP);
    process_advise();
    process.push_more = GC_get_push_other_roots();
    GC_set_push_other_roots(process_push_roots);
    process_make_kinds();
    process.usable = tss_create(&process.lists, process_end_thread) == thrd_success;
}

bool process_initialize(void) {
    call_once(&process.once, process_start);
    return process.usable;
}
