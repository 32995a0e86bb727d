"""A sign-in that ends, or becomes somebody else's, at any request of a sync: edits stay with their author (F20)."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from sqlalchemy import update

from desktop.domain.listing import Listing
from sync.contract.entities import SCHEMA_VERSION
from sync.contract.errors import AppError, Code
from sync.contract.wire import HelloAnswer, HelloRequest, SignInRequest
from sync.server.schema import TOKEN
from tests.helpers.direct_office import DirectOffice
from tests.helpers.small_world import PASSWORD, Laptop, World

_TOGETHER = 2
_SURELY_ALL = 40


class SmallBatches(DirectOffice):
    """A way to the office on which few edits travel at once; ``turn`` is told of each request before it is made."""

    turn: Callable[[str], None] = staticmethod(lambda _: None)

    def hello(self, request: HelloRequest) -> HelloAnswer:
        return replace(super().hello(request), max_mutations=_TOGETHER)

    def speak_as(self, token: str) -> None:
        self._token = token

    def _ask(self, name: str, *args: Any, **more: Any) -> Any:
        self.turn(name)
        return super()._ask(name, *args, **more)


class _Interrupted:
    """Ana's laptop, of which the sign-in changes before one request of a sync."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ana: Laptop = world["ana"]
        self.token = self.ana.database.meta.token
        self.tasks = len(self.ana.reads.ids(_tasks()))

    def work(self) -> None:
        for number in range(_TOGETHER + 1):
            self.ana.add("task", title=f"task {number}")
        self.tasks += _TOGETHER + 1
        # Somebody else works too, so that there is something to receive.
        self.world["ben"].add("account", name="Merlin")
        self.world["ben"].sync()

    def line(self) -> SmallBatches:
        line = SmallBatches(self.world.office, self.token)
        self.ana.office = line
        return line

    def sync(self) -> Code | None:
        try:
            self.ana.sync()
        except AppError as refused:
            return refused.code
        return None

    def check_kept(self) -> None:
        assert len(self.ana.reads.ids(_tasks())) == self.tasks
        assert self.ana.reads.attention() == []

    def check_arrived_once(self) -> None:
        assert self.ana.unsent == 0
        self.world["ana-2"].sync()
        assert len(self.world["ana-2"].reads.ids(_tasks())) == self.tasks


def _tasks() -> Listing:
    return Listing("task")


def test_sign_in_that_ends_at_any_request_costs_no_edit(world: World) -> None:
    scene = _Interrupted(world)
    ana = scene.ana
    client = str(ana.database.meta.get("client_id"))
    for place in range(_SURELY_ALL):
        scene.work()
        line, asked = scene.line(), count()

        def end(_name: str, wanted: int = place, number: "count[int]" = asked) -> None:
            if next(number) == wanted:
                with world.office.log.storage.writing() as connection:
                    connection.execute(update(TOKEN).where(TOKEN.c.client_id == client).values(revoked_at="now"))

        line.before = end
        code = scene.sync()
        scene.check_kept()
        if code is None:
            break
        assert code is Code.SIGN_IN_ENDED
        line.before = lambda _: None
        again = SignInRequest(login="ana", password=PASSWORD, client_id=client, device="ana", schema=SCHEMA_VERSION)
        scene.token = line.sign_in(again).token

    assert place >= 4
    scene.check_arrived_once()


def test_sign_in_that_becomes_somebody_else_s_before_any_edit_goes_hands_none_over(world: World) -> None:
    scene = _Interrupted(world)
    his, before = world["ben"].database.meta.token, world["ben"].reads.ids(_tasks())
    for place in range(_SURELY_ALL):
        scene.work()
        line, asked = scene.line(), count()

        def change(name: str, wanted: int = place, number: "count[int]" = asked, on: SmallBatches = line) -> None:
            # Everything but edits is told apart by hello alone, and a token stays the same within a run.
            if name in {"hello", "push"} and next(number) == wanted:
                on.speak_as(his)

        line.turn = change
        code = scene.sync()
        scene.check_kept()
        if code is None:
            break
        assert code is Code.WRONG_USER
        assert scene.ana.unsent > 0

    assert place >= 3
    scene.line()
    assert scene.sync() is None
    scene.check_arrived_once()
    assert world["ben"].reads.ids(_tasks()) == before
