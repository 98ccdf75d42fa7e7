"""One uploaded file that can be read from its beginning as often as needed."""

import gzip
import io
import tempfile
import threading
import zlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from experiments_ui.arrow.files.limits import MEGABYTE, Limits
from experiments_ui.errors import Invalid, LimitExceeded

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = MEGABYTE
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Source:
    file: IO[bytes]
    limits: Limits
    gzipped: bool
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> io.BufferedReader:
        """Read the expanded bytes from the start, whatever else is reading.

        Raises:
            LimitExceeded: While reading, as soon as the file expands too far.
            Invalid: While reading, where compressed bytes are damaged or cut short.
        """
        window = _Window(self.file, self._lock)
        if not self.gzipped:
            return io.BufferedReader(window, _CHUNK)
        return io.BufferedReader(_Expanded(window, self.limits), _CHUNK)

    def head(self, count: int) -> bytes:
        return self.open().read(count)


def source_of(stream: BinaryIO, limits: Limits) -> Source:
    """Take an upload; what cannot seek is first copied to a temporary file."""
    file = cast("IO[bytes]", stream) if stream.seekable() else _spooled(stream, limits)
    if file.seek(0, io.SEEK_END) > limits.max_bytes:
        raise _too_large(limits)
    file.seek(0)
    gzipped = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    return Source(file=file, limits=limits, gzipped=gzipped)


def _spooled(stream: BinaryIO, limits: Limits) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as its Source
    count = 0
    while chunk := stream.read(_CHUNK):
        count += len(chunk)
        if count > limits.max_bytes:
            file.close()
            raise _too_large(limits)
        file.write(chunk)
    return file


def _too_large(limits: Limits) -> LimitExceeded:
    return LimitExceeded(
        f"The file is larger than {limits.max_bytes // MEGABYTE} MB; split it."
    )


class _Window(io.RawIOBase):
    """A reader of a shared file with a position of its own."""

    def __init__(self, file: IO[bytes], lock: threading.Lock) -> None:
        self._file = file
        self._lock = lock
        self.position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        with self._lock:
            self._file.seek(self.position)
            chunk = self._file.read(len(view))
        view[: len(chunk)] = chunk
        self.position += len(chunk)
        return len(chunk)


class _Expanded(io.RawIOBase):
    """Decompresses, counting, and stops where a bomb shows itself."""

    def __init__(self, window: _Window, limits: Limits) -> None:
        self._window = window
        self._limits = limits
        self._gzip = gzip.GzipFile(fileobj=io.BufferedReader(window, _CHUNK))
        self._expanded = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        try:
            count = self._gzip.readinto(view)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Invalid(
                "The compressed file is damaged or was cut short; send it again."
            ) from error
        self._expanded += count
        self._refuse_bomb()
        return count

    def _refuse_bomb(self) -> None:
        limits = self._limits
        if self._expanded > limits.max_expanded_bytes:
            raise LimitExceeded(
                "The file expands to more than "
                f"{limits.max_expanded_bytes // MEGABYTE} MB; split it."
            )
        allowed = max(limits.ratio_free_bytes, self._window.position * limits.max_ratio)
        if self._expanded > allowed:
            raise LimitExceeded(
                f"The file expands to more than {limits.max_ratio} times its size, "
                "as decompression bombs do; send it uncompressed."
            )
