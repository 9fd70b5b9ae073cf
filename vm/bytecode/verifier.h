/* The verifier: the wall between the bytes of a module and the VM.
 *
 * Whatever it accepts cannot crash the VM, forge a reference, read out of bounds or leave a field without default
 * unset; nothing behind it checks again.  It is a pure function of the module: what the module relies on in others it
 * declares itself (imported entities), and the linker compares the declarations with the real thing.
 *
 * verify_rules.def lists the rules, limits.def the implementation limits, docs/bytecode.md explains both. */
#ifndef COR_BYTECODE_VERIFIER_H
#define COR_BYTECODE_VERIFIER_H

#include "vm/bytecode/byte_buffer.h"
#include "vm/bytecode/module.h"
#include "vm/bytecode/status.h"

typedef enum CorVerifyRule {
#define RULE(name, text, sentence) COR_VERIFY_##name,
#include "vm/bytecode/verify_rules.def"
#undef RULE
    COR_VERIFY_RULE_COUNT
} CorVerifyRule;

typedef struct CorVerifyRuleInfo {
    const char *name;
    const char *sentence;
} CorVerifyRuleInfo;

extern const CorVerifyRuleInfo cor_verify_rule_info[COR_VERIFY_RULE_COUNT];

enum {
#define LIMIT(name, value, what) COR_LIMIT_##name = value,
#include "vm/bytecode/limits.def"
#undef LIMIT
};

typedef struct CorVerifyOptions {
    bool trusted; /* the module may use unsafe intrinsics */
} CorVerifyOptions;

/* What an error is about. */
typedef enum CorVerifyPlace {
    COR_PLACE_MODULE,
    COR_PLACE_STRING,
    COR_PLACE_IMPORT,
    COR_PLACE_TYPE,
    COR_PLACE_DEFINITION,
    COR_PLACE_FUNCTION,
    COR_PLACE_GLOBAL,
    COR_PLACE_REFERENCE,
    COR_PLACE_CONSTANT,
    COR_PLACE_NAMED_CONSTANT,
    COR_PLACE_CONFORMANCE,
    COR_PLACE_SYSCALL
} CorVerifyPlace;

typedef struct CorVerifyError {
    CorVerifyRule rule;
    CorVerifyPlace place;
    uint32_t index;  /* in the table of the place */
    uint32_t offset; /* in the function's code, or COR_NONE */
} CorVerifyError;

/* Verifies a module from the reader or the builder.  `options` may be NULL (nothing is trusted), `error` too.
 * COR_MODULE_REJECTED sets *error.  Takes memory in proportion to the module, and frees it. */
CorModuleStatus cor_verify(const CorModule *module, const CorVerifyOptions *options, CorVerifyError *error);

/* Appends one line of text: "function `Point.area`, offset 12: operand-type: The operands have ...". */
void cor_verify_error_text(const CorModule *module, const CorVerifyError *error, CorByteBuffer *out);

#endif
