"""What the members of the demonstration hand in. Reserved names, numbers and ranges only; banks that do not exist.

The eighth character of each SWIFT code is 0, which marks a test code (ISO 9362).
"""

BEC_MAIL = """\
From: "Anna Lindqvist, CFO" <anna.lindqvist@lindqvist-shipp1ng.example>
Reply-To: cfo.office@fastmail-desk.example
To: accounts.payable@lindqvist-shipping.example
Subject: Updated bank details for invoice 2291 - please pay today
Date: Tue, 03 Mar 2026 08:14:22 +0800

Dear Marcus,

our bank is being audited, so please do not use the old account for invoice 2291 (USD 84,300.00).
The new details are:

Beneficiary: Lindqvist Shipping Pte Ltd
Bank: Harbour Bank, SWIFT HRBKSGS0
Account number: 012-345678-9

I am in meetings all day, so write to me at cfo.office@fastmail-desk[.]example and not by phone.
The signed form is here: hxxps://lindqvist-shipp1ng[.]example/invoice/2291

Anna
"""

CHAT = """\
[03/03/2026, 09:41] Unknown: Your parcel is held at customs, pay the fee here hxxps://pages[.]example/parcel-fee
[03/03/2026, 09:42] Unknown: or call our agent +44 20 7946 0991
[03/03/2026, 09:50] Us: the whole site pages[.]example should be blocked
"""

MULE_BY_FIRST_BANK = """\
account number,bank,country,crime type,note
012-345678-9,HRBKSGS0,SG,bec,Money from the invoice fraud arrived here
"""

MULE_BY_SECOND_BANK = """\
Account No;SWIFT;Country;Crime
0123456789;HRBKSGS0;SG;money-mule
"""

SAME_NUMBER_TWO_BANKS = """\
account number,bank,country,crime type
55501234,HRBKSGS0,SG,investment-fraud
55501234,NRTHSGS0,SG,investment-fraud
"""

PAID = """\
victim account,mule account,date,crime type,note
NRTHSGS0 100-200300-4,HRBKSGS0 012-345678-9,2026-03-03,bec,Paid for invoice 2291 two hours after the mail
"""

SENT_ON = """\
mule account,mule account number,date,crime type,note
HRBKSGS0 012-345678-9,NRTHSGS0 887-001245-0,2026-03-04,money-mule,Sent on the next morning; the holder is a student
"""

TAKEN_OUT = """\
mule account,wallet,role,date,crime type,note
NRTHSGS0 887-001245-0,0x52908400098527886E0F7030069857D2E4169EE7,payment,2026-03-05,money-mule,Bought coins with it
"""

SEEN_BY_POLICE = """\
account,wallet,role,date
HRBKSGS0 012-345678-9,,mule,2026-03-06
NRTHSGS0 887-001245-0,,mule,2026-03-06
,0x52908400098527886E0F7030069857D2E4169EE7,payment,2026-03-06
"""
"""Where the money of invoice 2291 went: each station knows one step, the police know the accounts and not the way."""

COMPLAINT = "shop.orchid-garden.example\n"

REFUNDS = """\
refund-desk-parcel.example
https://refund-desk-parcel.example/verify
"""

OPERATION = """\
broker-lounge.example
198.51.100.23
"""

OPEN_LIST = """\
# Example phishing list, one domain a line
login.northwind-secure.example
parcel-redelivery.example
wallet-recovery.example
"""


def sheet() -> str:
    """200 rows of an investment-fraud sheet, of which three cannot be taken as they are."""
    lines = ["Website,Wallet address,First seen,Remarks"]
    for number in range(1, 201):
        site, wallet = f"coin-yield-{number:03d}.example", ""
        if number == 57:
            site = "coin yield 057"
        elif number == 121:
            site, wallet = "", "0x52908400098527886E0F7030069857D2E4169Ee7"  # a digit's case is wrong
        elif number == 188:
            site = "http//coin-yield-188"
        lines.append(f"{site},{wallet},2026-02-{number % 28 + 1:02d},seen in chat groups")
    return "\n".join(lines) + "\n"
