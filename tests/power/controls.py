"""Sessions that must lose something: a proof that finds nothing there would find nothing anywhere."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Control:
    """A way to be careless: other settings of the store's connections, or a disk that only says that it had synced."""

    name: str
    settings: tuple[str, ...] = ()
    syncs: bool = True


CONTROLS = (
    Control("synchronous=NORMAL", ("synchronous=NORMAL",)),
    Control("synchronous=OFF", ("synchronous=OFF",)),
    Control("a disk that does not sync", syncs=False),
)
