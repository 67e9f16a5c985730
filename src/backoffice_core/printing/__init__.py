"""
The order page and the packing slip, as HTML that is complete in itself and made for paper.

``press.py`` prints, and ``asked.py`` says what may be asked of it. ``ordersheet.py`` (with ``soldlines.py`` and
``sums.py``) and ``slipsheet.py`` say what stands on a sheet, as plain values that templates may see; ``figures.py``,
``addresses.py`` and ``words.py`` write them in English and French, and ``templates.py`` runs the templates of
``pages/``, or a host's own.
"""
