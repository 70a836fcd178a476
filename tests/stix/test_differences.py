"""What one version says otherwise than the one before it."""

from tocsin.stix import Difference, differences


def test_what_came_went_and_changed_is_told_by_path() -> None:
    older, newer = {"x": {"roles": ["mule"], "n": 1}}, {"x": {"roles": ["mule"], "n": 2}}
    before = {"modified": "1", "confidence": 50, "labels": ["bec", "old"], "extensions": older}
    after = {"modified": "2", "confidence": 70, "labels": ["new", "bec"], "extensions": newer, "revoked": True}
    assert differences(before, after) == [
        Difference("confidence", "50", "70"),
        Difference("labels", "old", "new"),
        Difference("extensions.x.n", "1", "2"),
        Difference("revoked", None, "true"),
    ]
    assert differences(after, before)[-1] == Difference("revoked", "true", None)


def test_the_same_but_for_its_date_has_no_differences() -> None:
    assert differences({"modified": "1", "name": "a"}, {"name": "a", "modified": "2"}) == []


def test_another_order_is_no_difference() -> None:
    assert differences({"labels": ["a", "b"]}, {"labels": ["b", "a"]}) == []
