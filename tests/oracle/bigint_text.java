import java.math.BigInteger;

// Integers of any size in every radix, and back.
class BigintText {
    public static void main(String[] arguments) {
        BigInteger value = BigInteger.ONE;
        for (int radix = 2; radix <= 36; radix++) {
            value = value.multiply(BigInteger.valueOf(1000003)).negate().subtract(BigInteger.valueOf(radix));
            System.out.println(radix + " " + value.toString(radix) + " " + value.pow(3).toString(radix));
        }
        BigInteger large = BigInteger.valueOf(3).pow(20000);
        String text = large.toString();
        System.out.println(text.length() + " " + text.substring(0, 40) + " " + text.substring(text.length() - 40));
        System.out.println(new BigInteger(text.repeat(3)).mod(BigInteger.valueOf(1000000007)));
        System.out.println(large.bitLength() + " " + large.negate().bitCount() + " " + large.doubleValue());
    }
}
