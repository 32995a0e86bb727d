"""Loads the sample organisation; its content lies in ``resources/sample`` and is put together in ``demo_plan``."""

from datetime import date, tzinfo

from sync.server.log import Log
from sync.server.seeds.demo_organisation import ORGANISATION
from sync.server.seeds.demo_plan import SIGN_IN, demo_book, demo_drafts
from sync.server.seeds.demo_questions import ask_questions
from sync.server.seeds.drafts import SeedReport
from sync.server.seeds.filling import Filling, SeedPasswords


def load_demo(log: Log, *, today: date, zone: tzinfo, passwords: SeedPasswords) -> SeedReport:
    """Write the sample as of a day, its times of day being those of ``zone``; a second run makes only what is missing.

    ``facts["login"]`` of the report names the rep through whose eyes it is best seen.
    """
    with log.loading() as writer:
        filling = Filling(log, writer, passwords)
        filling.name_organisation(ORGANISATION)
        filling.put_missing(demo_drafts(today, zone))
        asked = ask_questions(writer, demo_book(today, zone))
    return SeedReport(
        seed="demo",
        made={**filling.made, "conflict": asked} if asked else dict(filling.made),
        present=dict(filling.present),
        passwords=dict(passwords.made),
        facts={"login": SIGN_IN, "today": today.isoformat(), "organisation": ORGANISATION["name"]},
        notes=(f"Sign in as {SIGN_IN} to see it as a rep does, as fangwei for the manager, as ingrid for everything.",),
    )
