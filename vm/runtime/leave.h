/* How native code leaves: the tables that say where, at a place in the code, everything is that the interpreter goes on with.
 *
 * Code leaves by a call of cor_machine_leave (vm/native/machine.h), which saves the registers.  cor_native_leave reads there
 * what the *description* of the place says, makes the objects that the code did without, writes the frames, and gives the status
 * that the code then returns.  A description is a run of numbers (LEB128):
 *
 *   place         where among the descriptions it begins
 *   exit, first frame, count of frames
 *   kind          CorLeaveKind
 *   distance      in slots from fp: BELOW of the callee's frame; else of the end of what the code reserves
 *   isolate, fp, budget                          values
 *   count, of objects: type, function + 1 or 0, count of fields: offset, bytes, value
 *   for each frame, innermost first: count of slots: slot, value
 *
 * Frames are innermost first. Types and functions are numbers of constants.  A value is a number whose low bits are a CorLeaveValue, and for
 * some of them one more. */
#ifndef COR_RUNTIME_LEAVE_H
#define COR_RUNTIME_LEAVE_H

#include "vm/runtime/code_object.h"
#include "vm/runtime/native.h"

typedef enum CorLeaveKind {
    COR_LEAVE_HERE,   /* the interpreter goes on in the innermost frame */
    COR_LEAVE_THROWN, /* an error is pending there */
    COR_LEAVE_BELOW,  /* a frame above it has left already */
    COR_LEAVE_KINDS
} CorLeaveKind;

enum { COR_LEAVE_VALUE_BITS = 3, COR_LEAVE_OBJECTS = 256 /* at most */ };

typedef enum CorLeaveValue {
    COR_LEAVE_REGISTER, /* the number: which */
    COR_LEAVE_STACK,    /* at the stack pointer; the number: how many words above it */
    COR_LEAVE_MEMORY,   /* the number: register; one more, signed: the distance in bytes */
    COR_LEAVE_NUMBER,   /* one more, signed: itself */
    COR_LEAVE_CONSTANT, /* the number: which */
    COR_LEAVE_OBJECT,   /* likewise */
    COR_LEAVE_VALUES
} CorLeaveValue;

/* A description that is being read. */
typedef struct CorLeaveReader {
    const uint8_t *bytes;
    size_t size, position;
    bool failed; /* it ended too early */
} CorLeaveReader;

uint64_t cor_leave_number(CorLeaveReader *reader);
int64_t cor_leave_signed(CorLeaveReader *reader);

/* Whether a description of the object begins there. */
bool cor_leave_check(const CorCodeObject *object, uint32_t place);

#endif
