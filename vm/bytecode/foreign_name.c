#include "vm/bytecode/foreign_name.h"

#include <string.h>

static bool read_fixed(const char *text, size_t length, uint32_t *fixed) {
    enum { DIGITS = 3 };
    *fixed = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *fixed = *fixed * 10 + (uint32_t)(text[i] - '0');
    }
    return length > 0 && length <= DIGITS && *fixed > 0;
}

bool cor_foreign_name(const char *text, size_t length, CorForeignName *name) {
    const char *mark = memchr(text, '!', length);
    if (!mark || memchr(text, 0, length))
        return false;
    const char *symbol = mark + 1, *end = text + length;
    const char *comma = memchr(symbol, ',', (size_t)(end - symbol));
    *name = (CorForeignName){.library = text,
                             .symbol = symbol,
                             .library_length = (size_t)(mark - text),
                             .symbol_length = (size_t)((comma ? comma : end) - symbol),
                             .is_variadic = comma != NULL};
    return name->library_length > 0 && name->symbol_length > 0 &&
           (!comma || read_fixed(comma + 1, (size_t)(end - comma - 1), &name->fixed));
}
