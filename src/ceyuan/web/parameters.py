"""Query parameters that an address does not know: refused, since an answer that ignores them looks like what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from ceyuan.errors import Problem, did_you_mean
from ceyuan.web.faults import Refused

PREFIX = "/api/v1"
Parameters = Mapping[tuple[str, str], Mapping[str, bool]]
"""By method and path of an address below the prefix, its query parameters and whether each may be repeated."""


def parameters_of(schema: Mapping[str, Any]) -> Parameters:
    """The query parameters of all addresses of an OpenAPI document.

    >>> page = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    >>> parameters_of({"paths": {"/api/v1/records": {"get": {"parameters": [page]}}}})
    {('GET', '/records'): {'page': False}}
    """
    found = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            asked = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
            found[method.upper(), path.removeprefix(PREFIX)] = {
                one["name"]: _is_list(one["schema"]) for one in asked
            }
    return found


def _is_list(schema: Mapping[str, Any]) -> bool:
    """Whether a parameter takes several values; one that may be absent is one of several schemas."""
    return any(one.get("type") == "array" for one in (schema, *schema.get("anyOf", ())))


async def known_parameters(request: Request) -> None:
    """Refuse a request with a parameter that its address does not have, or that has one value and is given several.

    Raises:
        Refused: ``unknown-parameter`` or ``bad-request``.
    """
    # Whether a route knows the prefix that it was included with depends on the version of FastAPI.
    path = request.scope["route"].path_format.removeprefix(PREFIX)
    known = request.app.state.parameters[request.method, path]
    for name in request.query_params:
        if name not in known:
            there = f"Known: {', '.join(sorted(known))}" if known else "It takes no parameters"
            message = f"there is no parameter {name!r} at this address"
            raise Refused(
                Problem(
                    "unknown-parameter",
                    message,
                    f"query.{name}",
                    hint=did_you_mean(name, known) or there,
                )
            )
        if not known[name] and len(request.query_params.getlist(name)) > 1:
            raise Refused(
                Problem("bad-request", f"{name} is given more than once", f"query.{name}")
            )
