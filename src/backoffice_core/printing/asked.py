"""
What may be asked of a printing job, and the refusal of what cannot be meant.

Nothing here loads the library of the templates, so that a shop that prints nothing does not either.
"""

import os
from collections.abc import Mapping
from typing import ClassVar, Literal, Protocol, get_args

from backoffice_core.failures import InvalidInput, InvalidValue, reason
from backoffice_core.orders.story.sentences import LANGUAGES

Kind = Literal["order", "packing_slip"]
Paper = Literal["a4", "letter"]
#: Text by name, or the folder that the templates stand in.
Templates = Mapping[str, str] | str | os.PathLike[str]


class Writable(Protocol):
    """What a job is written to: an open text file, or what takes text like one."""

    def write(self, text: str, /) -> object:
        """Take a part of the document."""
        ...


@reason
class BrokenTemplate(InvalidInput):
    """
    A template of a host's own cannot be run.

    Attributes:
        template: Its name.

        line: The line in it, 0 where that is not known.

        problem: What is wrong.
    """

    code: ClassVar[str] = "broken_template"
    template: str
    line: int
    problem: str

    def __str__(self) -> str:
        return f"the template {self.template} cannot be used, line {self.line}: {self.problem}"


def check_paper(paper: object) -> None:
    """
    Refuse a size of paper that is not known here.

    Raises:
        InvalidValue: It is one.
    """
    if paper is not None and paper not in get_args(Paper):
        raise InvalidValue("paper", repr(paper), " or ".join(get_args(Paper)))


def check_switch(name: str, value: object) -> None:
    """
    Refuse what is neither True nor False.

    Raises:
        InvalidValue: It is neither.
    """
    if not isinstance(value, bool):
        raise InvalidValue(name, repr(value)[:80], "True or False")


def check_kind(kind: str, fulfillment: str | None) -> None:
    """
    Refuse a kind of sheet that there is not, and a fulfillment where none is shown.

    Raises:
        InvalidValue: It is one of these.
    """
    if kind not in get_args(Kind):
        raise InvalidValue("kind", repr(kind), " or ".join(get_args(Kind)))
    if fulfillment is not None and kind != "packing_slip":
        raise InvalidValue("fulfillment", repr(fulfillment), "None, or the kind packing_slip")


def check_locale(locale: object) -> None:
    """
    Refuse a locale whose language is not written here.

    Raises:
        InvalidValue: It is one.
    """
    if locale is not None and not (isinstance(locale, str) and is_written(locale)):
        raise InvalidValue("locale", repr(locale), f"{' or '.join(LANGUAGES)}, with a region or without")


def is_written(locale: str) -> bool:
    """Whether there are texts in the language of a locale."""
    return locale.replace("_", "-").partition("-")[0].lower() in LANGUAGES
