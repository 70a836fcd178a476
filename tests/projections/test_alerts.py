"""What a worker does for alerts, step by step."""

import pytest
from alerts.watching import KEY, Watch, watch_over
from house import House

from tocsin.alerts.delivering import Delivering
from tocsin.alerts.mail import MailServer
from tocsin.alerts.outbox import KEPT_MS
from tocsin.alerts.posting import Posting
from tocsin.alerts.tables import deliveries
from tocsin.projections.alerting import EVERY_MS
from tocsin.projections.alerts import BUSY_TELL_MS, TELL_MS, Alerts
from tocsin.times import HOUR_MS
from tocsin.web import alert_mails

NOWHERE = MailServer("127.0.0.1", 1, "off", "tocsin@exchange.example")


def alerts_of(watch: Watch, mails: MailServer | None = None) -> Alerts:
    texts = alert_mails.texts("Test exchange", "https://exchange.example")
    return Alerts(watch.alerting, Delivering(watch.house.database, Posting(), mails, texts, "", KEY))


def rows(house: House) -> list[tuple[str, int, str]]:
    with house.database.reading() as connection:
        return [(one.kind, one.tries, one.answer) for one in connection.execute(deliveries.select())]


def test_what_is_found_is_put_down_once_and_then_delivered(house: House) -> None:
    watch = watch_over(house)
    watch.mailed_to("ines")
    alerts = alerts_of(watch, NOWHERE)
    watch.save("ines", "northbank")
    house.submit("bank-a", "northbank-login.example\n")
    now = watch.now
    while alerts.find(now) == 0 or len(rows(house)) < 2:
        now += EVERY_MS
        assert now < watch.now + 20 * TELL_MS
    assert alerts.find(now) == 0
    assert alerts.deliver(now) == 1
    assert rows(house)[1:] == [("mail", 1, "The mail server could not be reached, or broke off.")]
    assert alerts.deliver(now) == 0


def test_a_load_without_end_keeps_nothing_from_being_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watch_over(house)
    watch.mailed_to("ines")
    alerts = alerts_of(watch, NOWHERE)
    watch.save("ines", "northbank")
    house.submit("bank-a", "northbank-login.example\n")
    step = watch.alerting.step
    monkeypatch.setattr(watch.alerting, "step", lambda now: step(now) or 1)
    for _ in range(10):
        watch.now += BUSY_TELL_MS // 5
        alerts.find(watch.now)
    assert [kind for kind, _, _ in rows(house)] == ["address", "mail"]


def test_what_a_load_ended_with_is_told_at_once(house: House) -> None:
    watch = watch_over(house)
    watch.mailed_to("ines")
    alerts = alerts_of(watch, NOWHERE)
    watch.save("ines", "northbank")
    house.submit("bank-a", "northbank-login.example\n")
    while alerts.find(watch.now):
        pass
    assert [kind for kind, _, _ in rows(house)] == ["address", "mail"]


def test_without_a_mail_server_nothing_is_put_down(house: House) -> None:
    watch = watch_over(house)
    watch.mailed_to("ines")
    alerts = alerts_of(watch)
    watch.save("ines", "northbank")
    house.submit("bank-a", "northbank-login.example\n")
    for _ in range(6):
        watch.now += TELL_MS
        alerts.find(watch.now)
    assert [kind for kind, _, _ in rows(house)] == ["address"]


def test_what_is_old_goes_once_an_hour(house: House) -> None:
    watch = watch_over(house)
    watch.mailed_to("ines")
    alerts = alerts_of(watch)
    alerts.deliver(watch.now + KEPT_MS)
    assert len(rows(house)) == 1
    alerts.deliver(watch.now + KEPT_MS + 1)
    assert len(rows(house)) == 1
    alerts.deliver(watch.now + KEPT_MS + HOUR_MS)
    assert rows(house) == []
