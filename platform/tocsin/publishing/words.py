"""What people write beside a decision: reasons, questions, answers, sources."""

from tocsin.identifiers import cards_in
from tocsin.screening import states_filing

LONGEST = 500


class BadWords(ValueError):
    """What was written cannot be kept; the message says why."""


def checked(text: str, lacking: str, longest: int = LONGEST) -> str:
    """The text as it is kept; BadWords, with the sentence `lacking`, where there is none.

    Whether a suspicious transaction report was filed is never taken, in whichever field.
    """
    said = text.strip()
    if not said:
        raise BadWords(lacking)
    if len(said) > longest:
        raise BadWords(f"This is longer than {longest} characters: say it in fewer words.")
    if any(cards_in(said)):
        raise BadWords("Leave out the number of the card: that is never kept.")
    if states_filing(said):
        raise BadWords("Leave out whether a suspicious transaction report was filed: that is secret by law.")
    return said
