"""Between the screens and the application: results come to the thread that draws, intents go to the write lane.

Screens import from here, from ``components``, ``shell`` and ``design``, and from nowhere else in
``desktop.ui``.
"""
