"""
Letters: a message as people read it, made by templates that a host may replace.

1. A letter has three templates: subject, text and HTML. Of each the first that there is counts:
   ``order_shipped.html`` for one kind, then ``letter.html`` for all. A host's comes before ours of the same name,
   and ``ours/letter.html`` is ours in any case, so that one may extend it.
2. A template sees the names of ``views.py``, and ``letter``: what our plan for the kind says (see ``plans.py``). It
   runs in a sandbox, a name that is not there is an error, and HTML is escaped.
3. The subject is one line. Text is wrapped at 72 columns, but for words that are longer.
4. HTML asks for nothing: no picture, no script, no style sheet of another place.
"""

import re
import textwrap
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

import attrs

from backoffice_core.notify.links import Links, NoLinks
from backoffice_core.notify.matter import Matter
from backoffice_core.notify.plans import PLANS, Plan, Writer
from backoffice_core.notify.views import Plain, one_line, view_of
from backoffice_core.printing.asked import Templates

if TYPE_CHECKING:
    from backoffice_core.printing.templates import Pages

#: How many columns a line of text has.
WIDTH: Final = 72


@attrs.frozen
class Letter:
    """
    A message as people read it.

    Attributes:
        subject: What it is about, on one line.

        text: The letter as plain text.

        html: The letter as a page of HTML.

        view: What its templates saw.
    """

    subject: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    html: str = attrs.field(repr=False)
    view: Plain = attrs.field(repr=False, factory=dict)


class Letters:
    """
    Writes letters.

    Args:
        templates: A host's own templates, text by name or a folder, in place of those of the same name.

        links: Where letters lead to.
    """

    def __init__(self, templates: Templates | None = None, links: Links | None = None) -> None:
        self._templates = templates
        self.links: Links = links or NoLinks()

    @cached_property
    def _pages(self) -> "Pages":
        # Templates load a library that a shop which sends nothing needs for nothing else.
        from backoffice_core.printing.templates import Pages

        filters: dict[str, Callable[..., str]] = {"wrap": wrap, "beside": beside}
        return Pages(
            self._templates, package="backoffice_core.notify", plain=(".txt", ".subject", ".css"), filters=filters
        )

    def letter(self, matter: Matter) -> Letter:
        """
        Return the letter about a matter.

        Raises:
            BrokenTemplate: A template of the host's own cannot be run.
            InvalidValue: The host's templates are neither text by name nor a folder.
        """
        view = view_of(matter)
        seen = {
            **view,
            "say": matter.reader.say,
            "letter": _seen(PLANS[matter.name](Writer(view, matter.reader)), view, matter),
        }
        return Letter(
            subject=one_line(self._made(matter.name, "subject", seen)),
            text=_tidy(self._made(matter.name, "txt", seen)),
            html=self._made(matter.name, "html", seen).strip() + "\n",
            view=view,
        )

    def _made(self, kind: str, ending: str, seen: Plain) -> str:
        template = self._pages.first((f"{kind}.{ending}", f"letter.{ending}"))
        return str(self._pages.page(template, **seen))


def _seen(plan: Plan, view: Plain, matter: Matter) -> Plain:
    """Return what a template sees of a plan."""
    return {
        "subject": one_line(matter.subject or plan.subject),
        "title": one_line(plan.title),
        "said": list(plan.said),
        "button": {"label": plan.button[0], "link": plan.button[1]} if plan.button else None,
        "parts": list(plan.parts),
        "questions": matter.reader.tell("questions", email=view["shop"]["email"]),
    }


def wrap(text: str, before: str = "") -> str:
    """Return text in lines of at most 72 columns, each with *before* in front; longer words stay whole."""
    return "\n".join(
        textwrap.wrap(
            text,
            WIDTH,
            initial_indent=before,
            subsequent_indent=before,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def beside(label: str, amount: str) -> str:
    """Return a label with an amount at the right edge of the column; on a line of its own where both are too long."""
    if not amount:
        return wrap(label)
    *first, last = wrap(label).split("\n")
    room = WIDTH - len(last) - len(amount)
    row = f"{last} {'.' * (room - 2)} {amount}" if room > 2 else f"{last}\n{amount:>{WIDTH}}"
    return "\n".join([*first, row])


def _tidy(text: str) -> str:
    """Return text without more than one empty line in a row; the line before a signature keeps its space."""
    lines = [line if line == "-- " else line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
