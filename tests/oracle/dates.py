"""The calendar: parts of dates, arithmetic with months, weeks and days of the year."""
import calendar
import datetime

from _inputs import SplitMix64

random = SplitMix64(20)
FIRST, LAST = datetime.date(1, 1, 1).toordinal(), datetime.date(9999, 12, 31).toordinal()
EPOCH = datetime.date(1970, 1, 1).toordinal()


def any_date():
    return datetime.date.fromordinal(FIRST + random.next() % (LAST - FIRST + 1))


def add_months(date, months):
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return "none"
    return date.replace(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def months_since(a, b):
    """The most months that lead from b to a without passing it; towards zero."""
    months = (a.year - b.year) * 12 + a.month - b.month
    if months > 0 and a.day < b.day:
        return months - 1
    return months + 1 if months < 0 and a.day > b.day else months


def show(date):
    iso = date.isocalendar()
    print(date, date.toordinal() - EPOCH, date.strftime("%A"), date.timetuple().tm_yday, iso.year, iso.week,
          iso.weekday, str(calendar.isleap(date.year)).lower(), calendar.monthrange(date.year, date.month)[1])


for year in [1, 4, 100, 400, 1582, 1900, 1969, 1970, 2000, 2020, 2021, 2024, 2026, 9999]:
    for month, day in [(1, 1), (1, 4), (2, 28), (3, 1), (12, 28), (12, 31)]:
        show(datetime.date(year, month, day))
for _ in range(2000):
    date, other, months = any_date(), any_date(), random.next() % 2400 - 1200
    show(date)
    print(add_months(date, months), (date - other).days, months_since(date, other))
for _ in range(500):
    date = any_date()
    print(date.strftime("%d.%m. %j %B %b %A %a %u %w %y %V"))
