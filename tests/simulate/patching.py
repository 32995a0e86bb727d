"""Puts something in the place of something else for a while, outside of pytest too."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silent() -> Iterator[None]:
    """Log nothing in the block: what goes wrong in a history is meant to."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def patched(where: object, name: str, value: object) -> Iterator[None]:
    """Let ``where.name`` be ``value`` inside the block."""
    before = getattr(where, name)
    setattr(where, name, value)
    try:
        yield
    finally:
        setattr(where, name, before)
