/* What link.c and link_check.c share. */
#ifndef COR_RUNTIME_LINK_INTERNAL_H
#define COR_RUNTIME_LINK_INTERNAL_H

#include "vm/runtime/engine_internal.h"

typedef struct Linker {
    CorLinkedModule *linked; /* the module being linked: the one that has the declarations */
    CorLinkError *error;
} Linker;

/* Sets the error's text; gives false. */
bool cor_link_fail(Linker *linker, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- link_check.c ---- */

/* Whether a type of the module being linked is the same as one of `other`. */
bool cor_link_same_type(Linker *linker, uint32_t type, const CorLinkedModule *other, uint32_t other_type);
bool cor_link_same_optional_type(Linker *linker, uint32_t type, const CorLinkedModule *other,
                                 uint32_t other_type);
bool cor_link_same_owner(Linker *linker, uint32_t owner, const CorLinkedModule *other, uint32_t other_owner);
/* Whether a function is the member that an imported one names, overloads aside. */
bool cor_link_same_member(Linker *linker, const CorFunction *wanted, const CorLinkedModule *other,
                          const CorFunction *function);
bool cor_link_same_signature(Linker *linker, const CorFunction *wanted, const CorLinkedModule *other,
                             const CorFunction *function);
/* Compares an imported definition, which is resolved, with the real one; makes its field map. */
bool cor_link_check_definition(Linker *linker, uint32_t index);
/* An own conformance: not a second one, and with every method that the interface has no default for. */
bool cor_link_check_conformance(Linker *linker, const CorConformance *conformance);
/* A conformance that the module relies on. */
bool cor_link_check_relied(Linker *linker, const CorConformance *conformance);

/* The table of a module's own functions by name. */
uint32_t cor_link_hash(const CorString *name);
uint32_t cor_link_first_function(const CorLinkedModule *linked, const CorString *name, uint32_t hash);
bool cor_link_add_function(CorLinkedModule *linked, uint32_t function, const CorString *name, uint32_t hash);

#endif
