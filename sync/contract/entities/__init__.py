"""The catalogue: every record type declared once; tables, checks, forms, columns and messages come from it."""

from sync.contract.catalogue import Catalogue
from sync.contract.entities import (
    accounts,
    activities,
    attachments,
    conflicts,
    contacts,
    opportunities,
    organisation,
    products,
    tags,
    tasks,
)

SCHEMA_VERSION = 1
"""Raised by one whenever a declaration changes; both sides support two versions back."""

CATALOGUE = Catalogue(
    (
        *organisation.RECORDS,
        *products.RECORDS,
        *tags.RECORDS,
        # A stage must be known before the opportunities that stand in it.
        *opportunities.RECORDS[:1],
        *accounts.RECORDS,
        *contacts.RECORDS,
        *opportunities.RECORDS[1:],
        *tasks.RECORDS,
        *activities.RECORDS,
        *attachments.RECORDS,
        *conflicts.RECORDS,
    ),
    version=SCHEMA_VERSION,
)
"""All record types, in the order in which a first sync sends them."""
