"""The style sheet: one short string for what Qt paints itself; what is ours is painted from the theme."""

from desktop.ui.design.theme import Theme


def style_sheet(theme: Theme) -> str:
    """Make the application's style sheet from tokens."""

    def c(name: str) -> str:
        return theme.color(name).name()

    small = theme.tokens.type_scale["small"].px * theme.choice.text_scale
    handle = theme.layout.scrollbar - 4
    return f"""
QToolTip {{ background: {c("raised")}; color: {c("text")}; border: 1px solid {c("border_strong")};
  padding: 4px 6px; font-size: {small:.0f}px; }}
QMenu {{ background: {c("raised")}; color: {c("text")}; border: 1px solid {c("border_strong")};
  padding: 4px; }}
QMenu::item {{ padding: 4px 20px 4px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c("selection")}; color: {c("text")}; }}
QMenu::item:disabled {{ color: {c("disabled")}; }}
QMenu::separator {{ height: 1px; background: {c("border")}; margin: 4px 6px; }}
QAbstractItemView {{ border: none; outline: 0; }}
QLineEdit, QPlainTextEdit, QScrollArea {{ background: transparent; border: none; }}
QLineEdit {{ lineedit-password-character: 8226; }}
QScrollBar {{ background: transparent; border: none; margin: 2px; }}
QScrollBar:vertical {{ width: {theme.layout.scrollbar}px; }}
QScrollBar:horizontal {{ height: {theme.layout.scrollbar}px; }}
QScrollBar::handle {{ background: {c("border_strong")}; border-radius: {handle // 2}px; }}
QScrollBar::handle:hover {{ background: {c("border_control")}; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
RecordTable QScrollBar {{ background: {c("surface")}; margin: 0; border: 2px solid {c("surface")}; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
"""
