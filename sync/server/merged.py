"""Accounts that were merged, as a push meets them: what stands for one, and what of an edit the other one gets."""

from dataclasses import dataclass, field
from typing import Final

from sync.contract.fields import Merge, RecordType, Value, Values
from sync.contract.merge import adds, joined
from sync.server.aliases import MERGED_INTO
from sync.server.rows import Record
from sync.server.writer import Writer

_JOINED: Final = frozenset({Merge.SET, Merge.MAX, Merge.MIN})
"""Merge rules that take what was written to an alias over into its root without a question: twice is once."""

_OWN: Final = frozenset({MERGED_INTO, "external_id", "external_source"})
"""Fields that say which record this is; they are no news about the customer."""


def root_of(writer: Writer, account: str) -> str:
    """Give the account that stands for this one, as the transaction under way will leave it; mostly itself."""
    return _path(writer, account)[-1]


def family_of(writer: Writer, account: str) -> list[str]:
    """List an account and everything that was merged into it, over any number of steps."""
    found = [account]
    for each in found:
        found += [one for one in writer.find("account", MERGED_INTO, each) if one not in found]
    return found


def without_rings(writer: Writer, account: str, changes: Values) -> dict[str, Value]:
    """Leave out a merge of two accounts that are one already: of two that merge each into the other, the first holds.

    Written as it is wanted, it would close a ring, and nothing would stand for any of them.
    """
    wanted = changes.get(MERGED_INTO)
    if wanted is None or account not in _path(writer, wanted):
        return dict(changes)
    return {name: value for name, value in changes.items() if name != MERGED_INTO}


@dataclass(frozen=True, slots=True)
class Carried:
    """What an edit of an alias means for its root: values to write, and values to ask about, by merge group."""

    writes: dict[str, Value] = field(default_factory=dict)
    asked: dict[str, dict[str, Value]] = field(default_factory=dict)


def carried(record: RecordType, root: Record, was: Values, mine: Values) -> Carried:
    """Work out what of an edit of an alias its root does not hold.

    ``was`` is what the author saw at the alias and ``mine`` what the author made of it, without what others did there.
    Nothing of it replaces what the root holds without a question.
    """
    found = Carried()
    for name, value in mine.items():
        one, have, before = record.fields[name], root.values.get(name), was.get(name)
        if name in _OWN or one.merge is Merge.DERIVED or not adds(one.merge, before, value, have):
            continue
        wanted = joined(one.merge, before, value, have)
        if one.merge in _JOINED:
            found.writes[name] = wanted
        else:
            # What is asked about a number is what the author added: whoever takes it up adds it to what is there then.
            asked = value if one.merge is Merge.COUNTER else wanted
            found.asked.setdefault(one.merge_group, {})[name] = asked
    return found


def _path(writer: Writer, account: str) -> list[str]:
    path = [account]
    while True:
        found = writer.get("account", path[-1])
        target = None if found is None else found.values.get(MERGED_INTO)
        if target is None or target in path or writer.get("account", target) is None:
            return path
        path.append(target)
