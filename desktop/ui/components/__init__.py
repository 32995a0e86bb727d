"""The parts every screen is made of: one component per module, restyled live from the theme.

Import from the module (``from desktop.ui.components.button import Button``); nothing is re-exported here,
so that a window loads only what it shows. ``docs/ui.md`` lists the parts and shows a page made of them.

Every component takes the ``UiKit`` first, draws record text as plain text only, has an accessible name, a
target of at least 28 px, a visible focus and works by keyboard. None of them knows a record, a query or a
command.
"""
