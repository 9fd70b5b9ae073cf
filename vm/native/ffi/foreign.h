/* Calls between the VM and C functions whose types are known only while a program runs, over libffi.
 *
 * Nothing here knows a program's values: vm/foreign puts them into C's memory and takes them out.  All functions may be called from
 * any thread; what they make is its caller's. */
#ifndef COR_NATIVE_FFI_FOREIGN_H
#define COR_NATIVE_FFI_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum CorCKind {
    COR_C_VOID,
    COR_C_BOOL,
    COR_C_I8,
    COR_C_I16,
    COR_C_I32,
    COR_C_I64,
    COR_C_U8,
    COR_C_U16,
    COR_C_U32,
    COR_C_U64,
    COR_C_F32,
    COR_C_F64,
    COR_C_POINTER,
    COR_C_STRUCT
} CorCKind;

typedef struct CorCType CorCType;

/* The type of a kind other than COR_C_STRUCT; static. */
const CorCType *cor_c_type(CorCKind kind);

/* A struct by value, of at least one member; `offsets` receives where each begins.  NULL: host memory exhausted. */
CorCType *cor_c_struct_new(const CorCType *const *members, uint32_t count, size_t *offsets);
/* `count` values one after the other, at least one, which can be a member of a struct.  NULL likewise. */
CorCType *cor_c_array_new(const CorCType *element, uint32_t count);
void cor_c_struct_free(CorCType *type);

CorCKind cor_c_kind(const CorCType *type);
size_t cor_c_size(const CorCType *type); /* bytes */
size_t cor_c_alignment(const CorCType *type);

/* How a function is called.  The types stay the caller's, and as long as this. */
typedef struct CorCSignature CorCSignature;

/* `fixed` of the parameters are declared, the others are those of `...`; all of them unless the function is variadic.  C promotes
 * what is passed for `...`: small integers and floats are the caller's to avoid.  NULL: errno is ENOMEM, or EINVAL: C has no such
 * call. */
CorCSignature *cor_c_signature_new(const CorCType *result, const CorCType *const *parameters, uint32_t count,
                                   uint32_t fixed);
void cor_c_signature_free(CorCSignature *signature);

/* Room that a result needs, in bytes: more than its size for small ones. */
size_t cor_c_result_room(const CorCType *type);

/* Calls.  `arguments` point to values of the parameters' types, `result` to cor_c_result_room bytes, aligned to 16, where the
 * result is then at the start.  What the function leaves in errno. */
int cor_c_call(const CorCSignature *signature, void *function, void *result, void **arguments);

/* A C function made of a C function with a context.  It gets pointers to its arguments, and puts a result there. */
typedef void CorCInvoke(void *context, void *result, void **arguments);
typedef struct CorCClosure CorCClosure;

/* The signature stays the caller's, and as long as this.  NULL: host memory exhausted. */
CorCClosure *cor_c_closure_new(const CorCSignature *signature, CorCInvoke *invoke, void *context);
void cor_c_closure_free(CorCClosure *closure);
/* What C calls. */
void *cor_c_closure_code(const CorCClosure *closure);

/* Where the calling thread's errno is. */
int *cor_c_errno_place(void);

/* What the system says of an errno; valid until the thread asks again. */
const char *cor_c_error_text(int number);

#endif
