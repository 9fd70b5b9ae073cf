// What the files of the emitter share: the module under construction, the function under construction, and
// one
// function per part of the tree.
#ifndef COMPILER_EMIT_H
#define COMPILER_EMIT_H

#include "compiler/emitter.h"
#include "compiler/pointer_map.h"
#include "vm/bytecode/builder.h"
#include "vm/bytecode/intrinsic.h"
#include "vm/bytecode/syscall.h"

// What the emitter knows of an entity of another module: the handle, and the fields declared so far.
typedef struct ImportedDefinition {
    TypeDecl *decl;
    uint32_t handle;
    uint32_t *field_index; // by the declaration's own index: number in the import, or COR_NONE
    CorField *fields;
    uint32_t field_count;
} ImportedDefinition;

typedef struct Emitter {
    Checker *checker;
    Arena *arena;
    Arena *scratch; // what lives as long as one function's emission
    CorBuilder *builder;
    ModuleSymbol *module;
    bool with_debug;
    PointerMap types;       // const Type * -> type index
    PointerMap definitions; // TypeDecl * -> handle
    PointerMap imported;    // TypeDecl * -> ImportedDefinition * (as a pointer)
    PointerMap functions;   // Function * -> handle
    PointerMap globals;     // Variable * -> handle
    PointerMap late;        // Variable * in a cell, declared without a value
    ImportedDefinition **imports;
    uint32_t import_count, import_capacity;
    Function **pending; // own functions whose code is still to be emitted
    uint32_t pending_count, pending_capacity, pending_done;
    uint64_t copied; // instructions in copies of cleanups, those of finished copies
} Emitter;

// A branch target.  `used` tells whether anything goes there: a label nothing goes to starts no code.
typedef struct Label {
    CorLabel id;
    bool used;
} Label;

// A stretch of code under one handler, in pieces: the copies of its own cleanup lie between them.
typedef struct Region {
    struct Region *outer;
    CorLabel start;       // of the open piece
    uint32_t start_count; // instructions before it
    bool open;
    struct RegionPiece {
        CorLabel start, end;
    } * pieces;
    uint32_t piece_count, piece_capacity;
} Region;

// What runs when control leaves a block: a defer's or a finally's body.
typedef struct Cleanup {
    struct Cleanup *outer;
    TreeExpr *body;
    Region *region;  // the stretch it protects
    Region *outside; // the region in force around it
} Cleanup;

typedef struct LoopTarget {
    Label *break_label, *continue_label;
    Cleanup *cleanup; // in force around the loop
} LoopTarget;

typedef struct FunctionEmitter {
    Emitter *emitter;
    Arena *scratch; // the emitter's
    Function *function;
    const SourceFile *file; // that it is in
    CorCode *code;
    uint32_t line_hint;    // of source_position_near
    bool live;             // control can come here
    uint32_t instructions; // emitted so far
    uint32_t copy_start;   // instructions before the outermost copy of a cleanup that is being made
    bool copying;          // one is
    bool copies_too_large; // one was left out
    PointerMap registers;  // Variable * -> register (of its cell, when it has one)
    Cleanup *cleanup;
    Region *region;
    uint32_t *field_registers; // constructor of a struct: the fields of self; else NULL
    Variable *self;
    uint32_t hole; // register of TREE_HOLE's value
    uint32_t register_count, handler_count;
    uint32_t spare_count, spare_capacity;
    uint32_t *spare; // temporaries of finished statements, once the function is large
    uint32_t *fresh; // temporaries of the running statement, once the function is large
    uint32_t fresh_count, fresh_capacity;
} FunctionEmitter;

// Emits one instruction of the given operand shape, unless control cannot come here.
#define EMIT(f, shape, ...)                                                                                  \
    do {                                                                                                     \
        if ((f)->live)                                                                                       \
            cor_code_emit_##shape((f)->code, __VA_ARGS__), (f)->instructions++;                              \
    } while (0)

#define EMIT_PLAIN(f, op)                                                                                    \
    do {                                                                                                     \
        if ((f)->live)                                                                                       \
            cor_code_emit((f)->code, op), (f)->instructions++;                                               \
    } while (0)

// emit_module.c: entities
uint32_t emit_type(Emitter *, const Type *type);
uint32_t emit_definition(Emitter *, TypeDecl *decl);
uint32_t emit_field_index(Emitter *, const Field *field);
uint32_t emit_function(Emitter *, Function *function);
uint32_t emit_function_ref(Emitter *, Function *function, const Type *const *type_args, uint32_t count);
uint32_t emit_global(Emitter *, Variable *variable);
CorTypeParam *emit_type_params(Emitter *, TypeParameter *const *params, uint32_t count);
// The type parameters in force in a function: a lambda has those of the function around it.
const Function *emit_generic_context(const Function *function);

// emit_function.c: one function's code, registers, labels
void emit_function_code(Emitter *, Function *function);
uint32_t emit_temp(FunctionEmitter *, const Type *type);
uint32_t emit_raw_temp(FunctionEmitter *, uint32_t type);
uint32_t emit_variable_register(FunctionEmitter *, Variable *variable); // declares it on first sight
void emit_at(FunctionEmitter *, Span span);
Label emit_label(FunctionEmitter *);
void emit_bind(FunctionEmitter *, Label *label);
void emit_jump(FunctionEmitter *, Label *label);
CorLabel emit_target(Label *label); // marks it as used
// Temporaries made since `mark` (a former fresh_count) may be used again.
void emit_statement_end(FunctionEmitter *, uint32_t mark);
bool emit_is_too_large(const FunctionEmitter *); // for the limits of the format: it is reported at the end
void emit_keep(FunctionEmitter *, uint32_t reg); // a temporary that became a variable
void emit_return(FunctionEmitter *, uint32_t value); // COR_NONE: void

// emit_expr.c: values.  `want` is the register to fill or COR_NONE; the result is where the value is
// (COR_NONE of void).
uint32_t emit_expr(FunctionEmitter *, TreeExpr *expr, uint32_t want);
void emit_effect(FunctionEmitter *, TreeExpr *expr);
// A value that later expressions cannot change: a copy when it is a variable that `others` might assign.
uint32_t emit_operand(FunctionEmitter *, TreeExpr *expr, TreeExpr *const *others, uint32_t count);
void emit_operands(FunctionEmitter *, TreeExpr *const *exprs, uint32_t count, uint32_t *registers);
uint32_t emit_constant(FunctionEmitter *, const Constant *constant, uint32_t want);
uint32_t emit_int(FunctionEmitter *, const Type *type, int64_t value, uint32_t want);
uint32_t emit_text(FunctionEmitter *, const char *bytes, uint32_t length, uint32_t want);
uint32_t emit_into(FunctionEmitter *, uint32_t from,
                   uint32_t want); // moves unless it is there, or want is COR_NONE
uint32_t emit_destination(FunctionEmitter *, const TreeExpr *expr, uint32_t want);

// An instruction over the arguments of `expr`, all in registers.
uint32_t emit_list_of(FunctionEmitter *, TreeExpr *expr, uint32_t want, CorOpcode op);

// emit_call.c
uint32_t emit_call(FunctionEmitter *, TreeExpr *expr, uint32_t want);
// Arguments from `first` on in the order of the parameters: written ones (left to right), then the defaults.
// The first
// `self_count` elements are not parameters; those before `first` are the caller's to fill in.
uint32_t *emit_arguments(FunctionEmitter *, TreeExpr *, uint32_t first, uint32_t self_count, uint32_t *count);
uint32_t emit_call_registers(FunctionEmitter *, Function *function, bool is_virtual,
                             const Type *const *type_args, uint32_t type_arg_count, const uint32_t *args,
                             uint32_t arg_count, const Type *result, uint32_t want);
uint32_t emit_format(FunctionEmitter *, TreeExpr *expr, uint32_t want);
uint32_t emit_collection(FunctionEmitter *, TreeExpr *expr, uint32_t want);
uint32_t emit_lambda(FunctionEmitter *, TreeExpr *expr, uint32_t want);
void emit_print(FunctionEmitter *, TreeExpr *expr);

// emit_place.c
typedef struct Place Place;
Place *emit_place(FunctionEmitter *, TreeExpr *expr);
uint32_t emit_place_load(FunctionEmitter *, Place *place, uint32_t want);
void emit_place_store(FunctionEmitter *, Place *place, uint32_t value);
void emit_assign(FunctionEmitter *, TreeExpr *expr);
uint32_t emit_call_mut(FunctionEmitter *, TreeExpr *expr, uint32_t want);
void emit_variable_set(FunctionEmitter *, Variable *variable, uint32_t value);
void emit_variable_define(FunctionEmitter *, Variable *variable,
                          uint32_t value);                         // its first value: makes the cell
void emit_variable_declare(FunctionEmitter *, Variable *variable); // without a value
uint32_t emit_variable_get(FunctionEmitter *, Variable *variable, uint32_t want);

// emit_branch.c: conditions and patterns
void emit_branch(FunctionEmitter *, TreeExpr *condition, Label *target, bool when);
// Goes on when the subject matches (variables bound), else goes to `fail`. `stable`: the register keeps its
// value.
void emit_pattern(FunctionEmitter *, TreePattern *pattern, uint32_t subject, bool stable, Label *fail);
uint32_t emit_match(FunctionEmitter *, TreeExpr *expr, uint32_t want);

// emit_control.c: blocks, loops, exits, errors
uint32_t emit_block(FunctionEmitter *, TreeExpr *expr, uint32_t want);
uint32_t emit_if(FunctionEmitter *, TreeExpr *expr, uint32_t want);
uint32_t emit_try(FunctionEmitter *, TreeExpr *expr, uint32_t want);
uint32_t emit_try_optional(FunctionEmitter *, TreeExpr *expr, uint32_t want);
void emit_while(FunctionEmitter *, TreeExpr *expr);
void emit_for_range(FunctionEmitter *, TreeExpr *expr);
void emit_for_array(FunctionEmitter *, TreeExpr *expr);
void emit_for_iterate(FunctionEmitter *, TreeExpr *expr);
void emit_exit_loop(FunctionEmitter *, TreeExpr *expr);
void emit_leave(FunctionEmitter *, Cleanup *down_to); // runs the cleanups above it
void emit_reopen(FunctionEmitter *);                  // behind the jump or return after emit_leave

// emit_derived.c: equals, hash, compare, toString of structs and enums; memberwise constructors
void emit_derived(FunctionEmitter *);
void emit_memberwise(FunctionEmitter *);

#endif
