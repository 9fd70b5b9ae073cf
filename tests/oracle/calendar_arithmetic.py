"""Python's datetime; Easter from the tables of the Gregorian reform: epact and golden number (Clavius)."""
import datetime


def easter(year):
    golden = year % 19 + 1
    century = year // 100 + 1
    solar, lunar = 3 * century // 4 - 12, (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + lunar - solar) % 30
    if epact == 25 and golden > 11 or epact == 24:
        epact += 1
    moon = 44 - epact
    if moon < 21:
        moon += 30
    full = datetime.date(year, 3, 1) + datetime.timedelta(moon - 1)
    return full + datetime.timedelta(7 - full.isoweekday() % 7)


for day in range(-719162, 2932896, 9973):
    date = datetime.date.fromordinal(day + 719163)
    year, week, weekday = date.isocalendar()
    print(f"{date.isoformat()} {weekday} {year}-W{week:02} {date.timetuple().tm_yday}")
print(*(f"{easter(y).month}/{easter(y).day}" for y in range(1583, 1683)))
print(*(f"{easter(y).month}/{easter(y).day}" for y in range(1950, 2100)))
