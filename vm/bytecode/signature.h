/* Signatures of intrinsics and syscalls, matched against the types of a module.
 *
 * A signature is the text `parameters: result`, as in "Array<T>, int, T: void":
 *
 *   signature = [type {"," type}] ":" type
 *   type      = atom {"?"}
 *   atom      = "void" | "never" | "bool" | "int" | "float" | "i8" | ... | "char" | "string" | "any"
 *             | "Array<" type ">" | "(" type {"," type} ")" | "fn(" [type {"," type}] "):" type
 *             | capital letter: any type but void and never, the same at every place
 *
 * The tables are constants of the VM, so their texts are taken to be well formed; a test parses them all. */
#ifndef COR_BYTECODE_SIGNATURE_H
#define COR_BYTECODE_SIGNATURE_H

#include "vm/bytecode/module.h"

/* Parameters of a signature, or COR_NONE when it is not well formed. */
uint32_t cor_signature_parameter_count(const char *signature);

/* Whether the types (indices into the module's type table, all in bounds) are an instance of the signature; a parameter
 * of type any also takes an instance of a class or interface.
 * `result` is COR_NONE when the result is not used. */
bool cor_signature_matches(const char *signature, const CorModule *module, const uint32_t *parameters,
                           uint32_t count, uint32_t result);

/* Whether the signature's result can be stored in a register: is neither void nor never. */
bool cor_signature_has_result(const char *signature);

#endif
