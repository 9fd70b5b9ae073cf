/* Code objects: what a code generator makes of a request, before it has an address.
 *
 * An object is a relocatable ELF file and tables that say what its undefined symbols stand for.  Nothing in the file depends
 * on the process: what the code wants of the engine is a *constant*, and each table mentions functions by the number of a
 * constant.  So an object can be kept beyond the process (code_cache.h), and there is one way from an object to running code
 * (code_loader.h), whoever made it and when.
 *
 * Symbol that the file defines: `entry`, as native.h says.
 * Symbols that it may leave undefined:
 *   k<number>        the constant
 *   sites            the array of CorNativeSite, in the order of the table here
 *   the helpers      by the names of their functions in helpers.def
 *   the C library    functions that a compiler calls by itself: runtime_symbols.def */
#ifndef COR_RUNTIME_CODE_OBJECT_H
#define COR_RUNTIME_CODE_OBJECT_H

#include "vm/runtime/code.h"

typedef enum CorCodeConstantKind {
    COR_CONSTANT_TYPE,     /* const CorType * */
    COR_CONSTANT_FUNCTION, /* CorLoweredFunction * */
    COR_CONSTANT_ENTRY,    /* CorWord *: the lowered code, or the stub, of a function */
    COR_CONSTANT_CODE,     /* const CorWord *: an instruction of a function */
    COR_CONSTANT_OBJECT, /* engine-owned: a literal, an enum's case, an array without elements, a closure without captures */
    COR_CONSTANT_NATIVE, /* CorNative * */
    COR_CONSTANT_TYPES,  /* const CorType *const *: of a native, up to NULL */
} CorCodeConstantKind;

/* An address, and what it is the address of. */
typedef struct CorCodeConstant {
    CorCodeConstantKind kind;
    const void *pointer;
    const CorLoweredFunction *function; /* FUNCTION, ENTRY, CODE: whose */
    uint32_t index;                     /* CODE: of the instruction */
} CorCodeConstant;

/* A frame of a site: CorNativeFrame. */
typedef struct CorCodeFrame {
    uint32_t function; /* a constant of kind FUNCTION */
    uint32_t index;
    uint32_t distance;
} CorCodeFrame;

typedef struct CorCodeSite {
    uint32_t window;      /* distance of the callee's frame */
    uint32_t first_frame; /* in the object's frames; innermost first */
    uint32_t frame_count;
} CorCodeSite;

typedef struct CorCodeExit {
    uint32_t kind;     /* CorExitKind */
    uint32_t function; /* a constant of kind FUNCTION: the innermost frame */
    uint32_t index;
} CorCodeExit;

/* A place where the code leaves. */
typedef struct CorCodeLeave {
    uint32_t place;       /* of the instructions that the loader replaces there: bytes from the entry on */
    uint32_t description; /* where in the object's descriptions it begins */
} CorCodeLeave;

/* Whoever made it owns it and everything that it points to. */
typedef struct CorCodeObject {
    CorLoweredFunction *function;
    uint32_t tier;
    uint32_t index; /* 0, or the loop head where it is entered */
    const uint8_t *elf;
    size_t elf_size;
    const CorCodeConstant *constants;
    uint32_t constant_count;
    const CorCodeSite *sites;
    uint32_t site_count;
    const CorCodeFrame *frames;
    uint32_t frame_count;
    const CorCodeExit *exits;
    uint32_t exit_count;
    const CorCodeLeave *leaves;
    uint32_t leave_count;
    const uint8_t *descriptions; /* leave.h */
    uint32_t description_size;
} CorCodeObject;

/* The function that a constant of that number is; NULL: it is none. */
const CorLoweredFunction *cor_code_object_function(const CorCodeObject *object, uint32_t number);

/* Whether the numbers in the tables refer to what there is. */
bool cor_code_object_check(const CorCodeObject *object);

#endif
