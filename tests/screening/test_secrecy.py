"""Words that state whether a suspicious transaction report was filed, and the many that do not."""

import pytest

from tocsin.screening import filing_in, filings, heading_states, states_filing

STATED = """STR filed on 3 May
An STR was filed.
SAR not filed
we filed a SAR with the NCA
no STR filed yet
STR has not yet been submitted
suspicious transaction report was filed with STRO
No suspicious activity report was made
Suspicious Transaction Reports filed: 2
unusual transaction report submitted
déclaration de soupçon transmise à Tracfin
DÉCLARATION DE SOUPÇON EFFECTUÉE
Aucune déclaration de soupçon
laporan transaksi keuangan mencurigakan sudah disampaikan ke PPATK
Laporan transaksi mencurigakan telah dihantar
laporan transaksi mencurigakan belum dibuat
LTKM sudah dikirim
STR: yes
SAR: N
SAR ref 2024/118
STR no. 1234 was submitted yesterday
STR/2024/11 filed
Reported to the FIU on 2 Jan
case disclosed to JFIU
已提交可疑交易报告
Verdachtsmeldung erstattet
reporte de operación sospechosa presentado
SAR to be filed
will file an STR
STR pending
SAR submission pending
Raised SAR on customer
str was filed
STR (internal): no
we are in the process of filing an STR
The bank has filed two SARs
customer called twice, STR lodged, account blocked""".splitlines()

NOT_STATED = """SAR 5,000 sent to mule
amount of 20000 SAR was submitted
Hong Kong SAR passport was submitted
HK SAR resident, police report was filed
Macau SAR
Hauptstr. 5, filed under fraud
str. filed away
STR listing: short-term rental
Street (str.) 12
subject access request (SAR) received
payment in SAR made to beneficiary
transfer made: SAR 900
suspicious transaction to be blocked
suspicious activity on the account
unusual transactions reported by the customer
reported to the police
report sent to bank
search and rescue (SAR) team raised funds
SAR levels of phones
STRIPE payment filed
string was submitted
sent SAR
paid 300 SAR, complaint filed with police
how to recognise a suspicious transaction
Customer filed a police report; amount SAR 5000
STR
SAR
Submitted SAR 500 by wire
Deposit of 5000 SAR pending
raised SAR 4 million from victims
Reported to financial regulator
mencurigakan: nomor ini menipu
https://str.example/filed
a1b2str@sar.example""".splitlines()

HEADINGS = """STR filed
STR Filed?
SAR_filed
str_filed
strFiled
STR No
STR number
SAR ref
SAR Reference Number
Suspicious transaction report
suspicious_transaction_report
suspiciousTransactionReport
Suspicious Activity Report filed
Déclaration de soupçon
Laporan Transaksi Keuangan Mencurigakan
Laporan transaksi mencurigakan
LTKM status
STR date
Date STR filed
Filed STR
STR Y/N
STR (Y/N)
STR status
SAR submitted
可疑交易报告
STR flag
Has STR
STR reported
SAR filing date
STR/SAR filed
STR_FILED_DATE
STR lodged with STRO""".splitlines()

OTHER_HEADINGS = """SAR
STR
SAR amount
Amount (SAR)
Amount SAR
Str. No
str no
Hausnr Str
Street
SAR value
HK SAR
Hong Kong SAR
SAR rate
strength
Suspicious
Suspicious transaction
suspicious activity
Report
Reported
Transaction
STR address
SAR currency
domain
Filed""".splitlines()


@pytest.mark.parametrize("text", STATED)
def test_a_text_that_states_a_filing_is_found(text: str) -> None:
    assert states_filing(text)
    assert states_filing(f"mule account, seen twice. {text}\nnothing else")


@pytest.mark.parametrize("text", NOT_STATED)
def test_other_words_are_let_through(text: str) -> None:
    assert not states_filing(text)


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_that_asks_for_a_filing_is_found(heading: str) -> None:
    assert heading_states(heading)


@pytest.mark.parametrize("heading", OTHER_HEADINGS)
def test_other_headings_are_let_through(heading: str) -> None:
    assert not heading_states(heading)
    assert not heading_states(heading, ["500", "1,200.50", "Main St 4"])


@pytest.mark.parametrize("heading", ["STR", "SAR", "str?", "LTKM"])
def test_an_abbreviation_alone_is_told_by_what_stands_below_it(heading: str) -> None:
    assert heading_states(heading, ["Y", "", "N"])
    assert heading_states(heading, ["filed", "not filed"])
    assert not heading_states(heading, ["Y", "Orchard Road"])
    assert not heading_states(heading, ["", " "])


def test_the_lines_are_counted_from_one() -> None:
    assert list(filings("bad.example\nSTR filed; STR pending\n\nSAR 500\nno SAR filed")) == [2, 5]


def test_any_text_in_an_object_counts_and_ids_do_not() -> None:
    assert filing_in({"type": "note", "content": ["x", {"deep": "An STR was filed."}]})
    assert filing_in({"x_str_filed": False})
    assert not filing_in({"id": "note--str", "name": "SAR 500", "labels": ["suspicious-activity"]})
