"""The catalogue: every record type declared once; tables, checks, forms, columns and messages come from it."""

from collections.abc import Mapping

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
    views,
)
from sync.contract.upcasting import Upcast

SCHEMA_VERSION = 4
"""Raised by one whenever a declaration changes; both sides support two versions back.

What only the laptop does with a field (whether it is searched, or indexed) does not travel and does not count.
"""

UPCASTS: Mapping[int, Upcast] = {}
"""How edits of older programs are read: step N brings what version N recorded to version N + 1; none so far."""

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
        *views.RECORDS,
    ),
    version=SCHEMA_VERSION,
    upcasts=UPCASTS,
)
"""All record types, in the order in which a first sync sends them."""
