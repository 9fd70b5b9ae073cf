#include "vm/bytecode/utf8.h"

#include <string.h>

size_t cor_utf8_decode(const uint8_t *bytes, size_t size, uint32_t *out) {
    if (size == 0) {
        return 0;
    }
    uint8_t lead = bytes[0];
    if (lead < 0x80) {
        *out = lead;
        return 1;
    }
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || length > size) {
        return 0;
    }
    uint32_t value = lead & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
        value = value << 6 | (bytes[i] & 0x3fu);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        return 0;
    }
    *out = value;
    return length;
}

bool cor_utf8_valid(const uint8_t *bytes, size_t size) {
    uint32_t ignored;
    for (size_t at = 0; at < size;) {
        uint64_t part;
        while (size - at >= sizeof part) { /* ASCII, eight bytes a step */
            memcpy(&part, bytes + at, sizeof part);
            if ((part & 0x8080808080808080u) != 0)
                break;
            at += sizeof part;
        }
        if (at == size)
            break;
        size_t length = bytes[at] < 0x80 ? 1 : cor_utf8_decode(bytes + at, size - at, &ignored);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

size_t cor_utf8_encode(uint8_t out[4], uint32_t value) {
    if (value < 0x80) {
        out[0] = (uint8_t)value;
        return 1;
    }
    size_t length = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
    for (size_t i = length; --i > 0; value >>= 6) {
        out[i] = (uint8_t)(0x80 | (value & 0x3f));
    }
    out[0] = (uint8_t)(0xf00 >> length | value);
    return length;
}
