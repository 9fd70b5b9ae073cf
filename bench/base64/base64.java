public class base64 {
    static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    static byte[] encode(byte[] data) {
        byte[] text = new byte[(data.length + 2) / 3 * 4];
        int whole = data.length / 3 * 3;
        int out = 0;
        for (int at = 0; at < whole; at += 3) {
            int bits = (data[at] & 255) << 16 | (data[at + 1] & 255) << 8 | data[at + 2] & 255;
            text[out] = (byte) ALPHABET.charAt(bits >> 18);
            text[out + 1] = (byte) ALPHABET.charAt(bits >> 12 & 63);
            text[out + 2] = (byte) ALPHABET.charAt(bits >> 6 & 63);
            text[out + 3] = (byte) ALPHABET.charAt(bits & 63);
            out += 4;
        }
        if (whole < data.length) {
            int second = whole + 1 < data.length ? data[whole + 1] & 255 : 0;
            int bits = (data[whole] & 255) << 16 | second << 8;
            text[out] = (byte) ALPHABET.charAt(bits >> 18);
            text[out + 1] = (byte) ALPHABET.charAt(bits >> 12 & 63);
            text[out + 2] = (byte) (whole + 1 < data.length ? ALPHABET.charAt(bits >> 6 & 63) : '=');
            text[out + 3] = '=';
        }
        return text;
    }

    static final class Decoder {
        private final byte[] values = new byte[256];

        Decoder() {
            for (int i = 0; i < 64; i++) values[ALPHABET.charAt(i)] = (byte) i;
        }

        /** The bytes that a text, which is not empty, stands for. */
        byte[] decode(byte[] text) {
            int padding = text[text.length - 1] != '=' ? 0 : text[text.length - 2] != '=' ? 1 : 2;
            byte[] data = new byte[text.length / 4 * 3 - padding];
            int at = 0;
            for (int out = 0; out < data.length; out += 3) {
                int bits = values[text[at]] << 18 | values[text[at + 1]] << 12 | values[text[at + 2]] << 6
                    | values[text[at + 3]];
                data[out] = (byte) (bits >> 16);
                if (out + 1 < data.length) data[out + 1] = (byte) (bits >> 8);
                if (out + 2 < data.length) data[out + 2] = (byte) bits;
                at += 4;
            }
            return data;
        }
    }

    static int checksum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 61) sum = (sum * 31 + (bytes[i] & 255)) % 65521;
        return sum;
    }

    public static void main(String[] args) {
        int length = Integer.parseInt(args[0]);
        int rounds = Integer.parseInt(args[1]);
        Decoder decoder = new Decoder();
        for (int round = 0; round < rounds; round++) {
            byte[] data = new byte[length + round % 3];
            for (int i = 0; i < data.length; i++) data[i] = (byte) (i * 7 + i / 256 + round);
            byte[] text = encode(data);
            byte[] back = decoder.decode(text);
            System.out.println(text.length + " " + checksum(text) + " " + back.length + " " + checksum(back));
        }
    }
}
