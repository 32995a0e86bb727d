"""The title of a page, or the way to it: Customers > 澜川冷链物流."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.ui.components.label import Label
from desktop.ui.components.layouts import row
from desktop.ui.design.focus_ring import RingFocus
from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_icon, draw_text, text_width
from desktop.ui.shell.page import Page, Route

_CHEVRON = 14
_MOST_WIDTH = 320


class CrumbBar(QWidget):
    """Shows the titles of one page; earlier steps can be clicked."""

    chosen = Signal(object)

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self._layout = row(gap=8, into=self)

    def show_page(self, page: Page) -> None:
        """Show title or breadcrumb, and the note behind it."""
        while self._layout.count():
            item = self._layout.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        crumbs = page.crumbs()
        if not crumbs:
            title = Label(self._kit, page.title(), "heading")
            title.set_elide(Qt.TextElideMode.ElideNone)
            self._layout.addWidget(title)
        for number, crumb in enumerate(crumbs):
            role = "heading" if number == 0 else "medium"
            if number:
                self._layout.addWidget(_Chevron(self._kit))
            if crumb.route is None:
                self._layout.addWidget(Label(self._kit, crumb.text, role))
                continue
            link = CrumbButton(self._kit, crumb.text, role, crumb.route)
            link.chosen.connect(self.chosen)
            self._layout.addWidget(link)
        if page.note():
            self._layout.addWidget(_Note(self._kit, page.note(), "body", "text_secondary"))


class _Note(Label):
    """Says all or nothing: half of a quiet note is none; the tooltip has it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.contentsRect().width() >= self.sizeHint().width() - 1:
            super().paintEvent(event)


class CrumbButton(RingFocus, QAbstractButton):
    """An earlier step; looks like the title it is and turns to ink under the mouse."""

    chosen = Signal(object)

    ring_radius = 4

    def __init__(self, kit: UiKit, text: str, role: str, route: Route) -> None:
        super().__init__()
        self._kit = kit
        self._role = role
        self._route = route
        self.clicked.connect(self._on_clicked)
        self.setAccessibleName(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        """Take sizes from the theme."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit the text, up to a limit, in a target of 28 px."""
        theme = self._kit.theme
        width = text_width(theme.font(self._role), self.accessibleName())
        return QSize(min(width, _MOST_WIDTH), max(theme.target, theme.line(self._role)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter open like Space does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text."""
        theme = self._kit.theme
        painter = QPainter(self)
        painter.setFont(theme.record_font(self._role, self.accessibleName()))
        ink = "accent_text" if self.underMouse() else "text"
        draw_text(painter, self.rect(), self.accessibleName(), theme.color(ink))

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self._route)


class _Chevron(QWidget):
    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        self.setFixedSize(QSize(_CHEVRON, _CHEVRON) * self._kit.theme.choice.text_scale)

    def paintEvent(self, _event: QPaintEvent) -> None:
        center = QPointF(self.width() / 2, self.height() / 2)
        draw_icon(QPainter(self), self._kit.theme, center, Glyph("chevron-right", "muted", _CHEVRON))
