/* Lists, arrays and maps as C sees them: their elements without running anything of the program. */
#ifndef COR_RUNTIME_COLLECTION_H
#define COR_RUNTIME_COLLECTION_H

#include "vm/runtime/isolate.h"

/* An object of std.core's List, or an array. */
typedef struct CorListView {
    CorObject *list;       /* NULL: an array */
    CorArrayObject *items; /* of a list: with room behind its elements */
    const CorType *element;
    uint64_t length;
} CorListView;

/* False: it is neither. */
bool cor_list_view(CorObject *object, CorListView *view);

/* Where an element lies. */
static inline char *cor_list_element(const CorListView *view, uint64_t index) {
    return (char *)view->items->elements + index * view->element->layout->size;
}

/* Makes room for that many elements in a list, not in an array; the length stays.  False: the quota is reached or the host's memory
 * exhausted.  May collect. */
bool cor_list_reserve(CorIsolate *isolate, CorListView *view, uint64_t length);

/* Sets the length of a list; the elements up to there are set. */
void cor_list_set_length(CorListView *view, uint64_t length);

/* An object of std.core's Map: a table of entries with holes. */
typedef struct CorMapView {
    const CorType *key, *value;
    const CorMember *key_member, *value_member; /* of an entry */
    CorArrayObject *entries;
    uint64_t length; /* entries that are no holes */
    uint64_t used;   /* places of the table */
} CorMapView;

/* False: it is none. */
bool cor_map_view(CorObject *object, CorMapView *view);
/* Whether the place, which is below `used`, has an entry. */
bool cor_map_has(const CorMapView *view, uint64_t place);

/* The slots of a part of an element, of at most two. */
void cor_element_load(const CorArrayObject *array, uint64_t index, const CorType *type, uint32_t first_slot,
                      uint64_t *slots);
void cor_element_store(CorArrayObject *array, uint64_t index, const CorType *type, uint32_t first_slot,
                       const uint64_t *slots);

#endif
