"""Says what is on the laptop, how large it is, and how far everything is."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop.domain.holdings import Amount, FilesHere, Policy
from desktop.services.on_laptop import REST, Kind, OnLaptop
from desktop.services.room import size_said
from desktop.system.i18n import Translator
from sync.contract.file_classes import AGE_LIMITS_D, SIZE_LIMITS

_MIB = 1_048_576
_YEAR_D = 365
_NAMED = 3


@dataclass(frozen=True, slots=True)
class LaptopWords:
    """``types_name`` names many records of a type: Customers."""

    texts: Translator
    types_name: Callable[[str], str]

    def t(self, key: str, **values: object) -> str:
        """Say a message."""
        return self.texts.t(key, **values)

    def join(self, parts: Iterable[str]) -> str:
        """List what is said, as the language does."""
        return self.t("on_laptop.join").join(parts)

    def size(self, size: int) -> str:
        """Say a size."""
        return size_said(size, self.texts)

    def title(self, kind: Kind) -> str:
        """Name a kind."""
        return self.t("on_laptop.rest") if kind.family == REST else self.join(map(self.types_name, kind.types))

    def count(self, kind: Kind, look: OnLaptop) -> str:
        """Say how many there are and how many are here."""
        amount = look.kinds[kind]
        number = self.texts.number
        if not amount.here and not amount.there:
            return self.t("on_laptop.none" if look.holdings.complete else "on_laptop.unknown")
        if amount.there > amount.here:
            return self.t("on_laptop.coming", here=number(amount.here), there=number(amount.there))
        here = self.t("on_laptop.here", count=number(amount.here))
        return f"{self._named(kind, look)}" if kind.family == REST else here

    def files(self, look: OnLaptop, policy: Policy, *, own: bool) -> str:
        """Say how many files a choice brings."""
        every, chosen = look.all_files(own=own), look.files_of(policy, own=own)
        if not every.files:
            return self.t(
                "on_laptop.files_none" if look.holdings.complete or look.holdings.there else "on_laptop.unknown"
            )
        if not chosen.files:
            return self.t("on_laptop.files_off", count=every.files)
        if chosen.files == every.files:
            return self.t("on_laptop.files_all", count=every.files)
        number = self.texts.number
        return self.t("on_laptop.files", files=number(chosen.files), all=number(every.files))

    def beyond(self, files: FilesHere) -> str:
        """Say what is here of files that nobody chose; nothing where there is none."""
        count = files.here.files - files.chosen_here.files
        size = files.here.bytes - files.chosen_here.bytes
        return self.t("on_laptop.beyond", count=count, size=self.size(size)) if count > 0 and size > 0 else ""

    def size_steps(self) -> list[str]:
        """Say each limit of size."""
        sized = [self.t("on_laptop.up_to", size=self._mib(each)) for each in SIZE_LIMITS[:-1]]
        return [*sized, self.t("on_laptop.any_size")]

    def age_steps(self) -> list[str]:
        """Say each limit of age."""
        return [*(self._age(each) for each in AGE_LIMITS_D[:-1]), self.t("on_laptop.any_age")]

    def left(self, seconds: float) -> str:
        """Say how long it still takes, roughly."""
        minutes = math.ceil(seconds / 60)
        return (
            self.t("on_laptop.arriving.soon") if minutes <= 1 else self.t("on_laptop.arriving.minutes", count=minutes)
        )

    def state(self, title: str, amount: Amount) -> str:
        """Say how far one kind is, beside its sign."""
        if amount.is_here or not amount.here or not amount.there:
            return title
        number = self.texts.number
        return f"{title} {self.t('on_laptop.arriving.done_of', done=number(amount.here), total=number(amount.there))}"

    def _mib(self, size: int) -> str:
        return self.t("on_laptop.unit.mb", number=self.texts.number(size // _MIB))

    def _age(self, days: int) -> str:
        return (
            self.t("on_laptop.years", count=days // _YEAR_D)
            if days % _YEAR_D == 0
            else self.t("on_laptop.days", count=days)
        )

    def _named(self, kind: Kind, look: OnLaptop) -> str:
        """Name the largest of what is left, with their numbers."""
        found = [(look.types[each].here, self.types_name(each)) for each in kind.types if each in look.types]
        largest = sorted((each for each in found if each[0]), reverse=True)[:_NAMED]
        return " · ".join(f"{self.texts.number(count)} {name}" for count, name in largest)
