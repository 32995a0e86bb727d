"""What an act would take out of sight at once, and whether its author must be asked; pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.contract.brake import is_mass


@dataclass(frozen=True, slots=True)
class Loss:
    """Records that an act deletes, by type, with all that goes with them; ``held`` is what was there before."""

    gone: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Count them."""
        return sum(self.gone.values())

    @property
    def is_mass(self) -> bool:
        """Whether nobody deletes so much without having been asked."""
        return is_mass(self.gone, self.held)
