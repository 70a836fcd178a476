"""The roles that a text proposes: what is the victim's, the reporter's own or a genuine brand's is no criminal's.

Whoever hands in writes around what the criminal wrote. Where a text shows both voices, "our hotline" is the bank's in
the one and a trap in the other; where nothing shows the reporter's, all of it counts as the criminal's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from tocsin.identifiers import ACCOUNTS, refang

LOOKED_BACK = 80
"""Characters before a value in which it is told whose it is."""
SIGNATURE_LINES = 12
"""Lines that a signature has at most, after its greeting."""
MOST_LINES = 5_000
"""Lines that a letter or report has at most: what is longer is a list."""

_ACCOUNTS = frozenset(("iban", "bank-account", "wallet"))

_OF = r"(?:['’]s|s['’])?"
_THING = (
    r"(?:\s(?:own|personal|private|bank|mobile|cell|phone|telephone|tel|e-?mail|mail|account|acct|a/c|iban|wallet|"
    r"crypto|bitcoin|btc|usdt|whatsapp|telegram|contact|number|no|nr|num|address|details|is|was|at|on|under|via|the|in|"
    r"of|with|to|into|from)\b\.?){0,6}\s?[:=#(<\[\"'-]{0,3}\s?$"
)
_ROLES: tuple[tuple[str, bool, bool, re.Pattern[str]], ...] = tuple(
    (role, told, accounts, re.compile(rf"\b(?:{words}){_OF}{_THING}", re.I))
    for role, told, accounts, words in (
        # role, only in the reporter's voice, only of accounts, words
        ("victim", False, False, r"victims?|complainants?|account ?holders?|cardholders?|victime|v[ií]ctima|korban|"
         r"mangsa|opfer|gesch[äa]digte[rn]?|(?:our |the )?(?:customers?|clients?)(?! (?:service|care|support|desk))"),
        ("mule", False, False, r"(?:money )?mules?"),
        ("beneficiary", False, True, r"beneficiary|payee|recipient|credit(?:ed)?|pa(?:y|id)|transfer(?:red)?|sen[dt]|"
         r"deposit(?:ed)?|wired?|destinataire|beneficiario|penerima"),
        ("victim", False, True, r"debit(?:ed)?|remitter|ordering customer|payer|(?:transferred|sent|paid|moved) from"),
        ("victim", True, False, r"my|mine|mon|ma|mi|saya|meine?"),
        ("spoofed", True, False, r"(?:genuine|official|real|legitimate|authentic|legit)(?: (?:web ?site|site|web|page|"
         r"domain|hotline|helpline|line|app|one|sender))?"),
        ("spoofed", True, False, r"(?:imitat|impersonat|spoof|clon|cop[iy])(?:es?|ed|ing|s)?(?: of)?|"
         r"pretend(?:s|ed|ing)? to be|look(?:s|ed|ing)? (?:just )?like|similar to|instead of|rather than"),
        ("reporter", True, False, r"(?:our|(?:the|my|our) bank['’]s)(?: (?:own|official|24[- ]?hour|24/7|fraud|"
         r"customer|service|care|support|main|public|published|toll[- ]?free))*"
         r"(?: (?:hotline|helpline|line|call cent(?:er|re)|contact cent(?:er|re)|"
         r"desk|team|department|number|website|site|domain|mailbox|switchboard|branch|office))?"),
        ("reporter", True, False, r"(?:contact|call|reach|phone|ring|e-?mail|write to|reply to|answer) (?:me|us)"
         r"(?: (?:back|any time|directly))?"),
    )
)  # fmt: skip

_CLOSING = re.compile(
    r"\s{0,8}(?:--|(?:(?:with )?(?:kind|best|warm|many)(?:est)? )?(?:regards|wishes|greetings)|yours (?:sincerely|"
    r"faithfully|truly)|sincerely(?: yours)?|respectfully|thanks(?: and regards| & regards)?|thank you|"
    r"thanks in advance|cheers|mit freundlichen gr[üu](?:ß|ss)en|(?:viele|beste) gr[üu](?:ß|ss)e|cordialement|"
    r"bien à vous|(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|atenciosamente|hormat (?:kami|saya)|"
    r"salam(?: hormat)?|terima kasih|yang benar|sekian)\s{0,4}[,.!]?\s{0,8}",
    re.I,
)
_FORWARDED = re.compile(
    r"\s{0,8}(?:[-_=*]{2,20}\s?(?P<told>forwarded message|weitergeleitete nachricht|message transf[ée]r[ée]|"
    r"mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat meddelande|"
    r"pesan (?:yang )?diteruskan|mesej dimajukan)\b|(?P<begin>begin forwarded message:)|"
    r"[-_=*]{2,20}\s?(?:original message|urspr[üu]ngliche nachricht|message d['’]origine|mensaje original|"
    r"pesan asli|mesej asal)\b)",
    re.I,
)
_QUOTED = re.compile(r"\s{0,4}>")
_WROTE = re.compile(r".{0,200}\b(?:wrote|schrieb|a écrit|escribió|menulis)\s?:\s{0,4}$", re.I)
_HEADER = re.compile(r"[>\s*]{0,8}(from|von|de|dari|to|an|kepada|sent|date|subject|cc|reply-to)\*?\s?:", re.I)
_SUBJECT_FORWARDED = re.compile(
    r"[>\s*]{0,8}subject\*?\s?:\s{0,4}(?:\[[^\[\]]{0,60}\]\s{0,4})?(?:fwd?|wg|tr|rv)\s?:", re.I
)
_REPORTING = re.compile(
    r"\b(?:scammers?|fraudsters?|criminals?|suspicious|suspected|fraudulent(?:ly)?|phishing|smishing|vishing|"
    r"scam(?:med)?|fraud(?:e|ed)?|our (?:customers?|clients?|members?)|(?:the|a) (?:victim|customer|complainant)|"
    r"we (?:have )?(?:received|identified|noticed|blocked|detected|observed)|i (?:have )?(?:received|got)|"
    r"i was (?:called|contacted|asked|told)|please (?:block|take down|share|warn|investigate)|take-?down|"
    r"penipu(?:an)?|arnaqueurs?|estafador(?:es)?|betr[üu]ger|escrocs?)\b",
    re.I,
)
_RECOVERY = re.compile(
    r"\b(?:recover(?:y|ing|ed)?|retriev(?:e|al|ing)|get back|refund)\b.{0,40}\b(?:funds?|money|crypto|bitcoins?|"
    r"assets?|loss(?:es)?|lost|stolen)\b",
    re.I,
)
"""What those who prey on victims a second time write: they speak of scammers too."""
_VICTIM = re.compile(
    r"\b(?:(?:i|we)(?:['’](?:ve|m))?(?: (?:have|had|am|are|was|were|been|got|just|recently|also)){1,4} "
    r"(?:scammed|defrauded|cheated|phished|conned|tricked|deceived|duped|(?:a|the) victim)|"
    r"(?:i|we) fell (?:victim|for)|"
    r"(?:i|we)(?:['’]d| would)? (?:like|want|wish|need) to report|(?:i am|i['’]m|we are|we['’]re) reporting|"
    r"(?:i|we)(?:['’]ve| have)?(?: just| also)? (?:received|got) "
    r"(?:(?:this|the|a|an|another|following|below|attached) ){0,3}"
    r"(?:suspicious|phishing|scam|fraudulent|fake) (?:e-?mail|mail|message|sms|text|letter|call|invoice)|"
    r"(?:this|it) (?:is|looks|seems)(?: (?:like|to be|clearly|obviously))?(?: an?)? (?:scam|phishing|fraud)|"
    r"please take (?:down|it down)|ich (?:wurde|bin) (?:betrogen|opfer)|j['’]ai été (?:victime|arnaqu[ée]e?)|"
    r"(?:he sido|fui) (?:estafad[oa]|v[ií]ctima)|saya (?:telah |sudah )?(?:ditipu|tertipu|kena (?:tipu|scam)))\b",
    re.I,
)
"""What whoever reports says, and criminals seldom: they warn of scammers too, and of suspicious sign-ins."""
_NEW_ACCOUNT = re.compile(
    r"\b(?:new|updated?|changed?|alternative)\b.{0,40}\b(?:accounts?|bank|iban|payment|details)\b", re.I
)
_OTHERS = re.compile(
    r"\b(?:they|them|their|he|him|his|she|her|scammers?|fraudsters?|criminals?|caller|sender|from|by|this|suspicious|"
    r"phishing|fraudulent|fake)\b[^.!?]{0,60}$",
    re.I,
)
_SITE = re.compile(
    r"\s{0,8}(?:[-*•]\s{0,4})?[^\s@]{1,400}?(?:\.|\[\.\]|\(\.\))[^\W\d_]{2,63}(?:[/:?#]\S{0,2000})?\s{0,8}"
)
"""A line with nothing but a page or a domain."""
_ENOUGH_WORDS = 2
_MOST_LOOKED_AT = 2_000
"""Characters of a line that are looked at for whose voice it is."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Whose words the lines are: up to line `told` (0: none) the reporter speaks, but for the `quoted` ones; `signed`
    is where the reporter's signature stands."""

    told: int = 0
    quoted: frozenset[int] = frozenset()
    signed: range = range(0)

    def reporter(self, index: int) -> bool:
        """Whether the reporter speaks in the line at `index`."""
        return index < self.told and index not in self.quoted


def voices(lines: Sequence[str]) -> Voices:
    """Whose words these lines are; what is longer than any letter shows nobody's."""
    if len(lines) > MOST_LINES:
        return Voices()
    cut = [line[:_MOST_LOOKED_AT] for line in lines]
    border, passed_on = _border(cut)
    if border is not None:
        told = border if passed_on or not _begins_as_mail(cut) else 0
        return Voices(told, frozenset(), _signature(cut, told))
    quoted = frozenset(index for index, line in enumerate(cut) if _QUOTED.match(line))
    own = [line for index, line in enumerate(cut) if index not in quoted]
    if (quoted and any(line.strip() for line in own) and not _begins_as_mail(cut)) or _reports(own):
        return told_by_reporter(cut)
    return Voices()


def told_by_reporter(lines: Sequence[str]) -> Voices:
    """The lines as the words of somebody who reports, but for what is marked as quoted in them."""
    cut = [line[:_MOST_LOOKED_AT] for line in lines[:MOST_LINES]]
    quoted = frozenset(index for index, line in enumerate(cut) if _QUOTED.match(line))
    return Voices(len(cut), quoted, _signature(cut, len(cut)))


def is_forward_mark(line: str) -> bool:
    """Whether a program says with this line that what follows was passed on."""
    match = _FORWARDED.match(line)
    return match is not None and bool(match["told"] or match["begin"])


def reports(text: str) -> bool:
    """Whether somebody says in a mail that he reports a crime; who writes of a new account reports none."""
    return all(one.search(text) is None for one in (_RECOVERY, _NEW_ACCOUNT)) and _VICTIM.search(text) is not None


def own_of_reporter(before: str, value: str, kind: str) -> bool:
    """Whether a value in a reporter's words is the reporter's own, unless the words `before` it speak of others."""
    personal = kind in ACCOUNTS or kind in ("email", "phone")
    return personal and not _is_defanged(value) and _OTHERS.search(before[-LOOKED_BACK:]) is None


def proposed(whose: Voices, index: int, before: str, value: str, kind: str) -> str | None:
    """The role of a `value` in the line at `index`, from the words `before` it; None where nothing says it.

    Nobody de-fangs what is his own.
    """
    role = "reporter" if index in whose.signed else _by_words(whose.reporter(index), before, kind)
    return None if role == "reporter" and _is_defanged(value) else role


def _by_words(told: bool, before: str, kind: str) -> str | None:
    near = before[-LOOKED_BACK:]
    for role, only_told, only_accounts, words in _ROLES:
        if (told or not only_told) and (kind in _ACCOUNTS or not only_accounts) and words.search(near):
            return "payment" if role == "beneficiary" and kind == "wallet" else role
    return None


def _is_defanged(value: str) -> bool:
    return refang(value) != value


def _border(lines: Sequence[str]) -> tuple[int | None, bool]:
    """Where what somebody else wrote begins, and whether it is said that it was passed on."""
    passed_on = spoken = False
    for index, line in enumerate(lines):
        if match := _FORWARDED.match(line):
            return index, passed_on or bool(match["told"] or match["begin"])
        if spoken and _WROTE.match(line):
            return index, False
        passed_on = passed_on or _SUBJECT_FORWARDED.match(line) is not None
        if _HEADER.match(line):
            first = index == 0 or not _HEADER.match(lines[index - 1])
            if first and spoken and sum(_HEADER.match(one) is not None for one in lines[index : index + 6]) >= 2:
                return index, passed_on
        spoken = spoken or bool(line.strip())
    return None, False


def _begins_as_mail(lines: Sequence[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    return _HEADER.match(first) is not None


def _reports(lines: Sequence[str]) -> bool:
    """Whether these are the words of somebody who reports a crime."""
    text = "\n".join(lines)
    found = {match[0].lower() for match in _REPORTING.finditer(text)}
    return len(found) >= _ENOUGH_WORDS and _RECOVERY.search(text) is None


def _signature(lines: Sequence[str], told: int) -> range:
    """The lines of the last signature before line `told`."""
    for index in range(told - 1, -1, -1):
        if _CLOSING.fullmatch(lines[index]):
            last = min(told, index + 1 + SIGNATURE_LINES)
            return range(index, next((at for at in range(index + 1, last) if _lists_sites(lines, at)), last))
    return range(0)


def _lists_sites(lines: Sequence[str], index: int) -> bool:
    """Whether a list of pages follows this empty line; a single one without a path may be the signer's own."""
    if lines[index].strip():
        return False
    block = [line.strip() for line in takewhile(str.strip, lines[index + 1 :])]
    sites = list(takewhile(_SITE.fullmatch, block))
    return len(sites) > 1 or (
        len(sites) == 1 and (_is_defanged(sites[0]) or "/" in sites[0].rstrip("/").split("//")[-1])
    )
