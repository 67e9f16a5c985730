"""
Would the tests notice? Each mutant breaks one rule in one line, and the test named beside it must fail.

A copy of the package is broken, never the checkout. The test runs in a process of its own that
first makes sure that the copy is what it imports.

Run with ``pytest -m mutants tests/mutants.py -n 2``. To add one: the file below
``src/backoffice_core``, a piece of text that stands in it once, what it becomes, and the test.
"""

# ruff: noqa: E501 (a mutant is a row)

import os
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from tests.storage.pgserver import missing, required

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "backoffice_core"

#: Exit codes: pytest's own for "a test failed", and one for "another package was imported".
FAILED, ELSEWHERE = 1, 99

_RUN = f"""
import sys, backoffice_core, pytest
if not backoffice_core.__file__.startswith(sys.argv[1]):
    sys.exit({ELSEWHERE})
sys.exit(pytest.main(["-q", "-x", "-n0", "-p", "no:cacheprovider", "--no-header", "--tb=line", "--hypothesis-profile=first", *sys.argv[2:]]))
"""


@attrs.frozen
class Mutant:
    """One broken line: the file, the text that stands in it once, what it becomes, the test that must fail."""

    file: str
    old: str
    new: str
    test: str

    def __str__(self) -> str:
        return f"{Path(self.file).stem}: {' '.join(self.new.split())}"


def _orders(name: str, old: str, new: str, test: str) -> Mutant:
    return Mutant(f"orders/{name}.py", old, new, f"tests/orders/test_{test}")


def _drafts(name: str, old: str, new: str, test: str) -> Mutant:
    return Mutant(f"orders/{name}.py", old, new, f"tests/orders/test_drafts.py::{test}")


def _postgres(file: str, old: str, new: str, test: str) -> Mutant:
    return Mutant(file, old, new, f"tests/storage/test_postgres{test}")


def _machine(name: str, old: str, new: str) -> Mutant:
    return Mutant(f"orders/{name}.py", old, new, "tests/lifecycle/test_machine.py")


def _contract(file: str, old: str, new: str, test: str) -> Mutant:
    kind = "sqlite.py::TestSqlite" if "sql" in file else "memory.py::TestMemory"
    return Mutant(f"storage/{file}.py", old, new, f"tests/storage/test_{kind}::test_{test}")


def _printed(name: str, old: str, new: str, test: str) -> Mutant:
    return Mutant(f"printing/{name}.py", old, new, f"tests/printing/test_{test}")


def _search(name: str, old: str, new: str, test: str) -> Mutant:
    return Mutant(f"search/{name}.py", old, new, f"tests/search/test_{test}")


def _csv(name: str, old: str, new: str, test: str) -> Mutant:
    return Mutant(f"shopify/{name}.py", old, new, f"tests/shopify/{test}")


MUTANTS = [
    # people, products
    Mutant("reports/lately.py", "if before > 0 else None", "if before else None", "tests/figures/test_home.py::TestFigures"),
    Mutant("orders/detail/risk.py", 'if hold.reason == "high_risk_of_fraud" and hold.released_at is None', "if hold.released_at is None", "tests/risk/test_assessors.py::TestView"),
    Mutant("orders/detail/risk.py", "key=lambda one: (-one.level.severity, one.provider)", "key=lambda one: one.provider", "tests/risk/test_assessors.py::TestView"),
    Mutant("orders/detail/risk.py", "key=lambda fact: _FIRST.index(fact.sentiment)", "key=lambda fact: 1", "tests/risk/test_assessors.py::TestView"),
    Mutant("riskhistory.py", "_failed_here(order) + _failed_before(unit, order.checkout_id)", "_failed_here(order)", "tests/risk/test_assessors.py::TestHistory"),
    Mutant("riskhistory.py", "[one for one in orders if one.currency == order.currency]", "orders", "tests/risk/test_assessors.py::TestHistory"),
    Mutant("reports/sales.py", 'self._of("gross") + self._of("discounts"), self._of("orders")', 'self._of("gross"), self._of("orders")', "tests/figures/test_sales.py::TestParts"),
    Mutant("desks/products.py", "archived_at=one.archived_at or now", "archived_at=now", "tests/catalog/test_products.py::TestProducts"),
    Mutant("reports/home.py", "left = min(by.count, counts.get(by.id, 0))", "left = by.count", "tests/figures/test_home.py::TestHushing"),
    Mutant("reports/home.py", "(ours_only and by.id not in ours)", "False", "tests/figures/test_home.py::TestHushing"),
    Mutant("aio.py", "    except StopIteration as error:", "    except ZeroDivisionError as error:", "tests/risk/test_assessors.py::TestBothDoors::test_what_no_thread_can_raise"),
    Mutant("persons.py", "        except (Conflict, StorageFailed):\n            failed += 1", "        except ZeroDivisionError:\n            failed += 1", "tests/people/test_erase.py::test_one_errand_that_cannot_be_ended"),
    Mutant("persons.py", "        except (DocumentTooNew, StorageBroken):", "        except ZeroDivisionError:", "tests/people/test_erase.py::test_a_document_that_cannot_be_read"),
    Mutant("desks/home.py", "    except (DocumentTooNew, StorageBroken):", "    except ZeroDivisionError:", "tests/people/test_erase.py::test_a_document_that_cannot_be_read"),
    Mutant("desks/reports.py", "_apart(first, last) > MOST_DAYS", "_apart(first, last) > 10**9", "tests/figures/test_sales.py::TestTime"),
    Mutant("desks/home.py", "now - one.ended_at <= FAILED_FOR", "now - one.ended_at < FAILED_FOR", "tests/figures/test_home.py::TestShops"),
    Mutant("desks/people.py", "            check_email(unit, customer_id, email)\n", "", "tests/people/test_customers.py::TestMerging"),
    Mutant("storage/sql/figures.py", ".group_by(both.c.order_id, both.c.currency)", ".group_by(both.c.currency)", "tests/figures/test_sales.py::TestOwed"),
    Mutant("storage/sql/figures.py", "(_M.refunded - _M.received)", "(-_M.received)", "tests/storage/test_sqlite.py::TestSqlite::test_what_is_owed"),
    Mutant("desks/scarce.py", "        seen, asked = len(left), 2 * asked", "        return tuple(found)", "tests/figures/test_home.py::TestScarce"),
    Mutant("storage/sql/home.py", "sa.case((idle, 0), else_=_FREE) if closed else _FREE", "_FREE", "tests/storage/test_sqlite.py::TestSqlite::test_what_a_closed_location_has_cannot_be_sold"),
    Mutant("desks/given.py", "return tuple(value) if isinstance(value, Iterator) else value", "return value", "tests/catalog/test_products.py::TestProducts"),
    Mutant("shopify/rest_order.py", "if page or referrer else ()", "if page and referrer else ()", "tests/shopify/test_rest_import.py::TestDesk"),
    _orders("erase", "personal = not field.repr or (type(value).__name__, field.name) in ALSO", "personal = not field.repr", "erase.py::TestRule1_WhatIsPersonalGoes"),
    _orders("erase", "Address(country=value.country, province=value.province, province_name=value.province_name)", "Address(country=value.country)", "erase.py::TestRule2_CountryAndRegionStay"),
    _orders("erase", "CustomerRef(id=pseudonym(known))", "CustomerRef(id=pseudonym(known), locale=known.locale, email=known.email)", "erase.py::TestRule3_AnIdThatTellsNothing"),
    _orders("erase", "due_at=None, contact_at=None", "contact_at=None", "erase.py::TestRule5_NobodyIsAskedBack"),
    Mutant("search/findable.py", "short(id) if text == id else _told_by_hash(text, id)", "short(text)", "tests/people/test_accounts.py::test_commands_on_the_orders_of_one"),
    Mutant("search/findable.py", "_told_by_hash(text, id)", "_told_by_hash(id, id)", "tests/search/test_accounts.py::TestBeginnings"),
    Mutant("search/values.py", "Has(account(value.text))", "Has(account(value.text.strip()))", "tests/search/test_accounts.py::test_each_finds_itself"),
    Mutant("search/findable.py", "        return account(known.id)", '        return term("customer", known.id)', "tests/people/test_accounts.py::test_who_is_new"),
    Mutant("search/checkouts.py", "[Has(account(customer_id))]", '[Has(term("customer", customer_id))]', "tests/orders/test_recovery.py::TestRule5_AskedOnceMore"),
    Mutant("storage/sql/accounts.py", "now if person is not None and person.startswith(_ACCOUNT) else person", "person", "tests/storage/test_migrations.py::test_customers_of_before_are_told_apart"),
    Mutant("persons.py", "errand.pseudonym(account(ref.id)", 'errand.pseudonym(term("customer", ref.id)', "tests/people/test_accounts.py::test_an_erased_person_is_two_where_they_had_two_accounts"),
    Mutant("persons.py", "any(value.text == errand.customer_id for", "any((errand.customer_id or '') in value.text for", "tests/people/test_erase.py::test_exports_and_views_about_others_stay"),
    Mutant("persons.py", r"(?<![\w.+-])", "", "tests/people/test_erase.py::test_exports_and_views_about_others_stay"),
    Mutant("persons.py", "known.id == errand.customer_id", "plain(known.id or '') == plain(errand.customer_id)", "tests/people/test_erase.py::test_accounts_are_told_by_case"),
    Mutant("persons.py", "return its_own or (mine and not known.id)", "return its_own or mine", "tests/people/test_customers.py::TestMerging"),
    Mutant("persons.py", "        unit.drop_errand(errand.id)\n", "", "tests/people/test_erase.py::test_a_crash_half_way_is_gone_on_with"),
    Mutant("catalog/customers.py", "{self.salt}\\n{person}", "{self.salt}", "tests/people/test_erase.py::test_the_orders_of_one_go_on_as_those_of_one"),
    Mutant("desks/people.py", "scrub and self._context.storage.scrub()", "scrub", "tests/people/test_erase.py::TestFiles"),
    Mutant("storage/sql/pooled.py", "        driver.rollback()\n", "        pass\n", "tests/test_cancelled.py"),
    Mutant("storage/sql/store.py", '            cursor.execute("VACUUM")\n', "", "tests/people/test_erase.py::TestFiles"),
    Mutant("storage/sql/store.py", 'cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")', 'cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")', "tests/people/test_erase.py::TestFiles"),
    Mutant("desks/customers.py", "            if bought.orders:", "            if False:", "tests/people/test_customers.py::TestRecords"),
    Mutant("desks/products.py", "            if unit.was_sold(", "            if not unit.was_sold(", "tests/catalog/test_products.py::TestProducts"),
    Mutant("storage/sql/products.py", 'if at != found.columns.created_at:', 'if False:', "tests/storage/test_sqlite.py::TestSqlite::test_finding_products"),
    # settings, channels, the storefront's password
    Mutant("settings.py", "not isinstance(name, str) or not CALLED.fullmatch(name)", "not isinstance(name, str)", "tests/test_settings.py::test_who_cannot_be_called_so"),
    Mutant("settings.py", "if not CALLED.fullmatch(self.name):", "if not self.name:", "tests/test_settings.py::test_who_cannot_be_called_so"),
    Mutant("orders/risk.py", 'check_text("description", short)', 'check_text("description", value)', "tests/orders/test_assess.py::TestLevel"),
    Mutant("reports/home.py", "lambda f: not f.settings.shop_name", "lambda f: f.settings.sender is None", "tests/figures/test_home.py::TestShops"),
    Mutant("reports/home.py", "not (f.settings.owner_email or f.settings.staff_emails)", "not f.settings.owner_email", "tests/figures/test_home.py::TestShops"),
    Mutant("settingtrace.py", 'UNTOLD: Final = frozenset({"sender", "owner_email", "staff_emails"})', 'UNTOLD: Final = frozenset({"sender", "owner_email"})', "tests/test_settings.py::TestTrace"),
    Mutant("orders/place.py", "    if command.checkout is None:\n        check_open", "    if False:\n        check_open", "tests/orders/test_channel.py"),
    Mutant("orders/place.py", "    if command.checkout is None:\n        check_open", "    if True:\n        check_open", "tests/orders/test_channel.py"),
    Mutant("orders/channel.py", "not channel.enabled and folded", "folded", "tests/orders/test_channel.py"),
    Mutant("desks/channels.py", "            if carried:\n", "            if carried > 1:\n", "tests/test_channels.py"),
    Mutant("storefront.py", "hmac.compare_digest(digest, bytes.fromhex(stored.digest))", "digest == bytes.fromhex(stored.digest)", "tests/test_storefront.py::TestHashing"),
    Mutant("storefront.py", 'unicodedata.normalize("NFKC", given).encode()', "given.encode()", "tests/test_storefront.py::TestHashing"),
    Mutant("storefront.py", "return same and plain is not None", "return same", "tests/test_storefront.py::TestHashing"),
    Mutant("desks/storefront.py", "tally.number == storefront.generation and ", "", "tests/test_storefront.py::TestRule1_Sessions"),
    Mutant("desks/storefront.py", "            if now.generation != storefront.generation:", "            if False:", "tests/test_storefront.py::TestRule1_Sessions"),
    Mutant("desks/storefront.py", "                unit.lower_tally(key, until)", "                pass", "tests/test_storefront.py::TestRule2_Tries"),
    Mutant("desks/storefront.py", "            if tally.number > most:", "            if tally.number > most + 1:", "tests/test_storefront.py::TestRule2_Tries"),
    Mutant("desks/storefront.py", "            if fresh != stored == now.password:", "            if False:", "tests/test_storefront.py::TestHashing"),
    Mutant("desks/storefront.py", "        if self._context.hosted:\n            raise", "        if False:\n            raise", "tests/test_storefront.py::TestRule2_Tries"),
    _contract("memory_shop", "known.until == until and ", "", "a_number_is_lowered"),
    _contract("sql/shop", "_T.until == to_micros(until), ", "", "a_number_is_lowered"),
    _contract("sql/shop", "sa.case((over, 1), else_=_T.number + 1)", "_T.number + 1", "a_number_is_raised"),
    # what copies keep, and what an order is found by
    _orders("order", '{"lines", "fulfillments", "receipts",', '{"lines", "fulfillments",', "order.py::TestCopies"),
    _orders("order", '"sums": _AGREED | {"transactions"}', '"sums": _AGREED', "order.py::TestCopies"),
    _orders("order", '"authorizations": frozenset({"transactions"})', '"authorizations": frozenset({"tags"})', "order.py::TestCopies"),
    _orders("evolve", "if not on.isdisjoint(key))", "if False)", "order.py::TestCopies"),
    Mutant("search/findable.py", "return same and _references(before) == _references(order)", "return same", "tests/search/test_rows.py"),
    Mutant("search/findable.py", '_STATES: Final = ("fin:", "ful:", "ret:", "is:", "todo:")', '_STATES: Final = ("fin:", "ful:", "ret:", "todo:")', "tests/search/test_rows.py"),
    Mutant("search/findable.py", '    ("fulfillments", _places),\n', "", "tests/search/test_rows.py"),
    Mutant("search/findable.py", '_TEXTS: Final = ("name", "customer", "shipping_address", "billing_address", "lines")', '_TEXTS: Final = ("name", "customer", "billing_address", "lines")', "tests/search/test_rows.py"),
    Mutant("search/tree.py", """if free else text.startswith("..'"))""", "if free else False)", "tests/search/test_parse.py"),
    Mutant("storage/codec.py", "        if value is was[name]:\n            continue\n", "        if value is not was[name]:\n            continue\n", "tests/storage/test_codec.py::TestChanged"),
    Mutant("storage/codec.py", "            written.pop(name, None)", "            pass", "tests/storage/test_codec.py::TestChanged"),
    Mutant("storage/codec.py", "before.__dict__, raw.copy()", "before.__dict__, raw", "tests/storage/test_codec.py::TestChanged"),
    Mutant("storage/sql/index.py", "held[\"created_at\"], gone, new)", "held[\"created_at\"], set(), new)", "tests/search/test_rows.py"),
    Mutant("storage/sql/index.py", "row.items() if value != held[name]}", "row.items() if value != held[name] or name == 'total'}", "tests/storage/test_written.py"),
    # one command on many orders
    Mutant("desks/bulkprint.py", "                except BackOfficeError as no:", "                except ZeroDivisionError as no:", "tests/test_bulk_print.py"),
    Mutant("desks/bulkprint.py", "            self.failure = failure", "            pass", "tests/test_bulk_print.py"),
    Mutant("desks/bulkprint.py", "            while job.done:\n                yield job.done.popleft()\n    while", "    while", "tests/test_bulk_print.py"),
    Mutant("desks/writing.py", "        self.encoding = self.encoding.removesuffix(\"-sig\")\n", "", "tests/shopify/test_export.py"),
    Mutant("bulkrunner.py", "        except BackOfficeError as no:\n            return refusal(order.id, no), None", "        except ZeroDivisionError as no:\n            return refusal(order.id, no), None", "tests/test_bulk.py"),
    Mutant("desks/bulk.py", "AddTags(tags=flat(tags))", "AddTags(tags=tags)", "tests/test_bulk.py::test_tags_come_one_by_one_or_several_at_a_time"),
    Mutant("bulkrunner.py", "if (change.intents and self._context.hosted) or any(", "if any(", "tests/test_bulk.py"),
    Mutant("bulkrunner.py", 'elif key is not None and unit.key(f"{key} {id}") is not None:', "elif False:", "tests/test_bulk.py"),
    Mutant("bulkrunner.py", "        if not self._context.hosted and open_intents(change, self._context.gateways):", "        if False:", "tests/test_bulk.py"),
    Mutant("bulkrunner.py", "            with suppress(Conflict):", "            with suppress(ZeroDivisionError):", "tests/test_bulk.py"),
    Mutant("bulkrunner.py", "                    failed = no\n", "                    raise no\n", "tests/test_hunted_again.py"),
    Mutant("bulkrunner.py", "if one is None and failed is None:", "if one is None:", "tests/test_hunted_again.py"),
    Mutant("desks/bulk.py", "if one.warnings or one.result not in", "if one.result not in", "tests/test_hunted_again.py"),
    Mutant("desks/bulk.py", "yield outcomes, behind([one.result for one in outcomes].index(Result.NOT_REACHED))", "yield outcomes, behind(len(ids))", "tests/test_hunted_again.py"),
    Mutant("desks/bulk.py", "if one.result is not Result.NOT_REACHED)", "if one)", "tests/test_hunted_again.py"),
    Mutant("orders/recovery.py", "not in map(folded, recovery.channels)", "not in recovery.channels", "tests/test_hunted_again.py"),
    Mutant("channels.py", 'unicodedata.normalize("NFC", handle.casefold())', "handle.casefold()", "tests/test_hunted_again.py"),
    Mutant("desks/exportmaker.py", "failed + (done is False)", "failed + (not done)", "tests/test_hunted_again.py"),
    Mutant("desks/bulk.py", '        condition = every([condition, Between("id", None, until)])\n', "", "tests/test_bulk.py"),
    Mutant("desks/chosen.py", "Selection(None, tuple(dict.fromkeys(ids)))", "Selection(None, ids)", "tests/test_bulk.py"),
    Mutant("desks/bulk.py", "left = self._selection.ids[counts.total() + self._skipped :] if error is not None else ()", "left = self._selection.ids[counts.total() :] if error is not None else ()", "tests/test_bulk.py"),
    Mutant("desks/bulk.py", "kept += list(bad)[: MOST_KEPT - len(kept)]", "kept += list(bad)", "tests/test_bulk.py"),
    Mutant("desks/bulk.py", "counts.total() - counts[Result.NOT_REACHED], reached", "counts.total(), reached", "tests/test_hunted_again.py"),
    Mutant("bulkrunner.py", " or not can_be_kept(id)", "", "tests/test_bulk.py::test_ids_that_no_order_can_have"),
    Mutant("storage/sql/drafts.py", "(rows[-1].created_at, rows[-1].id), _SOME", "(rows[-1].created_at, rows[-1].id), most", "tests/storage/test_plans.py::test_deleted_drafts_are_read_many_at_a_time"),
    Mutant("desks/export.py", "query.plain", "str(query)", "tests/test_export_mail.py::TestRule1_AskedFor"),
    Mutant("desks/bulk.py", "cursor: str | None = self._beginning", "cursor: str | None = self._resume", "tests/test_bulk.py::test_a_storage_that_fails_at_once"),
    Mutant("desks/bulk.py", '_read_cursor(self._resume, "until", str) or until', '_read_cursor(self._resume, "until", str)', "tests/test_bulk.py::test_a_storage_that_fails_at_once"),
    # money and parts
    Mutant("money.py", "return size if value >= 0 else -size", "return size", "tests/test_money.py::TestRule2_RoundingIsAskedFor"),
    Mutant("money.py", "key=lambda i: (-split[i][1], i)", "key=lambda i: (-split[i][1], -i)", "tests/test_money.py::TestRule3_PartsSumToTheWhole::test_t14"),
    Mutant("money.py", "return (2 * amount * part + whole) // (2 * whole)", "return amount * part // whole", "tests/test_money.py::TestRule2_RoundingIsAskedFor::test_ratio_is_half_up"),
    Mutant("money.py", "if other.currency != self.currency:", "if False:", "tests/test_money.py::TestRule4_OneCurrencyOnly"),
    _orders("parts", "return Part(paid, taxes_of(self.taxes, self.paid, paid))", "return Part(paid, tuple(ratio(t, units, self.quantity) for t in self.taxes))", "parts.py::TestRule2_TaxFollowsPaid"),
    _orders("parts", "cents, whole = cents - taken, whole - tax", "cents = cents - taken", "parts.py::TestRule2_TaxFollowsPaid"),
    _orders("parts", "evolve(one, until=low), opened", "evolve(one, quantity=low, until=low), opened", "parts.py::TestRule3_SpansKeepConsumedUnits"),
    _orders("parts", "opened = span(one.until - low", "opened = span(one.quantity - low", "parts.py::TestRule3_SpansKeepConsumedUnits"),
    # pricing
    _orders("pricing", "return allocate(min(given, sum(left)), left)", "return allocate(given, left)", "pricing.py::TestRule3_FixedDiscounts"),
    _orders("pricing", "sorted(discounts, key=lambda one: one.on == \"order\")", "discounts", "pricing.py::TestRule1_DiscountsThenTaxes"),
    _orders("pricing", "if given > row.left:", "if given > row.left + 1:", "pricing.py::TestRule5_GivenTaxes"),
    _orders("pricing", "terms.tax_rounding == \"order\"", "terms.tax_rounding != \"order\"", "pricing.py::TestRule4_ComputedTaxes"),
    # placing
    _orders("place", "if len(command.lines) > MOST_LINES:", "if len(command.lines) > MOST_LINES + 1:", "place.py::TestRule1_OneTo500Lines"),
    _orders("place", "if expected != order.original_total_minor:", "if expected < order.original_total_minor:", "place.py::TestRule4_ExpectedTotal"),
    _orders("place", "levels = seen_after(levels, moves)", "pass", "place.py::TestRule3_StockIsPromised"),
    # payments
    _orders("pay", "if minor > left:", "if minor > left + 1:", "pay.py::TestRule1_NeverMoreThanAuthorized"),
    _orders("pay", "if minor > owed:", "if minor > owed + 1:", "pay.py::TestRule2_NeverMoreThanOwed"),
    _orders("pay", "for id, one in blocking.items() if one is not None}", "for id, one in blocking.items() if False}", "pay.py::TestRule3_OneAtATime"),
    _orders("record", "return seen_again(order, known, minor, command.status, facts)", "pass", "record.py::TestRule1_AReferenceNamesOneMovement"),
    _orders("record", "if minor not in (known.minor, known.asked_minor):", "if False:", "record.py::TestRule1_AReferenceNamesOneMovement"),
    _orders("record", "return moved(order, known, \"reverse\")", "return unchanged(order)", "record.py::TestRule1_AReferenceNamesOneMovement"),
    _orders("pay", "one.open and one.gateway not in facts.gateways", "one.open", "pay.py::TestRule5_MarkAsPaid"),
    _orders("transactions", "if amount is not None and amount > asked:", "if False:", "settle.py::TestRule2_InPart"),
    _orders("transactions", "status = TransactionStatus.REVERSED if gone == one.minor else one.status", "status = TransactionStatus.REVERSED", "settle.py::TestRule3_Reversals"),
    _orders("transactions", "_S.PENDING if parent.gateway in facts.gateways else _S.SUCCESS", "_S.SUCCESS", "pay.py::TestRule6_RegisteredGatewaysAreAsked"),
    _orders("settle", 'if action == "reverse" and named != one.reference:', "if False:", "settle.py::TestRule5_ReversalsByReference"),
    _orders("settle", "command.reference in one.reversals:", "command.reference == 0:", "settle.py::TestRule5_ReversalsByReference"),
    _orders("settle", "one.expires_at <= facts.now", "one.expires_at < facts.now", "settle.py::TestRule6_Expiry"),
    _orders("settle", "if reported is not None and reported.status in HAPPENED:", "if False:", "settle.py::TestRule7_OnRecordAlready"),
    _orders("cancel", "if one.open and order.fulfilled:", "if False:", "cancel.py::TestRule4_CaptureFirst"),
    _orders("pay", "if id not in waiting}", "}", "pay.py::TestRule3_OneAtATime"),
    _orders("pricing", "setdefault(Decimal(tax.rate), [])", "setdefault(tax, [])", "pricing.py::TestRule4_ComputedTaxes"),
    # what is owed
    _orders("amounts", "capturable = min(open_auth, max(0, due))", "capturable = open_auth", "amounts.py::TestOwed"),
    _orders("amounts", "refundable=max(0, net - refunding)", "refundable=max(0, net)", "refund.py::TestRule1_NeverMoreThanReceived"),
    _orders("amounts", "due = costs.current_total - net - coming", "due = costs.current_total - net", "amounts.py::TestOwed"),
    _orders("amounts", "current_total=current + charged + current_tips - adjustments", "current_total=current + charged + current_tips + adjustments", "refund.py::TestRule5_SuggestionAndAdjustment"),
    _orders("counters", "return self.to_fulfill - self.waiting if self.fulfillable else self.current", "return self.to_fulfill", "refund.py::TestRule4_Restock"),
    _orders("counters", "kept = min(max(shipped - back, left - row.to_fulfill, 0), row.returnable, left)", "kept = min(max(shipped - back, 0), row.returnable, left)", "amounts.py::TestCounters"),
    _orders("counters", "return self.returnable - self.kept", "return self.returnable", "refund.py::TestRule4_Restock"),
    _orders("counters", "return max(0, self.to_fulfill - self.waiting - self.held)", "return max(0, self.to_fulfill - self.waiting)", "fulfill.py::TestRule1_EverythingLeft"),
    _orders("counters", "if fulfillment.status is FulfillmentStatus.SUCCESS:", "if True:", "fulfill.py::TestRule5_Undoing"),
    # refunds
    _orders("refund", "    if minor > refundable:", "    if minor > refundable + 1:", "refund.py::TestRule1_NeverMoreThanReceived"),
    _orders("refund", "if quantity > left:", "if quantity > line.quantity:", "refund.py::TestRule2_NeverMoreUnitsThanLeft"),
    _orders("refund", "start = order.counters[line.id].consumed", "start = 0", "properties.py::test_refunds_to_the_end"),
    _orders("refund", "if minor > left:", "if minor > left + 1:", "refund.py::TestRule3_AmountsAndShipping"),
    _orders("refund", "if rest > whole or not rest:", "if not rest:", "refund.py::TestRule3_AmountsAndShipping"),
    _orders("refund", "quantity > row.unshipped:", "quantity > row.current:", "refund.py::TestRule4_Restock"),
    _orders("refund", "if asked is Restock.RETURN and quantity > row.shipped:", "if asked is Restock.RETURN and quantity > row.returnable + 1:", "refund.py::TestRule4_Restock"),
    _orders("refund", "(refundable - (current - value_now), 0)", "(value_now, 0)", "refund.py::TestRule5_SuggestionAndAdjustment"),
    _orders("refund", "value_now - max(0, current - refundable)", "value_now", "refund.py::TestRule5_SuggestionAndAdjustment"),
    _orders("refund", "value_now + max(0, refundable - current)", "value_now", "refund.py::TestRule5_SuggestionAndAdjustment"),
    _orders("refund", "minor - suggestion.nearest(minor) - back", "suggestion.nearest(minor) - minor - back", "refund.py::TestRule5_SuggestionAndAdjustment"),
    _orders("refund", "minor - suggestion.nearest(minor) - back", "minor - suggestion.nearest(minor)", "refund.py::TestRule5_SuggestionAndAdjustment::test_goodwill_then_all_back"),
    _orders("refund", "adjustment = -back if command.pay_later", "adjustment = 0 if command.pay_later", "refund.py::TestRule5_SuggestionAndAdjustment"),
    _orders("payback", "by_id[id].gateway != GIFT_CARD", "by_id[id].gateway == GIFT_CARD", "refund.py::TestRule6_BackToThePayments"),
    _orders("refund", "move.on_hand < 0 and ", "", "refund.py::TestRule4_Restock::test_to_a_location"),
    _orders("restock", "unshipped = min(quantity, row.waiting)", "unshipped = 0", "restock.py::TestRule2_LikeCancelAndReturn"),
    _orders("restock", "if quantity > open_units.get(id, 0):", "if quantity > order.counters[id].refunded:", "restock.py::TestRule1_OnlyWhatWasRefundedWithout"),
    # goods
    _orders("fulfill", "left = row.to_fulfill - row.held", "left = row.to_fulfill", "fulfill.py::TestRule2_NamedUnits"),
    _orders("shipment", "late = place < len(parcel.news)", "late = False", "shipment.py::TestRule5_WhatIsTold::test_not_what_is_over"),
    _orders("shipment", "return max(now, parcel.news[-1].at) if parcel.news else now", "return now", "shipment.py::TestRule1_TheLatestNews::test_without_a_moment"),
    _orders("shipment", "and not (arrived and command.notify is None)", "", "shipment.py::TestRule5_WhatIsTold::test_an_arrival_once"),
    _orders("shipment", "if at > now + AHEAD:", "if False:", "shipment.py::TestRule3_WhatIsToCome"),
    Mutant("notify/truth.py", 'None if matter.parcel.shipment_status is status else "elsewhere"', "None", "tests/notify/test_truth.py::TestSkipped::test_a_parcel_that_is_elsewhere"),
    _orders("fulfill", "row.fulfilled - units.quantity < row.returned", "row.fulfilled < row.returned", "fulfill.py::TestRule5_Undoing"),
    _orders("fulfill", "levels = seen_after(levels, moves) if location is not None else levels", "pass", "fulfill.py::TestRule4_StockLeaves"),
    Mutant("orders/stock.py", "sum(free.values()) + short < quantity:", "sum(free.values()) < quantity:", "tests/test_hunted.py::test_what_one_place_lacks_is_missing_at_the_others"),
    Mutant("orders/counters.py", "return MappingProxyType(rows)", "return rows", "tests/test_hunted.py::test_counters_cannot_be_changed"),
    Mutant("runner.py", "if one.open and one.intent and one.gateway in gateways]", "if one.open and one.gateway in gateways]", "tests/test_hunted.py::test_a_movement_of_the_hosts_is_not_asked_for"),
    Mutant("storage/sql/store.py", "if self._process != os.getpid():", "if False:", "tests/test_hunted.py::test_a_forked_process_does_not_write_through_its_parents_connection"),
    _orders("hold", "if one.quantity > row.to_fulfill - row.held:", "if one.quantity > row.to_fulfill:", "hold.py::TestRule2_AtMostWhatIsLeft"),
    _orders("counters", "min(units.quantity, row.to_fulfill - row.held)", "units.quantity", "hold.py::TestRule3_HeldUnitsStay"),
    _orders("stock", "on_hand=-one.on_hand, committed=-one.committed", "on_hand=-one.on_hand, committed=one.committed", "fulfill.py::TestRule5_Undoing"),
    _orders("stock", "0 if restock else -units, -units", "0, -units", "stock.py::test_movements"),
    _orders("stock", "Movement(line.variant_id, place.id, quantity, 0, line.id, key)", "Movement(line.variant_id, place.id, quantity, -quantity, line.id, key)", "stock.py::test_movements"),
    _orders("stock", "if elsewhere and not line.oversell and free < elsewhere:", "if False:", "fulfill.py::TestRule4_StockLeaves"),
    _orders("stock", "if not line.oversell and sum(free.values()) + short < quantity:", "if sum(free.values()) + short < quantity:", "place.py::TestRule3_StockIsPromised"),
    # editing
    _orders("edit", "if not command.actions:", "if False:", "edit.py::TestRule1_AtLeastOneAction"),
    _orders("edit", "return change.then(taken_up(after, automatic=True))", "return change", "edit.py::TestRule2_NotCancelled"),
    _orders("steps", "if action.quantity < minimum:", "if action.quantity < minimum - 1:", "steps.py::TestRule2_UnitsThatLeave"),
    _orders("steps", "row.consumed, row.consumed + units)", "0, units)", "properties.py::test_edits"),
    _orders("steps", "adjustment_minor=removal.adjustment_minor - back", "adjustment_minor=removal.adjustment_minor", "steps.py::TestRule4_Figures"),
    _orders("steps", "restock=action.restock)", "restock=True)", "steps.py::TestRule3_Stock"),
    _orders("steps", "levels=seen_after(self.levels, made)", "levels=self.levels", "steps.py::TestRule3_Stock"),
    _orders("steps", "fold.order.counters[line.id].current and not action.allow_duplicate", "not action.allow_duplicate", "steps.py::TestRule5_Duplicates"),
    _orders("steps", "left = line.paid_minor - gone", "left = line.paid_minor", "steps.py::TestRule4_Figures"),
    _orders("reprice", "shares = allocate(off, prices)", "shares = allocate(off, [1] * len(prices))", "reprice.py::TestRule2_LateDiscounts"),
    _orders("reprice", "+ back", "", "reprice.py::TestRule3_TakenBack"),
    _orders("reprice", "added = span(units, part.paid, part.taxes)", "added = span(units, part.net, part.taxes)", "reprice.py::TestRule4_UnitsAddedLater"),
    # what customers send back
    _orders("returns", "left = {id: row.returnable - promised.get(id, 0) for id, row", "left = {id: row.returnable for id, row", "returns.py::TestRule1_ShippedUnitsOnly"),
    _orders("returns", "if quantity > left.get(id, 0):", "if quantity > left.get(id, 0) + 1:", "returns.py::TestRule3_Receiving"),
    _orders("returns", "refunded=min(quantity, order.counters[id].kept)", "refunded=0", "returns.py::TestRule3_Receiving"),
    _orders("returns", "if received:", "if False:", "returns.py::TestRule4_GivenUp"),
    _orders("returns", "if line.expected > left:", "if False:", "returns.py::TestRule2_States"),
    _orders("returned", "key=lambda one: one.status is not ReturnStatus.OPEN", "key=lambda one: 0", "returns.py::TestRule3_Receiving"),
    _orders("refund", "if asked in (None, Restock.NO_RESTOCK) else 0", "if False else 0", "returns.py::TestRule3_Receiving"),
    _orders("refund", "if asked is Restock.RECEIVED and quantity > row.received:", "if False:", "returns.py::TestRule3_Receiving"),
    _orders("restock", "here = min(quantity - unshipped, row.unstocked)", "here = 0", "returns.py::TestRule3_Receiving"),
    _orders("counters", "_add(row, \"received\", came.quantity - came.refunded)", "_add(row, \"received\", came.quantity)", "returns.py::TestRule3_Receiving"),
    _orders("fulfill", "row.returned + promised.get(units.line_id, 0):", "row.returned:", "returns.py::TestRule1_ShippedUnitsOnly"),
    _orders("fulfill", "after = _waiting_again(evolve(with_parcel(order, undone), lines=lines))", "after = evolve(with_parcel(order, undone), lines=lines)", "fulfill.py::TestRule5_Undoing"),
    _orders("cancel", "free(line, quantity, key, restock=restock)", "free(line, quantity, key, restock=False)", "stock_conserved.py"),
    _orders("cancel", "    if names:", "    if False:", "cancel.py::TestRule7_Returns"),
    _orders("status", "and not any(one.active for one in order.returns)", "", "returns.py::TestRule5_AndTheOrder"),
    # the import of checkouts
    Mutant("checkoutimporter.py", "if given is None or given >= stored:", "if True:", "tests/shopify/test_checkout_import.py::TestASecondTime"),
    Mutant("checkoutimporter.py", "if given is None or given >= stored:", "if given is None or given > stored:", "tests/shopify/test_checkout_import.py::TestASecondTime"),
    Mutant("checkoutimporter.py", "request_print=one.fingerprint", "request_print=None", "tests/shopify/test_checkout_import.py::TestASecondTime"),
    Mutant("checkoutimporter.py", "*(\"id\", \"version\", \"reminders\"", "*(\"version\", \"reminders\"", "tests/shopify/test_checkout_import.py::TestASecondTime"),
    Mutant("importing.py", "self.imported += len(written) - updated", "self.imported += len(written)", "tests/shopify/test_checkout_import.py::TestASecondTime"),
    Mutant("importing.py", "return reason is None", "return True", "tests/shopify/test_checkout_import.py::TestASecondTime"),
    Mutant("shopify/rest_checkout.py", "sums.total if figures.total is None else figures.total", "sums.total", "tests/shopify/test_rest_checkouts.py::TestRule1_TheFiguresOfTheFile"),
    Mutant("shopify/rest_checkout.py", "sums.discounts if figures.discounts is None else figures.discounts", "sums.discounts", "tests/shopify/test_rest_checkouts.py::TestRule1_TheFiguresOfTheFile"),
    Mutant("shopify/rest_checkout.py", "super().of_line(line, listed) or self._applied_to(line, listed, \"order\")", "super().of_line(line, listed)", "tests/shopify/test_rest_checkouts.py::TestRule2_Discounts"),
    Mutant("shopify/rest_checkout.py", "if minor and seen_in != currency:", "if False:", "tests/shopify/test_rest_checkouts.py::TestRule3_Duties"),
    # drafts
    _orders("checkouts", "by = None if elsewhere else recovering(checkout, facts)", "by = recovering(checkout, facts)", "recovery.py::TestRule7_Recovered"),
    _orders("checkouts", "updated_at=facts.now, abandoned_at=None,", "updated_at=facts.now,", "recovery.py::TestRule1_Left"),
    Mutant("orders/checkouts.py", 'after, events = ended(checkout, "completed")', "after, events = checkout, ()", "tests/lifecycle/test_cart_machine.py"),
    _orders("recovery", '("ordered_since", seen.ordered)', '("ordered_since", False)', "recovery.py::TestRule5_AskedOnceMore"),
    Mutant("askback.py", 'Has("is:open"), later', "later", "tests/orders/test_recovery.py::TestRule5_AskedOnceMore"),
    _orders("recovery", "if reminder.kind is ReminderKind.BY_HAND or reminder.state is ReminderState.SENT:", "if reminder.kind is ReminderKind.BY_HAND:", "undelivered.py::TestRule3_SeveralNotifiers"),
    Mutant("desks/checkouts.py", "if not hits or not any(hash in one.hashes for one in hits[0].checkout.reminders):", "if not hits:", "tests/orders/test_recovery.py::TestRule6_Links"),
    Mutant("desks/export.py", "self._since is not None or self._until is not None or self.count() > AT_ONCE", "self.count() > AT_ONCE", "tests/test_export_mail.py::TestRule1_AskedFor::test_when_it_goes_by_mail"),
    _orders("recovery", "reminder.step > len(facts.settings.recovery.after)", "not facts.settings.recovery.after", "recovery.py::TestRule5_AskedOnceMore::test_fewer_steps"),
    Mutant("desks/exportmaker.py", " or not can_be_kept(url)", "", "tests/test_export_mail.py::TestRule3_WhereItGoes::test_a_host_that_publishes_nothing"),
    _orders("checkout", "return self.abandoned_at is not None and not self.is_over", "return self.abandoned_at is not None", "recovery.py::TestRule1_Left"),
    _orders("recovery", "kept = tuple(old for old in checkout.reminders if old.kind is not ReminderKind.AUTOMATIC or old.hashes)", "kept = checkout.reminders", "recovery.py::TestRule4_Standing"),
    Mutant("outlets.py", "with contextlib.suppress(Exception):", "with contextlib.suppress(ZeroDivisionError):", "tests/notify/test_relay.py::TestReported"),
    Mutant("notify/compose.py", 'row.locale if kind.audience == "customer" or kind.about == "export" else None', "row.locale", "tests/notify/test_letters.py::TestLanguages"),
    _orders("undelivered", "or one.state is not ReminderState.QUEUED", "", "undelivered.py::TestRule3_SeveralNotifiers"),
    Mutant("relay.py", "until is not None and now < until <= now + policy.LONGEST_REST", "until is not None and now < until", "tests/notify/test_relay.py::TestReported::test_a_clock_that_goes_back"),
    Mutant("relay.py", 'str(error).encode(errors="replace").decode()', "str(error)", "tests/notify/test_relay.py::TestPersonalData"),
    Mutant("relay.py", "{_said(error)}\"[:_READ]", "{error}\"[:_READ]", "tests/notify/test_relay.py::TestPersonalData"),
    Mutant("enqueue.py", "message.locale[:LONGEST_LOCALE]", "message.locale", "tests/test_outbox.py::TestCalls::test_a_locale_that_is_none"),
    Mutant("relay.py", 'elif after.state != "waiting":', "elif False:", "tests/orders/test_undelivered.py::TestRule1_Failed"),
    Mutant("desks/outbox.py", "follows(AGAIN, self._context, unit, again)", "pass", "tests/orders/test_undelivered.py::TestRule2_SentAgain"),
    Mutant("askback.py", "contextlib.suppress(UnknownId, StorageBroken, DocumentTooNew)", "contextlib.suppress(UnknownId)", "tests/orders/test_undelivered.py::TestRule1_Failed"),
    _orders("recovery", '("newer_abandoned", seen.newer)', '("newer_abandoned", False)', "recovery.py::TestRule5_AskedOnceMore"),
    _orders("recovery", "if seen.opted_out:", "if False:", "recovery.py::TestRule5_AskedOnceMore"),
    _orders("recovery", "one.visited_at is not None and one.visited_at >= since", "one.visited_at is not None", "recovery.py::TestRule7_Recovered"),
    _orders("recovery", "days=_WEEK - day.weekday()", "days=-day.weekday()", "recovery.py::TestRule8_WhenItGoes"),
    _orders("recovery", "hashes=(*one.hashes, command.hash)[-MOST_HASHES:]", "hashes=(command.hash,)", "recovery.py::TestRule6_Links"),
    Mutant("orders/checkout.py", "or checkout.draft_id or checkout.attempts", "or checkout.draft_id", "tests/orders/test_recovery.py::TestRule8_WhenItGoes"),
    Mutant("optouts.py", "{plain(address)}", "{address}", "tests/orders/test_recovery.py::TestRule5_AskedOnceMore"),
    Mutant("askback.py", "if not line.tracked or line.oversell or left > 0:", "if True:", "tests/orders/test_recovery.py::TestRule5_AskedOnceMore"),
    Mutant("runner.py", "isinstance(asked.command, Place) or asked.command.checkout is None", "isinstance(asked.command, Place)", "tests/orders/test_recovery.py::TestRule7_Recovered"),
    Mutant("checkoutimporter.py", '"recovered_at", "recovered_by", "order_id"', '"recovered_at", "recovered_by"', "tests/shopify/test_checkouts_csv.py::test_what_we_did_ourselves_stays"),
    _drafts("drafts", "if draft.status is DraftStatus.COMPLETED:\n        raise", "if False:\n        raise", "TestRule2_NothingIsBilled"),
    _drafts("drafts", "if until is not None and until <= facts.now:", "if False:", "TestRule3_SetAside"),
    _drafts("drafts", "freed = tuple(move for line in had for move in let_go(line, key))", "freed = ()", "TestRule3_SetAside"),
    _drafts("drafts", "allocated, moves = line.allocated, transfer(line, key)", "allocated, moves = (), ()", "TestRule4_Completing"),
    _drafts("drafts", "source=(CHANNEL, draft.id),", "source=None,", "TestRule4_Completing"),
    _drafts("drafts", "status=TransactionStatus.PENDING, intent=False)", "status=TransactionStatus.PENDING)", "TestRule4_Completing"),
    _drafts("drafts", "draft.updated_at.add(days=IDLE_DAYS) > facts.now", "False", "TestRule5_WhatIsLeft"),
    _drafts("draftpricing", "if len(lines) > MOST_LINES:", "if len(lines) > MOST_LINES + 1:", "TestRule1_PricedAsAnOrder"),
    _drafts("draftpricing", "if len(plain) > 1:", "if False:", "TestRule1_PricedAsAnOrder"),
    _drafts("stock", "evolve(_set_aside(line, at, -units, key), committed=units)", "evolve(_set_aside(line, at, 0, key), committed=units)", "TestRule4_Completing"),
    _drafts("terms", "due <= now and unpaid > 0", "due <= now", "TestTerms"),
    Mutant("storage/memory_writing.py", "level.reserved + move.reserved", "level.reserved", "tests/orders/test_drafts.py::TestRule3_SetAside"),
    Mutant("storage/sql/stock.py", "_S.reserved + _p(\"aside\")", "_S.reserved", "tests/orders/test_drafts.py::TestRule3_SetAside"),
    Mutant("storage/marks.py", "min(idle, draft.reserve_until)", "idle", "tests/orders/test_drafts.py::TestRule3_SetAside"),
    Mutant("draftrunner.py", "if draft.deleted_at is not None:", "if False:", "tests/orders/test_drafts.py::TestRule5_WhatIsLeft"),
    # comments, the page of an order, its story
    _orders("notes", "if said.actor != actor:", "if said.actor not in (None, actor):", "notes.py::TestRule3_EditedByItsAuthor"),
    _orders("notes", 'evolve(said, text="", deleted_at=facts.now)', "evolve(said, deleted_at=facts.now)", "notes.py::TestRule4_DeletedByItsAuthor"),
    _orders("notes", "for one in order.comments if one.deleted_at is None)", "for one in order.comments)", "notes.py::TestRule4_DeletedByItsAuthor"),
    _orders("detail/goods", "range(self.gone, self.gone + len(self))[at]", "range(len(self))[at]", "detail.py::TestLines"),
    _orders("detail/sold", "ratio(minor, one.until, one.quantity)", "minor", "detail.py::TestLines"),
    _orders("detail/sold", "agreed, left = value(line.spans) + gone, value", "agreed, left = value(line.spans), value", "detail.py::TestLines"),
    _orders("detail/money", "and busy(order, one.id) is None", "", "detail.py::TestMoney"),
    _orders("detail/money", "min(free, order.sums.capturable)", "free", "detail.py::TestMoney"),
    _orders("story/sentences", "for one in order.comments if one.deleted_at is None}", "for one in order.comments}", "story.py::TestComments"),
    _orders("story/french", "{'s' if units > 1 else ''}", "{'s' if units != 1 else ''}", "story.py::TestSentences"),
    # cancelling, archiving, what follows by itself
    _orders("cancel", "if order.fulfilled and uncovered > 0:", "if False:", "cancel.py::TestRule4_CaptureFirst"),
    _orders("cancel", "if order.fulfilled and not order.to_fulfill:", "if False:", "cancel.py::TestRule2_AllShipped"),
    _orders("cancel", "adjustment_minor=-max(0, worth - order.sums.current_total)", "adjustment_minor=0", "cancel.py::TestRule5_TheRefundRule"),
    _orders("cancel", "made = [*back, *voids(order, open_auths, facts)]", "made = back", "cancel.py::TestRule3_AuthorizationsAreLetGo"),
    _orders("cancel", "if line.fulfillable or nothing_shipped else 0", "", "cancel.py::TestRule1_WhatLeaves"),
    _orders("status", "and order.sums.capturable == 0", "", "archive.py::TestRule4_Automatic"),
    _orders("cancel", " and one.reference is None", "", "cancel.py::TestRule3_AuthorizationsAreLetGo"),
    _orders("cancel", "one.status is TransactionStatus.PENDING and one.reference", "one.reference", "cancel.py::TestRule3_AuthorizationsAreLetGo"),
    _orders("pay", ', "succeed", min(owed, one.minor))', ', "succeed")', "pay.py::TestRule5_MarkAsPaid"),
    _orders("invoice", " + sum(one.minor for one in waited_for(order, facts))", "", "invoice.py::TestRule2_SomethingIsOwed"),
    Mutant("storage/sql/engines.py", 'if "locked" not in str(error) or time.monotonic() >= end:', "if True:", "tests/storage/test_sqlite.py::test_a_file_that_others_open_too_is_waited_for"),
    _orders("delete", 'step("order", LIFECYCLE, order.lifecycle, "delete")\n    ', "", "delete.py::TestRule1_Which"),
    _orders("delete", "one.gateway not in facts.gateways and ", "", "delete.py::TestRule1_Which"),
    _orders("delete", " and one.reference is None", "", "delete.py::TestRule1_Which"),
    _orders("delete", "order.test or ", "", "delete.py::TestRule1_Which"),
    _orders("delete", "        if one.open:", "        if False:", "delete.py::TestRule2_NothingWaits"),
    _orders("delete", "restock=True", "restock=False", "delete.py::TestRule4_Stock"),
    _orders("delete", "        source=order.source,\n", "", "delete.py::TestRule3_Tombstone"),
    _orders("ledger", "quantity=entry.quantity - other.quantity", "quantity=-other.quantity", "delete.py::TestRule5_Sales"),
    Mutant("runner.py", "order = unit.order(order_id, deleted=True)", "order = unit.order(order_id)", "tests/orders/test_delete.py::TestRule3_Tombstone"),
    _orders("automatic", "change.before is None or not holds(change.before)", "True", "archive.py::TestRule4_Automatic"),
    _orders("automatic", "return bool(came_with & now)", "return bool(now)", "automatic.py::TestRule1_CaptureAtCheckout"),
    # risk
    _orders("automatic", "return bool(order.assessing) or", "return", "automatic.py::TestRule5_AutomaticStepsWait"),
    _orders("automatic", "_waits(change.before, facts) and not _waits(change.order, facts)", "False", "automatic.py::TestRule5_AutomaticStepsWait"),
    _orders("automatic", "is FinancialStatus.PAID and not one.assessing)", "is FinancialStatus.PAID)", "automatic.py::TestRule5_AutomaticStepsWait"),
    _orders("assess", "and not (change.before or change.order).risk_level.reaches(limit)", "", "assess.py::TestRule4_HoldsAndCancels"),
    _orders("assess", "evolve(made, automatic=True)", "made", "hold.py::TestRule5_WhatTheSettingsHeld"),
    _orders("assess", "if one.provider not in ended or one.level is not RiskLevel.PENDING", "if True", "assess.py::TestRule3_NobodyIsWaitedForForEver"),
    _orders("assess", "and facts.now >= order.assess_by else ()", "else ()", "assess.py::TestRule3_NobodyIsWaitedForForEver"),
    _orders("hold", "if facts.actor is None:", "if False:", "hold.py::TestRule5_WhatTheSettingsHeld"),
    _orders("risk", "levels += [RiskLevel.PENDING for _ in waited_for]", "", "assess.py::TestLevel"),
    _orders("risk", "short = value[:LONGEST_FACT]", "short = value", "assess.py::TestLevel"),
    Mutant("relay.py", "self._outlets[after.destination].died(after)", "pass", "tests/risk/test_assessors.py::TestFailing"),
    Mutant("assessors.py", "return _within(answer, question.timeout) if inspect.isawaitable(answer) else answer", "return answer", "tests/risk/test_assessors.py::TestFailing::test_an_async_one_that_hangs"),
    Mutant("assessors.py", 'error if isinstance(error, Exception) else AssessorBroke(type(error).__name__)', "error", "tests/risk/test_assessors.py::TestFailing::test_what_is_no_exception"),
    Mutant("context.py", "loop.run_until_complete(asyncio.wait(left, timeout=_ENDING))", "loop.run_until_complete(asyncio.wait(left))", "tests/risk/test_assessors.py::TestFailing::test_an_async_one_that_will_not_be_cancelled"),
    Mutant("riskhistory.py", "return max(0, found - (not order.test))", "return found", "tests/risk/test_assessors.py::TestHistory"),
    Mutant("risk/builtin.py", "if points >= HIGH:", "if points > HIGH:", "tests/risk/test_builtin.py::test_points_make_a_level"),
    _orders("automatic", "return bool(_authorized(change)) or _became", "return _became", "automatic.py::TestRule3_CaptureOnFulfillment"),
    _orders("pay", "if one.kind is _K.AUTHORIZATION and one.open:", "if False:", "pay.py::TestRule3_OneAtATime"),
    _orders("settle", "if amount is not None and amount < one.in_force", "if False", "settle.py::TestRule5_ReversalsByReference"),
    # the derived statuses, row by row
    _orders("status", "lambda o: o.sums.refunded > 0 and o.sums.net <= 0", "lambda o: o.sums.refunded > 0 and o.sums.net < 0", "status.py::test_financial"),
    _orders("status", "\"something was refunded\", lambda o: o.sums.refunded > 0", "\"something was refunded\", lambda o: o.sums.refunded > 0 and o.sums.net > 1", "status.py::test_financial"),
    _orders("status", "0 < o.sums.received >= o.sums.current_total", "0 < o.sums.received > o.sums.current_total", "status.py::test_financial"),
    _orders("status", "\"something was received\", lambda o: o.sums.received > 0", "\"something was received\", lambda o: o.sums.received > 1000", "status.py::test_financial"),
    _orders("status", "lambda o: o.sums.open_auth > 0", "lambda o: o.sums.capturable > 0", "status.py::test_financial"),
    _orders("status", "lambda o: any(t.open for t in o.transactions)", "lambda o: False", "status.py::test_financial"),
    _orders("status", "TransactionKind.AUTHORIZATION, TransactionStatus.EXPIRED", "TransactionKind.SALE, TransactionStatus.EXPIRED", "status.py::test_financial"),
    _orders("status", "TransactionKind.VOID, TransactionStatus.SUCCESS", "TransactionKind.VOID, TransactionStatus.FAILURE", "status.py::test_financial"),
    _orders("status", "o.sums.total == 0 and o.sums.current_total == 0", "o.sums.current_total == 0", "status.py::test_financial"),
    _orders("status", "o.fulfilled > 0 == o.to_fulfill", "o.to_fulfill == 0", "status.py::test_fulfillment"),
    _orders("status", "\"something was shipped\", lambda o: o.fulfilled > 0", "\"something was shipped\", lambda o: o.fulfilled > 1", "status.py::test_fulfillment"),
    _orders("status", "0 < o.to_fulfill == o.held", "o.to_fulfill == o.held", "status.py::test_fulfillment"),
    _orders("states", "(_T.FAILURE,     \"succeed\"):   _T.SUCCESS,", "", "states.py::test_money"),
    # tags, books, what is possible
    _orders("tags", "have = {tag.casefold() for tag in order.tags}", "have = set(order.tags)", "tags.py::TestRule4_NoChange"),
    _orders("tags", "unwanted = {tag.casefold() for tag in command.tags}", "unwanted = set(command.tags)", "tags.py::TestRule1_CaseIsIgnored"),
    _orders("tags", "if len(found) > MOST:", "if len(found) > MOST + 1:", "tags.py::TestRule3_AtMost250"),
    _orders("tags", "if len(tag) > LONGEST:", "if len(tag) >= LONGEST:", "tags.py::TestRule2_LengthAndCommas"),
    _orders("ledger", "(0, -order.sums.adjustments, 0, 0, -order.sums.adjustments)", "(0, order.sums.adjustments, 0, 0, order.sums.adjustments)", "ledger.py::TestRefunding"),
    _orders("ledger", "if order.test or not change or _same_goods(change):", "if not change or _same_goods(change):", "ledger.py::TestPlacing"),
    _orders("allowed", "return Allowed(name, True) if change else", "return Allowed(name, True) if True else", "allowed.py::test_why_not"),
    # the runner: preview, versions, keys, sources, races, gateways
    Mutant("runner.py", "if not self._commits:", "if False:", "tests/test_runner.py::TestPreview"),
    Mutant("runner.py", "number = unit.next_number() if self._commits else unit.number_ahead()", "number = unit.number_ahead()", "tests/test_runner.py::TestChange"),
    Mutant("runner.py", "asked.expected_version not in (None, order.version):", "asked.expected_version is not None and order.version > asked.expected_version:", "tests/test_runner.py::TestExpectedVersion"),
    Mutant("runner.py", "if known.fingerprint != asked.print_:", "if False:", "tests/test_runner.py::TestKeys"),
    Mutant("runner.py", "if print_then != asked.print_:", "if False:", "tests/test_runner.py::TestSources"),
    Mutant("runner.py", "if not change:\n            return change if (answered := self._answered(unit, asked)) is None else answered\n", "if False:\n            return change\n", "tests/test_runner.py::TestChange"),
    Mutant("runner.py", "if change.intents and self._context.hosted:", "if False:", "tests/test_within.py::TestNothingElse"),
    Mutant("intents.py", "if one.open and one.intent and one.gateway in gateways]", "if one.open and one.gateway in gateways]", "tests/test_gateways.py"),
    Mutant("runner.py", "actor=self._context.actor,\n            events", "events", "tests/test_runner.py::TestActor"),
    Mutant("enqueue.py", "{message.subject} {version}", "{message.subject}", "tests/test_outbox.py::TestCalls"),
    Mutant("context.py", "if self.hosted or not worth_it(error)", "if not worth_it(error)", "tests/test_within.py::TestNothingElse"),
    Mutant("intents.py", "key=intent.id,", "key=order.id,", "tests/test_gateways.py::TestAnswers"),
    Mutant("intents.py", "answer if answer is not None else ask(context, order, intent)", "answer", "tests/test_gateways.py::TestAnswers"),
    Mutant("intents.py", "if one.id in ids or one.parent_id in ids:", "if one.id in ids:", "tests/test_runner.py::TestKeys"),
    Mutant("runner.py", "if asked.key is not None and self._commits:", "if False:", "tests/test_runner.py::TestSources"),
    Mutant("due.py", "wanted = limit - done + len(tried)", "wanted = limit", "tests/test_hunted.py::test_what_cannot_be_read_at_the_head_of_the_line_keeps_nobody_behind_it"),
    Mutant("relay.py", "except (DocumentTooNew, StorageBusy, NotYet) as error:", "except ZeroDivisionError as error:", "tests/test_hunted.py::test_a_message_about_an_order_of_a_newer_library_waits_for_it"),
    Mutant("storage/sql/store.py", "if is_autocommit(connection):", "if False:", "tests/test_within.py::TestNothingElse"),
    Mutant("catalog/products.py", "if len(sold) > 1:", "if False:", "tests/test_hunted.py::test_two_variants_with_one_sku"),
    Mutant("typed.py", "repr(given) if told else kind_of(given)", "repr(given)", "tests/orders/test_order.py::TestPersonalData"),
    # the storages: versions, rollback, guards, keys, the outbox
    Mutant("storage/memory_writing.py", "self._layer.get(\"stock\", at) or Level()", "Level()", "tests/storage/test_memory.py"),
    Mutant("storage/memory_writing.py", "if move.guard and after.available < 0:", "if move.guard and after.available < -1:", "tests/storage/test_memory.py"),
    Mutant("storage/layers.py", "into = self.base.apart() if self.base.readers else self.base", "into = self.base", "tests/storage/test_memory.py"),
    Mutant("storage/sql/orders.py", "_O.version == _p(\"was\")", "_O.version != 0", "tests/storage/test_sqlite.py::TestSqlite"),
    Mutant("storage/sql/orders.py", "sa.and_(_S.created_at == moment, _S.id < id)", "sa.and_(_S.created_at == moment, _S.id <= id)", "tests/storage/test_sqlite.py::TestSqlite"),
    Mutant("storage/sql/stock.py", "+ _p(\"free\") >= 0", ">= 0", "tests/storage/test_sqlite.py::TestSqlite"),
    Mutant("storage/sql/engines.py", "\"BEGIN IMMEDIATE\" if writes else \"BEGIN\"", "\"BEGIN\"", "tests/storage/test_sqlite.py"),
    Mutant("storage/sql/outbox.py", "destination, *self._free(now), ~_BEHIND)", "destination, *self._free(now))", "tests/storage/test_sqlite.py::TestSqlite"),
    Mutant("storage/sql/outbox.py", "_E.seq <= _C.seq, ", "", "tests/storage/test_sqlite.py::TestSqlite"),
    Mutant("storage/sql/outbox.py", ', _C.lease == (row.lease or ""))', ")", "tests/storage/test_sqlite.py::TestSqlite"),
    Mutant("storage/marks.py", "return ordered[:1]", "pass", "tests/storage/test_memory.py"),
    # a task that is cancelled
    Mutant("storage/sql/pooled.py", "        _whole(engine, taken.invalidate)\n", "", "tests/test_cancelled.py"),
    Mutant("storage/sql/pooled.py", "if engine.dialect.is_async and not expected:", "if False:", "tests/test_cancelled.py"),
    Mutant("storage/sql/pooled.py", "    _whole(engine, work)\n", "    work()\n", "tests/test_cancelled.py"),
    # PostgreSQL: what is locked, and what is left of a transaction after a unique key was in use
    _postgres("shops.py", "stored = context.settings_in(unit, lock=True)", "stored = context.settings_in(unit)", "_races.py::test_two_settings"),
    _postgres("desks/catalog.py", "unit.settings(lock=True)\n        id, place", "id, place", "_races.py::test_two_counts_of_one_shelf"),
    _postgres("desks/catalog.py", "unit.settings(lock=True)\n            known", "known", "_races.py::test_two_new_places"),
    _postgres("desks/views.py", "unit.settings(lock=True)", "pass", "_races.py::test_two_changes_of_one_view"),
    _postgres("importing.py", "unit.settings(lock=True)", "unit.settings()", "_races.py::test_two_imports_of_one_file"),
    _postgres("storage/sql/unit.py", "_LOCKED = _SHOP.with_for_update()", "_LOCKED = _SHOP", ".py::TestPostgres::test_settings_are_locked_by_whoever_changes_them"),
    _postgres("storage/sql/stock.py", "_LEVEL_LOCKED = _LEVEL.order_by(_S.location_id).with_for_update()", "_LEVEL_LOCKED = _LEVEL", ".py::TestPostgres::test_levels_are_locked_by_whoever_decides_by_them"),
    _postgres("storage/sql/stock.py", "and not self._first(move):", "and self._first(move) is None:", ".py::TestPostgres::test_the_first_units_at_a_place"),
    _postgres("storage/sql/session.py", 'if self._dialect.name == "postgresql":', "if False:", ".py::TestPostgres::test_a_source_is_unique"),
    _postgres("storage/sql/session.py", ".execution_options(preserve_rowcount=True)", "", ".py::test_a_source_is_unique_through_core"),
    _postgres("storage/sql/store.py", "SaveUnknown(meaning.detail) if saves else meaning", "meaning", "_trouble.py::TestConnection"),
    _postgres("context.py", "if isinstance(error, SaveUnknown) and not repeatable:", "if False:", "_trouble.py::TestConnection"),
    _postgres("runner.py", "repeatable=print_ is not None,", "", "_trouble.py::TestConnection"),
    _postgres("storage/sql/engines.py", ", pool_pre_ping=True", "", "_trouble.py::TestServer"),
    _postgres("storage/sql/session.py", "cause.args = error.args = (told,)", "pass", "_trouble.py::TestWhatIsTold"),
    _postgres("storage/sql/tables.py", '"postgresql": "C"', '"postgresql": "POSIX"', "_tables.py::test_texts_compare_by_bytes"),
    _postgres("storage/sql/migrations.py", "connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))", "pass", "_tables.py::test_several_who_migrate_at_once"),
    Mutant("storage/memory.py", "row.location_id, row.line_id)", "row.location_id)", "tests/storage/test_memory.py::TestMemory::test_changes_of_one_moment"),
    Mutant("typed.py", 'return "\\0" not in text and (', "return (", "tests/storage/test_texts.py::test_postgresql"),
    Mutant("storage/sql/search.py", "if shape == (True,):", "if False:", "tests/search/test_postgres.py::test_a_list_is_found_by_an_index"),
    _postgres("runner.py", "except (Refused, Conflict, NotFound):", "except ZeroDivisionError:", "_races.py::test_what_can_be_done_once"),
    _postgres("runner.py", "return change if (answered := self._answered(unit, asked)) is None else answered", "return change", "_races.py::test_what_can_be_done_once"),
    _postgres("draftrunner.py", "except (Refused, Conflict, NotFound):", "except ZeroDivisionError:", "_races.py::test_a_draft_that_is_done_with_once"),
    _postgres("due.py", "except UnknownId:", "except ZeroDivisionError:", "_races.py::test_several_who_do_what_time_brings"),
    _postgres("storage/sql/store.py", '"REPEATABLE READ"', '"READ COMMITTED"', ".py::TestPostgres::test_a_view_is_consistent"),
    Mutant("storage/sql/outbox.py", "_C.leased_until <= moment)", "_C.leased_until >= 0)", "tests/storage/test_sqlite.py::TestSqlite"),
    Mutant("orders/announce.py", "one.id in left and one.id not in busy", "one.id in left", "tests/storage/test_memory.py"),
    Mutant("orders/announce.py", "one.warned_at is None and facts.now", "facts.now", "tests/orders/test_announce.py::TestRule1_Warnings"),
    Mutant("orders/announce.py", "None if due == order.reminded_of or", "None if", "tests/orders/test_announce.py::TestRule2_Reminders"),
    Mutant("orders/announce.py", " and facts.now - due <= LATEST", "", "tests/orders/test_announce.py::TestRule3_NotTooLate"),
    Mutant("storage/codec.py", "if form > newest:", "if False:", "tests/storage/test_codec.py::TestForms"),
    Mutant("storage/codec.py", "if kind is None or not set(data)", "if kind is None or not data and set(data)", "tests/storage/test_codec.py::TestEvents"),
    Mutant("notify/truth.py", "if matter.owed.minor <= 0 else None", "if False else None", "tests/notify/test_truth.py::TestSkipped"),
    Mutant("notify/truth.py", '"order_shipped": _standing,', '"order_shipped": _not_cancelled,', "tests/notify/test_truth.py::TestSkipped"),
    Mutant("notify/messages.py", "if kind in settings.notifications:", "if True:", "tests/notify/test_truth.py::TestCalls"),
    Mutant("notify/views.py", "reason if reason in _TOLD_REASONS else None", "reason", "tests/notify/test_letters.py::TestPinned"),
    Mutant("notify/views.py", 'if matter.kind.audience == "staff" else "",\n        "units"', 'if True else "",\n        "units"', "tests/notify/test_letters.py::TestPinned"),
    Mutant("notify/views.py", "+ one.adjustment_minor == one.minor - failed", "== one.minor", "tests/notify/test_letters.py::TestSums"),
    Mutant("notify/letters.py", 'plain=(".txt", ".subject", ".css")', 'plain=(".txt", ".subject", ".css", ".html")', "tests/notify/test_safe.py::TestOddText"),
    Mutant("notify/letters.py", 'subject=one_line(self._made(', 'subject=str(self._made(', "tests/notify/test_templates.py::TestOverriding"),
    Mutant("orders/change.py", "if asked is None else asked", "or bool(asked)", "tests/notify/test_truth.py::TestCalls"),
    Mutant("notify/relay.py", "2 ** (attempts - 1)", "attempts", "tests/test_outbox.py::TestBackoff"),
    Mutant("relay.py", 'getattr(made, "order", None) or self._subject(row.subject)', 'getattr(made, "order", None)', "tests/notify/test_relay.py::TestPersonalData"),
    Mutant("persons.py", "if errand.kind == kind and customer_id in (errand.into, errand.customer_id):", "if errand.customer_id == customer_id:", "tests/people/test_erase.py::test_a_merge_that_was_begun_is_ended_first"),
    Mutant("orders/assess.py", "without_person(command.assessment) if is_erased(order) else command.assessment", "command.assessment", "tests/people/test_erase.py::test_an_assessor_that_was_asked_before"),
    Mutant("persons.py", "unit.forget_errors(id)", "pass", "tests/people/test_erase.py::test_what_a_server_said_of_a_person"),
    Mutant("relay.py", 'text = text.replace(words, "(personal)")', "pass", "tests/notify/test_relay.py::TestPersonalData"),
    Mutant("relay.py", "now >= renew_at and not", "False and not", "tests/notify/test_relay.py::TestReported"),
    Mutant("relay.py", "if row.attempts >= policy.MOST_ATTEMPTS:", "if False:", "tests/notify/test_relay.py::TestReported"),
    Mutant("notify/relay.py", "if failures < FAILURES:", "if True:", "tests/notify/test_relay.py::TestReported"),
    Mutant("relay.py", "except Undeliverable as error:", "except ZeroDivisionError as error:", "tests/notify/test_smtp.py::TestDelivery"),
    Mutant("notify/smtp.py", "server.starttls(context=self.tls)", "pass", "tests/notify/test_smtp.py::TestConnection"),
    Mutant("notify/smtp.py", "min(codes) >= _FOR_GOOD", "True", "tests/notify/test_smtp.py::TestRefusals"),
    Mutant("notify/mail.py", "if _BREAK.search(value):", "if False:", "tests/notify/test_smtp.py::TestMail"),
    Mutant("notify/mail.py", "name.lower() in OURS or ", "", "tests/notify/test_smtp.py::TestMail"),
    Mutant("outlets.py", "row.key.removesuffix(self._mark)", "row.key", "tests/notify/test_fanout.py::TestParts"),
    Mutant("notify/webhook.py", ' if name != "links"', "", "tests/notify/test_fanout.py::TestPayload"),
    Mutant("enqueue.py", "if one.wants(name)", "if True", "tests/notify/test_listeners.py::TestSubscribing"),
    Mutant("runner.py", "record = self.record(evolve(change, order=order), settings, asked)", "record = self.record(change, settings, asked)", "tests/notify/test_listeners.py::TestHearing"),
    Mutant("relay.py", "sorted(queue, key=lambda one: one.destination == row.destination)", "queue", "tests/notify/test_listeners.py::TestTrouble"),
    Mutant("relay.py", "if attempts >= policy.MOST_ATTEMPTS:", "if attempts > policy.MOST_ATTEMPTS:", "tests/test_outbox.py::TestTrouble"),
    # the import of REST JSON
    Mutant("shopify/rest_refunds.py", "book.adjusted(worth - ours - kept, ours)", "book.adjusted(-kept, ours)", "tests/shopify/test_rest_history.py::TestRefunds"),
    Mutant("shopify/rest_refunds.py", "if sent.at > at", "if False", "tests/shopify/test_rest_history.py::TestRefunds"),
    Mutant("shopify/rest_parcels.py", "taken = min(quantity, left[id])", "taken = quantity", "tests/shopify/test_rest_history.py::TestParcels"),
    Mutant("shopify/rest_removals.py", "max(0, left - kept)", "left", "tests/shopify/test_rest_history.py::TestCancelled"),
    Mutant("shopify/rest_money.py", "min(named or same or able,", "min(able,", "tests/shopify/test_rest_money.py::TestParents"),
    Mutant("shopify/rest_goods.py", "elif carried > off:", "elif False:", "tests/shopify/test_rest_goods.py::TestDiscounts"),
    Mutant("shopify/json_text.py", "if end == len(self._text) and self._more(block):", "if False:", "tests/shopify/test_rest_import.py::TestForms"),
    Mutant("shopify/json_lines.py", "sort_keys=True", "sort_keys=False", "tests/shopify/test_rest_import.py::TestForms"),
    Mutant("importer.py", "return days.setdefault(day, _Day(day, one.order))", "return days.setdefault('', _Day(day, one.order))", "tests/shopify/test_rest_import.py::TestWhatIsWritten"),
    Mutant("importing.py", "one.__traceback__ = None", "pass", "tests/shopify/test_rest_import.py::TestWhatIsWritten"),
    Mutant("shopify/json_lines.py", "if others and not wrapped:", "if False:", "tests/shopify/test_rest_import.py::TestOtherContent"),
    # the import of drafts
    Mutant("shopify/rest_draft_goods.py", "percent = one.percent if minor == one.minor else None", "percent = one.percent", "tests/shopify/test_rest_drafts.py::TestMoney"),
    Mutant("shopify/rest_draft_goods.py", "if 0 < on_lines < tax.minor:", "if False:", "tests/shopify/test_rest_drafts.py::TestMoney"),
    Mutant("draftimporter.py", "updated_at=max(draft.updated_at, self.now)", "updated_at=draft.updated_at", "tests/shopify/test_rest_drafts.py::TestWhatIsWritten"),
    Mutant("draftimporter.py", "if order.draft_id is not None:", "if False:", "tests/shopify/test_rest_drafts.py::TestWhatIsWritten"),
    Mutant("orders/drafts.py", "source=draft.source,\n", "\n", "tests/shopify/test_rest_drafts.py::TestAfterwards"),
    # whole histories, memory and SQLite side by side
    _machine("refund", "if minor > refundable:", "if minor > order.sums.received:"),
    _machine("stock", "0 if restock else -units, -units", "0, -units"),
    _orders("fulfill", "if row.fulfilled - units.quantity < row.returned + promised.get(units.line_id, 0):", "if False:", "fulfill.py::TestRule5_Undoing::test_once_units_came_back"),
    _orders("restock", "if quantity > open_units.get(id, 0):", "if False:", "restock.py::TestRule1_OnlyWhatWasRefundedWithout"),
    # exports by mail
    Mutant("desks/exportmaker.py", "if not self._context.write(lambda unit: unit.renew(row, until)):", "if False:", "tests/test_export_mail.py::TestRule2_MadeLater"),
    Mutant("desks/exportmaker.py", "clock=lambda: job.asked_at", "clock=self._context.clock", "tests/test_export_mail.py::TestRule2_MadeLater"),
    Mutant("desks/exportmaker.py", "if unit.mark(row) and job is not None:", "if job is not None:", "tests/test_export_mail.py"),
    Mutant("desks/exportmaker.py", "not isinstance(error, _WRONG) and attempts", "attempts", "tests/test_export_mail.py::TestRule4_Failures"),
    Mutant("desks/exportmail.py", "size * count // max(1, sampled)", "size", "tests/test_export_mail.py::TestRule1_AskedFor"),
    Mutant("notify/compose.py", "for one in (*matter.export.to, settings.owner_email)", "for one in (settings.owner_email,)", "tests/test_export_mail.py::TestRule3_WhereItGoes"),
    # figures
    Mutant("orders/ledger.py", "orders=1 if change.before is None and not result else 0,", "orders=1 if change.before is None else 0,", "tests/figures/test_sales.py"),
    Mutant("orders/ledger.py", "    if gross == paid:\n        return paid - tax\n", "", "tests/orders/test_ledger.py"),
    Mutant("orders/ledger.py", "if not order.taxes_included or not line.taxes:", "if True:", "tests/orders/test_ledger.py"),
    Mutant("reports/measures.py", 'TAKING_BACK: Final = ("refund", "cancel")', 'TAKING_BACK: Final = ("refund",)', "tests/storage/test_memory.py::TestMemory::test_sales_in_all"),
    Mutant("reports/sales.py", "found.weekday()", "found.isoweekday()", "tests/figures/test_sales.py::TestTime"),
    Mutant("reports/sales.py", 'whole = "product" not in by', "whole = True", "tests/figures/test_sales.py::TestParts"),
    _contract("sql/figures", "earlier.c.created_at < _S.created_at", "earlier.c.created_at <= _S.created_at", "sales_by_who_buys"),
    _contract("sql/figures", "_S.shop == of_order.c.shop, _S.id == of_order.c.order_id", "_S.id == of_order.c.order_id", "who_buys_in_another_shop"),
    _contract("memory_figures", "min(first.get(person, one.columns.created_at), one.columns.created_at)", "one.columns.created_at", "sales_by_who_buys"),
    Mutant("reports/conversion.py", "one.at > since if since_order else one.at >= since", "one.at >= since", "tests/figures/test_conversion.py::TestWindow"),
    Mutant("reports/conversion.py", "if not led and _comes_without(order):", "if _comes_without(order):", "tests/figures/test_conversion.py::TestShortForm"),
    Mutant("reports/origin.py", "    except ValueError:\n        return \"\"\n", "    except ZeroDivisionError:\n        return \"\"\n", "tests/figures/test_conversion.py::TestOrigin"),
    Mutant("orders/place.py", 'beside: ClassVar[tuple[str, ...]] = ("visits",)', "beside: ClassVar[tuple[str, ...]] = ()", "tests/figures/test_conversion.py::TestVisit"),
    _contract("sql/figures", "sa.or_(_S.created_at < at, _S.id < id)", "_S.created_at < at", "orders_before_one_of_the_same_person"),
    Mutant("reports/home.py", "return now < by.until if by.until is not None else one.count <= by.count", "return now < by.until if by.until is not None else True", "tests/figures/test_home.py::TestHushing"),
    Mutant("reports/home.py", "if until is None and not one.dismissable:", "if False:", "tests/figures/test_home.py::TestHushing"),
    Mutant("reports/home.py", "key=lambda one: ranks.index(one.severity)", "key=lambda one: 0", "tests/figures/test_home.py::TestOwnAdvice"),
    Mutant("orders/todo.py", "o.closed_at is None and o.to_fulfill > o.held", "o.closed_at is None and o.to_fulfill > 0", "tests/figures/test_home.py::TestToDo"),
    Mutant("reports/lately.py", "_day(today, 2 * days - 1), _day(today, days)", "_day(today, 2 * days), _day(today, days)", "tests/figures/test_home.py::TestFigures"),
    _contract("sql/home", "sa.and_(_V.shop == _S.shop, _V.id == _S.variant_id)", "_V.id == _V.id", "variants_of_which_little_is_left"),
    Mutant("runner.py", "sorted({*sold, *moved})", "sorted(sold)", "tests/figures/test_sales.py::TestParts"),
    # what the contract of storages says of drafts
    _contract("sql/drafts", "_D.id == saved.id, _D.version == was)", "_D.id == saved.id)", "a_stale_draft_is_not_saved"),
    _contract("sql/drafts", "if one.deleted_at is None]", "]", "the_list_of_drafts"),
    _contract("sql/drafts", "end, most = (rows[-1].created_at, rows[-1].id)", "end, most = (rows[-1].created_at, rows[0].id)", "the_list_of_drafts"),
    _contract("sql/drafts", "values(next_draft=SHOPS.c.next_draft + 1)", "values(next_draft=SHOPS.c.next_draft)", "the_number_of_a_draft"),
    _contract("sql/drafts", ".order_by(_D.due_at, _D.id)", ".order_by(_D.id)", "drafts_that_are_due"),
    _contract("sql/drafts", "self._enqueue(message_rows(shop, record.messages))", "pass", "messages_of_a_draft"),
    _contract("memory_writing", "level.reserved + move.reserved", "level.reserved", "movements_of_a_draft"),
    _contract("memory_drafts", "own(row))", "row)", "unknown_events_of_a_draft"),
    _contract("memory_drafts", "else layer.drop(\"drafts_due\", saved.id)", "else None", "a_draft_that_is_due_no_more"),
    # printing
    _printed("figures", "abs(number):,", "number:,", "figures.py::TestRule1_Amounts"),
    _printed("figures", "local = at.in_timezone(self.zone)\n        return self._day", "local = at\n        return self._day", "figures.py::TestRule3_Moments"),
    _printed("addresses", "mark if text else \"\"", "mark", "addresses.py::TestRule1_TheOrderOfTheCountry"),
    _printed("addresses", "country.upper() in _EAST and", "True and", "addresses.py::TestRule4_FromTheLargeToTheSmall"),
    _printed("sums", "money.total - money.current_total - money.adjustments", "money.total - money.current_total", "sums.py::test_after_a_refund_with_a_fee"),
    _printed("sums", "if not order.taxes_included:", "if False:", "sums.py::test_taxes_on_top"),
    _printed("sums", "\"coming\": -money.coming,", "", "sums.py::test_it_sums_after_any_walk"),
    _printed("soldlines", "if one.kind is not LineKind.TIP", "if True", "ordersheet.py::TestRule1_Lines"),
    _printed("soldlines", "and not name.startswith(\"_\")", "", "ordersheet.py::TestRule1_Lines"),
    _printed("ordersheet", "if one.status is not TransactionStatus.FAILURE:", "if True:", "ordersheet.py::TestSections"),
    _printed("ordersheet", "if tags and order.tags:", "if order.tags:", "ordersheet.py::TestRule3_WhatIsForStaff"),
    _printed("ordersheet", "money=reader.figures.money", "money=None", "ordersheet.py::TestRule3_WhatIsForStaff"),
    _printed("sheet", "url.lower().startswith((\"https://\", \"http://\"))", "url.startswith((\"http\", \"java\"))", "ordersheet.py::TestSections"),
    _printed("slipsheet", "order.counters[line.id].ready", "order.counters[line.id].to_fulfill", "slipsheet.py::TestRule2_WhatGoesInto"),
    _printed("slipsheet", "return row.ordered - row.removed - row.released - row.waiting", "return row.ordered - row.removed - row.released", "slipsheet.py::TestRule2_WhatGoesInto"),
    _printed("slipsheet", "if found.status is not FulfillmentStatus.SUCCESS:", "if False:", "slipsheet.py::TestRule4_Nothing"),
    _printed("slipsheet", "if line.requires_shipping else 0", "", "slipsheet.py::TestRule3_WhatNeedsNoShipping"),
    _printed("slipsheet", "row.fulfilled if now else row.fulfilled - inside", "row.fulfilled", "slipsheet.py::TestRule2_WhatGoesInto"),
    _printed("templates", "autoescape=lambda name: name is None or not name.endswith(plain)", "autoescape=False", "safe.py::TestSafe"),
    _printed("templates", "undefined=jinja2.StrictUndefined", "undefined=jinja2.Undefined", "templates.py::TestRule2_Safe"),
    _printed("templates", "ImmutableSandboxedEnvironment(\n", "jinja2.Environment(\n", "templates.py::TestRule2_Safe"),
    _printed("press", "f\"\\\\{ord(one):x} \" for one in text", "one for one in text", "safe.py::TestSafe"),
    _printed("press", "spoken = theirs if theirs and is_written(theirs) else None", "spoken = theirs", "print.py::TestLanguage"),
    Mutant("desks/printing.py", '    check_switch("comments", comments)\n', "", "tests/printing/test_print.py::TestRefusals"),
    Mutant("desks/printing.py", "if empty:", "if False:", "tests/printing/test_print.py::TestPrintTo"),
    Mutant("desks/writing.py", "        aside.replace(place)\n", "        place.write_text(aside.read_text(encoding=encoding) + \" \", encoding=encoding)\n", "tests/printing/test_print.py"),
    Mutant("desks/printing.py", "raise UnknownOrders(\"order\", missing[0], missing) if several", "raise UnknownId(\"order\", missing[0]) if several", "tests/printing/test_print.py::TestRefusals"),
    _printed("addresses", "\"province\": province or named", "\"province\": province", "addresses.py::TestRule1_TheOrderOfTheCountry"),
    # what the contract of storages says of checkouts
    _contract("sql/checkouts", "*self._of(id), _C.version == version)", "*self._of(id))", "a_stale_checkout_is_not_saved"),
    _contract("sql/checkouts", "if record.request_print is not None:", "if True:", "a_checkout_is_found_by_its_source"),
    _contract("sql/checkouts", "sa.tuple_(_C.created_at, _C.id) < read_cursor(after)", "_C.created_at < read_cursor(after)[0]", "the_list_of_checkouts"),
    _contract("sql/checkouts", "if saved.source is not None and self.checkout_imported_from(saved.source) is not None:", "if False:", "a_source_of_checkouts_is_used_once"),
    _contract("memory_checkouts", "if stored is None and was is not None:", "if False:", "a_source_of_checkouts_is_used_once"),
    _contract("memory_checkouts", "if was is not None and record.request_print is None else", "if False else", "a_checkout_is_found_by_its_source"),
    Mutant("orders/checkout.py", "self.completed_at is not None or self.closed_at is not None", "self.completed_at is not None", "tests/orders/test_checkout.py"),
    Mutant("orders/checkout.py", "token: str | None = attrs.field(default=None, repr=False)\n    cart_token", "token: str | None = None\n    cart_token", "tests/orders/test_checkout.py"),
    # search
    _search("values", 'if value.prefix and prepare(value.text) == "":', "if False:", "fields.py::TestValues::test_none_at_all"),
    _search("values", "return None, low - 1", "return None, low", "fields.py::TestNumbers::test_amounts"),
    _search("values", "return high + 1, None", "return high, None", "fields.py::TestNumbers::test_amounts"),
    _search("values", "in (ROUND_CEILING, ROUND_FLOOR)", "in (ROUND_FLOOR, ROUND_FLOOR)", "fields.py::TestNumbers::test_amounts"),
    _search("values", "max(-_GREATEST, min(_GREATEST, bound))", "bound", "limits.py::test_numbers_that_no_column_holds"),
    _search("values", "prec=100", "prec=6", "fields.py::TestNumbers::test_amounts"),
    _search("values", "if first and last and min(first) > max(last):", "if False:", "fields.py::TestNumbers::test_odd_ranges"),
    _search("dates", "_midnight(first + count * _DAY, scope) - 1", "_midnight(first, scope) + count * 86_400_000_000 - 1", "dates.py::TestRule2_TheShopsTime"),
    _search("dates", "except (ValueError, OverflowError):", "except OverflowError:", "dates.py::test_what_is_no_moment"),
    _search("dates", 'if unit not in ("m", "y"):', "if True:", "dates.py::TestRule3_FromNowOn"),
    _search("dates", '"m": "months"', '"m": "minutes"', "dates.py::TestRule3_FromNowOn"),
    _search("dates", "else 60_000_000", "else 1_000_000", "dates.py::TestRule1_ASpan"),
    _search("fields", "    FinancialStatus.EXPIRED,\n", "", "fields.py::TestStatuses::test_unpaid"),
    _search("fields", ', Has(f"ful:{FulfillmentState.ON_HOLD}")', "", "fields.py::TestStatuses::test_shopifys_words_for_goods"),
    _search("meaning", "return unless(found) if field.without else found", "return found", "fields.py::TestValues::test_tag_not"),
    _search("meaning", "(value.quoted and not value.prefix)", "value.quoted", "freetext.py::TestPhrases"),
    _search("meaning", "(whole := address(value.text))", '(whole := "")', "freetext.py::TestAddresses"),
    _search("text", "text.casefold().translate(_LETTERS)", "text.casefold()", "freetext.py::test_case_and_accents"),
    _search("text", 'for word in found if word[0] == "#"', "for word in found if False", "freetext.py::test_every_place"),
    _search("text", r"\ud800-\udfff\U0010ffff]", "]", "unclear.py::TestWhatIsUnclear::test_without_a_character"),
    _search("findable", 'while " " in text:', "while False:", "fields.py::TestValues::test_whole_values_and_beginnings"),
    _search("findable", '"".join(filter(str.isdecimal, phone))', "phone", "freetext.py::test_every_place"),
    _search("findable", "int(10 ** (AMOUNT_DIGITS - digits(currency)))", "100", "fields.py::TestNumbers::test_an_amount_means_the_same_in_every_currency"),
    _search("findable", "{hashlib.sha256(whole.encode()).hexdigest()[:16]}", "", "fields.py::TestValues::test_long_values"),
    _search("parse", "negated = not negated", "negated = True", "parse.py::test_grammar"),
    _search("parse", "prefix=stars is not None", "prefix=False", "parse.py::test_grammar"),
    _search("parse", "if len(self.warnings) < MOST_WARNINGS:", "if True:", "parse.py::test_the_longest_texts_of_one_piece"),
    _search("parse", "if stars and escapes % 2:", "if False:", "parse.py::test_grammar"),
    _search("tree", "_grouped(part) if isinstance(part, Or) else str(part)", "str(part)", "parse.py::test_a_trees_text_reads_as_the_tree"),
    _search("query", '"min" if term.comparator[0] == ">" else "max"', '"max" if term.comparator[0] == ">" else "min"', "views.py::TestChips"),
    _search("sorting", ' or name == "relevance"', "", "list.py::TestSorts::test_relevance"),
    _search("sorting", "spec != str(sort) or ", "", "list.py::TestPages::test_a_cursor_is_one_of_its_sort"),
    _search("views", "elif name.casefold() in RESERVED:", "elif name in RESERVED:", "views.py::TestRule1_Names"),
    _search("views", "name in (other.name, other.id)", "name == other.name", "views.py::TestRule1_Names"),
    _search("views", "if other.id != view.id", "if True", "views.py::TestChanging"),
    _search("views", "*unread, ", "", "views.py::TestRule2_Queries"),
    _search("parse", '{first.text}..{last.text}', '{last.text}', "dates.py::TestRule1_ASpan"),
    _search("values", "if not first and not last:", "if False:", "fields.py::TestNumbers::test_odd_ranges"),
    _search("values", "if value.prefix and asked.comparator:", "if False:", "unclear.py::TestWhatIsUnclear"),
    Mutant("desks/found.py", "    while page.next is not None:", "    if page.next is not None:", "tests/search/test_list.py"),
    Mutant("desks/found.py", "listed.limit + 1, listed.start", "listed.limit, listed.start", "tests/search/test_list.py::TestPages"),
    Mutant("desks/found.py", "found.reverse()", "pass", "tests/search/test_list.py::TestPages"),
    Mutant("desks/found.py", "cls(limit, exact=False)", "cls(limit)", "tests/search/test_list.py::TestCounts"),
    Mutant("storage/sql/where.py", "held if column == led_by else without_index(held)", "held", "tests/storage/test_plans.py::test_a_common_value_of_each_field"),
    Mutant("storage/sql/search.py", "else sa.union_all(*each)", "else sa.select(column).where(sa.or_(*[_in_span(at, whole, low, high) for at, whole in enumerate(shape)]))", "tests/storage/test_plans.py::test_a_rare_value"),
    Mutant("storage/sql/search.py", "if one.column in of.indexed and one.column != column", "if False", "tests/storage/test_plans.py::test_a_rare_value"),
    _contract("memory_search", "row < place if wanted.descending", "row <= place if wanted.descending", "every_order_of_the_list"),
    _contract("sql/search", "sa.and_(key == value, id < last)", "sa.and_(key == value, id <= last)", "every_order_of_the_list"),
    _contract("sql/search", "if len(terms) != 1 or", "if not terms or", "every_kind_of_condition"),
    _contract("sql/search", 'any(one.column != "created_at" for one in ranges)', "False", "every_kind_of_condition"),
    _contract("sql/search", "Plan((Span(terms[0], True),), False, *_moments(ranges))", "Plan((Span(terms[0], True),))", "every_kind_of_condition"),
    _contract("sql/search", "sa.union_all(*each)", "each[0]", "every_kind_of_condition"),
    _contract("sql/search", 'Span(f"w:{word}", at != last)', 'Span(f"w:{word}", True)', "every_kind_of_condition"),
    _contract("sql/orders", 'tuple(stored) != (row["now"], row["text"])', 'stored[0] != row["now"]', "one_that_is_stale"),
    _contract("sql/index", "self._held.pop(order.id, None)", "self._held.get(order.id)", "saving_one_after_another"),
    Mutant("storage/sql/index.py", "for term in before - now]", "for term in ()]", "tests/search/test_rows.py"),
    # orders as Shopify's CSV
    _csv("guard", "or first.isspace()) and", ") and", "test_export.py::test_text_that_begins_like_a_formula_is_guarded"),
    _csv("guard", "cell[1:] if cell[:1] == \"'\" and _GUARDED.match(cell) else cell", "cell", "test_export.py::test_text_that_begins_like_a_formula_is_guarded"),
    _csv("guard", "number[0] == \"+\" and rest.isascii() and rest.isdigit()", "number[0] == \"+\"", "test_export.py::test_phone_numbers_are_left_bare"),
    _csv("guard", "if code.isascii() and code.isdigit() else", "if False else", "test_export.py::test_zip_codes_of_digits_keep_their_zeros"),
    _csv("written", "// 1_000_000, zone)", "// 1_000_000, dt.UTC)", "test_export.py::TestRule3Moments"),
    _csv("written", "line.count(\",\") >= len(row) or ", "", "test_export.py::test_a_cell_with_a_comma_is_quoted"),
    _csv("orders_out", "return max(0, owed)", "return owed", "test_export.py::TestRule5WhatIsOwed"),
    _csv("orders_out", "if order.removals and order.financial_status is FinancialStatus.PAID:", "if False:", "test_export.py::TestRule5WhatIsOwed"),
    Mutant("shopify/orders_out.py", "return order.source[1] if order.source[1] != order.name else \"\"", "return order.source[1]", "tests/test_export.py::test_an_order_that_came_without_an_id_has_none"),
    _csv("orders_out", "if one.status in _NEVER:", "if False:", "test_export.py::TestRule7References"),
    _csv("goods_out", "return \"partial\" if row.to_fulfill else \"fulfilled\"", "return \"fulfilled\"", "test_export.py::TestRule4WhatWasShipped"),
    _csv("goods_out", "        if of in discounts", "        if of", "test_export.py::TestRule6Discounts"),
    _csv("transactions_csv", "written(one.in_force)", "written(one.minor)", "test_transactions_csv.py::test_money_that_moved_and_nothing_else"),
    _csv("transactions_csv", "if not row.successful or row.kind not in _MOVES:", "if row.kind not in _MOVES:", "test_transactions_csv.py::test_only_what_happened_and_moved_money_counts_and_currencies_stay_apart"),
    Mutant("reports/sales.py", "spelled = {folded(handle): handle for handle in channels}", "spelled: dict[str, str] = {}", "tests/figures/test_sales.py"),
    Mutant("reports/sales.py", "spelled.setdefault(folded(one.key[at]), one.key[at])", "one.key[at]", "tests/figures/test_sales.py"),
    Mutant("desks/channels.py", "(Value(self.carried, quoted=True),)", "(Value(self.channel.handle, quoted=True),)", "tests/test_channels.py::TestList"),
    Mutant("printing/ordersheet.py", "if folded(one.handle) == folded(handle)", "if one.handle == handle", "tests/printing/test_ordersheet.py"),
    _csv("payments", "else max(back, sheet.total - max(0, owed - back))", "else sheet.total - max(0, owed - back)", "test_history.py::TestPayments"),
    _csv("check", "if back > sheet.total:", "if False:", "test_history.py::TestPayments"),
    _csv("history", "new_id, reference=sheet.other_reference)", "new_id, reference=None)", "test_export_round_trip.py"),
    _csv("fate", "return sheet.outstanding is not None and sheet.outstanding < sheet.total", "return False", "test_export_round_trip.py"),
    _csv("fate", "(_free(sheet, left) or _explained(sheet))", "_explained(sheet)", "test_export_round_trip.py"),
    _csv("payments", "return minor - gone if minor > gone else minor", "return minor", "test_export_round_trip.py"),
    _csv("payments", "max(0, sheet.total - owed - gone)", "sheet.total - owed", "test_export_round_trip.py"),
    _csv("payments", "attrs.evolve(void, reference=void_reference)", "void", "test_export_round_trip.py"),
    _csv("taxes", "sum(wide) >= (sheet.taxes if included else 1)", "sum(wide)", "test_goods.py::TestRule4Duties"),
    _csv("goods", "(discounts.shipping and sheet.duties is None)", "discounts.shipping", "test_goods.py::TestRule4Duties"),
    _orders("steps", "if any(line.is_tip for line in lines):", "if False:", "steps.py"),
    _csv("checkouts_csv", "written(order.sums.shipping)", "first[_AT[\"Shipping\"]]", "test_checkouts_csv.py"),
    _csv("payments", "if owed > sheet.total + back:", "if owed > sheet.total:", "test_export_round_trip.py"),
    Mutant("importer.py", "return there if there is not None else made_here(unit, piece.source_id, self._print_in)", "return there", "tests/shopify/test_own_files.py"),
    Mutant("checkoutimporter.py", "        if id == piece.source_id:\n", "        if False:\n", "tests/shopify/test_own_files.py"),
    _csv("sheet", "if _ROUNDED.fullmatch(row[\"Id\"]):", "if False:", "test_cells.py"),
    Mutant("desks/writing.py", "            if place.exists():\n", "            if False:\n", "tests/test_writing.py"),
    Mutant("desks/writing.py", "and taken != len(left)", "and False", "tests/test_writing.py"),
    _csv("history", "return _left(order, gone, left, at, new_id) if gone or left > 0 else order", "return _left(order, gone, 0, at, new_id) if gone else order", "test_export_round_trip.py"),
    Mutant("desks/export.py", "every([condition, Between(\"id\", None, last)])", "condition", "tests/test_export.py::test_orders_that_come_meanwhile_do_not_come_in"),
    Mutant("desks/portions.py", "key=lambda order: number_of(order.name), reverse=True)", "key=lambda order: number_of(order.name))", "tests/test_export.py::test_orders_of_one_second_go_by_number"),
    Mutant("desks/export.py", "                if self._selection.query is None:", "                if False:", "tests/test_export.py::test_an_id_that_is_none_is_told"),
    Mutant("desks/portions.py", " or units + order.items > MOST_UNITS)", ")", "tests/test_export.py::test_documents_of_many_units_are_read_one_at_a_time"),
    Mutant("desks/writing.py", "aside.unlink(missing_ok=True)", "pass", "tests/shopify/test_export.py::TestWhere::test_a_failure_leaves_what_was_there"),
    Mutant("desks/chosen.py", "return self.low <= to_micros(moment) <= self.high", "return True", "tests/shopify/test_export.py::TestWhich::test_a_period_in_days_of_the_shop"),
]  # fmt: skip


def _copy(to: Path) -> Path:
    """Return the folder of a copy of the package."""
    shutil.copytree(PACKAGE, to / "backoffice_core", ignore=shutil.ignore_patterns("__pycache__"))
    return to


def _run(copy: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests against a copy of the package, in a process of their own."""
    return subprocess.run(
        [sys.executable, "-c", _RUN, str(copy), *tests],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_is_killed(mutant: Mutant, tmp_path: Path) -> None:
    """With the line broken its test fails."""
    if "postgres" in mutant.test and (reason := missing()) is not None:
        (pytest.fail if required() else pytest.skip)(f"PostgreSQL: {reason}")
    copy = _copy(tmp_path)
    file = copy / "backoffice_core" / mutant.file
    text = file.read_text(encoding="utf-8")
    assert 1 == text.count(mutant.old), "the text must stand in the file once"
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    ran = _run(copy, mutant.test)
    assert FAILED == ran.returncode, ran.stdout + ran.stderr


@pytest.mark.mutants
def test_unbroken_passes(tmp_path: Path) -> None:
    """With no line broken all of these tests pass, so it is the broken line that they notice."""
    ran = _run(_copy(tmp_path), *dict.fromkeys(mutant.test for mutant in MUTANTS))
    assert 0 == ran.returncode, ran.stdout + ran.stderr


@pytest.mark.mutants
def test_another_package_is_noticed(tmp_path: Path) -> None:
    """The process says so when it imports something else than the copy."""
    ran = subprocess.run([sys.executable, "-c", _RUN, str(tmp_path)], cwd=ROOT, capture_output=True, check=False)
    assert ELSEWHERE == ran.returncode
