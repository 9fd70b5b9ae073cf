/* Intrinsics that take a text to pieces.  The pieces are found before the array for them is made; where there are many, those
 * behind the first ones are found once more when they are made. */
#include "vm/runtime/intrinsic_support.h"
#include "vm/runtime/string_scan.h"
#include "vm/runtime/unicode.h"

/* Where a walk over a text stands, and the piece that it has found. */
typedef struct PieceWalk {
    const CorStringObject *string, *separator;
    size_t at; /* beyond the length: at the end */
    size_t start, end;
} PieceWalk;

/* Steps to the next piece; false: there is none. */
typedef bool NextPiece(PieceWalk *walk);

static bool next_part(PieceWalk *walk) {
    const CorStringObject *string = walk->string, *separator = walk->separator;
    if (walk->at > string->length)
        return false;
    int64_t found = string_find(string->bytes, string->length, separator->bytes, separator->length, walk->at);
    walk->start = walk->at;
    walk->end = found < 0 ? string->length : (size_t)found;
    walk->at = found < 0 ? string->length + (size_t)1 : walk->end + separator->length;
    return true;
}

static bool next_line(PieceWalk *walk) {
    const CorStringObject *string = walk->string;
    if (walk->at >= string->length)
        return false;
    const char *start = string->bytes + walk->at;
    const char *found = memchr(start, '\n', string->length - walk->at);
    walk->start = walk->at;
    walk->end = found ? (size_t)(found - string->bytes) : string->length;
    walk->at = walk->end + 1;
    if (found && found > start && found[-1] == '\r')
        walk->end--;
    return true;
}

/* Whether white space starts at an offset; the bytes of that character. */
static inline bool is_space_at(const CorStringObject *string, size_t at, size_t *width) {
    uint8_t byte = (uint8_t)string->bytes[at];
    *width = 1;
    if (byte > ' ' && byte < 0x80)
        return false;
    return byte < 0x80 ? byte == ' ' || (byte >= '\t' && byte <= '\r')
                       : unicode_is_space(string_scalar(string->bytes + at, width));
}

static bool next_word(PieceWalk *walk) {
    const CorStringObject *string = walk->string;
    size_t at = walk->at, width;
    while (at < string->length && is_space_at(string, at, &width))
        at += width;
    walk->start = at;
    while (at < string->length && !is_space_at(string, at, &width))
        at += width;
    walk->at = walk->end = at;
    return walk->end > walk->start;
}

enum { PIECES_NOTED = 128 };

typedef struct Piece {
    size_t start, end;
} Piece;

/* Notes the first pieces, up to which the walk steps, and counts all. */
static uint64_t find_pieces(PieceWalk *walk, NextPiece *next, Piece *pieces) {
    uint64_t count = 0;
    while (count < PIECES_NOTED && next(walk))
        pieces[count++] = (Piece){walk->start, walk->end};
    PieceWalk counting = *walk;
    while (count >= PIECES_NOTED && next(&counting))
        count++;
    return count;
}

/* A text that is its only piece is not copied. */
static bool make_piece(CorIsolate *isolate, CorArrayObject *array, uint64_t index,
                       const CorStringObject *string, Piece piece) {
    size_t length = piece.end - piece.start;
    const void *made =
        length == string->length ? string : cor_string_new(isolate, string->bytes + piece.start, length);
    cor_heap_store(array, &array->elements[index], (void *)(uintptr_t)made);
    return made;
}

/* Makes an array of the pieces. */
static CorStatus give_pieces(CorIsolate *isolate, uint64_t *result, const CorType *type, PieceWalk walk,
                             NextPiece *next) {
    Piece pieces[PIECES_NOTED];
    const CorStringObject *string = walk.string;
    uint64_t count = find_pieces(&walk, next, pieces);
    if (intrinsic_pay_scan(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    if (intrinsic_pay_copy(isolate, string->length) != COR_OK || intrinsic_pay_each(isolate, count) != COR_OK)
        return COR_STOPPED;
    CorArrayObject *array = cor_array_new(isolate, type, count);
    if (!array)
        return cor_throw_out_of_memory(isolate);
    for (uint64_t i = 0; i < count; i++) {
        if (i >= PIECES_NOTED)
            next(&walk);
        Piece piece = i < PIECES_NOTED ? pieces[i] : (Piece){walk.start, walk.end};
        if (!make_piece(isolate, array, i, string, piece))
            return cor_throw_out_of_memory(isolate);
    }
    return intrinsic_give(isolate, result, array);
}

NATIVE_FUNCTION(intrinsic_STRING_SPLIT) {
    PieceWalk walk = {.string = intrinsic_string(arguments[0]), .separator = intrinsic_string(arguments[1])};
    if (walk.separator->length == 0)
        return cor_throw(isolate, COR_ERROR_VALUE, "the separator is empty");
    return give_pieces(isolate, result, types[2], walk, next_part);
}

NATIVE_FUNCTION(intrinsic_STRING_LINES) {
    PieceWalk walk = {.string = intrinsic_string(arguments[0])};
    return give_pieces(isolate, result, types[1], walk, next_line);
}

NATIVE_FUNCTION(intrinsic_STRING_WORDS) {
    PieceWalk walk = {.string = intrinsic_string(arguments[0])};
    return give_pieces(isolate, result, types[1], walk, next_word);
}
