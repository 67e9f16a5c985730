"""The reference page of messages; `tools/render_docs.py` writes it."""

from backoffice_core.notify.kinds import KINDS
from backoffice_core.notify.parts import SHAPES
from backoffice_core.notify.truth import REASONS
from backoffice_core.notify.views import NAMES
from tools.rendering import WRITTEN, table

#: What a part of each shape has, in words.
_HAS = {
    "goods": "rows with quantity, title, variant, sku, details (label, text), fate, gone, amount",
    "sums": "rows with label, amount and kind: `part`, `total` or `aside`",
    "facts": "rows with label, text and link",
    "parties": "rows with label and lines",
    "quote": "a label, and the text as text and as lines",
}


def messages_page() -> str:
    """Return the page of the kinds of message."""
    kinds = [(f"`{name}`", kind.when, kind.audience, kind.about, kind.fact or "") for name, kind in KINDS.items()]
    return "\n\n".join(
        [
            "# Messages",
            WRITTEN,
            "What each tells stands in `src/backoffice_core/notify/`; [what letters say](../how-to/letters.md) shows"
            " how to look at one and how to change it.",
            "## Kinds",
            "A kind is sent by itself when it is one of `Settings.notifications`; invoices are sent when staff asks for"
            " them, and recovery mails as `Settings.recovery` says. `notify=True` and `notify=False` of a command win.",
            table(("kind", "when", "to", "about", "speaks of"), kinds),
            "## Skipped",
            "Whether a message is still true is decided by facts when it is about to be sent. One that is not ends as"
            " `skipped`, with one of these as its error; recovery mails have more.",
            table(("error", "why"), [(f"`{code}`", text) for code, text in REASONS.items()]),
            "## What a template sees",
            "Text, numbers, switches, and lists and mappings of such. An amount has `amount`, `currency`, `sign` and"
            " `text`; a moment `at`, `day` and `moment`. What a letter does not speak of is None.",
            table(("name", "what"), [(f"`{name}`", text) for name, text in NAMES.items()]),
            "Beside these: `say`, the texts of the language by name, and `letter`, what our letter of the kind says:"
            " `subject`, `title`, `said` (paragraphs), `button` (`label` and `link`, or None), `questions`, and"
            " `parts`, each of a `shape`:",
            table(("shape", "what"), [(f"`{shape}`", _HAS[shape]) for shape in SHAPES]),
            "The filter `wrap` breaks text into lines of 72 columns, `beside` puts an amount at the end of one.",
        ]
    )
