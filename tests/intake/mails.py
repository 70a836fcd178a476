"""Mails for tests, made by the library that mail programs are made with."""

from email.message import EmailMessage, Message
from email.policy import SMTP

PASSED = "mx.example.org; spf=pass smtp.mailfrom={0}; dkim=pass header.d={0}; dmarc=pass header.from={0}"
FAILED = "mx.example.org; spf=fail smtp.mailfrom={0}; dkim=none; dmarc=fail header.from={0}"


def mail(
    text: str = "Please look at this.",
    *,
    html: str | None = None,
    sender: str = "Supplier <billing@supplier.example>",
    to: str = "Ann <ann@buyer.example>",
    subject: str = "Our account has changed",
    **fields: str,
) -> EmailMessage:
    """A mail; `fields` are further header lines, with `_` for `-`."""
    message = EmailMessage(policy=SMTP)
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Nov 2026 09:30:00 +0000"
    message["Message-ID"] = "<1@mailer.example>"
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def written(message: Message) -> bytes:
    """The bytes of a mail, its lines ended as on the wire."""
    return bytes(message)
