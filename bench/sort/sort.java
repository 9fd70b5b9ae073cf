import java.util.ArrayList;
import java.util.List;

public class sort {
    static final class Person {
        final int id, age;

        Person(int id, int age) {
            this.id = id;
            this.age = age;
        }
    }

    static long checksum(List<Integer> values) {
        long sum = 0;
        for (int i = 0; i < values.size(); i++) sum = (sum * 31 + values.get(i)) % 1000003;
        return sum;
    }

    public static void main(String[] args) {
        int count = Integer.parseInt(args[0]);
        List<Integer> numbers = new ArrayList<>();
        List<Person> people = new ArrayList<>();
        int seed = 42;
        for (int i = 0; i < count; i++) {
            seed = (seed * 3877 + 29573) % 139968;
            numbers.add(seed);
            seed = (seed * 3877 + 29573) % 139968;
            people.add(new Person(i, seed % 100));
        }
        numbers.sort((a, b) -> a - b);
        System.out.println(checksum(numbers));
        numbers.sort((a, b) -> b - a);
        System.out.println(checksum(numbers));
        people.sort((a, b) -> a.age != b.age ? b.age - a.age : a.id - b.id);
        List<Integer> ids = new ArrayList<>();
        for (Person person : people) ids.add(person.id);
        System.out.println(checksum(ids));
    }
}
