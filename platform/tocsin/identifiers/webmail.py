"""Providers with which anybody gets a mailbox."""

# fmt: off
WEBMAIL = frozenset((
    "126.com", "139.com", "163.com", "21cn.com", "abv.bg", "accountant.com", "aim.com", "aliyun.com", "aol.com",
    "att.net", "bellsouth.net", "bigpond.com", "bk.ru", "bluewin.ch", "bol.com.br", "btinternet.com", "centrum.cz",
    "charter.net", "comcast.net", "consultant.com", "cox.net", "daum.net", "email.com", "fastmail.com",
    "foxmail.com", "free.fr", "freenet.de", "globo.com", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de",
    "gmx.net", "googlemail.com", "hanmail.net", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.es",
    "hotmail.fr", "hotmail.it", "hushmail.com", "i.ua", "icloud.com", "ig.com.br", "inbox.lv", "inbox.ru",
    "interia.pl", "laposte.net", "libero.it", "list.ru", "live.co.uk", "live.com", "live.fr", "mac.com", "mail.bg",
    "mail.com", "mail.ee", "mail.ru", "mailfence.com", "me.com", "msn.com", "nate.com", "naver.com", "ntlworld.com",
    "o2.pl", "onet.pl", "optusnet.com.au", "orange.fr", "outlook.com", "outlook.com.br", "outlook.de", "outlook.es",
    "outlook.fr", "pm.me", "proton.me", "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com",
    "rocketmail.com", "rogers.com", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.cn", "sina.com",
    "singnet.com.sg", "sky.com", "sohu.com", "spainmail.com", "sympatico.ca", "t-online.de", "talktalk.net",
    "telenet.be", "terra.com.br", "tiscali.it", "tuta.com", "tuta.io", "tutamail.com", "tutanota.com", "ukr.net",
    "uol.com.br", "usa.com", "verizon.net", "virgilio.it", "virginmedia.com", "walla.co.il", "walla.com",
    "wanadoo.fr", "web.de", "wp.pl", "xtra.co.nz", "yahoo.ca", "yahoo.co.id", "yahoo.co.in", "yahoo.co.jp",
    "yahoo.co.uk", "yahoo.com", "yahoo.com.au", "yahoo.com.br", "yahoo.com.mx", "yahoo.com.ph", "yahoo.com.sg",
    "yahoo.com.vn", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "yeah.net",
    "ymail.com", "ziggo.nl", "zoho.com",
))
# fmt: on
"""Where anybody gets a mailbox: the address can be a criminal's although the provider is not."""
