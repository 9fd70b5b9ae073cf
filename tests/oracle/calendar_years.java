import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;

// Dates of all years that there are, those before the year 1 too.
class CalendarYears {
    static long state = 22;

    static long next() {
        state += 0x9e3779b97f4a7c15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    static long below(long limit) {
        return Long.remainderUnsigned(next(), limit);
    }

    static String year(int year) {
        return (year < 0 ? "-" : "") + String.format("%04d", Math.abs(year));
    }

    static String show(LocalDate date) {
        if (date.getYear() < -9999 || date.getYear() > 9999) {
            return "none";
        }
        return year(date.getYear()) + String.format("-%02d-%02d", date.getMonthValue(), date.getDayOfMonth());
    }

    static String name(DayOfWeek day) {
        return day.name().charAt(0) + day.name().substring(1).toLowerCase();
    }

    public static void main(String[] arguments) {
        long first = LocalDate.of(-9999, 1, 10).toEpochDay(), last = LocalDate.of(9999, 12, 20).toEpochDay();
        System.out.println(LocalDate.of(-9999, 1, 1).toEpochDay() + " " + LocalDate.of(9999, 12, 31).toEpochDay());
        for (int i = 0; i < 3000; i++) {
            LocalDate date = LocalDate.ofEpochDay(first + below(last - first));
            LocalDate other = LocalDate.ofEpochDay(first + below(last - first));
            long months = below(20000) - 10000;
            DayOfWeek day = DayOfWeek.of((int) below(7) + 1);
            System.out.println(show(date) + " " + date.toEpochDay() + " " + name(date.getDayOfWeek()) + " "
                + date.getDayOfYear() + " " + date.get(IsoFields.WEEK_BASED_YEAR) + " "
                + date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR) + " " + date.get(IsoFields.QUARTER_OF_YEAR) + " "
                + date.isLeapYear() + " " + YearMonth.from(date).lengthOfMonth());
            System.out.println(show(date.plusMonths(months)) + " " + show(date.plusYears(months / 4)) + " "
                + show(date.plusDays(months * 100)) + " " + ChronoUnit.DAYS.between(other, date) + " "
                + ChronoUnit.MONTHS.between(other, date) + " " + ChronoUnit.YEARS.between(other, date) + " "
                + show(date.with(TemporalAdjusters.next(day))) + " " + show(date.with(TemporalAdjusters.previous(day)))
                + " " + show(date.with(TemporalAdjusters.firstDayOfMonth())) + " "
                + show(date.with(TemporalAdjusters.lastDayOfMonth())) + " "
                + show(date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))));
        }
    }
}
