"""Sending mails through a server of the operator's. Every text is made elsewhere; here it becomes a message."""

import re
import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Literal

from tocsin.alerts.answers import Answer

SILENCE_S = 20.0
_ADDRESS = re.compile(
    r"(?=.{3,254}\Z)(?!.*\.\.)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{0,63}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_PERMANENT = range(500, 600)

Security = Literal["starttls", "tls", "off"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over, and from whom. `security` off is for a server on the same machine."""

    host: str
    port: int
    security: Security
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A mail: `subject` one line, `body` plain text; `settings`: the page on which it can be turned off, if there is
    one."""

    subject: str
    body: str
    settings: str | None = None


def is_address(text: str) -> bool:
    """Whether this can be the address of a mailbox: ASCII, without quotes, comments and blanks."""
    name = text.partition("@")[0]
    return bool(_ADDRESS.fullmatch(text)) and not name.endswith(".") and len(name) <= 64


def message(server: MailServer, to: str, text: Text, identity: str, at_s: int) -> EmailMessage:
    """The message; a line end in a header is a ValueError. The same `identity` makes the same Message-ID."""
    made = EmailMessage(policy=SMTP)
    made["From"] = server.sender
    made["To"] = Address(addr_spec=to)
    made["Subject"] = " ".join(text.subject.split())
    made["Date"] = formatdate(at_s)
    made["Message-ID"] = f"<{identity}@{server.sender.rpartition('@')[2].rstrip('>')}>"
    made["Auto-Submitted"] = "auto-generated"
    if text.settings is not None:
        made["List-Unsubscribe"] = f"<{text.settings}>"
    made.set_content(text.body, charset="utf-8")
    return made


def send(server: MailServer, made: EmailMessage, context: ssl.SSLContext | None = None) -> Answer:
    """Hand a message over; what became of it. Never raises for what the server does."""
    context = context or ssl.create_default_context()
    try:
        with closing(_connected(server, context)) as connection:
            if server.user is not None:
                connection.login(server.user, server.password or "")
            connection.send_message(made)
            # it has the mail: however it says good-bye, the same mail is not sent again
            with suppress(OSError):
                connection.quit()
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        return Answer(False, "The mail server does not take this address.", hopeless=code in _PERMANENT)
    except smtplib.SMTPAuthenticationError:
        return Answer(False, "The mail server does not accept the exchange’s name and password.")
    except smtplib.SMTPResponseException as error:
        return Answer(False, f"The mail server answered {error.smtp_code}.")
    except (smtplib.SMTPException, OSError):
        return Answer(False, "The mail server could not be reached, or broke off.")
    return Answer(True)


def _connected(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SILENCE_S, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=SILENCE_S)
    if server.security == "starttls":
        try:
            # refused where the server offers none: nothing goes in the clear
            connection.starttls(context=context)
        except (smtplib.SMTPException, OSError):
            connection.close()
            raise
    return connection
