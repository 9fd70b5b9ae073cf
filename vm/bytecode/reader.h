/* Reading the bytes of a .corm file into a module (docs/bytecode.md).
 *
 * The reader is strict about form: any bytes give a module or an error that names an offset and a rule, and
 * what it accepts, the writer writes back to the same bytes.  It checks what the form alone decides; whether
 * indices are in bounds (strings excepted) and the content makes sense is the verifier's. */
#ifndef COR_BYTECODE_READER_H
#define COR_BYTECODE_READER_H

#include "vm/bytecode/module.h"
#include "vm/bytecode/status.h"

typedef enum CorReadRule {
#define RULE(name, text, sentence) COR_READ_##name,
#include "vm/bytecode/read_rules.def"
#undef RULE
    COR_READ_RULE_COUNT
} CorReadRule;

typedef struct CorReadRuleInfo {
    const char *name;
    const char *sentence;
} CorReadRuleInfo;

extern const CorReadRuleInfo cor_read_rule_info[COR_READ_RULE_COUNT];

typedef struct CorReadError {
    CorReadRule rule;
    size_t offset;       /* in the file */
    const char *section; /* name of the section, or "header" */
} CorReadError;

/* Reads a module; `bytes` is copied and not needed afterwards.  On success *out is the caller's, to be freed
 * with cor_module_free.  On COR_MODULE_REJECTED *error (which may be NULL) tells why.  The module takes at
 * most COR_READ_MEMORY_FACTOR bytes of memory for each byte of input, and COR_READ_MEMORY_BASE. */
CorModuleStatus cor_module_read(const uint8_t *bytes, size_t size, CorModule **out, CorReadError *error);

/* What of a module is read; documentation is in neither. */
typedef enum CorReadParts {
    COR_READ_EXECUTION,   /* what runs: without the names of registers */
    COR_READ_DECLARATIONS /* what an importer sees: without code and what belongs to it */
} CorReadParts;

/* Reads a part of a module that was written by this process or built into it: what the writer guarantees (the hash,
 * valid UTF-8, the order of the strings) is not checked.  `bytes` is not copied and must outlive the module.  Status and
 * ownership as above. */
CorModuleStatus cor_module_read_own(const uint8_t *bytes, size_t size, CorReadParts parts, CorModule **out);

enum { COR_READ_MEMORY_FACTOR = 64, COR_READ_MEMORY_BASE = 65536 };

#endif
