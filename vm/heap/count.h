/* The bytes that are alive for one isolate: a walk over the objects that its roots reach. */
#ifndef COR_HEAP_COUNT_H
#define COR_HEAP_COUNT_H

#include "vm/heap/heap.h"

/* The bytes of all objects of the collector that the account's roots reach, rounded up to size classes. The
 * isolate's thread must be the caller, or stopped.  SIZE_MAX: host memory exhausted. Permanent memory does not count. */
size_t count_live(CorHeap *heap);

#endif
