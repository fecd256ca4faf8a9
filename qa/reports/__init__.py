"""What ``footnote coverage``, ``gaps`` and ``check`` write: one report, a module a format.

A report (``report``) is made of the results by ``build``, held against a limit and a baseline by
``outcome``, and rendered by one of the formats: pure, from values to text or bytes.
"""
