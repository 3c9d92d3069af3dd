"""The web: one set of resources, as an HTTP interface, as files of a static site, and inside a single page.

:mod:`ceyuan.web.resources` makes plain models from a build; :mod:`ceyuan.web.app` answers requests with them, and
:mod:`ceyuan.web.publishing` writes the same bytes as files.
"""
