"""Accounts: the customers themselves, called Customers on screens."""

from sync.contract.fields import Field, FieldType, Merge, RecordType, Scope

ACCOUNT = RecordType(
    name="account",
    table="accounts",
    family="accounts",
    title=("name",),
    scope=Scope.ACCOUNT_ROOT,
    icon="building-2",
    own_fields=(
        Field(name="name", required=True, searched=True, indexed=True),
        Field(name="local_name", searched=True),
        Field(
            name="kind",
            type=FieldType.CHOICE,
            choices=("company", "person", "institution"),
            default="company",
        ),
        Field(
            name="status",
            type=FieldType.CHOICE,
            choices=("prospect", "active", "dormant", "lost"),
            default="prospect",
            indexed=True,
        ),
        Field(name="tier", type=FieldType.CHOICE, choices=("a", "b", "c"), indexed=True),
        Field(name="segment", max_length=100, searched=True, indexed=True),
        Field(name="territory", type=FieldType.REFERENCE, target="territory", indexed=True),
        Field(name="parent", type=FieldType.REFERENCE, target="account", indexed=True),
        # The account that stands for this one since somebody found that both are the same customer.
        Field(name="merged_into", type=FieldType.REFERENCE, target="account", since=3),
        Field(name="phone", type=FieldType.PHONE, searched=True),
        Field(name="email", type=FieldType.EMAIL, max_length=254, searched=True),
        Field(name="website", type=FieldType.URL, max_length=300, searched=True),
        Field(name="address", type=FieldType.ADDRESS, group="address", max_length=500, searched=True),
        Field(name="district", group="address", max_length=100, searched=True),
        Field(name="city", group="address", max_length=100, searched=True, indexed=True),
        Field(name="province", group="address", max_length=100, searched=True),
        Field(name="postcode", group="address", max_length=20, searched=True),
        Field(name="country", group="address", max_length=60, searched=True),
        Field(name="location", type=FieldType.GEO, merge=Merge.LAST),
        Field(name="employees", type=FieldType.NUMBER, minimum=0, maximum=10_000_000),
        Field(name="revenue", type=FieldType.MONEY),
        Field(name="founded", type=FieldType.NUMBER, minimum=1000, maximum=2200),
        Field(name="payment_terms", max_length=100, searched=True),
        Field(name="credit_limit", type=FieldType.MONEY),
        Field(name="visit_rhythm_days", type=FieldType.NUMBER, minimum=1, maximum=3650),
        Field(name="last_visit_at", type=FieldType.INSTANT, merge=Merge.MAX, indexed=True),
        Field(name="customer_since", type=FieldType.DATE, merge=Merge.MIN),
        Field(name="points", type=FieldType.NUMBER, merge=Merge.COUNTER, default=0),
        Field(name="tags", type=FieldType.TAGS, merge=Merge.SET, searched=True),
        Field(name="description", merge=Merge.TEXT, max_length=20_000, multiline=True, searched=True),
    ),
)

RECORDS = (ACCOUNT,)
