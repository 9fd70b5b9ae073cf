/* Building a module: what the compiler's emitter and the assembler use.
 *
 * Everything may be added in any order.  Definitions, functions and globals are known by *handles*, numbered
 * as they are added, imported and own ones mixed; the final index spaces, imported entities first, exist only
 * when cor_builder_finish has run.  So until then every place of the structures of module.h that names a
 * definition, a function or a global (CorTypeEntry.index of a NAMED type, owner, default_function, methods,
 * ...) holds a handle, and code is kept as operand lists and encoded last.  Strings, types, function
 * references and constants are interned; their indices are final at once.
 *
 * Failure is sticky: when memory is exhausted every later call does nothing harmful and cor_builder_finish
 * returns NULL, so callers check once.  Arrays that drafts point to are copied by finish and must live until
 * then (cor_builder_copy keeps one).  One builder belongs to one thread. */
#ifndef COR_BYTECODE_BUILDER_H
#define COR_BYTECODE_BUILDER_H

#include "vm/bytecode/module.h"

typedef struct CorBuilder CorBuilder;

/* A new builder for the module of that name (UTF-8), or NULL. */
CorBuilder *cor_builder_new(const char *name);

/* Frees a builder that was not finished; NULL is allowed. */
void cor_builder_free(CorBuilder *builder);

/* Makes the module and frees the builder.  NULL when memory ran out.  Nothing is checked here: the verifier
 * does. */
CorModule *cor_builder_finish(CorBuilder *builder);

/* A copy of an array that lives as long as the builder; NULL on failure. */
void *cor_builder_copy(CorBuilder *builder, const void *data, size_t count, size_t size);

/* ---- Interned tables ---- */

uint32_t cor_builder_string(CorBuilder *builder, const char *bytes, size_t length);
uint32_t cor_builder_text(CorBuilder *builder,
                          const char *text); /* NUL-terminated; NULL gives the empty string */

/* A type by structure; `index` is the definition handle of a NAMED type, the number of a PARAM, else 0. */
uint32_t cor_builder_type(CorBuilder *builder, CorTypeKind kind, uint32_t index, const uint32_t *args,
                          uint32_t arg_count);
uint32_t cor_builder_plain_type(CorBuilder *builder, CorTypeKind kind); /* builtin without arguments */
uint32_t cor_builder_wrapped_type(CorBuilder *builder, CorTypeKind kind,
                                  uint32_t arg); /* OPTIONAL, ARRAY, CELL */

/* The entry of a type made before; valid until the next call. */
CorTypeEntry cor_builder_type_entry(const CorBuilder *builder, uint32_t type);

uint32_t cor_builder_function_ref(CorBuilder *builder, uint32_t function, const uint32_t *args,
                                  uint32_t arg_count);

/* A constant: of a number, char or bool type by its bits, of type string by its string. */
uint32_t cor_builder_constant(CorBuilder *builder, uint32_t type, uint64_t bits);
uint32_t cor_builder_constant_string(CorBuilder *builder, uint32_t type, uint32_t string);

/* Appends an entry without interning: the assembler writes tables as they stand, wrong ones included. */
uint32_t cor_builder_append_type(CorBuilder *builder, CorTypeEntry entry);
uint32_t cor_builder_append_function_ref(CorBuilder *builder, CorFunctionRef reference);
uint32_t cor_builder_append_constant(CorBuilder *builder, CorConstant constant);

/* ---- Entities ---- */

/* Adds a zeroed entity (its optional references COR_NONE) and returns its handle; `module` is the name of the
 * module it is imported from, COR_NONE for an own one. */
uint32_t cor_builder_add_definition(CorBuilder *builder, uint32_t module);
uint32_t cor_builder_add_function(CorBuilder *builder, uint32_t module);
uint32_t cor_builder_add_global(CorBuilder *builder, uint32_t module);

/* The entity to fill in, at any time before finish; the address is stable.  A function's registers, captures,
 * code, handlers and lines come from its CorCode. */
CorDefinition *cor_builder_definition(CorBuilder *builder, uint32_t handle);
CorFunction *cor_builder_function(CorBuilder *builder, uint32_t handle);
CorGlobal *cor_builder_global(CorBuilder *builder, uint32_t handle);

/* An imported module; `hash` may be NULL for any.  Importing the same name again changes nothing. */
void cor_builder_add_import(CorBuilder *builder, uint32_t name, const uint8_t hash[32]);
void cor_builder_add_named_constant(CorBuilder *builder, CorNamedConstant constant);
void cor_builder_add_conformance(CorBuilder *builder, CorConformance conformance);

/* Notes that the module uses a syscall; cor_code_emit_rsA does so itself. */
void cor_builder_add_syscall(CorBuilder *builder, uint32_t number);

void cor_builder_set_name(CorBuilder *builder, uint32_t string); /* instead of the one given at the start */
void cor_builder_set_source_file(CorBuilder *builder, uint32_t string);
void cor_builder_set_initializer(CorBuilder *builder, uint32_t function);
void cor_builder_set_main(CorBuilder *builder, uint32_t function);
void cor_builder_set_doc(CorBuilder *builder, uint32_t string);

/* ---- Code ---- */

typedef struct CorCode CorCode;
typedef uint32_t CorLabel;

/* Starts the code of an own function whose parameters have been filled in: they become registers 0, 1, ...
 * Several functions may be under construction at once.  NULL on failure; all functions below accept that. */
CorCode *cor_code_begin(CorBuilder *builder, uint32_t function);

/* The same without the parameters' registers. */
CorCode *cor_code_begin_plain(CorBuilder *builder, uint32_t function);

/* Nothing more is added to the code: its memory shrinks to what the end needs.  It may be left out. */
void cor_code_end(CorCode *code);

uint32_t cor_code_register(CorCode *code, uint32_t type, uint32_t name /* string, or 0 */);
uint32_t cor_code_register_type(const CorCode *code, uint32_t reg);
uint32_t cor_code_capture(CorCode *code, uint32_t type); /* a new capture of a lambda: its index */

/* The position of the instructions that follow; line 0: unknown. */
void cor_code_position(CorCode *code, uint32_t line, uint32_t column);

CorLabel cor_code_label(CorCode *code);            /* a new label */
void cor_code_bind(CorCode *code, CorLabel label); /* the next instruction is at the label */

/* A label at a byte offset (below 2^31) that need not be an instruction's, for tests of the verifier. */
CorLabel cor_code_label_at(CorCode *code, uint32_t offset);

/* An exception range; ranges are added innermost first. */
void cor_code_handler(CorCode *code, CorLabel start, CorLabel end, CorLabel target, uint32_t type,
                      uint32_t reg);

/* One function for each operand shape of opcodes.def, named by its letters.  Operands: registers; k
 * constants; t types; f function references; g global handles; D definition handles; r a register or
 * COR_NONE; L labels. */
void cor_code_emit(CorCode *code, CorOpcode op);
void cor_code_emit_L(CorCode *code, CorOpcode op, CorLabel target);
void cor_code_emit_a(CorCode *code, CorOpcode op, uint32_t a);
void cor_code_emit_d(CorCode *code, CorOpcode op, uint32_t d);
void cor_code_emit_aL(CorCode *code, CorOpcode op, uint32_t a, CorLabel target);
void cor_code_emit_aaL(CorCode *code, CorOpcode op, uint32_t a, uint32_t b, CorLabel target);
void cor_code_emit_daL(CorCode *code, CorOpcode op, uint32_t d, uint32_t a, CorLabel target);
void cor_code_emit_anL(CorCode *code, CorOpcode op, uint32_t a, uint32_t n, CorLabel target);
void cor_code_emit_aTL(CorCode *code, CorOpcode op, uint32_t a, const CorLabel *targets, uint32_t count,
                       CorLabel otherwise);
void cor_code_emit_maL(CorCode *code, CorOpcode op, uint32_t m, uint32_t a, CorLabel target);
void cor_code_emit_maaL(CorCode *code, CorOpcode op, uint32_t m, uint32_t a, uint32_t b, CorLabel target);
void cor_code_emit_da(CorCode *code, CorOpcode op, uint32_t d, uint32_t a);
void cor_code_emit_aa(CorCode *code, CorOpcode op, uint32_t a, uint32_t b);
void cor_code_emit_di(CorCode *code, CorOpcode op, uint32_t d, int64_t immediate);
void cor_code_emit_dk(CorCode *code, CorOpcode op, uint32_t d, uint32_t constant);
void cor_code_emit_dc(CorCode *code, CorOpcode op, uint32_t d, uint32_t capture);
void cor_code_emit_dg(CorCode *code, CorOpcode op, uint32_t d, uint32_t global);
void cor_code_emit_ga(CorCode *code, CorOpcode op, uint32_t global, uint32_t a);
void cor_code_emit_daa(CorCode *code, CorOpcode op, uint32_t d, uint32_t a, uint32_t b);
void cor_code_emit_dat(CorCode *code, CorOpcode op, uint32_t d, uint32_t a, uint32_t type);
void cor_code_emit_dann(CorCode *code, CorOpcode op, uint32_t d, uint32_t a, uint32_t n, uint32_t field);
void cor_code_emit_dA(CorCode *code, CorOpcode op, uint32_t d, const uint32_t *args, uint32_t count);
void cor_code_emit_dnA(CorCode *code, CorOpcode op, uint32_t d, uint32_t n, const uint32_t *args,
                       uint32_t count);
void cor_code_emit_dfA(CorCode *code, CorOpcode op, uint32_t d, uint32_t ref, const uint32_t *args,
                       uint32_t count);
void cor_code_emit_fA(CorCode *code, CorOpcode op, uint32_t ref, const uint32_t *args, uint32_t count);
void cor_code_emit_rfA(CorCode *code, CorOpcode op, uint32_t r, uint32_t ref, const uint32_t *args,
                       uint32_t count);
void cor_code_emit_raA(CorCode *code, CorOpcode op, uint32_t r, uint32_t a, const uint32_t *args,
                       uint32_t count);
void cor_code_emit_rsA(CorCode *code, CorOpcode op, uint32_t r, uint32_t number, const uint32_t *args,
                       uint32_t count);
void cor_code_emit_rxA(CorCode *code, CorOpcode op, uint32_t r, uint32_t number, const uint32_t *args,
                       uint32_t count);
void cor_code_emit_daP(CorCode *code, CorOpcode op, uint32_t d, uint32_t a, const CorPathStep *path,
                       uint32_t count);
void cor_code_emit_maP(CorCode *code, CorOpcode op, uint32_t m, uint32_t a, const CorPathStep *path,
                       uint32_t count);

/* The general form: the operands in encoding order, a list as its count and elements, a path step as kind,
 * definition (of a field only) and index.  The assembler's way; syscalls are not noted. */
void cor_code_emit_operands(CorCode *code, CorOpcode op, const uint64_t *operands, uint32_t count);

/* Bytes that need not be instructions, for tests of the verifier. */
void cor_code_emit_bytes(CorCode *code, const uint8_t *bytes, uint32_t count);

#endif
