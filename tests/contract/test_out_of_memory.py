"""A merge that runs out of memory anywhere changes nothing that it was given, and says the same when asked again."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from sync.contract.fields import Merge

ROOT = Path(__file__).parents[2]
_PROGRAM = """
import json
import _testcapi
from sync.contract.entities import CATALOGUE
from sync.contract.fields import Merge
from sync.contract.merge import Current, Edit, merge

JOINED = (Merge.COUNTER, Merge.SET, Merge.TEXT, Merge.MAX, Merge.MIN)
WAS = dict(zip(JOINED, (1, ["a", "b"], "one\\ntwo\\nthree", "2026-01-01", "2026-01-01")))
MINE = dict(zip(JOINED, (4, ["b", "c"], "one\\n2\\nthree", "2026-02-01", "2025-01-01")))
THEIRS = dict(zip(JOINED, (3, ["a", "b", "d"], "one\\ntwo\\n3", "2026-03-01", "2025-03-01")))

failed = wrong = 0
rules = set()
for record in CATALOGUE:
    if rules >= {each.merge for each in record.fields.values()}:
        continue
    rules |= {each.merge for each in record.fields.values()}
    names = list(record.fields)
    values = [
        {name: made.get(record.fields[name].merge, plain) for name in names}
        for made, plain in ((WAS, "w"), (MINE, "m"), (THEIRS, "t"))
    ]
    was, mine, theirs = values
    current = Current(theirs, dict.fromkeys(names, 9), lambda _name: "another")
    edit = Edit(mine, was, 5, "own")
    before = json.dumps(values)
    whole = repr(merge(record, current, edit))
    at = spared = 0
    # When nothing was lacking a few times in a row, all of it has been gone through.
    while spared < 20:
        at += 1
        result = None
        _testcapi.set_nomemory(at, at + 1)
        try:
            result = merge(record, current, edit)
        except MemoryError:
            failed += 1
        finally:
            _testcapi.remove_mem_hooks()
        again = repr(merge(record, current, edit))
        wrong += json.dumps(values) != before or again != whole or (result is not None and repr(result) != whole)
        spared = 0 if result is None else spared + 1
print(json.dumps([failed, wrong, len(rules)]))
"""


@pytest.mark.skipif(find_spec("_testcapi") is None, reason="this Python was built without its own test functions")
def test_merge_that_runs_out_of_memory_anywhere_fails_and_changes_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=100, check=False
    )

    assert done.returncode == 0, done.stderr
    failed, wrong, rules = json.loads(done.stdout)
    assert failed > 100
    assert rules >= len(Merge) - 1
    assert wrong == 0
