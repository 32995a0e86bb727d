"""Conflicts: two edits of one field of which neither saw the other. On screens: "Your choice needed"."""

from sync.contract.fields import SERVER_ONLY, Field, FieldType, Merge, RecordType, Scope

CONFLICT = RecordType(
    name="conflict",
    table="conflicts",
    family="conflicts",
    title=("record_type", "field"),
    scope=Scope.INHERITED,
    icon="git-merge",
    own_fields=(
        Field(name="record_type", required=True, max_length=40, write=SERVER_ONLY),
        Field(name="record", required=True, max_length=36, write=SERVER_ONLY, indexed=True),
        # The merge group that differs; "deleted" when one side deleted what the other edited, "created" for a record
        # whose author has lost its account.
        Field(name="field", required=True, max_length=60, write=SERVER_ONLY),
        Field(name="before", type=FieldType.JSON, write=SERVER_ONLY, max_length=200_000),
        Field(name="current", type=FieldType.JSON, write=SERVER_ONLY, max_length=200_000),
        Field(name="current_by", type=FieldType.REFERENCE, target="user", write=SERVER_ONLY),
        Field(name="current_at", type=FieldType.INSTANT, write=SERVER_ONLY),
        Field(name="proposed", type=FieldType.JSON, write=SERVER_ONLY, max_length=200_000),
        Field(name="proposed_by", type=FieldType.REFERENCE, target="user", write=SERVER_ONLY),
        Field(name="proposed_at", type=FieldType.INSTANT, write=SERVER_ONLY),
        Field(name="asked", type=FieldType.REFERENCE, target="user", write=SERVER_ONLY, indexed=True),
        Field(name="mutation", max_length=36, write=SERVER_ONLY),
        # What further people proposed, each with its author (``sync.contract.questions``).
        Field(name="others", type=FieldType.JSON, write=SERVER_ONLY, max_length=1_000_000, since=2),
        Field(
            name="state",
            type=FieldType.CHOICE,
            choices=("open", "resolved"),
            default="open",
            merge=Merge.LAST,
            indexed=True,
        ),
        Field(name="resolution", type=FieldType.JSON, merge=Merge.LAST, max_length=200_000),
        Field(name="resolved_by", type=FieldType.REFERENCE, target="user", merge=Merge.LAST),
        Field(name="resolved_at", type=FieldType.INSTANT, merge=Merge.LAST),
    ),
)

RECORDS = (CONFLICT,)
