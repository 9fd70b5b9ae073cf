#include "compiler/token.h"

#include <string.h>

typedef enum TokenClass { CLASS_SPECIAL, CLASS_PUNCTUATOR, CLASS_KEYWORD } TokenClass;

typedef struct TokenInfo {
    const char *spelling;
    uint8_t length;
    uint8_t class;
} TokenInfo;

static const TokenInfo infos[TOKEN_KIND_COUNT] = {
#define TOKEN_SPECIAL(name, description) {description, 0, CLASS_SPECIAL},
#define TOKEN_PUNCTUATOR(name, spelling) {spelling, sizeof spelling - 1, CLASS_PUNCTUATOR},
#define TOKEN_KEYWORD(name, spelling)    {spelling, sizeof spelling - 1, CLASS_KEYWORD},
#include "compiler/tokens.def"
};

_Static_assert(TOKEN_KIND_COUNT <= UINT8_MAX, "a token kind fits a byte");

const char *token_spelling(TokenKind kind) {
    return infos[kind].spelling;
}

bool token_is_keyword(TokenKind kind) {
    return infos[kind].class == CLASS_KEYWORD;
}

bool token_is_punctuator(TokenKind kind) {
    return infos[kind].class == CLASS_PUNCTUATOR;
}

void token_index_init(TokenIndex *index) {
    memset(index, TOKEN_KIND_COUNT, sizeof *index);
    for (uint32_t kind = TOKEN_KIND_COUNT; kind-- > TOKEN_LEFT_PAREN;) {
        uint8_t *first = &index->first[(unsigned char)infos[kind].spelling[0]];
        index->next[kind] = *first;
        *first = (uint8_t)kind;
    }
}

static uint32_t first_kind(const TokenIndex *index, char c) {
    return (unsigned char)c < sizeof index->first ? index->first[(unsigned char)c] : TOKEN_KIND_COUNT;
}

TokenKind token_classify_word(const TokenIndex *index, const char *text, size_t length) {
    for (uint32_t kind = first_kind(index, text[0]); kind != TOKEN_KIND_COUNT; kind = index->next[kind])
        if (infos[kind].length == length && memcmp(infos[kind].spelling, text, length) == 0)
            return (TokenKind)kind;
    return TOKEN_IDENTIFIER;
}

// Of two punctuators of which one begins the other, the longer one comes first in the table.
TokenKind token_find_punctuator(const TokenIndex *index, const char *text, size_t length, uint32_t *size) {
    for (uint32_t kind = first_kind(index, text[0]); kind < TOKEN_ABSTRACT; kind = index->next[kind]) {
        const TokenInfo *info = &infos[kind];
        if (info->length <= length && memcmp(info->spelling, text, info->length) == 0) {
            *size = info->length;
            return (TokenKind)kind;
        }
    }
    return TOKEN_INVALID;
}

TokenKind token_closer(TokenKind opener) {
    switch (opener) {
    case TOKEN_LEFT_PAREN: return TOKEN_RIGHT_PAREN;
    case TOKEN_LEFT_BRACKET: return TOKEN_RIGHT_BRACKET;
    case TOKEN_LEFT_BRACE: return TOKEN_RIGHT_BRACE;
    case TOKEN_STRING_BEGIN: return TOKEN_STRING_END;
    case TOKEN_INTERPOLATION_BEGIN: return TOKEN_INTERPOLATION_END;
    default: return TOKEN_INVALID;
    }
}

bool token_is_closer(TokenKind kind) {
    return kind == TOKEN_RIGHT_PAREN || kind == TOKEN_RIGHT_BRACKET || kind == TOKEN_RIGHT_BRACE ||
           kind == TOKEN_STRING_END || kind == TOKEN_INTERPOLATION_END;
}
