"""Attachments: the description of a file; its bytes travel on a way of their own (not built yet)."""

from sync.contract.fields import Field, FieldType, Merge, RecordType

ATTACHMENT = RecordType(
    name="attachment",
    table="attachments",
    family="attachments",
    title=("name",),
    icon="file-text",
    own_fields=(
        Field(name="name", required=True, max_length=255, searched=True),
        Field(name="account", type=FieldType.REFERENCE, target="account", indexed=True),
        Field(name="record_type", max_length=40),
        Field(name="record", max_length=36, indexed=True),
        Field(name="media_type", max_length=100),
        Field(name="size_bytes", type=FieldType.NUMBER, minimum=0, maximum=10_000_000_000),
        Field(name="sha256", max_length=64),
        Field(
            name="blob_state",
            type=FieldType.CHOICE,
            choices=("none", "local", "stored"),
            default="none",
            merge=Merge.LAST,
        ),
    ),
)

RECORDS = (ATTACHMENT,)
