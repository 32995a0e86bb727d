"""The least that a window costs: Python, Qt, an empty table; ``python -m tests.bench.bare_window_task BEGAN``."""

import json
import sys
import time

from PySide6.QtWidgets import QApplication, QTableView

SIZE = (1100, 800)


def main() -> int:
    """Show it, paint it, write one JSON document."""
    qt = QApplication([sys.argv[0]])
    table = QTableView()
    table.resize(*SIZE)
    table.show()
    table.grab()
    json.dump({"start_s": time.monotonic() - float(sys.argv[1])}, sys.stdout)
    table.close()
    qt.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
