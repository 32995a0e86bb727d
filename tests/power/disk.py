"""A disk that keeps what it was told to sync, and of everything else whatever chance leaves of it.

Stricter than real file systems on purpose: a file's name is safe only when its folder was synced, writes come to the
disk in any order and are torn between sectors and within them, and a file may have grown without what was written.
Two things are assumed, as SQLite does: what lies beside the written bytes is left alone ("powersafe overwrite"), and a
sector that is written over holds some of the old and some of the new, from one end to the other, and nothing else.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.power.trace import Call, Kind

SECTOR = 512
Image = Mapping[str, bytes | None]
"""Content by path, which begins with a slash; ``None`` for folders."""

_FOLDER = -1
_Names = dict[str, int | None]
"""Numbers of files, or ``_FOLDER``, by path; ``None`` for names that are taken away. Comes to the disk in one piece."""


@dataclass(slots=True)
class File:
    """What is safely on the disk of a file, and what was done to it since."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)


class Disk:
    """Follows calls one after the other; ``crash`` tells what a power cut would leave now."""

    def __init__(self, *, syncs: bool = True) -> None:
        """Begin empty; without ``syncs`` it is a disk that only says that it had synced."""
        self._syncs = syncs
        self._files: list[File] = []
        self._names: dict[str, int] = {}
        self._safe_names: dict[str, int] = {}
        self._pending_names: dict[str, list[_Names]] = {}
        self._version = 0

    def follow(self, call: Call) -> None:
        """Let a call take effect."""
        match call.kind:
            case Kind.CREATE:
                self._files.append(File())
                self._rename({call.path: len(self._files) - 1})
            case Kind.FOLDER:
                self._rename({call.path: _FOLDER})
            case Kind.UNLINK:
                self._rename({call.path: None})
            case Kind.RENAME:
                self._rename({call.path: None, call.data.decode(): self._names[call.path]})
            case Kind.LINK:
                self._rename({call.data.decode(): self._names[call.path]})
            case Kind.WRITE | Kind.TRUNCATE:
                self._files[self._names[call.path]].pending.append(call)
            case Kind.SYNC if self._syncs:
                self._sync(call.path)
            case _:
                return

    def whole(self) -> Image:
        """Give all files as the program sees them."""
        return self._image(self._names, lambda file: file.pending)

    def crash(self, dice: random.Random) -> tuple[Image, object]:
        """Give what a power cut leaves, and a value that is equal for equal outcomes."""
        names = dict(self._safe_names)
        chosen: list[object] = [self._version]
        for folder, pending in sorted(self._pending_names.items()):
            kept = [number for number, stays in enumerate(_survivors(len(pending), dice)) if stays]
            chosen.append((folder, tuple(kept)))
            for number in kept:
                _give_names(names, pending[number])
        survived: dict[int, list[Call]] = {}
        for number in sorted(set(names.values()) - {_FOLDER}):
            file = self._files[number]
            survived[id(file)] = list(_surviving_writes(file, dice))
            chosen.append(tuple((each.number, hash(each.data)) for each in survived[id(file)]))
        return self._image(names, lambda file: survived[id(file)]), tuple(chosen)

    def _sync(self, path: str) -> None:
        self._version += 1
        if self._names.get(path, _FOLDER) == _FOLDER:
            for names in self._pending_names.pop(path, []):
                _give_names(self._safe_names, names)
            return
        file = self._files[self._names[path]]
        for call in file.pending:
            _apply(file.safe, call)
        file.pending.clear()

    def _rename(self, names: _Names) -> None:
        _give_names(self._names, names)
        folder = str(PurePosixPath(next(iter(names))).parent).rstrip("/")
        self._pending_names.setdefault(folder, []).append(names)

    def _image(self, names: Mapping[str, int], written: Callable[[File], Sequence[Call]]) -> Image:
        image: dict[str, bytes | None] = {}
        for path, number in sorted(names.items()):
            parent = str(PurePosixPath(path).parent).rstrip("/")
            if parent and parent not in image:
                continue  # the folder that it lay in is gone
            if number == _FOLDER:
                image[path] = None
                continue
            content = bytearray(self._files[number].safe)
            for call in written(self._files[number]):
                _apply(content, call)
            image[path] = bytes(content)
        return image


def lay_out(image: Image, folder: Path) -> None:
    """Make a folder hold exactly this."""
    for there in sorted(folder.rglob("*"), reverse=True):
        path = "/" + there.relative_to(folder).as_posix()
        if there.is_dir():
            if path not in image:
                there.rmdir()
        else:
            there.unlink()
    for path, content in image.items():
        place = folder / path[1:]
        if content is None:
            place.mkdir(mode=0o700, exist_ok=True)
        else:
            place.write_bytes(content)
            place.chmod(0o600)


def _give_names(known: dict[str, int], names: _Names) -> None:
    for path, number in names.items():
        if number is None:
            known.pop(path, None)
        else:
            known[path] = number


def _apply(content: bytearray, call: Call) -> None:
    end = call.number + len(call.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if call.kind is Kind.TRUNCATE:
        del content[call.number :]
    else:
        content[call.number : end] = call.data


def _survivors(count: int, dice: random.Random) -> list[bool]:
    """Choose what of so many things in a row comes to the disk: none, all, the first ones, or any."""
    manner = dice.random()
    if manner < 0.2:
        return [False] * count
    if manner < 0.4:
        return [True] * count
    if manner < 0.6:
        kept = dice.randint(0, count)
        return [number < kept for number in range(count)]
    chance = dice.choice((0.1, 0.5, 0.9))
    return [dice.random() < chance for _ in range(count)]


def _surviving_writes(file: File, dice: random.Random) -> Iterator[Call]:
    torn, pending = dice.choice((0.0, 0.1, 0.5)), file.pending
    for call, stays in zip(pending, _survivors(len(pending), dice), strict=True):
        if call.kind is Kind.WRITE and dice.random() < torn:
            yield from _torn(call, len(file.safe), dice)
        elif stays:
            yield call


def _torn(call: Call, old_end: int, dice: random.Random) -> Iterator[Call]:
    """Give some of the sectors of a write, some of them half, and anything at all where the file ended before."""
    start, end = call.number, call.number + len(call.data)
    while start < end:
        stop = min(end, start - start % SECTOR + SECTOR)
        new = call.data[start - call.number : stop - call.number]
        manner = dice.random()
        if manner < 0.05 and start >= old_end:
            yield Call(Kind.WRITE, call.path, start, dice.randbytes(len(new)))
        elif manner < 0.1:
            yield Call(Kind.WRITE, call.path, start, new[: dice.randint(0, len(new))])
        elif manner < 0.15:
            kept = dice.randint(0, len(new))
            yield Call(Kind.WRITE, call.path, start + kept, new[kept:])
        elif manner < 0.55:
            yield Call(Kind.WRITE, call.path, start, new)
        start = stop
