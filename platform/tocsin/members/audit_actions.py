"""What the audit trail records: the closed list of actions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that people and machines do.

    `at_once`: its entry is written before it is done, and it is not done where that cannot be; otherwise the entry
    follows within a second. `own`: it tells what a member is interested in or when it is there, so that nobody of
    another member sees more than that there is an entry.
    """

    words: str
    at_once: bool = True
    own: bool = False


ACTIONS: dict[str, Action] = {
    "sign-in": Action("signed in", own=True),
    "sign-in-refused": Action("was refused at the door", at_once=False, own=True),
    "sign-out": Action("signed out", at_once=False, own=True),
    "search": Action("searched", at_once=False, own=True),
    "read": Action("read", at_once=False, own=True),
    "poll": Action("polled", at_once=False, own=True),
    "push": Action("pushed objects", at_once=False, own=True),
    "delete": Action("deleted an object", own=True),
    "hand-in": Action("handed in", at_once=False, own=True),
    "export": Action("exported", at_once=False, own=True),
    "answer": Action("answered a moderator", own=True),
    "known-of": Action("looked whether others can be asked", at_once=False, own=True),
    "enquiry-name": Action("said whether it may be named", own=True),
    "enquiry": Action("asked a source", own=True),
    "enquiry-answer": Action("answered an enquiry", own=True),
    "amend": Action("corrected its own report", own=True),
    "attach": Action("attached evidence or took it away", own=True),
    "case": Action("worked on a case", own=True),
    "case-share": Action("shared a case or took it back", own=True),
    "saved-search": Action("saved, changed or deleted a search", own=True),
    "search-hook": Action("changed where a search tells of what is new", own=True),
    "alerts": Action("changed where its alerts are sent", own=True),
    "vote": Action("said what it knows of an indicator", own=True),
    "checked": Action("checked what others call wrong", own=True),
    "propose": Action("proposed a correction", own=True),
    "proposal-answer": Action("answered a proposed correction", own=True),
    "approve": Action("approved"),
    "reject": Action("turned down"),
    "correct": Action("corrected"),
    "ask-back": Action("asked back"),
    "withdraw": Action("withdrew"),
    "erase": Action("erased"),
    "remark": Action("changed a marking"),
    "dispute-open": Action("opened a dispute"),
    "dispute-decide": Action("decided a dispute"),
    "statement": Action("stated what a bank knows"),
    "unmask-ask": Action("asked to unmask a source"),
    "unmask-approve": Action("approved an unmasking"),
    "hold-set": Action("set a legal hold"),
    "hold-lift": Action("lifted a legal hold"),
    "retention": Action("changed how long things are kept"),
    "subject-access": Action("looked up what is kept about a person"),
    "member": Action("changed a member"),
    "user": Action("changed a user"),
    "token": Action("changed a token"),
    "certificate": Action("changed a certificate"),
    "community": Action("changed a community"),
    "membership": Action("changed a membership"),
    "grant": Action("changed who may use a collection"),
    "collection": Action("changed a collection"),
    "lists": Action("decided on a change of lists"),
    "voices": Action("changed whose word counts as one"),
}
"""Every action by the name under which it is kept."""

OPEN = tuple(name for name, action in ACTIONS.items() if not action.own)
"""What whoever may see the trail sees of every member: decisions and changes of rights."""
