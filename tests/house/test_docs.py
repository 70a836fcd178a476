"""The manual says what the command says. `python tests/house/test_docs.py` writes docs/cli.md anew."""

from collections.abc import Iterator
from pathlib import Path

import click

from tocsin.cli.main import cli

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "docs" / "cli.md"
HEAD = """# The command `tocsin`

What `--help` says of each command. Exit status: 0, 1 for a failure (with a sentence on standard error), 2 for wrong
usage. The environment: `TOCSIN_HOME` (data directory, `./var`), `TOCSIN_DATABASE_URL` (SQLite in it),
`TOCSIN_SEARCH_URL` (embedded), `TOCSIN_KEYS` (key file in it), `TOCSIN_PROXIES` (networks of the proxies whose word
about their clients counts; none), `TOCSIN_METRICS_FROM` (networks that `/metrics` answers; this machine alone),
`TOCSIN_URL` (where people find the pages, for links in mails and webhooks; none). Mails are sent where
`TOCSIN_SMTP_HOST` is set, with `TOCSIN_SMTP_FROM` (the address they come from), `TOCSIN_SMTP_SECURITY` (`starttls`;
`tls` or `off`), `TOCSIN_SMTP_PORT` (587; 465 with `tls`), `TOCSIN_SMTP_USER`, `TOCSIN_SMTP_PASSWORD`.
`TOCSIN_HOOKS_INSIDE` (names of machines that webhooks reach at any address; none).
A name with `_FILE` behind it names a file that holds the value.
"""


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands(one, (*path, name))
    else:
        yield path, command


def manual() -> str:
    parts = [HEAD]
    for path, command in commands(cli, ("tocsin",)):
        context = click.Context(
            command,
            info_name=" ".join(path),
            terminal_width=100,
            max_content_width=100,
            help_option_names=cli.context_settings["help_option_names"],  # as every command inherits them
        )
        parts.append(f"## {' '.join(path)}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def test_the_manual_is_what_help_prints() -> None:
    assert MANUAL.read_text() == manual(), "write it anew: python tests/house/test_docs.py"


def test_every_option_has_words() -> None:
    bare = [
        f"{' '.join(path)} {option.opts[0]}"
        for path, command in commands(cli, ("tocsin",))
        for option in command.params
        if isinstance(option, click.Option) and not option.help and option.opts[0] not in _PLAIN
    ]
    assert bare == []


_WORDS = "name kind member role tlp collection read write host port alias description reason format out limit country"
_PLAIN = {f"--{name}" for name in _WORDS.split()}
"""Options whose names say it."""

if __name__ == "__main__":
    MANUAL.write_text(manual())
