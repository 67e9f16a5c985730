"""What the package shows to its users, and what importing it costs."""

import ast
import importlib.util
import inspect
import pickle
import pkgutil
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from textwrap import dedent

import attrs
import pytest

import backoffice_core
from backoffice_core import errors
from backoffice_core.failures import BackOfficeError

ROOT = Path(backoffice_core.__file__).parent
#: Parts that need what may not be installed, or that run a program when they are imported.
NOT_IMPORTED = ("backoffice_core.__main__", "backoffice_core.contrib")

#: What `backoffice_core.orders` may load beside the standard library: attrs, pendulum, and what those load.
DOMAIN_MAY_LOAD = {"attr", "attrs", "backoffice_core", "dateutil", "pendulum", "six", "tzdata"}


def modules():
    names = [one.name for one in pkgutil.walk_packages([str(ROOT)], "backoffice_core.")]
    return [name for name in names if not name.startswith(NOT_IMPORTED)]


def reasons():
    """Return every class of error that stands in the package."""
    found = {}
    for name in modules():
        for kind in vars(importlib.import_module(name)).values():
            if (
                inspect.isclass(kind)
                and issubclass(kind, BackOfficeError)
                and kind.__module__.startswith("backoffice_")
            ):
                found[kind.__name__] = kind
    return found


REASONS = reasons()


def loaded_by(statement):
    """Return the top-level names that a statement loads in a fresh Python, but for the standard library's."""
    script = f"import sys; before = set(sys.modules)\n{dedent(statement)}\nprint(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    names = {name.split(".")[0] for name in done.stdout.split()}
    return {name for name in names if name not in sys.stdlib_module_names and not name.startswith(("__", "_sysconfig"))}


class TestNames:
    def test_at_most_forty(self):
        """A package that shows everything shows nothing."""
        assert len(backoffice_core.__all__) <= 40

    def test_sorted_and_each_can_be_loaded(self):
        """`__all__`, the lazy table and what type checkers read are the same names."""
        assert sorted(backoffice_core.__all__) == backoffice_core.__all__
        assert set(backoffice_core.__all__) == set(backoffice_core._WHERE)
        for name in backoffice_core.__all__:
            assert getattr(backoffice_core, name) is not None
            assert name in dir(backoffice_core)
        tree = ast.parse((ROOT / "__init__.py").read_text())
        typed = {
            alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
        } - {None}
        assert set(backoffice_core.__all__) == typed

    def test_a_name_that_is_not_there(self):
        """It is an AttributeError that names package and name."""
        with pytest.raises(AttributeError, match=r"backoffice_core.*teapot"):
            _ = backoffice_core.teapot

    def test_every_public_class_has_a_docstring(self):
        """So has the package, with its map."""
        for name in backoffice_core.__all__:
            assert inspect.getdoc(getattr(backoffice_core, name)), name
        assert "runner" in backoffice_core.__doc__


class TestErrors:
    def test_every_reason_is_exported(self):
        """`errors.__all__` is sorted and holds each class of the package, once."""
        assert sorted(errors.__all__) == errors.__all__
        assert set(REASONS) == set(errors.__all__)
        for name, kind in REASONS.items():
            assert kind is getattr(errors, name)

    def test_codes_are_unique_and_named_like_their_class(self):
        """A code is stable: it is the anchor in the docs, and it is not shared."""
        codes = [kind.code for kind in REASONS.values()]
        assert len(codes) == len(set(codes))
        for name, kind in REASONS.items():
            snake = "".join(f"_{c.lower()}" if c.isupper() and at else c.lower() for at, c in enumerate(name))
            assert snake == kind.code
            assert "code" in vars(kind)

    @pytest.mark.parametrize("name", sorted(REASONS))
    def test_it_pickles_with_its_facts(self, name):
        """A task queue may carry it: positional fields, class and text survive."""
        kind = REASONS[name]
        if not attrs.has(kind):
            pytest.skip("a kind, not a reason")
        values = [example(field) for field in attrs.fields(kind)]
        error = kind(*values)
        again = pickle.loads(pickle.dumps(error))
        assert (type(error), error.facts, str(error)) == (type(again), again.facts, str(again))
        assert str(error)
        assert list(error.facts.values()) == values

    def test_each_has_a_kind_that_a_caller_can_treat(self):
        """It is of exactly one of the seven."""
        kinds = (
            errors.Refused,
            errors.NotFound,
            errors.Conflict,
            errors.InvalidInput,
            errors.InvalidQuery,
            errors.GatewayFailed,
            errors.StorageFailed,
        )
        for kind in REASONS.values():
            if attrs.has(kind):
                assert 1 == sum(issubclass(kind, one) for one in kinds), kind


def example(field):
    """Return a value for a field of a reason, by what its annotation says."""
    from backoffice_core import Money

    kind = str(field.type)
    if "Money" in kind:
        return Money(1, "EUR")
    if "tuple" in kind:
        return ("a", "b")
    if "int" in kind:
        return 7
    return "words"


def imported_at_once(name, names):
    """Return the modules of the library that one imports when it is loaded: not for types, nor when called."""
    spec = importlib.util.find_spec(name)
    found, left = set(), list(ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body)
    while left:
        node = left.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            left += node.orelse
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            parts = {f"{node.module}.{one.name}" for one in node.names}
            found |= parts & names or {node.module}
        else:
            left += ast.iter_child_nodes(node)
    return found & names


class TestImports:
    def test_importing_the_package_imports_no_driver(self):
        """Nor templates, nor converters: nothing at all but the standard library."""
        assert {"backoffice_core"} == loaded_by("import backoffice_core")

    def test_the_domain_stands_on_two_libraries(self):
        """`backoffice_core.orders` loads attrs and pendulum, and what those load."""
        loaded = loaded_by("import backoffice_core.orders.rules, backoffice_core.orders.allowed")
        assert loaded <= DOMAIN_MAY_LOAD, loaded - DOMAIN_MAY_LOAD
        assert {"attr", "pendulum"} <= loaded

    def test_the_plain_door_loads_no_event_loop_and_no_extra(self):
        """Neither aiosqlite nor greenlet, babel or pandas; templates come when a message is written."""
        loaded = loaded_by("from backoffice_core import BackOffice")
        assert not {"aiosqlite", "babel", "pandas", "polars", "jinja2", "hypothesis", "pytest"} & loaded

    def test_all_of_it_can_be_imported_without_an_extra(self):
        """As a notebook does; a shop in memory can be awaited, and one in a database says what it needs."""
        loaded_by(
            """
            sys.modules |= dict.fromkeys(("greenlet", "aiosqlite", "orjson", "babel", "psycopg"))
            from backoffice_core import *
            import asyncio
            new = {"currency": "EUR", "taxes_included": True}

            async def run():
                async with await AsyncBackOffice.open("memory:", **new) as office:
                    assert "#1001" == (await office.orders.place(lines=[Line("Tea", price="5.00")])).order.name
                try:
                    await AsyncBackOffice.open("sqlite:///never-made.db", **new)
                except ImportError as error:
                    assert "pip install 'backoffice-core[async]'" in str(error)
                else:
                    raise AssertionError("it opened")

            asyncio.run(run())
            """
        )

    def test_testing_without_pytest(self):
        """Clock, ids and builders load neither pytest nor hypothesis."""
        loaded = loaded_by("from backoffice_core.testing import FrozenClock, CountingIds, an_order, a_record")
        assert not {"pytest", "_pytest", "hypothesis"} & loaded
        assert {"pytest"} <= loaded_by("from backoffice_core.testing import StorageContract")

    def test_every_module_can_be_imported_first(self):
        """No module needs another one to have been imported before it: what they import at once has no cycle."""
        names = set(modules())
        assert len(names) > 200
        graph = {name: imported_at_once(name, names) - {name} for name in names}
        assert graph["backoffice_core.orders.refund"] > {"backoffice_core.orders.parts", "backoffice_core.failures"}
        TopologicalSorter(graph).prepare()
