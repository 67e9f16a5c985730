"""
The templates of printed pages: ours in ``pages/``, and a host's in place of them.

1. A host's template takes the place of ours of the same name; ``ours/order.html`` is ours in any case, so that one
   may extend it.
2. They run in Jinja's immutable sandbox, escape whatever they print, and a name that is not there is an error.
3. What goes wrong in one is told as `BrokenTemplate`, with the template and the line.

``document.html`` is the frame of a job and has the styles; ``order.html`` is an order page, ``packing_slip.html`` a
packing slip, and ``parts.html`` has the macros of both.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from backoffice_core.failures import InvalidValue
from backoffice_core.printing.asked import BrokenTemplate, Templates

_OURS: Final = "backoffice_core.printing"


class Pages:
    """
    Runs the templates of printed pages, or of whatever else has templates in a folder ``pages``.

    Args:
        templates: Those of a host's own.

        package: The package whose folder ``pages`` has ours.

        plain: How the names of those end that make plain text, in which nothing is escaped.

        filters: What they may call beside Jinja's own, by name.

    Raises:
        InvalidValue: They are neither text by name nor a folder.
    """

    def __init__(
        self,
        templates: Templates | None = None,
        *,
        package: str = _OURS,
        plain: tuple[str, ...] = (),
        filters: Mapping[str, Callable[..., str]] | None = None,
    ) -> None:
        ours = jinja2.PackageLoader(package, "pages")
        loaders: list[jinja2.BaseLoader] = [ours, jinja2.PrefixLoader({"ours": ours})]
        if templates is not None:
            loaders.insert(0, _loader(templates))
        self._environment = ImmutableSandboxedEnvironment(
            loader=jinja2.ChoiceLoader(loaders),
            autoescape=lambda name: name is None or not name.endswith(plain),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(filters or {})

    def first(self, names: Iterable[str]) -> str:
        """
        Return the first of some templates that there is.

        Raises:
            BrokenTemplate: There is none, or it cannot be read.
        """
        wanted = list(names)
        try:
            return self._environment.select_template(wanted).name or wanted[0]
        except jinja2.TemplateSyntaxError as error:
            raise BrokenTemplate(error.name or wanted[0], error.lineno, error.message or "syntax") from error
        except jinja2.TemplatesNotFound as error:
            raise BrokenTemplate(wanted[0], 0, f"there is no template {' or '.join(wanted)}") from error

    def page(self, template: str, **seen: Any) -> Markup:
        """
        Return what a template makes of what it may see.

        Raises:
            BrokenTemplate: Rule 3.
        """
        try:
            return Markup("".join(self.parts(template, **seen)))  # noqa: S704 - the templates escape
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise BrokenTemplate(*_where(error, template), f"{type(error).__name__}: {error}") from error

    def parts(self, template: str, **seen: Any) -> Iterator[str]:
        """
        Yield what a template makes of what it may see, while it makes it.

        Raises:
            BrokenTemplate: Rule 3, of what Jinja itself notices; what *seen* raises goes through.
        """
        try:
            yield from self._environment.get_template(template).generate(**seen)
        except jinja2.TemplateSyntaxError as error:
            raise BrokenTemplate(error.name or template, error.lineno, error.message or "syntax") from error
        except jinja2.TemplateNotFound as error:
            raise BrokenTemplate(template, 0, f"there is no template {error.message}") from error
        except jinja2.TemplateError as error:
            raise BrokenTemplate(*_where(error, template), error.message or type(error).__name__) from error


def _loader(templates: Any) -> jinja2.BaseLoader:
    if isinstance(templates, str | os.PathLike):
        if not os.path.isdir(templates):
            raise InvalidValue("templates", repr(os.fspath(templates)), "a folder that exists")
        return jinja2.FileSystemLoader(templates)
    if not isinstance(templates, Mapping) or not all(
        isinstance(one, str) for pair in templates.items() for one in pair
    ):
        raise InvalidValue(
            "templates", repr(templates)[:80], "text by name, such as {'order.html': '...'}, or a folder"
        )
    # With a name for a file, an error tells the template that it is in.
    return jinja2.FunctionLoader(lambda name: (templates[name], name, None) if name in templates else None)


def _where(error: BaseException, template: str) -> tuple[str, int]:
    """Return template and line of an error; Jinja writes the traceback so that it leads through the templates."""
    name, line, trace = template, 0, error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            name, line = os.path.basename(trace.tb_frame.f_code.co_filename), trace.tb_lineno
        trace = trace.tb_next
    return name, line
