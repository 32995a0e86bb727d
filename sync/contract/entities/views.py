"""Saved views of lists: what somebody looks at again and again, on each of their laptops; and those of the team."""

from sync.contract.fields import LEADERS, Field, FieldType, Merge, RecordType, Scope

FAMILY = "views"

# The later one counts: a list that somebody arranged on two laptops is no question to ask anybody.
_FIELDS = (
    Field(name="name", required=True, max_length=80, merge=Merge.LAST),
    Field(name="record_type", required=True, max_length=40, merge=Merge.LAST),
    Field(name="question", max_length=4_000, merge=Merge.LAST),
    Field(name="sort", max_length=200, merge=Merge.LAST),
    Field(name="columns", max_length=1_000, merge=Merge.LAST),
    Field(name="position", type=FieldType.NUMBER, merge=Merge.LAST),
)

SAVED_VIEW = RecordType(
    name="saved_view",
    table="saved_views",
    family=FAMILY,
    title=("name",),
    icon="rows-3",
    since=4,
    own_fields=_FIELDS,
)

TEAM_VIEW = RecordType(
    name="team_view",
    table="team_views",
    family=FAMILY,
    title=("name",),
    scope=Scope.SHARED,
    write=LEADERS,
    icon="rows-3",
    since=4,
    own_fields=_FIELDS,
)

RECORDS = (SAVED_VIEW, TEAM_VIEW)
