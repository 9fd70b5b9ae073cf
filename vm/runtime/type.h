/* Runtime types: one CorType per distinct type of the engine (nominal types per tuple of type arguments), canonical,
 * so equal types are equal pointers.  Immutable once published except for entries that are rewritten from stubs to
 * code.  A type lives as long as its engine.
 *
 * Every object starts with its type pointer.  What stands there is the exact type of the object:
 *   class instance     the class
 *   boxed value        the value type itself (int, a struct, a tuple, int?, a payload-free enum)
 *   enum with payload  the type of the case (kind COR_KIND_CASE; its display leads to the enum)
 *   closure            the type of the closure's body (COR_KIND_CLOSURE; its display leads to the function type)
 *   string, array, cell  string, Array<T>, the cell type
 *
 * Registers: a value occupies `slots` consecutive 64-bit slots, the scalars of its flattening in declaration order.
 * A reference is one slot; T? of a reference that is itself not nullable is one slot, 0 for null; any other T? is a
 * tag slot (0 or 1) and the slots of T (all zero when absent).
 *
 * Memory: each scalar keeps its natural width.  References come first, then scalars by falling width, so that marking
 * needs only a length: `mark_bytes` covers everything from the object's start to its last reference.  A subclass
 * appends to its superclass in the same manner. */
#ifndef COR_RUNTIME_TYPE_H
#define COR_RUNTIME_TYPE_H

#include "vm/runtime/code.h"

/* The bits of the double that programs, hosts and C see of any NaN, since which one it is depends on the processor; and of the float. */
#define COR_NAN     0x7FF8000000000000u
#define COR_NAN_F32 0x7FC00000u

typedef enum CorKind {
    COR_KIND_VOID,
    COR_KIND_NEVER,
    COR_KIND_BOOL,
    COR_KIND_I8,
    COR_KIND_I16,
    COR_KIND_I32,
    COR_KIND_I64,
    COR_KIND_U8,
    COR_KIND_U16,
    COR_KIND_U32,
    COR_KIND_U64,
    COR_KIND_F32,
    COR_KIND_F64,
    COR_KIND_CHAR,
    COR_KIND_PLAIN_ENUM, /* without payload: the ordinal */
    COR_KIND_STRING,
    COR_KIND_ANY,
    COR_KIND_OPTIONAL, /* element */
    COR_KIND_ARRAY,    /* element */
    COR_KIND_CELL,     /* element */
    COR_KIND_TUPLE,    /* members */
    COR_KIND_FUNCTION, /* arguments: parameters, then the result */
    COR_KIND_STRUCT,   /* members */
    COR_KIND_CLASS,
    COR_KIND_ENUM, /* with payload: a reference to an object of a case type */
    COR_KIND_INTERFACE,
    COR_KIND_CASE,    /* of an enum with payload */
    COR_KIND_CLOSURE, /* of one function with captures */
} CorKind;

/* The width of a scalar in memory; also selects load and store operations. */
typedef enum CorWidth {
    COR_WIDTH_U8,
    COR_WIDTH_I8,
    COR_WIDTH_U16,
    COR_WIDTH_I16,
    COR_WIDTH_U32,
    COR_WIDTH_I32,
    COR_WIDTH_64,
    COR_WIDTH_REFERENCE,
    COR_WIDTH_COUNT
} CorWidth;

static inline uint32_t cor_width_bytes(uint32_t width) {
    switch (width) {
    case COR_WIDTH_U8:
    case COR_WIDTH_I8: return 1;
    case COR_WIDTH_U16:
    case COR_WIDTH_I16: return 2;
    case COR_WIDTH_U32:
    case COR_WIDTH_I32: return 4;
    default: return 8;
    }
}

typedef struct CorScalar {
    uint32_t offset; /* bytes from the object's or element's start */
    uint32_t width;  /* CorWidth */
} CorScalar;

/* Where the slots of a value lie in memory, in register order. */
typedef struct CorLayout {
    uint32_t count;      /* slots */
    uint32_t size;       /* bytes of an element, its stride; of an object including the header */
    uint32_t alignment;  /* 1, 2, 4 or 8 */
    uint32_t references; /* leading reference words of an element */
    bool words_in_order; /* every scalar is 8 bytes wide and scalar i at the first one's offset + 8 * i */
    const CorScalar *scalars;
} CorLayout;

typedef struct
    CorMember {       /* a field of a struct or class, an element of a tuple, a payload field of a case */
    const char *name; /* "" when it has none */
    const CorType *type;
    uint32_t slot;            /* first slot in the register form of a struct or tuple */
    const CorScalar *scalars; /* type->slots of them: where they lie in the object (class, case, box) */
} CorMember;

typedef struct CorCaseInfo {
    const char *name;
    const CorType *type; /* COR_KIND_CASE, of an enum with payload; else NULL */
    void *object;        /* the one object of a case without payload in an enum with payload; engine-owned */
} CorCaseInfo;

/* A row of an interface table, and what an inline cache points to. */
typedef struct CorCacheEntry {
    const CorType *type; /* the receiver's exact type; NULL in an interface's empty entry */
    const CorType *interface;
    _Atomic(CorWord *) entry; /* rewritten from the stub to the code */
} CorCacheEntry;

typedef struct CorInterfaceRow {
    const CorType *interface; /* NULL: a free place of the table */
    /* one per own method of the interface; NULL: the type does not implement it */
    const CorCacheEntry *methods;
} CorInterfaceRow;

/* What is known so far about the interfaces of a type: open addressing by cor_type_hash(interface).  Immutable; a
 * larger copy is published when a question is asked for the first time. */
typedef struct CorInterfaceTable {
    uint32_t mask, count;
    CorInterfaceRow rows[];
} CorInterfaceTable;

struct CorType {
    /* first, for the collector: bytes of an object from its start to its last reference; 0: none. Arrays
     * with references are marked whole and have SIZE_MAX here. */
    size_t mark_bytes;
    uint32_t kind;  /* CorKind */
    uint32_t slots; /* of a register */
    /* bytes of an object with this header; of an array or string: of its fixed part */
    uint32_t instance_size;
    uint32_t heap_list; /* cor_heap_list of its objects, set by their first allocation; 0 until then */
    uint32_t depth;     /* in the display: superclasses above; 1 for cases and closures */
    const CorType *const *display; /* depth + 1 types, the outermost first, this one last */
    uint32_t ordinal;              /* CASE: number of the case */
    uint32_t id;                   /* dense number in the engine */
    bool is_final;                 /* an exact header test decides `is` */
    bool is_reference;             /* a register is one reference slot */
    bool is_nullable;              /* OPTIONAL in one slot */
    bool has_references;           /* the value holds references somewhere */

    const CorType *element;  /* OPTIONAL, ARRAY, CELL */
    const CorLayout *layout; /* the value as an element of an array */
    /* the value in an object with this header: boxed, or the payload of a case, a cell's value; NULL for
     * classes (see members) */
    const CorLayout *box;
    uint32_t argument_count;
    const CorType *const
        *arguments; /* NAMED: type arguments; TUPLE: elements; FUNCTION: parameters and result */
    uint32_t member_count;
    const CorMember *members; /* STRUCT, TUPLE, CASE; CLASS: own fields only */
    uint32_t case_count;
    const CorCaseInfo *cases; /* ENUM, PLAIN_ENUM */
    const CorType *super;     /* CLASS: superclass or NULL; CASE: the enum; CLOSURE: the function type */

    const char *name;       /* as printed: "Map<string, int>" */
    const char *short_name; /* without type arguments */
    uint32_t name_length;
    CorEngine *engine;
    CorLinkedModule *module; /* NAMED: where it is defined; else NULL */
    const CorDefinition *definition;

    _Atomic(CorWord *) roles[COR_ROLE_COUNT];      /* entries; NULL until first asked for: cor_type_role */
    _Atomic(const CorInterfaceTable *) interfaces; /* NULL: nothing asked yet */
    CorCacheEntry *empty_cache;                    /* INTERFACE: the cache entry of a site that has not run */
    void *empty_array;                             /* ARRAY: cor_constant_array; NULL until first asked for */
    /* INTERFACE: by method, set before a call of it is published; cor_interface_shape */
    CorCallShape *shapes;
    /* CLOSURE: the function; INTERFACE: the generic method of a selector, else NULL */
    CorLoweredFunction *body;

    /* of the instantiation, under the engine's lock */
    struct CorDefinitionInfo *info; /* NAMED and CASE */
    uint32_t nesting;               /* of type arguments */
    uint32_t data_end;              /* CLASS: end of the fields, padding excluded */
    uint32_t state;                 /* whether fields, display and vtable are made */
    bool is_postponed;              /* in building, waits for another type */
    uint32_t vtable_count;
    _Atomic(CorWord *) vtable[]; /* CLASS: entries */
};

/* The number of the list that objects of the type come from; 0: nobody has made one yet.  Any thread may be the one. */
static inline uint32_t cor_type_heap_list(const CorType *type) {
    return __atomic_load_n(&type->heap_list, __ATOMIC_RELAXED);
}

/* ---- Objects ---- */

typedef struct CorObject {
    const CorType *type;
} CorObject;

typedef struct CorStringObject {
    const CorType *type;
    uint32_t length; /* bytes; a longer string is OutOfMemoryError */
    uint32_t hash;   /* 0: not computed yet (relaxed atomic access) */
    /* UTF-8, followed by zero bytes that are not counted: at least one, up to a multiple of 8 */
    char bytes[];
} CorStringObject;

typedef struct CorArrayObject {
    const CorType *type;
    uint64_t length;
    uint64_t elements[]; /* packed: type->element->layout */
} CorArrayObject;

typedef struct CorClosureObject {
    const CorType *type;
    CorLoweredFunction *function;
    uint64_t captures[]; /* laid out as the type's members say */
} CorClosureObject;

typedef struct CorHostObject { /* of a class with COR_DEF_HOST */
    const CorType *type;
    struct CorHeapOwned *owned; /* vm/heap/owned.h */
} CorHostObject;

enum { COR_HEADER_SIZE = 8, COR_ARRAY_HEADER = 16, COR_STRING_HEADER = 16, COR_MAX_OBJECT = 65528 };
enum { COR_SHORT_TEXTS = 129, COR_SHORT_TEXT_WORDS = COR_STRING_HEADER / 8 + 1 };

/* ---- Questions ---- */

/* Whether an object of exact type `type` is a `target` (class, enum, function type) by its display. */
static inline bool cor_type_extends(const CorType *type, const CorType *target) {
    return type->depth >= target->depth && type->display[target->depth] == target;
}

/* The type that nominal questions about an exact type are asked of: the enum of a case, the function type of a closure. */
static inline const CorType *cor_type_nominal(const CorType *type) {
    return type->kind == COR_KIND_CASE || type->kind == COR_KIND_CLOSURE ? type->super : type;
}

#define COR_TYPE_HASH_FACTOR 2654435761u
enum { COR_TYPE_HASH_SHIFT = 8 };
static inline uint32_t cor_type_hash(const CorType *type) {
    return type->id * COR_TYPE_HASH_FACTOR >> COR_TYPE_HASH_SHIFT;
}

/* The methods of `interface` as an exact type implements them (a cache entry each), or NULL when it does not.  They
 * are found on the first question, under the engine's lock (so a thread may wait); after that it is a lookup. */
const CorCacheEntry *cor_type_interface(const CorType *type, const CorType *interface);

/* How the methods of an interface are called; of those that lowered code calls. */
static inline const CorCallShape *cor_interface_shape(const CorType *interface, uint32_t slot) {
    return &interface->shapes[slot];
}

/* The entry of a type's role function, made (not lowered) on first use. NULL: host memory exhausted. */
CorWord *cor_type_role(const CorType *type, CorRole role);

#endif
