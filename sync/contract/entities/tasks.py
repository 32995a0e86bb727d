"""Tasks: what somebody promised to do."""

from sync.contract.fields import Field, FieldType, Merge, RecordType

TASK = RecordType(
    name="task",
    table="tasks",
    family="tasks",
    title=("title",),
    icon="list-checks",
    own_fields=(
        Field(name="title", required=True, max_length=300, searched=True),
        Field(name="account", type=FieldType.REFERENCE, target="account", indexed=True),
        Field(name="contact", type=FieldType.REFERENCE, target="contact"),
        Field(name="opportunity", type=FieldType.REFERENCE, target="opportunity"),
        Field(name="due_at", type=FieldType.INSTANT, indexed=True),
        Field(name="done", type=FieldType.BOOLEAN, default=False, group="completion"),
        Field(name="done_at", type=FieldType.INSTANT, group="completion", indexed=True),
        Field(name="priority", type=FieldType.CHOICE, choices=("low", "normal", "high"), default="normal"),
        Field(name="description", merge=Merge.TEXT, max_length=20_000, multiline=True, searched=True),
    ),
)

RECORDS = (TASK,)
