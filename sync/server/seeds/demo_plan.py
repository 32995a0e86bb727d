"""Puts the sample organisation together. Pure but for reading its tables."""

from collections.abc import Iterator
from datetime import date, tzinfo

from sync.server.seeds.demo_book import Book, DemoCalendar
from sync.server.seeds.demo_customers import Customers
from sync.server.seeds.demo_deals import Deals
from sync.server.seeds.demo_organisation import organisation_drafts
from sync.server.seeds.demo_timeline import Timeline
from sync.server.seeds.drafts import Draft
from sync.server.seeds.sample_tables import SampleTables

SIGN_IN = "ruonan"
"""Login of the rep through whose eyes the sample is best seen."""


def demo_book(today: date, zone: tzinfo, tables: SampleTables | None = None) -> Book:
    """Open the sample's tables as of a day."""
    return Book(DemoCalendar(today, zone), tables or SampleTables())


def demo_drafts(today: date, zone: tzinfo, tables: SampleTables | None = None) -> Iterator[Draft]:
    """Give all records of the sample as of a day, each after those it refers to.

    Same day and zone, same records; another day gives the same ids with other dates. Times of day are ``zone``'s.
    """
    book = demo_book(today, zone, tables)
    customers, deals, timeline = Customers(book), Deals(book), Timeline(book)
    yield from organisation_drafts(book)
    yield from customers.accounts(timeline.last_visits())
    yield from customers.contacts(timeline.last_contacts())
    yield from customers.shares()
    happened = [
        *deals.open_opportunities(),
        *deals.closed_opportunities(),
        *deals.recent_opportunities(),
        *deals.tasks(),
        *timeline.activities(),
    ]
    yield from sorted(happened, key=lambda each: (each.at, each.id))
