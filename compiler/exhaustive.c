// Exhaustiveness and usefulness of patterns: the matrix algorithm of Maranget, "Warnings for pattern matching"
// (Journal of Functional Programming 17, 2007).
//
// A row is a list of patterns, one for each column; NULL stands for one that matches everything. A search asks which
// values no row matches: it splits the first column by constructor (a case, true, null, a part of the integers ...),
// goes on with the rows that the constructor leaves, and puts the answer together on the way back. Integers and
// characters are cut at the ends of all ranges in the column, so that each part behaves as one constructor.
//
// A column that some constructor is not named in is settled by the rows that are open there: whatever those leave over,
// with the unnamed constructor, is missing; if they leave nothing, nothing is.
//
// The problem is NP-hard, so the work is bounded; where the bound strikes, the patterns count as complete, and the
// trap that the emitter puts after the last arm remains.
#include "compiler/check.h"

#include <string.h>

#define EXHAUSTIVE_MAX_WORK  4000000u // patterns looked at
#define EXHAUSTIVE_MAX_FOUND 4u

typedef enum ConstructorKind {
    CONSTRUCTOR_CASE,
    CONSTRUCTOR_BOOL,
    CONSTRUCTOR_NULL,
    CONSTRUCTOR_SOME,
    CONSTRUCTOR_SINGLE, // of a tuple or struct
    CONSTRUCTOR_RANGE,
    CONSTRUCTOR_CONSTANT, // string, float
    CONSTRUCTOR_TYPE,
    CONSTRUCTOR_OTHER // whatever the column does not name
} ConstructorKind;

typedef struct Constructor {
    ConstructorKind kind;
    EnumCase *enum_case;
    uint64_t low, high; // RANGE, in the order of `exhaustive_key`; BOOL: low
    const Constant *constant;
    const Type *type;
} Constructor;

typedef struct Row {
    TreePattern **patterns;
} Row;

typedef struct Matrix {
    Row *rows;
    uint32_t count, capacity;
    const Type **types; // of the columns
    uint32_t columns;
} Matrix;

typedef struct Search {
    Body *b;
    uint64_t work;
    uint32_t limit;      // of answers wanted
    const char ***found; // each a text for every column
    uint32_t found_count;
} Search;

struct Coverage {
    Body *b;
    Matrix matrix; // of one column
    const Type *subject;
};

// ---------------------------------------------------------------------------------------------- patterns

static TreePattern *exhaustive_plain(TreePattern *pattern) {
    while (pattern) {
        if (pattern->kind == PATTERN_WILDCARD)
            return NULL;
        if (pattern->kind == PATTERN_BIND)
            pattern = pattern->sub;
        else if (pattern->kind == PATTERN_ALTERNATIVE && pattern->sub_count == 1)
            pattern = pattern->subs[0];
        else
            break;
    }
    return pattern;
}

// Adds a row, as several where its first pattern has alternatives.
static void exhaustive_add(Arena *arena, Matrix *m, TreePattern **patterns) {
    TreePattern *first = m->columns ? exhaustive_plain(patterns[0]) : NULL;
    if (first && first->kind == PATTERN_ALTERNATIVE) {
        for (uint32_t i = 0; i < first->sub_count; i++) {
            TreePattern **copy = ARENA_ARRAY(arena, TreePattern *, m->columns);
            memcpy(copy, patterns, m->columns * sizeof *copy);
            copy[0] = first->subs[i];
            exhaustive_add(arena, m, copy);
        }
        return;
    }
    if (m->columns)
        patterns[0] = first;
    Row row = {patterns};
    ARENA_PUSH(arena, m->rows, m->count, m->capacity, row);
}

// Integers and characters in an order that is that of unsigned numbers.
static uint64_t exhaustive_key(const Type *type, int64_t value) {
    return type_is_integer(type) && type_is_signed(type) ? (uint64_t)value ^ ((uint64_t)1 << 63)
                                                         : (uint64_t)value;
}

static void exhaustive_bounds(const Type *type, uint64_t *low, uint64_t *high) {
    if (type->kind == TYPE_CHAR) {
        *low = 0;
        *high = 0x10ffff;
        return;
    }
    uint32_t bits = type_bits(type);
    if (type_is_signed(type)) {
        int64_t least = bits == 64 ? INT64_MIN : -((int64_t)1 << (bits - 1));
        *low = exhaustive_key(type, least);
        *high = exhaustive_key(type, -(least + 1));
    } else {
        *low = 0;
        *high = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    }
}

// The part of the integers that a constant or range pattern matches; false when it is empty.
static bool exhaustive_range(const TreePattern *pattern, const Type *type, uint64_t *low, uint64_t *high) {
    if (pattern->kind == PATTERN_CONSTANT) {
        *low = *high = exhaustive_key(type, pattern->low.integer);
        return true;
    }
    exhaustive_bounds(type, low, high);
    if (pattern->has_low)
        *low = exhaustive_key(type, pattern->low.integer);
    if (pattern->has_high) {
        *high = exhaustive_key(type, pattern->high.integer);
        if (!pattern->inclusive) {
            if (*high == 0)
                return false;
            --*high;
        }
    }
    return *low <= *high;
}

static bool exhaustive_is_ranged(const Type *type) {
    return type_is_integer(type) || type->kind == TYPE_CHAR;
}

// Whether patterns name only some of endlessly many values: strings, floats, types.
static bool exhaustive_is_endless(const Type *type) {
    bool is_closed = type->kind == TYPE_OPTIONAL || type->kind == TYPE_BOOL || type->kind == TYPE_TUPLE ||
                     (type->kind == TYPE_NAMED &&
                      (type->decl->kind == COR_DEF_ENUM || type->decl->kind == COR_DEF_STRUCT));
    return !is_closed && !exhaustive_is_ranged(type);
}

// Whether a pattern that is no wildcard matches values of the constructor.
static bool exhaustive_matches(Search *s, const TreePattern *pattern, const Constructor *c,
                               const Type *type) {
    uint64_t low, high;
    switch (pattern->kind) {
    case PATTERN_CASE: return c->kind == CONSTRUCTOR_CASE && c->enum_case == pattern->enum_case;
    case PATTERN_NULL: return c->kind == CONSTRUCTOR_NULL;
    case PATTERN_SOME: return c->kind == CONSTRUCTOR_SOME;
    case PATTERN_TUPLE:
    case PATTERN_STRUCT: return c->kind == CONSTRUCTOR_SINGLE;
    case PATTERN_RANGE:
        return c->kind == CONSTRUCTOR_RANGE && exhaustive_range(pattern, type, &low, &high) &&
               low <= c->low && c->high <= high;
    case PATTERN_CONSTANT:
        if (c->kind == CONSTRUCTOR_BOOL)
            return (uint64_t)pattern->low.integer == c->low;
        if (c->kind == CONSTRUCTOR_RANGE)
            return exhaustive_range(pattern, type, &low, &high) && low <= c->low && c->high <= high;
        return c->kind == CONSTRUCTOR_CONSTANT && constant_equal(c->constant, &pattern->low);
    case PATTERN_TYPE:
        return c->kind == CONSTRUCTOR_TYPE && check_type_converts(s->b, c->type, pattern->type);
    default: return true;
    }
}

// ------------------------------------------------------------------------------------------- constructors

typedef struct ConstructorList {
    Constructor *items;
    uint32_t count, capacity;
} ConstructorList;

static void exhaustive_push(Search *s, ConstructorList *list, Constructor c) {
    ARENA_PUSH(s->b->arena, list->items, list->count, list->capacity, c);
}

static void exhaustive_sort(uint64_t *items, uint32_t count) {
    for (uint32_t gap = count / 2; gap > 0; gap /= 2) // Shell's sort: short lists, no recursion
        for (uint32_t i = gap; i < count; i++)
            for (uint32_t k = i; k >= gap && items[k - gap] > items[k]; k -= gap) {
                uint64_t t = items[k];
                items[k] = items[k - gap];
                items[k - gap] = t;
            }
}

// Cuts the integers of the type at the ends of all ranges of the first column.
static void exhaustive_split(Search *s, const Matrix *m, const TreePattern *asked, ConstructorList *out) {
    const Type *type = m->types[0];
    uint64_t low, high, least, most;
    uint32_t count = 0;
    uint64_t *cuts = ARENA_ARRAY(s->b->arena, uint64_t, (size_t)m->count * 2 + 6); // first values of parts
    exhaustive_bounds(type, &least, &most);
    cuts[count++] = least;
    if (type->kind == TYPE_CHAR) {
        cuts[count++] = 0xd800;
        cuts[count++] = 0xe000;
    }
    for (uint32_t i = 0; i <= m->count; i++) {
        const TreePattern *pattern = i < m->count ? m->rows[i].patterns[0] : asked;
        if (!pattern || !exhaustive_range(pattern, type, &low, &high))
            continue;
        cuts[count++] = low;
        if (high < most)
            cuts[count++] = high + 1;
    }
    exhaustive_sort(cuts, count);
    for (uint32_t i = 0; i < count; i++) {
        if (i + 1 < count && cuts[i + 1] == cuts[i])
            continue;
        if (type->kind == TYPE_CHAR && cuts[i] >= 0xd800 && cuts[i] < 0xe000)
            continue; // surrogates are no characters
        uint64_t end = i + 1 < count ? cuts[i + 1] - 1 : most;
        exhaustive_push(s, out, (Constructor){.kind = CONSTRUCTOR_RANGE, .low = cuts[i], .high = end});
    }
}

// What the first column names of an open set: constants or tested types.
static void exhaustive_open(Search *s, const Matrix *m, ConstructorList *out) {
    for (uint32_t i = 0; i < m->count; i++) {
        const TreePattern *pattern = m->rows[i].patterns[0];
        if (pattern && pattern->kind == PATTERN_TYPE)
            exhaustive_push(s, out, (Constructor){.kind = CONSTRUCTOR_TYPE, .type = pattern->type});
        else if (pattern)
            exhaustive_push(s, out, (Constructor){.kind = CONSTRUCTOR_CONSTANT, .constant = &pattern->low});
    }
}

// The one constructor of a pattern's values; false for a range, which may have many.
static bool exhaustive_constructor_of(const TreePattern *pattern, const Type *type, Constructor *out) {
    switch (pattern->kind) {
    case PATTERN_CASE:
        *out = (Constructor){.kind = CONSTRUCTOR_CASE, .enum_case = pattern->enum_case};
        return true;
    case PATTERN_NULL: *out = (Constructor){.kind = CONSTRUCTOR_NULL}; return true;
    case PATTERN_SOME: *out = (Constructor){.kind = CONSTRUCTOR_SOME}; return true;
    case PATTERN_TYPE: *out = (Constructor){.kind = CONSTRUCTOR_TYPE, .type = pattern->type}; return true;
    case PATTERN_CONSTANT:
        if (type->kind == TYPE_BOOL) {
            *out = (Constructor){.kind = CONSTRUCTOR_BOOL, .low = (uint64_t)pattern->low.integer};
        } else if (exhaustive_is_ranged(type)) {
            uint64_t key = exhaustive_key(type, pattern->low.integer);
            *out = (Constructor){.kind = CONSTRUCTOR_RANGE, .low = key, .high = key};
        } else {
            *out = (Constructor){.kind = CONSTRUCTOR_CONSTANT, .constant = &pattern->low};
        }
        return true;
    case PATTERN_RANGE: return false;
    default: *out = (Constructor){.kind = CONSTRUCTOR_SINGLE}; return true;
    }
}

static void exhaustive_constructors(Search *s, const Matrix *m, const TreePattern *asked,
                                    ConstructorList *out) {
    const Type *type = m->types[0];
    Constructor only;
    if (asked && exhaustive_constructor_of(asked, type, &only)) {
        exhaustive_push(s, out, only);
    } else if (type->kind == TYPE_OPTIONAL) {
        exhaustive_push(s, out, (Constructor){.kind = CONSTRUCTOR_NULL});
        exhaustive_push(s, out, (Constructor){.kind = CONSTRUCTOR_SOME});
    } else if (type->kind == TYPE_BOOL) {
        exhaustive_push(s, out, (Constructor){.kind = CONSTRUCTOR_BOOL, .low = 1});
        exhaustive_push(s, out, (Constructor){.kind = CONSTRUCTOR_BOOL, .low = 0});
    } else if (type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_ENUM) {
        for (uint32_t i = 0; i < type->decl->case_count; i++)
            exhaustive_push(s, out,
                            (Constructor){.kind = CONSTRUCTOR_CASE, .enum_case = &type->decl->cases[i]});
    } else if (type->kind == TYPE_TUPLE || (type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_STRUCT)) {
        exhaustive_push(s, out, (Constructor){.kind = CONSTRUCTOR_SINGLE});
    } else if (exhaustive_is_ranged(type)) {
        exhaustive_split(s, m, asked, out);
    } else {
        exhaustive_open(s, m, out);
    }
}

static uint32_t exhaustive_arity(const Constructor *c, const Type *type) {
    switch (c->kind) {
    case CONSTRUCTOR_CASE: return c->enum_case->field_count;
    case CONSTRUCTOR_SOME: return 1;
    case CONSTRUCTOR_SINGLE: return type->kind == TYPE_TUPLE ? type->arg_count : type->decl->field_count;
    case CONSTRUCTOR_TYPE: return 1;
    default: return 0;
    }
}

static const Type *exhaustive_part_type(Search *s, const Constructor *c, const Type *type, uint32_t index) {
    const Type *declared = NULL;
    switch (c->kind) {
    case CONSTRUCTOR_SOME: return type->args[0];
    case CONSTRUCTOR_TYPE: return c->type;
    case CONSTRUCTOR_CASE: declared = c->enum_case->fields[index].type; break;
    default:
        if (type->kind == TYPE_TUPLE)
            return type->args[index];
        declared = type->decl->fields[index].type;
        break;
    }
    return declared ? member_type(s->b->checker, type, declared) : check_builtin(s->b, TYPE_ERROR);
}

static TreePattern *exhaustive_part(const TreePattern *pattern, const Constructor *c, uint32_t index) {
    if (!pattern)
        return NULL;
    if (c->kind == CONSTRUCTOR_SOME)
        return pattern->sub;
    if (c->kind ==
        CONSTRUCTOR_TYPE) // the pattern may test a supertype of the constructor's: its parts then match all
        return pattern->type == c->type ? pattern->sub : NULL;
    return index < pattern->sub_count ? pattern->subs[index] : NULL;
}

// A row without its first pattern, which is replaced by its parts.
static TreePattern **exhaustive_spread(Search *s, TreePattern *const *row, uint32_t columns,
                                       const Constructor *c, uint32_t arity) {
    TreePattern **out = ARENA_ARRAY(s->b->arena, TreePattern *, (size_t)columns - 1 + arity);
    for (uint32_t i = 0; i < arity; i++)
        out[i] = exhaustive_part(row[0], c, i);
    for (uint32_t i = 1; i < columns; i++)
        out[arity + i - 1] = row[i];
    return out;
}

static Matrix exhaustive_specialise(Search *s, const Matrix *m, const Constructor *c, uint32_t arity) {
    Matrix out = {.columns = m->columns - 1 + arity};
    out.types = ARENA_ARRAY(s->b->arena, const Type *, out.columns);
    for (uint32_t i = 0; i < arity; i++)
        out.types[i] = exhaustive_part_type(s, c, m->types[0], i);
    for (uint32_t i = 1; i < m->columns; i++)
        out.types[arity + i - 1] = m->types[i];
    for (uint32_t i = 0; i < m->count; i++) {
        TreePattern **row = m->rows[i].patterns;
        if (!row[0] || exhaustive_matches(s, row[0], c, m->types[0]))
            exhaustive_add(s->b->arena, &out, exhaustive_spread(s, row, m->columns, c, arity));
    }
    return out;
}

// ---------------------------------------------------------------------------------------------- witnesses

static const char *exhaustive_number(Search *s, const Type *type, uint64_t low, uint64_t high) {
    uint64_t key = low;
    if (type->kind == TYPE_CHAR) {
        bool printable = low > ' ' && low < 127;
        if (!printable && low <= 'a' && 'a' <= high)
            key = 'a';
        else if (!printable && low < '!' && '!' <= high)
            key = '!';
    } else if (type_is_signed(type)) {
        uint64_t zero = (uint64_t)1 << 63;
        key = low <= zero && zero <= high ? zero : high < zero ? high : low;
        key ^= zero;
    }
    Constant constant = {.type = type, .integer = (int64_t)key};
    return constant_text(s->b, &constant);
}

static const char *exhaustive_text(Search *s, const Constructor *c, const Type *type,
                                   const char *const *parts, uint32_t arity) {
    Arena *arena = s->b->arena;
    const char *name = "";
    switch (c->kind) {
    case CONSTRUCTOR_NULL: return "null";
    case CONSTRUCTOR_SOME: return parts[0];
    case CONSTRUCTOR_BOOL: return c->low ? "true" : "false";
    case CONSTRUCTOR_RANGE: return exhaustive_number(s, type, c->low, c->high);
    case CONSTRUCTOR_CONSTANT: return constant_text(s->b, c->constant);
    case CONSTRUCTOR_TYPE: return arena_printf(arena, "_: %s", check_name_of(s->b, c->type));
    case CONSTRUCTOR_OTHER: return "_";
    case CONSTRUCTOR_CASE: name = c->enum_case->name; break;
    case CONSTRUCTOR_SINGLE: name = type->kind == TYPE_TUPLE ? "" : type->decl->name; break;
    }
    if (!arity)
        return name;
    const char *text = arena_printf(arena, "%s(%s", name, parts[0]);
    for (uint32_t i = 1; i < arity && i < 16; i++)
        text = arena_printf(arena, "%s, %s", text, parts[i]);
    return arena_printf(arena, arity > 16 ? "%s, ..)" : "%s)", text);
}

// The answers found since `before` are for the parts of `c` and the other columns: puts the parts together.
static void exhaustive_assemble(Search *s, uint32_t before, const Constructor *c, const Matrix *m,
                                uint32_t arity) {
    for (uint32_t i = before; i < s->found_count; i++) {
        const char **parts = s->found[i];
        const char **whole = ARENA_ARRAY(s->b->arena, const char *, m->columns);
        whole[0] = exhaustive_text(s, c, m->types[0], parts, arity);
        for (uint32_t k = 1; k < m->columns; k++)
            whole[k] = parts[arity + k - 1];
        s->found[i] = whole;
    }
}

// ------------------------------------------------------------------------------------------------- search

// Whether a row names the constructor in the first column.
static bool exhaustive_is_named(Search *s, const Matrix *m, const Constructor *c) {
    s->work += m->count;
    for (uint32_t i = 0; i < m->count; i++)
        if (m->rows[i].patterns[0] && exhaustive_matches(s, m->rows[i].patterns[0], c, m->types[0]))
            return true;
    return false;
}

static void exhaustive_search(Search *s, const Matrix *m, TreePattern **asked);

static void exhaustive_try(Search *s, const Matrix *m, TreePattern **asked, const Constructor *c) {
    uint32_t arity = exhaustive_arity(c, m->types[0]), before = s->found_count;
    Matrix rest = exhaustive_specialise(s, m, c, arity);
    exhaustive_search(s, &rest, exhaustive_spread(s, asked, m->columns, c, arity));
    exhaustive_assemble(s, before, c, m, arity);
}

// The order in which the parts of integers are tried: those from zero up make the better examples.
static bool exhaustive_is_late(const Type *type, const Constructor *c) {
    if (type->kind == TYPE_CHAR)
        return c->kind == CONSTRUCTOR_RANGE && c->high < 'a';
    return c->kind == CONSTRUCTOR_RANGE && type_is_signed(type) && c->high < (uint64_t)1 << 63;
}

// Constructors that no row names: the rows that are open in the column decide for all of them at once.
static void exhaustive_unnamed(Search *s, const Matrix *m, TreePattern **asked, Constructor *const *unnamed,
                               uint32_t count) {
    Constructor other = {.kind = CONSTRUCTOR_OTHER};
    const Constructor *first = count ? unnamed[0] : &other;
    uint32_t before = s->found_count;
    exhaustive_try(s, m, asked, first);
    if (s->found_count == before || exhaustive_is_ranged(m->types[0]))
        return;
    for (uint32_t i = 1; i < count && s->found_count < s->limit; i++)
        exhaustive_try(s, m, asked, unnamed[i]);
}

static void exhaustive_split_column(Search *s, const Matrix *m, TreePattern **asked) {
    ConstructorList all = {0};
    const TreePattern *first = asked[0];
    const Type *type = m->types[0];
    exhaustive_constructors(s, m, first, &all);
    Constructor **named = ARENA_ARRAY(s->b->arena, Constructor *, all.count);
    Constructor **unnamed = ARENA_ARRAY(s->b->arena, Constructor *, all.count);
    uint32_t named_count = 0, unnamed_count = 0;
    for (int late = 0; late < 2; late++) {
        for (uint32_t i = 0; i < all.count; i++) {
            Constructor *c = &all.items[i];
            if (exhaustive_is_late(type, c) != (late == 1) ||
                (first && !exhaustive_matches(s, first, c, type)))
                continue;
            if (exhaustive_is_named(s, m, c))
                named[named_count++] = c;
            else
                unnamed[unnamed_count++] = c;
        }
    }
    bool is_open = !first && (all.count == named_count + unnamed_count) && exhaustive_is_endless(type);
    if (unnamed_count || is_open) {
        uint32_t before = s->found_count;
        exhaustive_unnamed(s, m, asked, unnamed, is_open ? 0 : unnamed_count);
        if (s->found_count == before && !first)
            return;
    }
    for (uint32_t i = 0; i < named_count && s->found_count < s->limit && !is_open; i++)
        exhaustive_try(s, m, asked, named[i]);
}

// A row that is open in every column matches all there is.
static bool exhaustive_is_settled(Search *s, const Matrix *m) {
    for (uint32_t i = 0; i < m->count; i++) {
        uint32_t k = 0;
        while (k < m->columns && !exhaustive_plain(m->rows[i].patterns[k]))
            k++;
        s->work += k + 1;
        if (k == m->columns)
            return true;
    }
    return false;
}

static void exhaustive_search(Search *s, const Matrix *m, TreePattern **asked) {
    s->work += (uint64_t)m->count * m->columns + 1;
    if (s->found_count >= s->limit || s->work > EXHAUSTIVE_MAX_WORK ||
        (m->columns && exhaustive_is_settled(s, m)))
        return;
    if (!m->columns) {
        if (!m->count)
            s->found[s->found_count++] = NULL;
        return;
    }
    TreePattern *first = asked[0] = exhaustive_plain(asked[0]);
    if (first && first->kind == PATTERN_ALTERNATIVE) {
        for (uint32_t i = 0; i < first->sub_count; i++) {
            TreePattern **copy = ARENA_ARRAY(s->b->arena, TreePattern *, m->columns);
            memcpy(copy, asked, m->columns * sizeof *copy);
            copy[0] = first->subs[i];
            exhaustive_search(s, m, copy);
        }
        return;
    }
    bool named = first != NULL;
    for (uint32_t i = 0; i < m->count && !named; i++)
        named = m->rows[i].patterns[0] != NULL;
    if (named)
        exhaustive_split_column(s, m, asked);
    else
        exhaustive_unnamed(s, m, asked, NULL, 0); // nothing in the column tells values apart
}

// ---------------------------------------------------------------------------------------------- interface

Coverage *exhaustive_begin(Body *b, const Type *subject) {
    Coverage *coverage = ARENA_NEW(b->arena, Coverage);
    coverage->b = b;
    coverage->subject = subject;
    coverage->matrix = (Matrix){.columns = 1, .types = &coverage->subject};
    return coverage;
}

void exhaustive_cover(Coverage *coverage, TreePattern *pattern) {
    TreePattern **row = ARENA_ARRAY(coverage->b->arena, TreePattern *, 1);
    row[0] = pattern;
    exhaustive_add(coverage->b->arena, &coverage->matrix, row);
}

static Search exhaustive_run(const Coverage *coverage, TreePattern *asked, uint32_t limit) {
    Search s = {.b = coverage->b, .limit = limit};
    s.found = ARENA_ARRAY(s.b->arena, const char **, limit);
    exhaustive_search(&s, &coverage->matrix, &asked);
    return s;
}

bool exhaustive_useful(Coverage *coverage, TreePattern *pattern) {
    Search s = exhaustive_run(coverage, pattern, 1);
    return s.found_count > 0 || s.work > EXHAUSTIVE_MAX_WORK;
}

const char *exhaustive_missing(Coverage *coverage, uint32_t *count) {
    Search s = exhaustive_run(coverage, NULL, EXHAUSTIVE_MAX_FOUND);
    *count = s.found_count;
    if (!s.found_count)
        return NULL;
    Arena *arena = coverage->b->arena;
    const char *text = arena_printf(arena, "`%s`", s.found[0][0]);
    for (uint32_t i = 1; i < s.found_count; i++) {
        const char *join = i + 1 == s.found_count && i + 1 < EXHAUSTIVE_MAX_FOUND ? " and " : ", ";
        text = arena_printf(arena, "%s%s`%s`", text, join, s.found[i][0]);
    }
    return s.found_count == EXHAUSTIVE_MAX_FOUND ? arena_printf(arena, "%s and perhaps more", text) : text;
}
