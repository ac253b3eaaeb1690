"""Finds the state of a ZIP code by its first three digits.

The Postal Service's three-digit regions follow state lines, except for a few towns that are served from across one;
those are listed by all five digits.
"""

# First prefix, last prefix and state; unused prefixes inside a range count with it.
PREFIXES: tuple[tuple[int, int, str], ...] = (
    (5, 5, "NY"), (6, 7, "PR"), (8, 8, "VI"), (9, 9, "PR"), (10, 27, "MA"), (28, 29, "RI"), (30, 38, "NH"),
    (39, 49, "ME"), (50, 54, "VT"), (55, 55, "MA"), (56, 59, "VT"), (60, 69, "CT"), (70, 89, "NJ"),
    (90, 98, "AE"), (100, 149, "NY"), (150, 196, "PA"), (197, 199, "DE"), (200, 200, "DC"), (201, 201, "VA"),
    (202, 205, "DC"), (206, 219, "MD"), (220, 246, "VA"), (247, 268, "WV"), (270, 289, "NC"),
    (290, 299, "SC"), (300, 319, "GA"), (320, 339, "FL"), (340, 340, "AA"), (341, 349, "FL"),
    (350, 369, "AL"), (370, 385, "TN"), (386, 397, "MS"), (398, 399, "GA"), (400, 427, "KY"),
    (430, 459, "OH"), (460, 479, "IN"), (480, 499, "MI"), (500, 528, "IA"), (530, 549, "WI"),
    (550, 567, "MN"), (569, 569, "DC"), (570, 577, "SD"), (580, 588, "ND"), (590, 599, "MT"),
    (600, 629, "IL"), (630, 658, "MO"), (660, 679, "KS"), (680, 693, "NE"), (700, 714, "LA"),
    (716, 729, "AR"), (730, 732, "OK"), (733, 733, "TX"), (734, 749, "OK"), (750, 799, "TX"),
    (800, 816, "CO"), (820, 831, "WY"), (832, 838, "ID"), (840, 847, "UT"), (850, 865, "AZ"),
    (870, 884, "NM"), (885, 885, "TX"), (889, 898, "NV"), (900, 961, "CA"), (962, 966, "AP"),
    (967, 968, "HI"), (969, 969, "GU"), (970, 979, "OR"), (980, 994, "WA"), (995, 999, "AK"),
)  # fmt: skip

# American Samoa and the Northern Marianas share prefixes with Hawaii and Guam.
EXACT: dict[str, tuple[str, ...]] = {
    "06390": ("NY",),
    "20041": ("VA",),
    "42223": ("KY", "TN"),
    "71233": ("LA", "MS"),
    "73960": ("OK", "TX"),
    "75502": ("TX", "AR"),
    "83414": ("WY",),
    "96799": ("AS",),
    "96950": ("MP",),
    "96951": ("MP",),
    "96952": ("MP",),
    "97635": ("OR", "CA"),
}


def states_of_zip(postal_code: str) -> tuple[str, ...]:
    """Return the two-letter codes of the states in which a ZIP code lies; empty for a prefix that is not in use.

    Takes five digits, or nine with a hyphen. Territories and the armed forces (AA, AE, AP) count as states here.
    """
    exact = EXACT.get(postal_code[:5])
    if exact is not None:
        return exact
    prefix = int(postal_code[:3])
    return tuple(state for first, last, state in PREFIXES if first <= prefix <= last)
