"""Every reason: it pickles, its code is its own, its text says the figures, its docstring explains every fact."""

import importlib
import pickle
import pkgutil
import re
import types
import typing
from typing import Any

import attrs
import pytest

import backoffice_core
from backoffice_core import errors
from backoffice_core.failures import BackOfficeError, InvalidValue, UnknownId
from backoffice_core.money import Money

KINDS = {"Refused", "NotFound", "Conflict", "InvalidInput", "InvalidQuery", "GatewayFailed", "StorageFailed"}


def _every_module() -> None:
    """
    Import every module of the package.

    Left out are those that may need an extra, and `testing`, whose assertions pytest has to rewrite
    before they are loaded.
    """
    for module in pkgutil.walk_packages(backoffice_core.__path__, "backoffice_core."):
        if not module.name.startswith(
            ("backoffice_core.contrib", "backoffice_core.__main__", "backoffice_core.testing")
        ):
            importlib.import_module(module.name)


def _below(kind: type[BackOfficeError]) -> list[type[BackOfficeError]]:
    """Return all classes below one, each once."""
    found = dict.fromkeys(kind.__subclasses__())
    for child in kind.__subclasses__():
        found.update(dict.fromkeys(_below(child)))
    return list(found)


_every_module()
ALL = [kind for kind in _below(BackOfficeError) if kind.__module__.startswith("backoffice_core.")]
#: A class without facts between a kind and its reasons is a family: it is caught, never raised.
REASONS = [kind for kind in ALL if attrs.has(kind)]


def _sample(kind: Any, at: int) -> Any:
    """Return a value of an annotated type, different at each place."""
    origin, of = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _sample(next(one for one in of if one is not type(None)), at)
    if origin is tuple:
        return (_sample(of[0], at), _sample(of[0], at + 50))
    if kind is int:
        return 4711 + at
    if kind is bool:
        return True
    if kind is Money:
        return Money(471_100 + at, "EUR")
    assert kind is str, f"no sample of {kind}"
    return f"text-{at}"


def made(kind: type[BackOfficeError]) -> BackOfficeError:
    """Return a reason with a sample of each fact, given by position."""
    hints = typing.get_type_hints(kind)
    return kind(*[_sample(hints[field.name], at) for at, field in enumerate(attrs.fields(kind))])


def test_there_are_some() -> None:
    """The walk over the package finds what it should."""
    assert len(REASONS) > 40
    assert {InvalidValue, UnknownId} < set(REASONS)


@pytest.mark.parametrize("kind", REASONS, ids=lambda kind: kind.__name__)
class TestEachReason:
    def test_pickles(self, kind: type[BackOfficeError]) -> None:
        """A worker process can send it back with all its facts."""
        error = made(kind)
        again = pickle.loads(pickle.dumps(error))
        assert (kind, error.facts, str(error)) == (type(again), again.facts, str(again))

    def test_text_has_the_figures(self, kind: type[BackOfficeError]) -> None:
        """The text says every number and amount that the reason carries."""
        error = made(kind)
        text = str(error)
        missing = [name for name, fact in error.facts.items() if type(fact) in (int, Money) and str(fact) not in text]
        assert [] == missing
        assert "text-" in text or not any(isinstance(fact, str) for fact in error.facts.values())

    def test_repr_has_the_text(self, kind: type[BackOfficeError]) -> None:
        """What a log shows is the class and the text."""
        error = made(kind)
        assert f"{kind.__name__}({error})" == repr(error)

    def test_is_of_a_kind(self, kind: type[BackOfficeError]) -> None:
        """A caller who knows the seven kinds can catch it."""
        assert KINDS & {parent.__name__ for parent in kind.__mro__[1:]}

    def test_code_is_in_style(self, kind: type[BackOfficeError]) -> None:
        """A code is its own, in lower case."""
        assert "code" in vars(kind)
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)

    def test_is_explained(self, kind: type[BackOfficeError]) -> None:
        """The docstring has a sentence and names every fact."""
        text = "".join(parent.__doc__ or "" for parent in kind.__mro__ if issubclass(parent, BackOfficeError))
        assert [] == [field.name for field in attrs.fields(kind) if f"{field.name}:" not in text]

    def test_is_public(self, kind: type[BackOfficeError]) -> None:
        """Users find it in `errors`."""
        assert kind is getattr(errors, kind.__name__)


def test_codes_are_unique() -> None:
    """No two reasons share a code, and none has the code of a kind."""
    codes = [kind.code for kind in ALL]
    assert sorted(set(codes)) == sorted(codes)


def test_kinds_are_the_seven() -> None:
    """Directly below the root there are the kinds, and nothing else; all of them and the families are public."""
    assert KINDS == {kind.__name__ for kind in BackOfficeError.__subclasses__()}
    assert all(kind is getattr(errors, kind.__name__) for kind in (BackOfficeError, *ALL))


def test_a_kind_carries_no_facts() -> None:
    """The root and the kinds can be raised too, and then have none."""
    assert {} == BackOfficeError("x").facts
