"""Catalogues of programs before and after this one, made from today's by adding what a later one might."""

from dataclasses import replace

from sync.contract.catalogue import Catalogue
from sync.contract.entities import CATALOGUE
from sync.contract.fields import Field, FieldType, RecordType

VISIT = RecordType(
    name="visit_plan",
    table="visit_plans",
    family="visits",
    title=("subject",),
    since=CATALOGUE.version + 1,
    own_fields=(
        Field(name="subject", required=True, searched=True),
        Field(name="account", type=FieldType.REFERENCE, target="account", indexed=True),
        Field(name="budget", type=FieldType.MONEY),
    ),
)
"""A type of record that this program does not know."""

MOTTO = Field(name="motto", searched=True, since=CATALOGUE.version + 1)
FLEET = Field(name="fleet", type=FieldType.MONEY, since=CATALOGUE.version + 1)
"""Fields of accounts that this program does not know."""

NEWER = Catalogue(
    (
        *(
            replace(each, own_fields=(*each.own_fields, MOTTO, FLEET)) if each.name == "account" else each
            for each in CATALOGUE
        ),
        VISIT,
    ),
    version=CATALOGUE.version + 1,
)
"""The next program's catalogue."""
