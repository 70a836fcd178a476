"""How mail and webhooks are set up by the environment."""

from pathlib import Path

import pytest

from tocsin.alerts.mail import MailServer
from tocsin.settings import settings

MAIL = {
    "TOCSIN_URL": "https://exchange.example/",
    "TOCSIN_SMTP_HOST": "mail.exchange.example",
    "TOCSIN_SMTP_FROM": "tocsin@exchange.example",
}


def test_without_a_server_no_mail_is_sent() -> None:
    assert settings({}).mails is None
    assert settings({"TOCSIN_SMTP_FROM": "tocsin@exchange.example"}).mails is None


def test_a_mail_server_is_told_by_name_and_its_password_by_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("word\n")
    found = settings({**MAIL, "TOCSIN_SMTP_USER": "tocsin", "TOCSIN_SMTP_PASSWORD_FILE": str(secret)})
    assert found.mails == MailServer(
        "mail.exchange.example", 587, "starttls", "tocsin@exchange.example", "tocsin", "word"
    )
    assert found.url == "https://exchange.example"
    tls = settings({**MAIL, "TOCSIN_SMTP_SECURITY": "tls"}).mails
    assert tls is not None
    assert tls.port == 465


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"TOCSIN_SMTP_FROM": ""}, "TOCSIN_SMTP_FROM"),
        ({"TOCSIN_SMTP_FROM": "a@b.example\nBcc: c@d.example"}, "TOCSIN_SMTP_FROM"),
        ({"TOCSIN_URL": ""}, "TOCSIN_URL"),
        ({"TOCSIN_URL": "exchange.example"}, "TOCSIN_URL"),
        ({"TOCSIN_SMTP_PORT": "mail"}, "TOCSIN_SMTP_PORT"),
        ({"TOCSIN_SMTP_PORT": "70000"}, "TOCSIN_SMTP_PORT"),
        ({"TOCSIN_SMTP_SECURITY": "ssl"}, "TOCSIN_SMTP_SECURITY"),
    ],
)
def test_what_cannot_be_is_said_with_its_name(change: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        settings({**MAIL, **change})


def test_machines_inside_are_named_one_by_one() -> None:
    assert settings({"TOCSIN_HOOKS_INSIDE": "Desk.exchange.example, soar"}).hooks_inside == {
        "desk.exchange.example",
        "soar",
    }
