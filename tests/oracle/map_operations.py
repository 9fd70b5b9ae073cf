"""Python's dictionaries keep the order of insertion too; a set here is a dictionary without values."""
from _inputs import SplitMix64


def text(value):
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def shown_map(entries):
    return "[" + (", ".join(f'{key}: "{value}"' for key, value in entries.items()) or ":") + "]"


def shown_set(values):
    return "{" + ", ".join(f'"{value}"' for value in values) + "}"


random = SplitMix64(148)
for _ in range(10):
    entries, members = {}, {}
    for _ in range(200):
        key, value = random.below(40), random.word("abc", 2)
        choice = random.below(7)
        if choice < 2:
            entries[key] = value
        elif choice == 2:
            print(key, text(entries.pop(key, None)))
        elif choice == 3:
            print(entries.get(key, "none"), text(key in entries))
        elif choice == 4:
            entries[key] = entries.get(key, "") + value
        elif choice == 5:
            added = value not in members
            members[value] = True
            print(text(added), len(members))
        else:
            print(text(members.pop(value, False)), text("a" in members))
    print(shown_map(entries), shown_set(members))
    print(sum(entries), "".join(entries.values()), shown_map({k: v for k, v in entries.items() if k % 2 == 0}),
          sum("a" in value for value in entries.values()))
    other = dict.fromkeys([random.word("abc", 2) for _ in range(6)])
    left, right = [x for x in members if x not in other], [x for x in other if x not in members]
    print(shown_set(members | other), shown_set([x for x in members if x in other]), shown_set(left),
          shown_set(left + right), text(not right))
    print("true", text(max(entries, key=lambda key: len(entries[key]), default=None)), text("" in entries.values()))
