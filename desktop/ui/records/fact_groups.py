"""Which facts of a record stand together, and in which order; fields that no group names come last, custom ones too."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sync.contract.fields import Field, FieldType, RecordType

_HIDDEN = frozenset(
    {"external_id", "external_source", "created_at", "created_by", "updated_at", "updated_by", "location"}
)

_GROUPS: Mapping[str, Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "account": {
            "about": (
                "local_name",
                "segment",
                "status",
                "tier",
                "kind",
                "owner",
                "territory",
                "parent",
                "tags",
                "description",
            ),
            "reach": (
                "phone",
                "email",
                "website",
                "address",
                "district",
                "city",
                "province",
                "postcode",
                "country",
            ),
            "business": (
                "visit_rhythm_days",
                "payment_terms",
                "credit_limit",
                "customer_since",
                "employees",
                "revenue",
                "founded",
                "points",
                "last_visit_at",
            ),
        },
        "contact": {
            "about": (
                "account",
                "job_title",
                "department",
                "is_primary",
                "language",
                "birthday",
                "owner",
                "tags",
                "description",
            ),
            "reach": (
                "mobile",
                "phone",
                "email",
                "wechat",
                "preferred_channel",
                "address",
                "city",
                "province",
                "postcode",
                "country",
                "last_contacted_at",
            ),
        },
        "opportunity": {
            "about": (
                "name",
                "amount",
                "stage",
                "expected_on",
                "next_step",
                "product",
                "contact",
                "owner",
                "account",
                "engaged_on",
                "closed_on",
                "lost_reason",
                "tags",
                "description",
            ),
        },
    }
)
_UNGROUPED_AS = "more"
_LEFT_OUT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "account": frozenset({"name", "merged_into"}),
        "contact": frozenset({"given_name", "family_name"}),
        "opportunity": frozenset({"status", "stage_since"}),
    }
)


def fact_groups(record: RecordType) -> Mapping[str, Sequence[Field]]:
    """Give the fields of a record type by group; a group's name is a message key below ``lists.facts``."""
    found: dict[str, Sequence[Field]] = {}
    named: set[str] = set()
    for group, names in _GROUPS.get(record.name, {}).items():
        found[group] = [record.fields[name] for name in names if name in record.fields]
        named |= set(names)
    skipped = named | _HIDDEN | _LEFT_OUT.get(record.name, frozenset())
    rest = [field for name, field in record.fields.items() if name not in skipped and field.type is not FieldType.JSON]
    if rest:
        found[_UNGROUPED_AS] = rest
    return found
