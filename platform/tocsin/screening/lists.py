"""Which of the MISP warning lists count, for what, and with which effect; the package pymispwarninglists has them.

`reject`: blocking it would certainly hurt people who did nothing. `hold`: it would probably, so a moderator confirms.
"""

from dataclasses import dataclass
from typing import Literal

from tocsin.identifiers import WEBMAIL as WEBMAIL

Effect = Literal["reject", "hold"]
Reach = Literal["owner", "host", "popular"]
"""What an entry protects. `owner`: the name, everything below it and its pages, since one organisation runs them all.
`host`: the name alone, since strangers' pages and names live below it. `popular`: the name and its `www`."""


@dataclass(frozen=True, slots=True)
class ListRule:
    """How one list is used; `words` continue the sentence "it is on the list of ..."."""

    name: str
    effect: Effect
    reach: Reach
    words: str


NAMES = (
    ListRule("lots-project", "reject", "host", "services on which anybody can put pages"),
    ListRule("url-shortener", "reject", "host", "link shorteners"),
    ListRule("link-in-bio", "reject", "host", "services on which anybody can put pages"),
    ListRule("dynamic-dns", "reject", "host", "services that give names to anybody"),
    ListRule("public-ipfs-gateways", "reject", "host", "services on which anybody can put pages"),
    ListRule("second-level-tlds", "reject", "host", "names under which anybody can register"),
    ListRule("tlds", "reject", "host", "top-level domains"),
    ListRule("bank-website", "reject", "owner", "banks' own sites"),
    ListRule("dax30", "reject", "owner", "large companies' own sites"),
    ListRule("google", "reject", "owner", "Google's own sites"),
    ListRule("microsoft", "reject", "owner", "Microsoft's own sites"),
    ListRule("microsoft-office365", "reject", "owner", "Microsoft's own sites"),
    ListRule("microsoft-win10-connection-endpoints", "reject", "owner", "Microsoft's own sites"),
    ListRule("captive-portals", "reject", "popular", "names that devices use to find out whether they are online"),
    ListRule("whats-my-ip", "reject", "popular", "services that tell a computer its own address"),
    ListRule("automated-malware-analysis", "reject", "popular", "services that analyse malware"),
    ListRule("security-provider-blogpost", "reject", "popular", "sites that write about security"),
    ListRule("moz-top500", "reject", "popular", "the 500 most linked sites"),
    ListRule("alexa", "reject", "popular", "the 1,000 most visited sites"),
    ListRule("cisco_top1000", "reject", "popular", "the 1,000 most looked-up names"),
    ListRule("tranco10k", "reject", "popular", "the 10,000 most visited sites"),
    ListRule("majestic_million", "reject", "popular", "the 10,000 most linked sites"),
    ListRule("cisco_top10k", "hold", "popular", "the 10,000 most looked-up names"),
    ListRule("cisco_top20k", "hold", "popular", "the 20,000 most looked-up names"),
    ListRule("university_domains", "hold", "owner", "universities' own sites"),
    ListRule("public-dns-hostname", "hold", "popular", "public name servers"),
    ListRule("tranco", "hold", "popular", "the million most visited sites"),
    ListRule("google-chrome-crux-1million", "hold", "popular", "the million most visited sites"),
)
"""Lists of names, the one that decides first."""

NETWORKS = (
    ListRule("public-dns-v6", "reject", "owner", "public name servers"),
    ListRule("multicast", "reject", "owner", "addresses for many receivers"),
    ListRule("public-dns-v4", "hold", "owner", "public name servers"),
    ListRule("cloudflare", "hold", "owner", "Cloudflare's network, which serves many sites"),
    ListRule("fastly", "hold", "owner", "Fastly's network, which serves many sites"),
    ListRule("akamai", "hold", "owner", "Akamai's network, which serves many sites"),
    ListRule("stackpath", "hold", "owner", "StackPath's network, which serves many sites"),
    ListRule("google-gmail-sending-ips", "hold", "owner", "Google's mail servers"),
    ListRule("microsoft-office365-ip", "hold", "owner", "Microsoft's mail and office servers"),
    ListRule("smtp-sending-ips", "hold", "owner", "large mail servers"),
    ListRule("googlebot", "hold", "owner", "Google's crawlers"),
    ListRule("apple", "hold", "owner", "Apple's network"),
    ListRule("wikimedia", "hold", "owner", "Wikimedia's network"),
    ListRule("sinkholes", "hold", "owner", "servers that defenders point seized names at"),
    ListRule("umbrella-blockpage-v4", "hold", "owner", "servers that show that a page is blocked"),
)

HASHES = (
    ListRule("empty-hashes", "reject", "owner", "hashes of nothing"),
    ListRule("common-ioc-false-positive", "reject", "owner", "hashes of harmless files"),
    ListRule("eicar.com", "reject", "owner", "hashes of the harmless test file for scanners"),
    ListRule("ti-falsepositives", "reject", "owner", "hashes of harmless files"),
    ListRule("nioc-filehash", "reject", "owner", "hashes of harmless files"),
    ListRule("mozilla-CA", "reject", "owner", "hashes of certificates that browsers trust"),
    ListRule("mozilla-IntermediateCA", "reject", "owner", "hashes of certificates that browsers trust"),
)
