"""Folders that a URI names: in a store of objects, in HDFS, or in any file system that has a driver for Python.

``s3:``, ``s3a:``, ``hdfs:``, ``gs:`` and ``abfs:`` are pyarrow's own; others are fsspec's, where their package is installed.
What opens them (names, keys, addresses of servers) comes from the environment alone, as their drivers read it: a workspace is
given to others, with its ``ceyuan.yaml``.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from ceyuan.engine.scratch import scratch_folder
from ceyuan.errors import fail

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

_S3 = ("s3", "s3a")
_IS_URI = re.compile(r"[a-z][a-z0-9+.-]*://")
_PIECE = 1 << 22
_MADE: dict[int, Path] = {}
"""The folder in which this process makes files for elsewhere, by its number: a process that was split off has its own."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in such a folder.

    Attributes:
        folder: the folder.
        name: its name there.

    >>> RemoteFile(RemoteFolder("s3://bucket/ceyuan"), "a.parquet").uri
    's3://bucket/ceyuan/a.parquet'
    """

    folder: RemoteFolder
    name: str

    @property
    def uri(self) -> str:
        """Its address."""
        return f"{self.folder.uri}/{self.name}"

    @property
    def for_spark(self) -> str:
        """Its address as Hadoop's drivers know it: they have S3 under ``s3a:`` alone."""
        return re.sub(r"^s3:", "s3a:", self.uri)

    @property
    def for_duckdb(self) -> str:
        """Its address in the file system that DuckDB is given for it: :meth:`RemoteFolder.seen`."""
        return f"{self.folder.protocol}://{self.folder.path(self.name)}"

    def __str__(self) -> str:
        return self.uri


@dataclass(frozen=True)
class RemoteFolder:
    """A folder under a URI, opened when it is first asked.

    Attributes:
        uri: without a slash at its end.

    >>> RemoteFolder("memory://ceyuan").names()
    []
    """

    uri: str

    @cached_property
    def _opened(self) -> tuple[FileSystem, str]:
        return _open(self.uri)

    @property
    def _files(self) -> FileSystem:
        return self._opened[0]

    def __reduce__(self) -> tuple[type[RemoteFolder], tuple[str]]:
        # What is open stays on this machine.
        return RemoteFolder, (self.uri,)

    @property
    def protocol(self) -> str:
        """A name of its file system for DuckDB, which keeps those of several apart by it."""
        address = urlsplit(self.uri)
        told = hashlib.sha256(f"{address.scheme}://{address.netloc}".encode()).hexdigest()
        return f"ceyuan{told[:8]}"

    def path(self, name: str = "") -> str:
        """Where a file stands in its file system."""
        return f"{self._opened[1]}/{name}" if name else self._opened[1]

    def within(self, name: str) -> RemoteFolder:
        """A folder in this one."""
        return RemoteFolder(f"{self.uri}/{name}")

    def is_there(self) -> bool:
        """Whether it can be written to: a store of objects has buckets, but no folders."""
        from pyarrow.fs import FileType  # noqa: PLC0415 - see the top of `_open`

        where = self.path().split("/")[0] if self._is_atomic else self.path()
        with _clear(self.uri):
            return bool(self._files.get_file_info(where).type == FileType.Directory)

    @property
    def _is_atomic(self) -> bool:
        """Whether a file that is written shows when it is whole, and takes the place of an earlier one in one step."""
        return urlsplit(self.uri).scheme in _S3

    def seen(self) -> Any:
        """The file system for DuckDB, which reads through fsspec."""
        return _for_duckdb(self._files, self.protocol)

    def file(self, name: str) -> RemoteFile:
        """A file, whether it is there or not, for the engines that read it."""
        return RemoteFile(self, name)

    def names(self) -> list[str]:
        """The files in it."""
        from pyarrow.fs import FileSelector  # noqa: PLC0415

        with _clear(self.uri):
            found = self._files.get_file_info(FileSelector(self.path(), allow_not_found=True))
        return [one.base_name for one in found if one.is_file]

    def lacking(self, names: Iterable[str]) -> list[str]:
        """Those that are no files in it."""
        asked = list(names)
        with _clear(self.uri):
            found = self._files.get_file_info([self.path(name) for name in asked])
        return [name for name, one in zip(asked, found, strict=True) if not one.is_file]

    def read(self, name: str) -> bytes:
        """The content of a file.

        Raises:
            FileNotFoundError: if there is none.
        """
        if self.lacking([name]):
            raise FileNotFoundError(f"{self.uri}/{name}")
        with _clear(self.uri), self._files.open_input_stream(self.path(name)) as stream:
            content: bytes = stream.read()
        return content

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file so that a reader sees it whole or not at all."""
        with _clear(self.uri):
            if self._is_atomic:
                self._write(self.path(name), pieces)
                return
            self._files.create_dir(self.path())
            draft = self.path(f".{name}.{uuid.uuid4().hex}.tmp")
            self._write(draft, pieces)
            self.remove(name)  # not every file system renames onto a file
            self._files.move(draft, self.path(name))

    def _write(self, path: str, pieces: Iterable[bytes]) -> None:
        with self._files.open_output_stream(path) as stream:
            for piece in pieces:
                stream.write(piece)

    def draft(self, name: str) -> Path:
        """Where on this machine a file is made before :meth:`take`: in the system's folder for temporary files."""
        made = _MADE.setdefault(os.getpid(), scratch_folder())
        made.mkdir(exist_ok=True)
        return made / name

    def take(self, draft: Path, name: str) -> None:
        """Have a file that was made stand under its name there."""
        with draft.open("rb") as stream:
            self.write(name, iter(lambda: stream.read(_PIECE), b""))
        draft.unlink()
        if not any(draft.parent.iterdir()):
            draft.parent.rmdir()

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a file, piece by piece."""
        with _clear(self.uri), self._files.open_input_stream(self.path(name)) as stream:
            yield from iter(lambda: bytes(stream.read(_PIECE)), b"")

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with _clear(self.uri):
            if not self.lacking([name]):
                self._files.delete_file(self.path(name))

    def remove_drafts(self) -> None:
        """Remove what writers that were killed left; nobody may be writing."""
        for name in self.names():
            if name.startswith(".") and name.endswith(".tmp"):
                self.remove(name)

    def clear(self) -> None:
        """Remove it with all that is in it."""
        with _clear(self.uri):
            self._files.delete_dir(self.path())


def is_uri(text: str) -> bool:
    """Whether a text names a folder by a URI.

    >>> is_uri("s3a://bucket/x"), is_uri("/shared/x")
    (True, False)
    """
    return _IS_URI.match(text) is not None


@contextmanager
def _clear(uri: str) -> Iterator[None]:
    """Say in our own words that a file system did not do what was asked."""
    try:
        yield
    except OSError as error:
        said = str(error).strip().partition("\n")[0]
        raise fail("store-missing", f"records cannot be kept at {uri}: {said}") from None


@cache
def _open(uri: str) -> tuple[FileSystem, str]:
    """The file system of a URI, and where the folder stands in it.

    Raises:
        CeyuanError: ``store-without-driver``.
    """
    # Only a workspace whose store is elsewhere waits for pyarrow's and fsspec's drivers.
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow.fs import FileSystem, FSSpecHandler, PyFileSystem  # noqa: PLC0415

    scheme = urlsplit(uri).scheme
    try:
        files, path = FileSystem.from_uri(_for_pyarrow(uri))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass  # fsspec may know it
    except OSError as error:
        raise _no_driver(scheme, error) from None
    else:
        return files, path.rstrip("/")
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415

        other, path = url_to_fs(uri)
    except (ImportError, ValueError) as error:
        raise _no_driver(scheme, error) from None
    return PyFileSystem(FSSpecHandler(other)), path.rstrip("/")


def _no_driver(scheme: str, error: Exception) -> Exception:
    said = str(error).strip().partition("\n")[0]
    return fail("store-without-driver", f"nothing opens an address {scheme}://… here: {said}")


def _for_pyarrow(uri: str) -> str:
    """The URI as pyarrow knows it; the server of a store of objects that is not Amazon's comes from the environment.

    >>> _for_pyarrow("s3a://bucket/x").partition("?")[0]
    's3://bucket/x'
    """
    address = urlsplit(uri)
    if address.scheme not in _S3:
        return uri
    server = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    options: dict[str, str] = {}
    if server:
        where = urlsplit(server)
        options |= {"scheme": where.scheme, "endpoint_override": where.netloc}
    if region:
        options["region"] = region
    return f"s3://{address.netloc}{address.path}" + (f"?{urlencode(options)}" if options else "")


def _for_duckdb(files: FileSystem, name: str) -> Any:
    from fsspec.implementations.arrow import ArrowFSWrapper  # noqa: PLC0415 - see `_open`

    known: dict[str, Any] = {}

    class Seen(ArrowFSWrapper):  # type: ignore[misc]  # fsspec carries no types
        """pyarrow's file system under a name of ours, which stands before paths."""

        protocol = name
        cachable = False

        def info(self, path: str, **options: Any) -> Any:
            """Asked once: files of the store stay as they were written, and DuckDB asks five times."""
            if path not in known:
                known[path] = super().info(path, **options)
            return known[path]

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            return path.removeprefix(f"{name}://")

        def modified(self, path: str) -> datetime:  # noqa: ARG002 - never
            return datetime.fromtimestamp(0, UTC)

    return Seen(files)
