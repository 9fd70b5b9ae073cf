import java.math.BigInteger;

/**
 * The digits of pi by an unbounded spigot (Jeremy Gibbons, 2006): sum / denominator is the least that the rest may be,
 * (sum + part) / denominator the most.
 */
public class bigint {
    static String digits(int count) {
        BigInteger part = BigInteger.ONE, sum = BigInteger.valueOf(3), denominator = BigInteger.ONE;
        StringBuilder out = new StringBuilder();
        int k = 0;
        while (out.length() < count) {
            k++;
            BigInteger odd = BigInteger.valueOf(2L * k + 1);
            sum = sum.multiply(odd).add(part.multiply(BigInteger.valueOf(k - 1)));
            denominator = denominator.multiply(odd);
            part = part.multiply(BigInteger.valueOf(k));
            if (part.shiftLeft(2).compareTo(sum) > 0) continue;
            BigInteger digit = sum.divide(denominator);
            if (!digit.equals(sum.add(part).divide(denominator))) continue;
            out.append(digit);
            sum = sum.subtract(denominator.multiply(digit)).multiply(BigInteger.TEN);
            part = part.multiply(BigInteger.TEN);
        }
        return out.toString();
    }

    public static void main(String[] args) {
        System.out.println(digits(Integer.parseInt(args[0])));
    }
}
