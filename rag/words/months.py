"""The months and weekdays in English, and patterns of how they are written; lower case."""

from __future__ import annotations

MONTHS = tuple(
    "january february march april may june july august september october november december".split()
)
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
YEARS = range(1500, 2100)  # that are read as years
YEAR = r"(?:1[5-9]|20)\d\d"  # one of YEARS
# By what a month's name begins with: "july", "jul." and "jul" are all the seventh.
NUMBER_OF_MONTH = {name[:3]: at for at, name in enumerate(MONTHS, start=1)}
# A month in full or shortened ("sept.", "jul"); for texts in any case with re.IGNORECASE.
MONTH = (
    rf"(?:{'|'.join(MONTHS)}|sept\b\.?|(?:{'|'.join(m[:3] for m in MONTHS if m != 'may')})\b\.?)"
)
