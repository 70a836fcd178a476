"""The kinds of crime that a report can name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CrimeType:
    """What people call it, and one sentence on what it is."""

    label: str
    meaning: str


CRIME_TYPES: dict[str, CrimeType] = {
    "bec": CrimeType("Business e-mail compromise", "A false or taken-over business mailbox asks for a payment."),
    "investment-fraud": CrimeType(
        "Investment fraud", "A platform or adviser takes money for returns that do not exist."
    ),
    "romance-fraud": CrimeType("Romance fraud", "Affection is feigned until the victim pays."),
    "recovery-fraud": CrimeType("Recovery fraud", "Somebody offers, for a fee, to get lost money back."),
    "parcel-fraud": CrimeType("Parcel fraud", "A message about a parcel asks for a fee or for card details."),
    "purchase-fraud": CrimeType("Purchase fraud", "What was paid for never arrives, or was never there."),
    "job-fraud": CrimeType("Job fraud", "A job offer asks for money, details or the passing on of payments."),
    "tech-support-fraud": CrimeType(
        "Tech-support fraud", "A false helper gets into a computer or is paid for nothing."
    ),
    "account-takeover": CrimeType("Account take-over", "A stranger gains use of somebody's account."),
    "card-fraud": CrimeType("Card fraud", "A payment card's details are used without leave."),
    "money-mule": CrimeType("Money mule", "An account takes in and passes on what others stole."),
    "phishing": CrimeType("Phishing", "A false page or message collects passwords or details."),
    "ransomware": CrimeType("Ransomware", "Data is locked or stolen, and money asked for it."),
    "malware": CrimeType("Malware", "Software that harms whoever runs it."),
    "sanctions": CrimeType("Sanctions", "The thing is named on a sanctions list."),
    "other-fraud": CrimeType("Other fraud", "None of these."),
}
"""By the slug that is used in labels, filters and files."""
