"""Brings the laptops of a small world together: some in turn, or all until nothing is left to do."""

from tests.helpers import oracle
from tests.helpers.small_world import World


def sync(world: World, *names: str) -> None:
    """Sync these laptops, one after another."""
    for name in names:
        world[name].sync()


def rest(world: World) -> None:
    """Bring everybody to rest and check everything that must hold then."""
    for _ in range(2):
        sync(world, *(each.name for each in world.laptops))
    oracle.check(world)
