"""
A shop: made when it is opened for the first time, held against what it is opened with, and changed.

What its settings may be stands in ``settings.py``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import attrs

from backoffice_core.context import Context
from backoffice_core.failures import InvalidInput, InvalidValue, reason
from backoffice_core.notify.kinds import KINDS
from backoffice_core.search.views import BUILT_IN
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Unit
from backoffice_core.typed import kind_of


@reason
class ShopDiffers(InvalidInput):
    """
    A shop exists with another setting than the one that was given on opening it.

    Attributes:
        shop: The shop.

        setting: The setting.

        stored: What the shop has.

        given: What was given.
    """

    code: ClassVar[str] = "shop_differs"
    shop: str
    setting: str
    stored: str
    given: str

    def __str__(self) -> str:
        return (
            f"shop {self.shop!r} has {self.setting}={self.stored}, {self.given} was given; leave it out to open the"
            f" shop as it is, or change it by change_settings"
        )


def create_or_check(context: Context, asked: Mapping[str, Any], heard_by: Callable[[Settings], Settings]) -> None:
    """
    Create a shop, or see that it is as it is asked for.

    Args:
        context: Where it is kept.

        asked: Its settings by name; None for what the shop is to say.

        heard_by: Gives settings with those who listen now written in.

    Raises:
        InvalidValue: A new shop without currency or taxes_included, or a setting that cannot be meant.
        ShopDiffers: The shop exists with another setting.
    """
    given = {name: value for name, value in asked.items() if value is not None}
    _check_settings(given)
    stored = context.read(lambda unit: unit.settings())
    if stored is None:
        for name in ("currency", "taxes_included"):
            if name not in given:
                raise InvalidValue(name, "nothing", "a value, to create the shop with")
        settings = Settings(**given)
        context.write(lambda unit: _create(unit, settings))
        stored = context.read(context.settings_in)
    for name, value in given.items():
        have = getattr(stored, name)
        if isinstance(have, tuple) and not isinstance(value, Iterable):
            raise InvalidValue(name, kind_of(value), "several")
        if have != (tuple(value) if isinstance(have, tuple) else value):
            raise ShopDiffers(context.shop, name, repr(have), repr(value))
    if heard_by(stored) != stored:
        context.write(lambda unit: _write_in(unit, heard_by))


def _write_in(unit: Unit, heard_by: Callable[[Settings], Settings]) -> None:
    stored = unit.settings(lock=True)
    if stored is not None:
        unit.save_settings(heard_by(stored))


def change(context: Context, changes: Mapping[str, Any]) -> Settings:
    """
    Change settings of a shop, with a trace of who did; return all of them.

    Raises:
        InvalidValue: A setting that does not exist, or a value that cannot be meant.
    """
    _check_settings(changes)
    if "channels" in changes:
        raise InvalidValue("channels", "a change of them all", "channels.add, rename, enable, disable or remove")

    def work(unit: Unit) -> Settings:
        stored = context.settings_in(unit, lock=True)
        changed = attrs.evolve(stored, **changes)
        if changed != stored:
            unit.save_settings(changed)
            unit.put_setting_changes(context.scribe().settings(stored, changed))
        return changed

    return context.write(work)


def _create(unit: Unit, settings: Settings) -> None:
    """Create a shop, with the views that every shop begins with; one that exists stays as it is."""
    if unit.create_shop(settings):
        for view in BUILT_IN:
            unit.put_view(view)


def _check_settings(given: Mapping[str, Any]) -> None:
    known = {field.name for field in attrs.fields(Settings)}
    for name in given:
        if name not in known:
            raise InvalidValue(name, "a setting that does not exist", ", ".join(sorted(known)))
    kinds = given.get("notifications", ())
    if not isinstance(kinds, tuple | list):
        raise InvalidValue("notifications", kind_of(kinds), "a list of kinds of messages")
    for kind in kinds:
        if kind not in KINDS:
            raise InvalidValue("notifications", repr(kind), " or ".join(KINDS))
