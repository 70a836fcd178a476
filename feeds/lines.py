"""Foreign text in a file of lines."""

_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], " ")


def one_line(text: str) -> str:
    """`text` on one line, without control characters: what it says cannot become a line of its own."""
    return " ".join(text.translate(_CONTROLS).split())
