"""Products: what is sold; one shared list."""

from sync.contract.fields import Field, FieldType, Merge, RecordType, Role, Scope

PRODUCT = RecordType(
    name="product",
    table="products",
    family="products",
    title=("name",),
    scope=Scope.SHARED,
    write=frozenset({Role.ADMIN, Role.MANAGER, Role.MARKETING}),
    icon="package",
    own_fields=(
        Field(name="name", required=True, searched=True, indexed=True),
        Field(name="local_name", searched=True),
        Field(name="code", max_length=60, searched=True, indexed=True),
        Field(name="series", max_length=100, searched=True),
        Field(name="price", type=FieldType.MONEY),
        Field(name="active", type=FieldType.BOOLEAN, default=True),
        Field(name="description", merge=Merge.TEXT, max_length=20_000, multiline=True, searched=True),
    ),
)

RECORDS = (PRODUCT,)
