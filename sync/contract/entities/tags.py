"""Tags: the organisation's shared list of words that records may carry, with a colour each."""

from sync.contract.fields import Field, FieldType, Merge, RecordType, Scope

TAG = RecordType(
    name="tag",
    table="tags",
    family="tags",
    title=("name",),
    scope=Scope.SHARED,
    icon="flag",
    own_fields=(
        Field(name="name", required=True, max_length=60, searched=True, indexed=True),
        Field(
            name="colour",
            type=FieldType.CHOICE,
            choices=("neutral", "info", "success", "warning", "danger"),
            merge=Merge.LAST,
            default="neutral",
        ),
    ),
)

RECORDS = (TAG,)
