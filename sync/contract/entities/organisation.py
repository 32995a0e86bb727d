"""Who works here: organisation, users, teams, territories, assignments and explicit shares."""

from sync.contract.fields import ADMINS, LEADERS, Field, FieldType, Merge, RecordType, Role, Scope

FAMILY = "organisation"

ORGANISATION = RecordType(
    name="organisation",
    table="organisations",
    family=FAMILY,
    title=("name",),
    scope=Scope.SHARED,
    write=ADMINS,
    icon="building-2",
    own_fields=(
        Field(name="name", required=True, searched=True),
        Field(name="currency", max_length=3, default="CNY"),
        Field(name="country", max_length=2, default="CN"),
        Field(name="timezone", max_length=64, default="Asia/Shanghai"),
    ),
)

USER = RecordType(
    name="user",
    table="users",
    family=FAMILY,
    title=("name",),
    scope=Scope.SHARED,
    write=ADMINS,
    icon="user",
    own_fields=(
        Field(name="name", required=True, searched=True, personal=True),
        Field(name="login", required=True, max_length=100, searched=True, indexed=True),
        Field(name="role", type=FieldType.CHOICE, choices=tuple(Role), default=Role.REP.value),
        Field(name="team", type=FieldType.REFERENCE, target="team"),
        Field(name="email", type=FieldType.EMAIL, searched=True, personal=True),
        Field(name="phone", type=FieldType.PHONE, searched=True, personal=True),
        Field(name="active", type=FieldType.BOOLEAN, default=True),
    ),
)

TEAM = RecordType(
    name="team",
    table="teams",
    family=FAMILY,
    title=("name",),
    scope=Scope.SHARED,
    write=ADMINS,
    icon="users",
    own_fields=(
        Field(name="name", required=True, searched=True),
        Field(name="parent", type=FieldType.REFERENCE, target="team"),
        Field(name="lead", type=FieldType.REFERENCE, target="user"),
    ),
)

TERRITORY = RecordType(
    name="territory",
    table="territories",
    family=FAMILY,
    title=("name",),
    scope=Scope.SHARED,
    write=ADMINS,
    icon="map-pin",
    own_fields=(
        Field(name="name", required=True, searched=True, indexed=True),
        Field(name="parent", type=FieldType.REFERENCE, target="territory"),
    ),
)

ASSIGNMENT = RecordType(
    name="assignment",
    table="assignments",
    family=FAMILY,
    title=("user", "territory"),
    scope=Scope.SHARED,
    write=ADMINS,
    icon="map-pin",
    own_fields=(
        Field(name="user", type=FieldType.REFERENCE, target="user", required=True, indexed=True),
        Field(name="territory", type=FieldType.REFERENCE, target="territory", required=True, indexed=True),
    ),
)

SHARE = RecordType(
    name="share",
    table="shares",
    family=FAMILY,
    title=("account", "user"),
    scope=Scope.ACCOUNT,
    icon="handshake",
    own_fields=(
        Field(name="account", type=FieldType.REFERENCE, target="account", required=True, indexed=True),
        Field(name="user", type=FieldType.REFERENCE, target="user", required=True, indexed=True),
        Field(name="reason", merge=Merge.LAST, max_length=500),
    ),
)

CUSTOM_FIELD = RecordType(
    name="custom_field",
    table="custom_fields",
    family=FAMILY,
    title=("record_type", "name"),
    scope=Scope.SHARED,
    write=LEADERS,
    icon="sliders-horizontal",
    own_fields=(
        Field(name="record_type", required=True, max_length=40, indexed=True),
        Field(name="name", required=True, max_length=40),
        Field(
            name="type",
            type=FieldType.CHOICE,
            choices=tuple(each for each in FieldType if each not in {FieldType.JSON, FieldType.REFERENCE}),
            default=FieldType.TEXT.value,
        ),
        Field(name="label", max_length=100),
        Field(name="label_zh_cn", max_length=100),
        Field(name="label_zh_tw", max_length=100),
        Field(name="choices", type=FieldType.TAGS, merge=Merge.SET),
        Field(name="searched", type=FieldType.BOOLEAN, default=True),
        Field(name="personal", type=FieldType.BOOLEAN, default=False),
        Field(name="position", type=FieldType.NUMBER, merge=Merge.LAST),
    ),
)

RECORDS = (ORGANISATION, USER, TEAM, TERRITORY, ASSIGNMENT, SHARE, CUSTOM_FIELD)
