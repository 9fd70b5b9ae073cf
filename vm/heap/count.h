/* The bytes that are alive for one isolate: a walk over the objects that its roots reach. */
#ifndef COR_HEAP_COUNT_H
#define COR_HEAP_COUNT_H

#include "vm/heap/heap.h"

/* The bytes that an object of the collector takes, size classes and whole pages included. */
size_t count_taken(const void *base);

/* The bytes that all objects take which the account's roots reach. The
 * isolate's thread must be the caller, or stopped.  SIZE_MAX: host memory exhausted. Permanent memory does not count. */
size_t count_live(CorHeap *heap);

#endif
