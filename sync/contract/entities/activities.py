"""Activities: what happened between us and a customer. Each is a row of its own, so concurrent ones never collide."""

from sync.contract.fields import Field, FieldType, Merge, RecordType

ACTIVITY = RecordType(
    name="activity",
    table="activities",
    family="activities",
    title=("subject",),
    icon="message-square",
    own_fields=(
        Field(
            name="kind",
            type=FieldType.CHOICE,
            choices=("visit", "call", "meeting", "message", "note"),
            required=True,
            indexed=True,
        ),
        Field(name="account", type=FieldType.REFERENCE, target="account", indexed=True),
        Field(name="contact", type=FieldType.REFERENCE, target="contact", indexed=True),
        Field(name="opportunity", type=FieldType.REFERENCE, target="opportunity"),
        Field(name="subject", max_length=300, searched=True),
        Field(name="body", merge=Merge.TEXT, max_length=50_000, multiline=True, searched=True),
        Field(name="at", type=FieldType.INSTANT, indexed=True, index_holds=("kind", "owner")),
        Field(name="duration_minutes", type=FieldType.NUMBER, minimum=0, maximum=10_080),
        Field(name="outcome", max_length=60, searched=True),
        Field(name="direction", type=FieldType.CHOICE, choices=("in", "out")),
    ),
)

RECORDS = (ACTIVITY,)
