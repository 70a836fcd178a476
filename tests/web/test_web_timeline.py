"""The dates of a thing on its page, as far as whoever looks may know them."""

import re

from web_world import World

from tocsin.times import now_ms, stamp


def moments(page: str) -> list[tuple[str, str]]:
    listed = page.partition('<ol class="timeline">')[2].partition("</ol>")[0]
    return re.findall(r'<span class="when">([^<]+)</span> <span>([^<]+)</span>', listed)


def test_what_happened_when_is_in_order(world: World) -> None:
    sheet = "domain,first seen,last seen\none.example,2026-01-01,2026-01-09\n"
    world.house.submit("bank-a", sheet)
    world.house.submit("bank-b", "one.example\n", tlp="amber")
    world.index()
    url = world.indicator_url("Scams", "[domain-name:value = 'one.example']")
    told = moments(world.person("inspector").get(url).text)
    assert [day for day, _ in told] == sorted(day for day, _ in told)
    today = stamp(now_ms())[:10]
    assert {
        ("2023-11-14", "First seen"),
        ("2026-01-09", "Last seen"),
        ("2023-11-14", "Bank A reported it"),
        ("2023-11-14", "Bank B reported it"),
        (today, "Published here"),
        (today, "What is said of it changed"),
    } <= set(told)
    # who may not tell sources apart is not told when each of them reported it
    assert not any("reported it" in words for _, words in moments(world.person("clerk").get(url).text))


def test_a_withdrawal_a_dispute_and_ones_own_word_have_their_days(world: World) -> None:
    world.house.submit("bank-a", "one.example\n")
    world.index()
    url = world.indicator_url("Scams", "[domain-name:value = 'one.example']")
    today = stamp(now_ms())[:10]
    inspector = world.person("inspector")
    inspector.post(f"{url}/vote", {"says": "seen", "known": "yes"})
    assert (today, "Your organisation saw it") in moments(inspector.get(url).text)
    assert not any("saw it" in words for _, words in moments(world.person("clerk-b").get(url).text))
    inspector.post(f"{url}/dispute", {"reason": "It is a shop."})
    assert (today, "Contested") in moments(inspector.get(url).text)
    world.person("desk").post(f"{url}/withdraw", {"reason": "It is harmless."})
    told = moments(inspector.get(url).text)
    assert (today, "Withdrawn") in told
    assert not any(words.startswith("Holds until") for _, words in told)
