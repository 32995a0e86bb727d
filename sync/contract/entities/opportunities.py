"""Opportunities and the stages they go through."""

from sync.contract.fields import LEADERS, Field, FieldType, Merge, RecordType, Scope

STATUSES = ("open", "won", "lost")

STAGE = RecordType(
    name="stage",
    table="stages",
    family="opportunities",
    title=("name",),
    scope=Scope.SHARED,
    write=LEADERS,
    icon="columns-3",
    own_fields=(
        Field(name="key", required=True, max_length=40, indexed=True),
        Field(name="name", required=True, max_length=100),
        Field(name="local_name", max_length=100),
        Field(name="position", type=FieldType.NUMBER, merge=Merge.LAST, default=0),
        Field(name="probability", type=FieldType.NUMBER, minimum=0, maximum=100, default=0),
        Field(name="standard_days", type=FieldType.NUMBER, minimum=0, maximum=3650),
        Field(name="status", type=FieldType.CHOICE, choices=STATUSES, default="open"),
    ),
)

OPPORTUNITY = RecordType(
    name="opportunity",
    table="opportunities",
    family="opportunities",
    title=("name",),
    icon="columns-3",
    own_fields=(
        Field(name="name", required=True, searched=True),
        Field(name="account", type=FieldType.REFERENCE, target="account", indexed=True),
        Field(name="contact", type=FieldType.REFERENCE, target="contact"),
        Field(name="product", type=FieldType.REFERENCE, target="product", indexed=True),
        Field(
            name="stage",
            type=FieldType.CHOICE,
            choices_from="stage",
            group="progress",
            max_length=40,
            indexed=True,
        ),
        Field(
            name="status",
            type=FieldType.CHOICE,
            choices=STATUSES,
            group="progress",
            default="open",
            indexed=True,
            index_holds=("stage", "amount", "expected_on", "owner"),
        ),
        Field(
            name="closed_on",
            type=FieldType.DATE,
            group="progress",
            indexed=True,
            index_holds=("status", "amount", "owner"),
        ),
        Field(name="stage_since", type=FieldType.INSTANT, group="progress"),
        Field(name="amount", type=FieldType.MONEY),
        Field(name="engaged_on", type=FieldType.DATE),
        Field(name="expected_on", type=FieldType.DATE, indexed=True),
        Field(name="next_step", max_length=300, searched=True),
        Field(name="lost_reason", max_length=300, searched=True),
        Field(name="tags", type=FieldType.TAGS, merge=Merge.SET, searched=True),
        Field(name="description", merge=Merge.TEXT, max_length=20_000, multiline=True, searched=True),
    ),
)

RECORDS = (STAGE, OPPORTUNITY)
