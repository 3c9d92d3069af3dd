"""The addresses of the HTTP interface: one for each resource of the registry, and those that need a server."""

# Annotations stay objects here: FastAPI reads those of functions inside functions, whose names strings could not reach.
import io
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, TypeVar

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from ceyuan.pipeline.exporting import observation_columns
from ceyuan.web.answering import Handler
from ceyuan.web.documentation import READ_BODY, faults_of, operation
from ceyuan.web.models.communiques import Communique
from ceyuan.web.models.lineage import Lineage, Observations, Records
from ceyuan.web.models.places import PlacesGeo
from ceyuan.web.parameters import known_parameters
from ceyuan.web.payload import Payload
from ceyuan.web.reading import sent
from ceyuan.web.resources import bulletins, communiques, observing, tracing
from ceyuan.web.resources.geography import places_geojson
from ceyuan.web.resources.query import ObservationQuery
from ceyuan.web.resources.registry import RESOURCES, Entry, encode
from ceyuan.web.resources.view import View
from ceyuan.web.warming import question
from ceyuan.wording import Language
from ceyuan.workspace.definitions import Status

Endpoint = Callable[..., Awaitable[Response]]
T = TypeVar("T")
_ROWS = 1_000_000
"""Observations of one download."""
_Style = Literal["html", "md", "docx", "pdf"]
CSV, PARQUET, GEOJSON = (
    "text/csv; charset=utf-8",
    "application/vnd.apache.parquet",
    "application/geo+json",
)

_DOWNLOADS = {
    "csv": (CSV, "Observations as a CSV file"),
    "columns.csv": (CSV, "What the columns of that file mean, as CSV"),
    "parquet": (PARQUET, "Observations as a Parquet file"),
}

_SEVERAL = "Several: repeated, or divided by commas."
_Indicator = Annotated[
    list[str] | None,
    Query(
        description=f"Identifier of an indicator; all if absent. {_SEVERAL}",
        examples=[["rd_intensity"]],
    ),
]
_Place = Annotated[
    list[str] | None,
    Query(
        description=f"A place by id, name, alias or code; all if absent. {_SEVERAL}",
        examples=[["gba9"]],
    ),
]
_Period = Annotated[
    list[str] | None,
    Query(description=f"A period in any spelling; all if absent. {_SEVERAL}", examples=[["2025"]]),
]
_Breakdown = Annotated[
    list[str] | None,
    Query(
        description=f"`field=value` parts joined by `;`, empty for the total; all if absent. {_SEVERAL}",
        examples=[[""]],
    ),
]
_AsOf = Annotated[
    str | None,
    Query(
        description="A day (YYYY-MM-DD): by the reports filed and the build made up to then; today if absent.",
        examples=["2026-06-30"], json_schema_extra={"format": "date"},
    ),
]  # fmt: skip
_StatusOf = Annotated[
    list[Status] | None,
    Query(alias="status", description="Only figures of this status; several: repeated."),
]
_All = Annotated[bool, Query(description="Also the values that another source goes before.")]
_Page = Annotated[int, Query(ge=1, le=10_000_000, description="Number of the page, from 1.")]
_Size = Annotated[int, Query(ge=1, le=1000, description="Rows on a page.")]


def router() -> APIRouter:
    """All addresses below ``api/v1``; the application that takes them in has a :class:`Handler` in its state."""
    made = APIRouter(dependencies=[Depends(known_parameters)])
    for entry in RESOURCES:
        _add(made, entry.path, _resource(entry), entry.summary, entry.model, entry.unknown)
    _add(
        made,
        "indicators/{id}/lineage",
        _lineage(),
        "Where its figures come from",
        Lineage,
        "unknown-indicator",
    )
    _add(
        made,
        "observations",
        _observations(),
        "Observations, page by page",
        Observations,
        "unknown-indicator",
    )
    _add(
        made,
        "records/{kind}",
        _records(),
        "Records of a kind, page by page",
        Records,
        "unknown-kind",
    )
    _add(
        made,
        "places.geojson",
        _geojson(),
        "All places with coordinates",
        PlacesGeo,
        None,
        media=GEOJSON,
    )
    for kind, (media, summary) in _DOWNLOADS.items():
        _add(
            made,
            f"observations.{kind}",
            _download(kind, media),
            summary,
            None,
            "unknown-indicator",
            media=media,
        )
    file = "bulletins/{id}/{language}.{format}"
    documented = operation(
        file, "A bulletin as a file", None, "unknown-bulletin", bulletins.FILES["pdf"]
    )
    files = {
        m.partition(";")[0]: {"schema": {"type": "string", "contentMediaType": m}}
        for m in bulletins.FILES.values()
    }
    documented["responses"][200]["content"] = files
    made.add_api_route(f"/{file}", _bulletin_file(), methods=["GET"], **documented)
    made.add_api_route(
        "/read", _read(), methods=["POST"], operation_id="read", summary="Read and check a text",
        response_model=Communique, responses=faults_of("read"), openapi_extra={"requestBody": READ_BODY}, tags=["server only"],
    )  # fmt: skip
    return made


def _handler(request: Request) -> Handler:
    handler = request.app.state.handler
    assert isinstance(handler, Handler)  # noqa: S101 - create_app puts it there
    return handler


def _add(
    made: APIRouter,
    path: str,
    endpoint: Endpoint,
    summary: str,
    model: Any,
    unknown: str | None,
    media: str | None = None,
) -> None:
    made.add_api_route(
        f"/{path}", endpoint, methods=["GET"], **operation(path, summary, model, unknown, media)
    )


def _values(values: list[T] | None) -> tuple[T, ...] | None:
    """The values of a filter, such that equal requests have equal keys."""
    return None if values is None else tuple(values)


def _resource(entry: Entry) -> Endpoint:
    if entry.dated:
        return _dated(entry)
    if "{place}" in entry.path:
        return _of_place(entry)
    if entry.ids is None:

        async def one(request: Request) -> Response:
            return await _handler(request).answer(request, *question(entry))

        return one

    async def of_id(
        request: Request,
        id_: Annotated[
            str, Path(alias="id", description="Its identifier.", examples=[entry.example])
        ],
    ) -> Response:
        return await _handler(request).answer(request, *question(entry, id_))

    return of_id


def _of_place(entry: Entry) -> Endpoint:
    """A resource of an identifier and a place."""

    async def of_place(
        request: Request,
        id_: Annotated[
            str, Path(alias="id", description="Its identifier.", examples=[entry.example])
        ],
        place: Annotated[str, Path(description="The identifier of a place.", examples=["gba9"])],
    ) -> Response:
        return await _handler(request).answer(request, *question(entry, id_, place))

    return of_place


def _dated(entry: Entry) -> Endpoint:
    """A resource that can be asked for as of a day."""
    if entry.ids is None:

        async def one(request: Request, as_of: _AsOf = None) -> Response:
            return await _handler(request).answer(request, *question(entry, None, as_of))

        return one

    async def of_id(
        request: Request,
        id_: Annotated[
            str, Path(alias="id", description="Its identifier.", examples=[entry.example])
        ],
        as_of: _AsOf = None,
    ) -> Response:
        return await _handler(request).answer(request, *question(entry, id_, as_of))

    return of_id


def _lineage() -> Endpoint:
    async def lineage(
        request: Request,
        id_: Annotated[str, Path(alias="id", description="Identifier of the indicator.", examples=["rd_intensity"])],
        place: _Place = None, period: _Period = None, breakdown: _Breakdown = None,
    ) -> Response:  # fmt: skip
        asked = {
            "place": _values(place),
            "period": _values(period),
            "breakdown": _values(breakdown),
        }

        def make(view: View) -> Payload:
            return Payload.of(encode(tracing.lineage(view, id_, **asked)))

        return await _handler(request).answer(request, ("lineage", id_, *asked.values()), make)

    return lineage


async def _query(
    indicator: _Indicator = None, place: _Place = None, period: _Period = None, breakdown: _Breakdown = None,
    status: _StatusOf = None, all_sources: _All = False,
) -> ObservationQuery:  # fmt: skip
    """The filter of a request."""
    return ObservationQuery(
        _values(indicator),
        _values(place),
        _values(period),
        _values(breakdown),
        _values(status),
        all_sources,
    )


_Filter = Annotated[ObservationQuery, Depends(_query)]


def _observations() -> Endpoint:
    async def observations(
        request: Request, query: _Filter, page: _Page = 1, size: _Size = 100
    ) -> Response:
        def make(view: View) -> Payload:
            return Payload.of(encode(observing.observations(view, query, page, size)))

        return await _handler(request).answer(request, ("observations", query, page, size), make)

    return observations


def _download(kind: str, media: str) -> Endpoint:
    write = {"csv": _csv, "columns.csv": observation_columns, "parquet": _parquet}[kind]

    async def download(request: Request, query: _Filter) -> Response:
        def make(view: View) -> Payload:
            table = observing.observation_table(view, query, _ROWS)
            return Payload.of(write(table), media, pack=media == CSV)

        return await _handler(request).answer(
            request, (kind, query), make, file=f"observations.{kind}"
        )

    return download


def _csv(table: pa.Table) -> bytes:
    """CSV that spreadsheets read as UTF-8: it begins with the mark that tells them so."""
    stream = io.BytesIO()
    stream.write(b"\xef\xbb\xbf")
    pc.write_csv(table, stream)
    return stream.getvalue()


def _parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _geojson() -> Endpoint:
    async def geojson(request: Request) -> Response:
        return await _handler(request).answer(
            request,
            "places.geojson",
            lambda view: Payload.of(encode(places_geojson(view)), GEOJSON),
            file="places.geojson",
        )

    return geojson


def _records() -> Endpoint:
    async def records(
        request: Request,
        kind: Annotated[str, Path(description="A record kind.", examples=["facility"])],
        page: _Page = 1, size: _Size = 100,
    ) -> Response:  # fmt: skip
        key = ("records", kind, page, size)
        return await _handler(request).answer(
            request, key, lambda view: Payload.of(encode(observing.records(view, kind, page, size)))
        )

    return records


def _bulletin_file() -> Endpoint:
    async def bulletin_file(
        request: Request,
        id_: Annotated[str, Path(alias="id", description="The bulletin.", examples=["gba_2025"])],
        language: Annotated[
            Language, Path(description="One of its languages.", examples=["zh-Hans"])
        ],
        style: Annotated[
            _Style, Path(alias="format", description="How it is set.", examples=["docx"])
        ],
    ) -> Response:
        def make(view: View) -> Payload:
            content = bulletins.bulletin_file(view, id_, language, style)
            return Payload.of(content, bulletins.FILES[style], pack=style in ("html", "md"))

        return await _handler(request).answer(
            request, ("bulletin", id_, language, style), make, file=f"{id_}.{language}.{style}"
        )

    return bulletin_file


def _read() -> Endpoint:
    async def read(
        request: Request,
        name: Annotated[
            str | None, Query(max_length=200, description="Title of the text, or name of the file.")
        ] = None,
    ) -> Response:
        body = await sent(request, name)

        def make(view: View, awaited: Callable[[], bool]) -> Payload:
            if body.data is None:
                return Payload.of(
                    encode(communiques.read(view, body.text or "", body.name, awaited))
                )
            return Payload.of(
                encode(communiques.read_sent_file(view, body.data, body.name, awaited))
            )

        return await _handler(request).once(request, make)

    return read
