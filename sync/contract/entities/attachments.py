"""Attachments: the description of a file; its bytes travel on a way of their own (``sync.contract.blobs``).

``blob_state`` says whether the office holds the bytes, and only the office writes it. Whether this laptop does is
local knowledge and no field.
"""

from sync.contract.fields import SERVER_ONLY, Field, FieldType, Merge, RecordType

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
            choices=("none", "stored"),
            default="none",
            merge=Merge.LAST,
            write=SERVER_ONLY,
        ),
    ),
)

RECORDS = (ATTACHMENT,)
