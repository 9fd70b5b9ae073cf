// What the compiler writes itself: equals, hash and toString of structs and enums, and memberwise
// constructors. They use the structural operations on the fields, so they exist for fields of any type.
#include "compiler/emit.h"

#include <string.h>

typedef struct Derivation {
    FunctionEmitter *f;
    TypeDecl *decl;
    const Type *boolean, *integer, *string;
} Derivation;

static uint32_t load_part(Derivation *d, uint32_t self, const EnumCase *of_case, const Field *field) {
    FunctionEmitter *f = d->f;
    uint32_t value = emit_temp(f, field->type);
    if (of_case) {
        EMIT(f, dann, COR_OP_PAYLOAD, value, self, of_case->ordinal, field->index);
    } else {
        CorPathStep step = {COR_PATH_FIELD, emit_definition(f->emitter, d->decl),
                            emit_field_index(f->emitter, field)};
        EMIT(f, daP, COR_OP_LOAD, value, self, &step, 1);
    }
    return value;
}

static void return_int(Derivation *d, const Type *type, int64_t value) {
    emit_return(d->f, emit_int(d->f, type, value, COR_NONE));
}

// One case after the other: `body` emits code for self of that case, and returns.
typedef void PartsEmitter(Derivation *d, const EnumCase *of_case, Field *fields, uint32_t count);

static void each_case(Derivation *d, PartsEmitter *body) {
    FunctionEmitter *f = d->f;
    if (d->decl->kind == COR_DEF_STRUCT) {
        body(d, NULL, d->decl->fields, d->decl->field_count);
        return;
    }
    for (uint32_t i = 0; i < d->decl->case_count && f->live; i++) {
        const EnumCase *of_case = &d->decl->cases[i];
        Label next = emit_label(f);
        if (i + 1 < d->decl->case_count)
            EMIT(f, anL, COR_OP_BR_CASE_NOT, 0, i, emit_target(&next));
        body(d, of_case, of_case->fields, of_case->field_count);
        emit_bind(f, &next);
    }
    if (f->live)
        EMIT_PLAIN(f, COR_OP_TRAP);
    f->live = false;
}

static void equals_parts(Derivation *d, const EnumCase *of_case, Field *fields, uint32_t count) {
    FunctionEmitter *f = d->f;
    Label differs = emit_label(f);
    if (of_case && d->decl->case_count > 1)
        EMIT(f, anL, COR_OP_BR_CASE_NOT, 1, of_case->ordinal, emit_target(&differs));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t a = load_part(d, 0, of_case, &fields[i]), b = load_part(d, 1, of_case, &fields[i]),
                 same = emit_temp(f, d->boolean);
        EMIT(f, daa, COR_OP_EQ, same, a, b);
        EMIT(f, aL, COR_OP_BR_FALSE, same, emit_target(&differs));
    }
    return_int(d, d->boolean, 1);
    emit_bind(f, &differs);
    if (f->live)
        return_int(d, d->boolean, 0);
}

// h := 31 * h + hash(part), from the case's ordinal on.
static void hash_parts(Derivation *d, const EnumCase *of_case, Field *fields, uint32_t count) {
    FunctionEmitter *f = d->f;
    uint32_t sum = emit_int(f, d->integer, of_case ? (int64_t)of_case->ordinal + 1 : 17, COR_NONE);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t part = load_part(d, 0, of_case, &fields[i]), hash = emit_temp(f, d->integer);
        EMIT(f, da, COR_OP_HASH, hash, part);
        uint32_t scaled = emit_temp(f, d->integer), next = emit_temp(f, d->integer);
        EMIT(f, daa, COR_OP_MUL, scaled, sum, emit_int(f, d->integer, 31, COR_NONE));
        EMIT(f, daa, COR_OP_ADD, next, scaled, hash);
        sum = next;
    }
    emit_return(f, sum);
}

// Point(x: 1.0, y: 2.0); Bin('+', Num(1.0), Num(2.0)); Red
static void text_parts(Derivation *d, const EnumCase *of_case, Field *fields, uint32_t count) {
    FunctionEmitter *f = d->f;
    Arena *arena = f->scratch;
    const char *name = of_case ? of_case->name : d->decl->name;
    uint32_t *pieces = ARENA_ARRAY(arena, uint32_t, count * 2 + 2), used = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *open = i ? ", " : arena_printf(arena, "%s(", name);
        const char *label = of_case ? open : arena_printf(arena, "%s%s: ", open, fields[i].name);
        pieces[used++] = emit_text(f, label, (uint32_t)strlen(label), COR_NONE);
        uint32_t part = load_part(d, 0, of_case, &fields[i]), text = emit_temp(f, d->string);
        EMIT(f, da, COR_OP_TO_SOURCE, text, part);
        pieces[used++] = text;
    }
    const char *close = count ? ")" : of_case ? name : arena_printf(arena, "%s()", name);
    pieces[used++] = emit_text(f, close, (uint32_t)strlen(close), COR_NONE);
    uint32_t whole = pieces[0];
    if (used > 1) {
        whole = emit_temp(f, d->string);
        EMIT(f, dA, COR_OP_CONCAT, whole, pieces, used);
    }
    emit_return(f, whole);
}

void emit_derived(FunctionEmitter *f) {
    TypeTable *types = f->emitter->checker->types;
    Derivation d = {f, f->function->owner, types_builtin(types, TYPE_BOOL), types_builtin(types, TYPE_I64),
                    types_builtin(types, TYPE_STRING)};
    const char *name = f->function->name;
    if (strcmp(name, "equals") == 0)
        each_case(&d, equals_parts);
    else if (strcmp(name, "hash") == 0)
        each_case(&d, hash_parts);
    else
        each_case(&d, text_parts);
}

// -------------------------------------------------------------------------------------- memberwise
// constructors

static const Parameter *parameter_named(const Function *function, const char *name, uint32_t *index) {
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        if (strcmp(function->parameters[i].name, name) != 0)
            continue;
        *index = i;
        return &function->parameters[i];
    }
    return NULL;
}

// The superclass's constructor that needs no argument; the checker has made sure that there is one.
static void call_super(FunctionEmitter *f, const Type *super) {
    Function *init = implied_init(super->decl);
    uint32_t *args = ARENA_ARRAY(f->scratch, uint32_t, init->parameter_count + 1);
    args[0] = 0;
    for (uint32_t k = 0; k < init->parameter_count; k++) {
        const Type *type = member_type(f->emitter->checker, super, init->parameters[k].type);
        Function *by_default = init->parameters[k].default_function;
        args[k + 1] = emit_call_registers(f, by_default, false, super->args, super->arg_count, args + 1,
                                          by_default->parameter_count, type, COR_NONE);
    }
    EMIT(f, fA, COR_OP_CALL_INIT, emit_function_ref(f->emitter, init, super->args, super->arg_count), args,
         init->parameter_count + 1);
}

void emit_memberwise(FunctionEmitter *f) {
    TypeDecl *decl = f->function->owner;
    bool is_class = decl->kind == COR_DEF_CLASS;
    uint32_t *values = ARENA_ARRAY(f->scratch, uint32_t, decl->field_count + 1);
    for (uint32_t i = 0; i < decl->field_count; i++) {
        Field *field = &decl->fields[i];
        uint32_t index;
        if (parameter_named(f->function, field->name, &index))
            values[i] = index + (is_class ? 1 : 0);
        else
            values[i] = emit_expr(f, field->default_value, COR_NONE);
        if (!is_class)
            continue;
        CorPathStep step = {COR_PATH_FIELD, emit_definition(f->emitter, decl),
                            emit_field_index(f->emitter, field)};
        EMIT(f, maP, COR_OP_STORE, 0, values[i], &step, 1);
    }
    if (is_class) {
        if (decl->super)
            call_super(f, decl->super);
        emit_return(f, COR_NONE);
        return;
    }
    f->field_registers = values;
    emit_return(f, COR_NONE);
}
