"""Domains of addresses for mail: those that anybody gets for nothing, and those that last for minutes."""

from typing import Final

_FREE: Final = """
126.com 163.com aol.com bk.ru free.fr freenet.de gmail.com gmx.at gmx.com gmx.de gmx.net googlemail.com
hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.it icloud.com inbox.ru laposte.net libero.it list.ru
live.com live.fr mac.com mail.com mail.ru me.com msn.com naver.com orange.fr outlook.com outlook.de outlook.fr
pm.me proton.me protonmail.com qq.com rocketmail.com seznam.cz t-online.de wanadoo.fr web.de yahoo.co.jp
yahoo.co.uk yahoo.com yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ymail.com zoho.com
"""
_DISPOSABLE: Final = """
10minutemail.com 10minutemail.net 33mail.com anonaddy.me burnermail.io byom.de cool.fr.nf discard.email
discardmail.com dispostable.com dropmail.me emailondeck.com fakeinbox.com fakemail.net getairmail.com
getnada.com grr.la guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.info guerrillamail.net
guerrillamail.org guerrillamailblock.com inboxbear.com inboxkitten.com incognitomail.org jetable.fr.nf
jetable.org mail-temporaire.fr mailcatch.com maildrop.cc mailexpire.com mailinator.com mailinator.net
mailnesia.com mailnull.com mailsac.com mailtemp.info mintemail.com moakt.com mohmal.com mytemp.email
mytrashmail.com nada.email owlymail.com sharklasers.com spam4.me spambog.com spambox.us spamgourmet.com
temp-mail.io temp-mail.org tempail.com tempinbox.com tempmail.com tempmail.net tempmailo.com tempr.email
throwawaymail.com trash-mail.com trashmail.com trashmail.de trashmail.net wegwerfmail.de wegwerfmail.net
yopmail.com yopmail.fr yopmail.net
"""
#: Where anybody gets an address for nothing.
FREE: Final = frozenset(_FREE.split())
#: Where addresses last for minutes; a few of the best known ones.
DISPOSABLE: Final = frozenset(_DISPOSABLE.split())


def domain_of(email: str | None) -> str | None:
    """Return the domain of an address for mail, in small letters."""
    return email.rpartition("@")[2].strip().lower() if email and "@" in email else None
