"""What the processes of the test of promise 6 run: each is one member's, and reports a value when the others do."""

from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from house import no_lists

from tocsin.ledger.database import Database
from tocsin.members.members import find_member
from tocsin.publishing.exchange import load_exchange
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.publishing.process import process
from tocsin.screening import Screening
from tocsin.times import now_ms

PATIENCE_S = 60


def report_all(url: str, slug: str, values: Sequence[str], barrier: Barrier, answers: Connection) -> None:
    """Report each value the moment that everybody is ready; send the moments (ms) after each report was durable."""
    database = Database(url)
    with database.reading() as connection:
        exchange = load_exchange(connection)
        member = find_member(connection, slug)
        terms = terms_for(connection, member, tlp="green", collections=("Scams",))
    assert exchange is not None
    screening = Screening(hit=no_lists, demonstration=True)
    durable = []
    for value in values:
        barrier.wait(PATIENCE_S)
        with database.writing() as connection:
            report_id, _ = take_in(connection, member, slug, f"{value}\n".encode(), None, terms, now_ms())
        durable.append(now_ms())
        process(database, exchange, screening, report_id)
    answers.send(durable)
    database.close()
