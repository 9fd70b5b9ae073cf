#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct bytes {
    uint8_t *data;
    size_t length;
};

static struct bytes new_bytes(size_t length) {
    struct bytes bytes = {malloc(length), length};
    if (!bytes.data)
        exit(1);
    return bytes;
}

static struct bytes encode(struct bytes data) {
    struct bytes text = new_bytes((data.length + 2) / 3 * 4);
    size_t whole = data.length / 3 * 3;
    uint8_t *out = text.data;
    for (size_t at = 0; at < whole; at += 3) {
        const uint8_t *in = data.data + at;
        uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        *out++ = (uint8_t)alphabet[bits >> 18];
        *out++ = (uint8_t)alphabet[bits >> 12 & 63];
        *out++ = (uint8_t)alphabet[bits >> 6 & 63];
        *out++ = (uint8_t)alphabet[bits & 63];
    }
    if (whole < data.length) {
        uint32_t second = whole + 1 < data.length ? data.data[whole + 1] : 0;
        uint32_t bits = (uint32_t)data.data[whole] << 16 | second << 8;
        *out++ = (uint8_t)alphabet[bits >> 18];
        *out++ = (uint8_t)alphabet[bits >> 12 & 63];
        *out++ = whole + 1 < data.length ? (uint8_t)alphabet[bits >> 6 & 63] : '=';
        *out++ = '=';
    }
    return text;
}

struct decoder {
    uint8_t values[256];
};

static struct decoder new_decoder(void) {
    struct decoder decoder = {{0}};
    for (int i = 0; i < 64; i++)
        decoder.values[(uint8_t)alphabet[i]] = (uint8_t)i;
    return decoder;
}

/// The bytes that a text, which is not empty, stands for.
static struct bytes decode(const struct decoder *decoder, struct bytes text) {
    size_t padding = text.data[text.length - 1] != '=' ? 0 : text.data[text.length - 2] != '=' ? 1 : 2;
    struct bytes data = new_bytes(text.length / 4 * 3 - padding);
    const uint8_t *in = text.data;
    for (size_t out = 0; out < data.length; out += 3) {
        uint32_t bits = (uint32_t)decoder->values[in[0]] << 18 | (uint32_t)decoder->values[in[1]] << 12 |
                        (uint32_t)decoder->values[in[2]] << 6 | decoder->values[in[3]];
        data.data[out] = (uint8_t)(bits >> 16);
        if (out + 1 < data.length)
            data.data[out + 1] = (uint8_t)(bits >> 8);
        if (out + 2 < data.length)
            data.data[out + 2] = (uint8_t)bits;
        in += 4;
    }
    return data;
}

static int64_t checksum(struct bytes bytes) {
    int64_t sum = 0;
    for (size_t i = 0; i < bytes.length; i += 61)
        sum = (sum * 31 + bytes.data[i]) % 65521;
    return sum;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    struct decoder decoder = new_decoder();
    for (int64_t round = 0; round < atoll(argv[2]); round++) {
        struct bytes data = new_bytes((size_t)(atoll(argv[1]) + round % 3));
        for (size_t i = 0; i < data.length; i++)
            data.data[i] = (uint8_t)(i * 7 + i / 256 + (size_t)round);
        struct bytes text = encode(data), back = decode(&decoder, text);
        printf("%zu %" PRId64 " %zu %" PRId64 "\n", text.length, checksum(text), back.length, checksum(back));
        free(data.data);
        free(text.data);
        free(back.data);
    }
    return 0;
}
