#include "vm/bytecode/leb128.h"

bool cor_leb128_read_long_u64(const uint8_t *bytes, size_t size, size_t *position, uint64_t *out) {
    uint64_t value = 0;
    size_t at = *position;
    for (unsigned shift = 0; at < size && shift < 64; shift += 7) {
        uint8_t byte = bytes[at++];
        if (shift == 63 && byte > 1) {
            return false;
        }
        value |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            if (byte == 0 && shift != 0) {
                return false; /* overlong */
            }
            *position = at;
            *out = value;
            return true;
        }
    }
    return false;
}

bool cor_leb128_read_long_u32(const uint8_t *bytes, size_t size, size_t *position, uint32_t *out) {
    size_t at = *position;
    uint64_t value;
    if (!cor_leb128_read_long_u64(bytes, size, &at, &value) || value > UINT32_MAX) {
        return false;
    }
    *position = at;
    *out = (uint32_t)value;
    return true;
}

bool cor_leb128_read_long_i64(const uint8_t *bytes, size_t size, size_t *position, int64_t *out) {
    uint64_t value = 0;
    size_t at = *position;
    uint8_t previous = 0;
    for (unsigned shift = 0; at < size && shift < 64; shift += 7) {
        uint8_t byte = bytes[at++];
        if (shift == 63 && byte != 0 && byte != 0x7f) {
            return false;
        }
        value |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            bool sign_only = byte == 0 ? (previous & 0x40) == 0 : byte == 0x7f && (previous & 0x40) != 0;
            if (shift != 0 && sign_only) {
                return false; /* overlong */
            }
            if (shift < 57 && (byte & 0x40) != 0) {
                value |= UINT64_MAX << (shift + 7);
            }
            *position = at;
            *out = (int64_t)value;
            return true;
        }
        previous = byte;
    }
    return false;
}

size_t cor_leb128_write_u64(uint8_t out[COR_LEB128_MAX], uint64_t value) {
    size_t length = 0;
    while (value >= 0x80) {
        out[length++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    out[length++] = (uint8_t)value;
    return length;
}

size_t cor_leb128_write_i64(uint8_t out[COR_LEB128_MAX], int64_t value) {
    size_t length = 0;
    for (;;) {
        uint8_t byte = (uint8_t)(value & 0x7f);
        value >>= 7; /* arithmetic on every supported compiler */
        bool last = (value == 0 && (byte & 0x40) == 0) || (value == -1 && (byte & 0x40) != 0);
        out[length++] = last ? byte : (uint8_t)(byte | 0x80);
        if (last) {
            return length;
        }
    }
}

size_t cor_leb128_size_u64(uint64_t value) {
    size_t length = 1;
    for (; value >= 0x80; value >>= 7) {
        length++;
    }
    return length;
}
