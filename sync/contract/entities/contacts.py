"""Contacts: the people one talks to, called People on screens."""

from sync.contract.fields import Field, FieldType, Merge, RecordType

CONTACT = RecordType(
    name="contact",
    table="contacts",
    family="contacts",
    title=("name",),
    icon="user",
    own_fields=(
        Field(name="name", required=True, searched=True, personal=True, indexed=True),
        Field(name="given_name", max_length=100, searched=True, personal=True),
        Field(name="family_name", max_length=100, searched=True, personal=True),
        Field(name="account", type=FieldType.REFERENCE, target="account", indexed=True),
        Field(name="job_title", max_length=120, searched=True),
        Field(name="department", max_length=120, searched=True),
        Field(name="phone", type=FieldType.PHONE, searched=True, personal=True),
        Field(name="mobile", type=FieldType.PHONE, searched=True, personal=True),
        Field(name="email", type=FieldType.EMAIL, max_length=254, searched=True, personal=True),
        Field(name="wechat", max_length=60, searched=True, personal=True),
        Field(
            name="address",
            type=FieldType.ADDRESS,
            group="address",
            max_length=500,
            searched=True,
            personal=True,
        ),
        Field(name="city", group="address", max_length=100, searched=True),
        Field(name="province", group="address", max_length=100, searched=True),
        Field(name="postcode", group="address", max_length=20, searched=True),
        Field(name="country", group="address", max_length=60, searched=True),
        Field(name="birthday", type=FieldType.DATE, personal=True),
        Field(name="language", type=FieldType.CHOICE, choices=("en", "zh_CN", "zh_TW")),
        Field(
            name="preferred_channel",
            type=FieldType.CHOICE,
            choices=("phone", "message", "email", "visit"),
        ),
        Field(name="is_primary", type=FieldType.BOOLEAN, merge=Merge.LAST, default=False, indexed=True),
        Field(name="last_contacted_at", type=FieldType.INSTANT, merge=Merge.MAX, indexed=True),
        Field(name="tags", type=FieldType.TAGS, merge=Merge.SET, searched=True),
        Field(name="description", merge=Merge.TEXT, max_length=20_000, multiline=True, searched=True),
    ),
)

RECORDS = (CONTACT,)
