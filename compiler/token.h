// Tokens: the words of a source file.
//
// A token holds no text of its own: it is a range of the file. Brackets know their partner, because the lexer
// leaves every list of tokens balanced (brackets.h).
#ifndef COMPILER_TOKEN_H
#define COMPILER_TOKEN_H

#include "compiler/source.h"
#include <stdbool.h>

typedef enum TokenKind {
#define TOKEN_SPECIAL(name, description) TOKEN_##name,
#define TOKEN_PUNCTUATOR(name, spelling) TOKEN_##name,
#define TOKEN_KEYWORD(name, spelling)    TOKEN_##name,
#include "compiler/tokens.def"
    TOKEN_KIND_COUNT
} TokenKind;

typedef enum TokenFlag {
    TOKEN_STARTS_LINE = 1 << 0, // a newline stands between this token and the one before
    TOKEN_ADJACENT = 1 << 1,    // nothing stands between this token and the one before
    TOKEN_INSERTED = 1 << 2,    // a bracket that is missing in the text; its range is empty
    TOKEN_HAS_DOC = 1 << 3,     // documentation comments stand before it
    TOKEN_MULTILINE = 1 << 4,   // STRING_BEGIN of a """string"""
    TOKEN_RAW = 1 << 5,         // STRING_BEGIN of a raw string
    TOKEN_BROKEN = 1 << 6,      // a literal that has been reported: its value means nothing
} TokenFlag;

typedef struct Token {
    uint8_t kind;   // TokenKind
    uint8_t flags;  // TokenFlag bits
    uint32_t start; // byte offsets in the file
    uint32_t end;
    uint32_t match; // of a bracket: the index of its partner; of STRING_BEGIN and STRING_END likewise
} Token;

// The documentation comments before a token: a range of the file that holds `///` lines and blanks.
typedef struct TokenDoc {
    uint32_t token; // index
    uint32_t start;
    uint32_t end;
} TokenDoc;

typedef struct TokenList {
    Token *items; // the last is END
    uint32_t count;
    TokenDoc *docs; // by rising token index
    uint32_t doc_count;
    // what stands at the top of the file and belongs to no declaration; empty if there is none
    TokenDoc module_doc;
} TokenList;

// The spelling of punctuators and keywords; of other kinds what messages call them.
const char *token_spelling(TokenKind kind);

bool token_is_keyword(TokenKind kind);
bool token_is_punctuator(TokenKind kind);

// Punctuators and keywords by their first character.
typedef struct TokenIndex {
    uint8_t first[128];             // the first kind that begins with the character; TOKEN_KIND_COUNT: none
    uint8_t next[TOKEN_KIND_COUNT]; // the next kind that begins with the same one
} TokenIndex;

void token_index_init(TokenIndex *index);

// The keyword with this text, or TOKEN_IDENTIFIER.
TokenKind token_classify_word(const TokenIndex *index, const char *text, size_t length);

// The longest punctuator at the beginning of `text`, its length in `*size`; TOKEN_INVALID if there is none.
TokenKind token_find_punctuator(const TokenIndex *index, const char *text, size_t length, uint32_t *size);

// The closing bracket of an opening one (STRING_END of STRING_BEGIN included), else TOKEN_INVALID.
TokenKind token_closer(TokenKind opener);
bool token_is_closer(TokenKind kind);

#endif
