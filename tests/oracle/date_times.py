"""Moments: RFC 3339 and patterns both ways, offsets, sums with durations, timestamps."""
import datetime

from _inputs import SplitMix64

random = SplitMix64(21)
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
LOW = int(datetime.datetime(2, 1, 1, tzinfo=UTC).timestamp())
HIGH = int(datetime.datetime(9998, 12, 31, tzinfo=UTC).timestamp())


def decimals(microseconds):
    return f".{microseconds:06}".rstrip("0") if microseconds else ""


def rfc3339(moment):
    offset = moment.strftime("%z")
    offset = "Z" if offset == "+0000" else offset[:3] + ":" + offset[3:]
    return f"{moment.replace(microsecond=0, tzinfo=None).isoformat()}{decimals(moment.microsecond)}{offset}"


def duration(microseconds):
    sign, rest = ("-" if microseconds < 0 else ""), abs(microseconds)
    if rest == 0:
        return "0s"
    if rest < 1000:
        return f"{sign}{rest}µs"
    if rest < 1000000:
        return f"{sign}{rest // 1000}{decimals(rest % 1000 * 1000)}ms"
    parts = []
    for unit, size in [("d", 86400), ("h", 3600), ("m", 60)]:
        if count := rest // (size * 1000000):
            parts.append(f"{count}{unit}")
        rest %= size * 1000000
    if rest:
        parts.append(f"{rest // 1000000}{decimals(rest % 1000000)}s")
    return sign + " ".join(parts)


for _ in range(1500):
    seconds = LOW + random.next() % (HIGH - LOW)
    scale = [1, 1000, 1000000][random.next() % 3]
    micros = random.next() % scale * (1000000 // scale)
    zone = datetime.timezone(datetime.timedelta(minutes=random.next() % 2879 - 1439))
    by = random.next() % 20000000000000 - 10000000000000
    if by % 3 == 0:
        by %= 5000000
    moment = EPOCH + datetime.timedelta(seconds=seconds, microseconds=micros)
    local = moment.astimezone(zone)
    print(rfc3339(moment), rfc3339(local), seconds, local.strftime(f"%d/%b/{local.year:04}:%H:%M:%S %z %I %p %f"))
    print(rfc3339(local + datetime.timedelta(microseconds=by)), duration(by), duration(-by * 7 // 7))
