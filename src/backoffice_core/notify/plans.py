"""
What the letter of each kind says: subject, title, first sentences, a button and the parts under them.

A kind is a function of what templates see (see ``views.py``) and the reader; ``PLANS`` is the table of them. How it
looks is said in ``pages/``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import attrs

from backoffice_core.notify import parts
from backoffice_core.notify.views import Plain
from backoffice_core.printing.sheet import Reader


@attrs.frozen(kw_only=True)
class Plan:
    """
    What a letter says.

    Attributes:
        subject: What it is about, on one line.

        title: The first line.

        said: The sentences under it, a paragraph each.

        button: What the letter asks to do, and where that leads.

        parts: See ``parts.py``.
    """

    subject: str
    title: str
    said: tuple[str, ...]
    button: tuple[str, str] | None = None
    parts: tuple[Plain, ...] = ()


@attrs.frozen
class Writer:
    """
    Writes one letter.

    Attributes:
        view: What templates see.

        reader: Who reads it.
    """

    view: Plain
    reader: Reader

    @property
    def order(self) -> Plain:
        """The order."""
        found: Plain = self.view["order"]
        return found

    def tell(self, name: str, **more: str) -> str:
        """Return a text, its places filled in."""
        order = self.view["order"]
        known = {"name": order["name"], "day": order["placed"]["day"]} if order else {}
        return self.reader.tell(name, **{**known, **more})

    def plan(
        self,
        name: str,
        said: Iterable[str],
        *,
        button: tuple[str, str] | None = None,
        parts: Iterable[Plain] = (),
        **more: str,
    ) -> Plan:
        """Return a letter whose subject and title are those of a name."""
        return Plan(
            subject=self.tell(f"{name}.subject", **more),
            title=self.tell(f"{name}.title", **more),
            said=tuple(said),
            button=button,
            parts=tuple(parts),
        )

    # --- what several letters say

    def owed(self) -> list[str]:
        """Return what is left to pay, or to be paid back."""
        order = self.order
        if order["overpaid"]["sign"]:
            return [self.tell("owed_to_you", amount=order["overpaid"]["text"])]
        return [self.tell("left_to_pay", amount=order["owed"]["text"])] if order["owed"]["sign"] else []

    def look(self, *, pay: bool = False) -> tuple[str, str] | None:
        """Return the button that leads to paying, where something is owed, or else to the order; staff to theirs."""
        links = self.view["links"]
        if pay and self.order["owed"]["sign"] and links["pay"]:
            return self.tell("pay", amount=self.order["owed"]["text"]), links["pay"]
        if links["admin"]:
            return self.tell("open_order"), links["admin"]
        return (self.tell("view_order"), links["order"]) if links["order"] else None

    def how_to_pay(self, link: str) -> list[str]:
        """Return how to pay where no button leads to it."""
        return [] if link or not self.view["shop"]["email"] else [self.tell("how_to_pay")]

    def sold(self) -> list[Plain]:
        """Return the parts with the lines and the sums."""
        return [*parts.goods("", self.order["lines"]), *parts.sums(self.order["sums"])]

    def where(self) -> list[Plain]:
        """Return the parts with the addresses and the delivery, and the note."""
        say, order = self.reader.say, self.order
        same = order["bill_to"] and order["bill_to"] == order["ship_to"]
        bill_to = [say["same_address"]] if same else order["bill_to"]
        return [
            *parts.parties((say["ship_to"], order["ship_to"]), (say["bill_to"], bill_to)),
            *parts.facts((say["delivery"], order["delivery"])),
            *parts.quote(say["note"], order["note"]),
        ]

    def message(self) -> list[Plain]:
        """Return the part with what the merchant wrote."""
        shop = self.view["shop"]["name"]
        label = self.tell("message_from", shop=shop) if shop else self.tell("message")
        return parts.quote(label, self.view["message"])

    def who(self) -> str:
        """Return who bought, as staff reads it."""
        one = self.view["customer"]
        return (one and (one["name"] or one["email"])) or self.tell("somebody")


# --- about orders


def _placed(to: Writer) -> Plan:
    said = [to.tell("order_placed"), *to.owed()]
    return to.plan("order_placed", said, button=to.look(pay=True), parts=[*to.sold(), *to.where()])


def _edited(to: Writer) -> Plan:
    said = [to.tell("order_edited"), *to.owed()]
    return to.plan("order_edited", said, button=to.look(pay=True), parts=to.sold())


def _invoice(to: Writer) -> Plan:
    due, amount = to.order["due"], to.order["owed"]["text"]
    said = [to.tell("order_invoice")]
    said += [to.tell("pay_by", day=due["day"])] if due else []
    said += to.how_to_pay(to.view["links"]["pay"])
    body = [*to.message(), *to.sold()]
    return to.plan("order_invoice", said, button=to.look(pay=True), parts=body, amount=amount)


def _reminder(to: Writer) -> Plan:
    due, amount = to.order["due"], to.order["owed"]["text"]
    said = [to.tell("payment_reminder", day=due["day"])] if due else [to.tell("order_invoice")]
    said += [*to.owed(), *to.how_to_pay(to.view["links"]["pay"]), to.tell("reminder_crossed")]
    return to.plan("payment_reminder", said, button=to.look(pay=True), parts=to.sold(), amount=amount)


def _cancelled(to: Writer) -> Plan:
    order, cancel = to.order, to.view["cancel"]
    said = [to.tell(f"cancelled_{cancel['reason']}" if cancel["reason"] else "order_cancelled")]
    if not order["paid"]["sign"] and not order["coming"]["sign"]:
        said.append(to.tell("not_charged"))
    elif order["refunded"]["sign"]:
        said.append(to.tell("refunded_so_far", amount=order["refunded"]["text"]))
    said += to.owed() if order["overpaid"]["sign"] else []
    said += [to.tell("shipped_before")] if order["units"] else []
    body = [*parts.goods("", cancel["lines"]), *parts.sums(order["sums"])]
    return to.plan("order_cancelled", said, button=to.look(), parts=body)


def _refunded(to: Writer) -> Plan:
    refund = to.view["refund"]
    amount = refund["amount"]["text"]
    lines = refund["lines"] if refund["adds_up"] else [{**line, "amount": None} for line in refund["lines"]]
    body = parts.goods("", lines)
    if not refund["amount"]["sign"]:
        title = to.tell("taken_out.title")
        plan = to.plan("order_edited", [to.tell("taken_out"), *to.owed()], button=to.look(), parts=body)
        return attrs.evolve(plan, title=title)
    said = [
        to.tell("refund_pending" if refund["pending"] else "order_refunded", amount=amount),
        to.tell("refund_arrives"),
    ]
    body += parts.refund_sums(refund, to.reader)
    return to.plan("order_refunded", said, button=to.look(), parts=body, amount=amount)


# --- about parcels


def _shipped(to: Writer) -> Plan:
    parcel, left = to.view["parcel"], to.order["to_follow"]
    whole = not left and parcel["units"] >= to.order["units"]
    name = ("order_shipped" if whole else "part_shipped") if parcel["travels"] else "order_ready"
    said = [to.tell(name), *([to.tell("to_follow")] if left and parcel["travels"] else [])]
    return to.plan(name, said, button=_tracked(to), parts=_inside(to))


def _tracking(to: Writer) -> Plan:
    said = [to.tell("tracking_updated", parcel=to.view["parcel"]["name"])]
    return to.plan("tracking_updated", said, button=_tracked(to), parts=_inside(to))


def _out_for_delivery(to: Writer) -> Plan:
    said = [to.tell("parcel_out_for_delivery", parcel=to.view["parcel"]["name"])]
    return to.plan("parcel_out_for_delivery", said, button=_tracked(to), parts=_inside(to))


def _delivered(to: Writer) -> Plan:
    parcel, left = to.view["parcel"], to.order["to_follow"]
    moment = parcel["delivered"]
    said = [to.tell("delivered_on", day=moment["day"]) if moment else to.tell("parcel_delivered")]
    said += [to.tell("to_follow")] if left else []
    return to.plan("parcel_delivered", said, button=to.look(), parts=_inside(to))


def _tracked(to: Writer) -> tuple[str, str] | None:
    url = to.view["parcel"]["tracking_url"]
    return (to.tell("track"), url) if url else to.look()


def _inside(to: Writer) -> list[Plain]:
    parcel, say = to.view["parcel"], to.reader.say
    travels = parcel["travels"]
    return [
        *parts.facts(
            (say["carrier"], parcel["carrier"]), (say["tracking_number"], parcel["tracking"], parcel["tracking_url"])
        ),
        *parts.goods(say["in_parcel" if travels else "ready_now"], parcel["lines"]),
        *(parts.parties((say["ship_to"], to.order["ship_to"])) if travels else []),
    ]


# --- about returns


def _return_requested(to: Writer) -> Plan:
    return _return(to, "return_requested", [to.tell("return_requested", returned=to.view["returned"]["name"])])


def _return_approved(to: Writer) -> Plan:
    returned = to.view["returned"]["name"]
    said = [to.tell("return_approved"), to.tell("return_name", returned=returned)]
    shop = to.view["shop"]
    address = [line for line in (shop["name"], *shop["address"]) if line] if shop["address"] else []
    return _return(to, "return_approved", said, parts.parties((to.reader.say["send_to"], address)))


def _return_declined(to: Writer) -> Plan:
    one = to.view["returned"]
    said = [to.tell("return_declined", returned=one["name"])]
    told = f"declined_{one['declined']}"
    said += [to.tell(told)] if told in to.reader.say else []
    said += one["decline_note"].split("\n") if one["decline_note"] else []
    return _return(to, "return_declined", said)


def _return(to: Writer, name: str, said: list[str], more: Iterable[Plain] = ()) -> Plan:
    one = to.view["returned"]
    label = "not_returned" if name == "return_declined" else "to_return"
    body = [*parts.goods(to.reader.say[label], one["lines"]), *more]
    return to.plan(name, said, button=to.look(), parts=body, returned=one["name"])


# --- about payments


def _payment_failed(to: Writer) -> Plan:
    amount = to.view["payment"]["amount"]["text"]
    said = [to.tell("payment_failed", amount=amount), *to.owed()]
    return to.plan("payment_failed", said, button=to.look(pay=True), parts=to.sold(), amount=amount)


def _payment_received(to: Writer) -> Plan:
    amount = to.view["payment"]["amount"]["text"]
    said = [to.tell("payment_received", amount=amount), *(to.owed() or [to.tell("paid_in_full")])]
    return to.plan("payment_received", said, button=to.look(pay=True), parts=to.sold(), amount=amount)


# --- about what was not sold yet


def _draft(to: Writer) -> Plan:
    link, amount = to.view["links"]["draft"], to.order["total"]["text"]
    button = (to.tell("pay", amount=amount), link) if link else None
    body = [*to.message(), *to.sold(), *to.where()]
    return to.plan("draft_invoice", [to.tell("draft_invoice"), *to.how_to_pay(link)], button=button, parts=body)


def _recovery(to: Writer) -> Plan:
    link = to.view["links"]["recover"]
    button = (to.tell("go_on"), link) if link else None
    return to.plan(
        "checkout_recovery", [to.tell("checkout_recovery")], button=button, parts=[*to.message(), *to.sold()]
    )


# --- to staff


def _staff_placed(to: Writer) -> Plan:
    order, say = to.order, to.reader.say
    said = [to.tell("staff_order_placed", who=to.who(), moment=order["placed"]["moment"])]
    told = parts.facts(
        (say["payment_status"], say[f"financial_{order['financial_status']}"]), (say["channel"], order["channel"])
    )
    body = [*told, *to.sold(), *_contact(to), *to.where()]
    return to.plan("staff_order_placed", said, button=to.look(), parts=body, amount=order["total"]["text"])


def _staff_return(to: Writer) -> Plan:
    one = to.view["returned"]
    said = [to.tell("staff_return_requested", who=to.who())]
    more = [*parts.quote(to.reader.say["note"], one["note"]), *_contact(to)]
    return _return(to, "staff_return_requested", said, more)


def _contact(to: Writer) -> list[Plain]:
    one = to.view["customer"]
    lines = [text for text in (one["name"], one["email"], one["phone"]) if text] if one else []
    return parts.parties((to.reader.say["customer"], lines))


def _staff_expiring(to: Writer) -> Plan:
    expires = to.view["payment"]["expires"]
    return _staff_payment(to, "staff_authorization_expiring", "amount", moment=expires["moment"] if expires else "")


def _staff_reversed(to: Writer) -> Plan:
    return _staff_payment(to, "staff_payment_reversed", "reversed")


def _staff_overpaid(to: Writer) -> Plan:
    amount = to.order["overpaid"]["text"]
    said = [to.tell("staff_overpaid", amount=amount)]
    return to.plan("staff_overpaid", said, button=to.look(), parts=parts.sums(to.order["sums"]), amount=amount)


def _staff_risk(to: Writer) -> Plan:
    amount = to.order["total"]["text"]
    said = [to.tell("staff_high_risk", who=to.who(), amount=amount)]
    body = [*to.sold(), *_contact(to), *to.where()]
    return to.plan("staff_high_risk", said, button=to.look(), parts=body, amount=amount)


def _staff_payment(to: Writer, name: str, field: str, **more: str) -> Plan:
    payment = to.view["payment"]
    amount = payment[field]["text"]
    said = [to.tell(name, amount=amount, gateway=payment["gateway"], **more), *to.owed()]
    return to.plan(name, said, button=to.look(), parts=parts.sums(to.order["sums"]), amount=amount)


def _export_ready(to: Writer) -> Plan:
    one, link = to.view["export"], to.view["links"]["export"]
    said = [to.tell("export_linked" if link else "export_attached", file=one["name"], rows=one["rows"])]
    return to.plan("export_ready", said, button=(to.tell("download"), link) if link else None, file=one["name"])


def _export_failed(to: Writer) -> Plan:
    one = to.view["export"]
    return to.plan("export_failed", [to.tell("export_failed", file=one["name"], error=one["error"])], file=one["name"])


#: What writes each kind.
PLANS: Final[Mapping[str, Callable[[Writer], Plan]]] = {
    "order_placed": _placed,
    "order_edited": _edited,
    "order_invoice": _invoice,
    "order_cancelled": _cancelled,
    "order_refunded": _refunded,
    "order_shipped": _shipped,
    "tracking_updated": _tracking,
    "parcel_out_for_delivery": _out_for_delivery,
    "parcel_delivered": _delivered,
    "return_requested": _return_requested,
    "return_approved": _return_approved,
    "return_declined": _return_declined,
    "payment_failed": _payment_failed,
    "payment_received": _payment_received,
    "payment_reminder": _reminder,
    "draft_invoice": _draft,
    "checkout_recovery": _recovery,
    "staff_order_placed": _staff_placed,
    "staff_return_requested": _staff_return,
    "staff_authorization_expiring": _staff_expiring,
    "staff_overpaid": _staff_overpaid,
    "staff_payment_reversed": _staff_reversed,
    "staff_high_risk": _staff_risk,
    "export_ready": _export_ready,
    "export_failed": _export_failed,
}
