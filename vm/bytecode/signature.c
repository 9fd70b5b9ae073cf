#include "vm/bytecode/signature.h"

#include <string.h>

enum { LETTERS = 26 };

/* A walk over the text.  With a module, every type read is compared with a type of the module; without, only
 * parsed
 * (`type` is then COR_NONE throughout). */
typedef struct Walk {
    const char *at;
    const CorModule *module;
    uint32_t bound[LETTERS]; /* the type of each capital letter, or COR_NONE */
    bool well_formed;
    bool same; /* no difference so far */
    bool in_parameters;
} Walk;

typedef struct PlainName {
    const char *name;
    CorTypeKind kind;
} PlainName;

static const PlainName plain_names[] = {
    {"void", COR_TYPE_VOID},     {"never", COR_TYPE_NEVER}, {"bool", COR_TYPE_BOOL}, {"int", COR_TYPE_I64},
    {"float", COR_TYPE_F64},     {"i8", COR_TYPE_I8},       {"i16", COR_TYPE_I16},   {"i32", COR_TYPE_I32},
    {"i64", COR_TYPE_I64},       {"u8", COR_TYPE_U8},       {"u16", COR_TYPE_U16},   {"u32", COR_TYPE_U32},
    {"u64", COR_TYPE_U64},       {"f32", COR_TYPE_F32},     {"f64", COR_TYPE_F64},   {"char", COR_TYPE_CHAR},
    {"string", COR_TYPE_STRING}, {"any", COR_TYPE_ANY},
};

static bool take(Walk *walk, const char *text) {
    while (*walk->at == ' ') {
        walk->at++;
    }
    size_t length = strlen(text);
    if (strncmp(walk->at, text, length) != 0) {
        return false;
    }
    walk->at += length;
    return true;
}

static void expect(Walk *walk, const char *text) {
    if (!take(walk, text)) {
        walk->well_formed = false;
    }
}

static const CorTypeEntry *entry(const Walk *walk, uint32_t type) {
    return walk->module != NULL && type < walk->module->type_count ? &walk->module->types[type] : NULL;
}

/* Notes a difference unless `type` is of that kind; its entry, or NULL when there is nothing to compare with.
 */
static const CorTypeEntry *expect_kind(Walk *walk, uint32_t type, CorTypeKind kind) {
    const CorTypeEntry *have = entry(walk, type);
    if (have == NULL || have->kind != kind) {
        walk->same = false;
        return NULL;
    }
    return have;
}

/* A class or interface instance, which a parameter of type any takes without an upcast. */
static bool is_object(const Walk *walk, uint32_t type) {
    const CorTypeEntry *have = entry(walk, type);
    if (!walk->in_parameters || have == NULL || have->kind != COR_TYPE_NAMED) {
        return false;
    }
    CorDefinitionKind kind = walk->module->definitions[have->index].kind;
    return kind == COR_DEF_CLASS || kind == COR_DEF_INTERFACE;
}

static uint32_t argument(const CorTypeEntry *type, uint32_t index) {
    return type != NULL && index < type->arg_count ? type->args[index] : COR_NONE;
}

static void match_type(Walk *walk, uint32_t type);

static void match_letter(Walk *walk, uint32_t type) {
    uint32_t *bound = &walk->bound[*walk->at++ - 'A'];
    const CorTypeEntry *have = entry(walk, type);
    if (have == NULL || have->kind == COR_TYPE_VOID || have->kind == COR_TYPE_NEVER ||
        (*bound != COR_NONE && *bound != type)) {
        walk->same = false;
    }
    *bound = type;
}

static void match_list(Walk *walk, const CorTypeEntry *owner, uint32_t *count) {
    if (take(walk, ")")) {
        return;
    }
    do {
        match_type(walk, argument(owner, (*count)++));
    } while (take(walk, ","));
    expect(walk, ")");
}

static void match_atom(Walk *walk, uint32_t type) {
    uint32_t count = 0;
    if (take(walk, "Array<")) {
        match_type(walk, argument(expect_kind(walk, type, COR_TYPE_ARRAY), 0));
        expect(walk, ">");
        return;
    }
    if (take(walk, "fn(")) {
        const CorTypeEntry *have = expect_kind(walk, type, COR_TYPE_FUNCTION);
        match_list(walk, have, &count);
        expect(walk, ":");
        match_type(walk, argument(have, count++));
        walk->same &= have != NULL && have->arg_count == count;
        return;
    }
    if (take(walk, "(")) {
        const CorTypeEntry *have = expect_kind(walk, type, COR_TYPE_TUPLE);
        match_list(walk, have, &count);
        walk->same &= have != NULL && have->arg_count == count;
        return;
    }
    size_t length = strspn(walk->at, "abcdefghijklmnopqrstuvwxyz0123456789");
    for (size_t i = 0; i < sizeof plain_names / sizeof plain_names[0]; i++) {
        if (strlen(plain_names[i].name) == length && strncmp(walk->at, plain_names[i].name, length) == 0) {
            walk->at += length;
            if (plain_names[i].kind != COR_TYPE_ANY || !is_object(walk, type)) {
                expect_kind(walk, type, plain_names[i].kind);
            }
            return;
        }
    }
    if (*walk->at >= 'A' && *walk->at <= 'Z') {
        match_letter(walk, type);
        return;
    }
    walk->well_formed = false;
}

/* The suffixes `?` stand behind the atom but enclose it, so they are counted first. */
static void match_type(Walk *walk, uint32_t type) {
    take(walk, "");
    Walk ahead = {.at = walk->at, .well_formed = true};
    match_atom(&ahead, COR_NONE);
    for (; ahead.well_formed && *ahead.at == '?'; ahead.at++) {
        type = argument(expect_kind(walk, type, COR_TYPE_OPTIONAL), 0);
    }
    match_atom(walk, type);
    while (walk->well_formed && *walk->at == '?') {
        walk->at++;
    }
}

static Walk begin(const char *signature, const CorModule *module) {
    Walk walk = {.at = signature, .module = module, .well_formed = true, .same = true};
    for (int i = 0; i < LETTERS; i++) {
        walk.bound[i] = COR_NONE;
    }
    return walk;
}

/* Walks the parameters up to the colon; how many there are. */
static uint32_t match_parameters(Walk *walk, const uint32_t *parameters, uint32_t count) {
    uint32_t seen = 0;
    walk->in_parameters = true;
    if (take(walk, ":")) {
        return 0;
    }
    do {
        match_type(walk, seen < count ? parameters[seen] : COR_NONE);
        seen++;
    } while (walk->well_formed && take(walk, ","));
    expect(walk, ":");
    walk->in_parameters = false;
    return seen;
}

uint32_t cor_signature_parameter_count(const char *signature) {
    Walk walk = begin(signature, NULL);
    uint32_t count = match_parameters(&walk, NULL, 0);
    match_type(&walk, COR_NONE);
    return walk.well_formed && *walk.at == '\0' ? count : COR_NONE;
}

bool cor_signature_matches(const char *signature, const CorModule *module, const uint32_t *parameters,
                           uint32_t count, uint32_t result) {
    Walk walk = begin(signature, module);
    if (match_parameters(&walk, parameters, count) != count || !walk.same) {
        return false;
    }
    if (result != COR_NONE) {
        match_type(&walk, result);
    }
    return walk.well_formed && walk.same;
}

bool cor_signature_has_result(const char *signature) {
    const char *result = strrchr(signature, ' ');
    return result != NULL && strcmp(result, " void") != 0 && strcmp(result, " never") != 0;
}
