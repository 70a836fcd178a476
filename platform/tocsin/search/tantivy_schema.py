"""How a document is kept in a tantivy index."""

from tantivy import DocAddress, IndexWriter, Schema, SchemaBuilder, Searcher
from tantivy import Document as Entry
from tantivy import Query as Lookup

from tocsin.search.document import Document, from_json, to_json
from tocsin.search.fields import COUNTED, NUMBERS, TEXTS, TOKENS, fields_of

CHECKPOINT = "checkpoint"
"""The key of the entry whose `seq` says how far the index is."""


def _schema() -> Schema:
    builder = SchemaBuilder()
    for name in COUNTED:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in TOKENS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in NUMBERS:
        builder.add_integer_field(name, fast=True)
    builder.add_bytes_field("body", stored=True)
    return builder.build()


SCHEMA = _schema()


def entry(document: Document) -> Entry:
    """The document with its terms."""
    fields = fields_of(document)
    return Entry(
        key=document.key,
        **{name: list(some) for name, some in fields.terms.items()},
        **{name: " ".join(row) for name, row in fields.rows.items()},
        **{name: number for name, number in fields.numbers.items() if number is not None},
        body=to_json(document),
    )


def read(searcher: Searcher, address: DocAddress) -> Document:
    """The document that is kept there."""
    return from_json(bytes(searcher.doc(address).get_first("body") or b""))


def checkpoint(searcher: Searcher) -> int:
    """How far the index is; 0 at its beginning."""
    found = searcher.search(Lookup.term_query(SCHEMA, "key", CHECKPOINT), limit=1).hits
    values = searcher.fast_field_values("seq", [address for _, address in found])
    return int(values[0] or 0) if values else 0


def put_checkpoint(writer: IndexWriter, seq: int) -> None:
    """Note how far the index is, with the batch that is being written."""
    writer.delete_documents_by_term("key", CHECKPOINT)
    writer.add_document(Entry(key=CHECKPOINT, seq=seq))
