"""Text in whatever encoding it was delivered, turned into UTF-8 while it passes by.

UTF-8 with or without a mark, UTF-16 with or without a mark, and for what is
neither Windows-1252, which old spreadsheets write. Nothing here raises: bytes
that mean nothing become the replacement character. The guess is made from the
first `HEAD` bytes alone, so the size of the blocks never changes it.
"""

from __future__ import annotations

import codecs

HEAD = 4096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# PDF, ZIP (and with it office files), OLE (old office files), gzip, PNG, JPEG, age.
_MAGIC = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff")
_AGE = b"age-encryption.org/"


class Transcoder:
    """Feed it blocks of any size; each call returns the UTF-8 that is known by then.

    After `HEAD` bytes, or `close`, `is_text` tells whether there is text at
    all; for a binary file every call returns nothing.
    """

    def __init__(self) -> None:
        self.encoding = ""
        self._head = bytearray()
        self._decoder: codecs.IncrementalDecoder | None = None
        self._is_clean = True  # no byte of an unfinished character is held back

    @property
    def is_text(self) -> bool:
        """Whether the file can be read as text; true until the contrary is known."""
        return self.encoding != "binary"

    def feed(self, block: bytes) -> bytes:
        """Take the next block."""
        if not self.encoding:
            self._head += block
            if len(self._head) < HEAD:
                return b""
            return self._start()
        return self._decode(block)

    def close(self) -> bytes:
        """After the last block: what is left."""
        rest = b"" if self.encoding else self._start()
        return rest + self._decode(b"", final=True)

    def _start(self) -> bytes:
        data = bytes(self._head)
        self._head.clear()
        self.encoding, mark = guess_encoding(data[:HEAD])
        if self.is_text:
            errors = "strict" if self.encoding == "utf-8" else "replace"
            self._decoder = codecs.getincrementaldecoder(self.encoding)(errors)
        return self._decode(data[mark:])

    def _decode(self, block: bytes, *, final: bool = False) -> bytes:
        if self._decoder is None:
            return b""
        if self.encoding == "utf-8":
            if self._is_clean and block.isascii():
                return block
            return self._decode_utf8(block, final=final)
        return self._decoder.decode(block, final).encode("utf-8", "replace")

    def _decode_utf8(self, block: bytes, *, final: bool) -> bytes:
        assert self._decoder is not None  # noqa: S101 - for the type checker
        held = bytes(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError:
            self.encoding = "cp1252"
            self._decoder = codecs.getincrementaldecoder(self.encoding)("replace")
            return self._decode(held + block, final=final)
        self._is_clean = not self._decoder.getstate()[0]
        return text.encode()


def guess_encoding(head: bytes) -> tuple[str, int]:
    """What the first bytes of a file are, and the length of their mark; `binary` for no text."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, len(mark)
    if head.startswith((*_MAGIC, _AGE)):
        return "binary", 0
    if 0 not in head:
        return "utf-8", 0
    for name, zeros, letters in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if zeros.count(0) > len(zeros) // 2 and letters.count(0) * 20 < len(letters) + 1:
            return name, 0
    return "binary", 0


def readable_text(data: bytes) -> str | None:
    """A whole file as text, line ends as they are; None for a binary file."""
    transcoder = Transcoder()
    text = transcoder.feed(data) + transcoder.close()
    return text.decode() if transcoder.is_text else None
