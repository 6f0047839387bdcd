"""Folders, SSH and S3: what DVC leaves open for each kind of remote.

Measured with DVC 3.67, dvc-ssh 4.3 and dvc-s3 3.3. What is copied into a folder
need not be on the disk yet. Over SSH the server's host key is not checked, the
user's agent is lent to the server, and a connection that went dead is waited
for without end. With S3 a bucket that is not there looks like an object that is
not there, a dead server is asked for minutes, listings are remembered, and an
upload takes up to 400 MB of memory. All of that is set here, before DVC's file
system connects; what the user's own DVC configuration says of time limits holds.

The libraries behind are optional, so their errors are known by their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from sopgit.adapters.files import settle_all, way_to
from sopgit.core.text import T, Text

_MIB = 1024 * 1024
_REASON = 160

_SSH: Mapping[str, Any] = {
    "known_hosts": (),  # asyncssh: those of ~/.ssh/config, else ~/.ssh/known_hosts
    "agent_forwarding": False,
    "connect_timeout": 15,
    "login_timeout": 60,  # somebody may have to type a passphrase
    "keepalive_interval": 10,
    "keepalive_count_max": 2,
}
_S3_ATTEMPTS = 2

_READING: Mapping[str, Mapping[str, Any]] = {
    "s3": {"block_size": 4 * _MIB, "cache_type": "readahead"},
}
_WRITING: Mapping[str, Mapping[str, Any]] = {
    "s3": {"chunksize": 8 * _MIB, "max_concurrency": 2},
}

_HOST_KEY = T("the server's host key is not known here, or it has changed")
_DENIED = T("it lets nobody in with these credentials")
_NO_ANSWER = T("it does not answer")
_BROKEN = T("the connection broke")
_CERTIFICATE = T("its certificate is not trusted here")
_HOST_KEY_HINT = T(
    "compare its fingerprint with whoever runs the server, then put it into ~/.ssh/known_hosts"
)
_DENIED_HINT = T("see the README on keys and passwords for remotes: .dvc/config.local")
_LATER = T("nothing is lost; try again with sopgit data push")

_REASONS: Mapping[str, tuple[Text, Text]] = {
    "HostKeyNotVerifiable": (_HOST_KEY, _HOST_KEY_HINT),
    "PermissionDenied": (_DENIED, _DENIED_HINT),
    "PermissionError": (_DENIED, _DENIED_HINT),
    "NoCredentialsError": (_DENIED, _DENIED_HINT),
    "PartialCredentialsError": (_DENIED, _DENIED_HINT),
    "SSLError": (_CERTIFICATE, _DENIED_HINT),
    "ConnectionLost": (_BROKEN, _LATER),
    "SFTPConnectionLost": (_BROKEN, _LATER),
    "SFTPNoConnection": (_BROKEN, _LATER),
    "ChannelOpenError": (_BROKEN, _LATER),
    "BrokenPipeError": (_BROKEN, _LATER),
    "ConnectionResetError": (_BROKEN, _LATER),
    "ClientPayloadError": (_BROKEN, _LATER),
    "IncompleteRead": (_BROKEN, _LATER),
    "ResponseStreamingError": (_BROKEN, _LATER),
    "EndpointConnectionError": (_NO_ANSWER, _LATER),
    "HTTPClientError": (_NO_ANSWER, _LATER),
    "gaierror": (_NO_ANSWER, _LATER),
    "FSTimeoutError": (_NO_ANSWER, _LATER),
    "TimeoutError": (_NO_ANSWER, _LATER),
    "ConnectionError": (_NO_ANSWER, _LATER),
}


def prepare(fs: Any) -> None:
    """Set what DVC left open in its file system `fs`, which has not connected yet."""
    if fs.protocol == "ssh":
        limit = fs.config.get("timeout", _SSH["connect_timeout"])
        fs.fs_args.update({**_SSH, "connect_timeout": limit})
    elif fs.protocol == "s3":
        fs.fs_args["use_listings_cache"] = False
        limits = fs.fs_args.setdefault("config_kwargs", {})
        limits["retries"] = {"total_max_attempts": _S3_ATTEMPTS, "mode": "standard"}


def verify_there(fs: Any, objects: str) -> None:
    """Raise unless what shall hold the folder `objects` is there: a folder, or a bucket.

    It is never made: an address with a slip in it, or a disk that is not
    mounted at the other end, would silently become a place of its own.
    """
    if fs.protocol == "s3":
        fs.fs.retries = 1
        fs.fs.info(objects.partition("/")[0])
        fs.fs.retries = _S3_ATTEMPTS
    elif fs.protocol == "ssh":
        fs.fs.info(str(PurePosixPath(objects).parent.parent))


def open_object(fs: Any, path: str) -> Any:
    """The remote's object for one reading from begin to end, in bounded memory."""
    return fs.open(path, "rb", **_READING.get(fs.protocol, {}))


def store(odb: Any, cache: Any, sources: Mapping[str, str], *, anew: bool) -> None:
    """Copy objects, {MD5: file in the cache}, to the remote that DVC's database `odb` stands for.

    `cache` is the cache's file system. What is there already stays, unless `anew`.
    """
    if odb.fs.protocol == "local":
        _copy_to_folder(odb, cache, sources, anew)
        return
    for md5, source in sources.items():
        path = odb.oid_to_path(md5)
        if anew or not odb.fs.exists(path):
            _upload(odb.fs, source, path)


def _copy_to_folder(odb: Any, cache: Any, sources: Mapping[str, str], anew: bool) -> None:
    failures: list[BaseException] = []
    odb.add(
        list(sources.values()),
        cache,
        list(sources),
        verify=False,
        check_exists=not anew,
        on_error=lambda _oid, error: failures.append(error),
    )
    if failures:
        raise failures[0]
    folder = Path(odb.path).parent.parent
    copies = [Path(odb.oid_to_path(md5)) for md5 in sources]
    settle_all([each for path in copies for each in way_to(path, folder)])


def _upload(fs: Any, source: str, path: str) -> None:
    """Copy the file `source` to the remote's `path`, in bounded memory.

    Over SSH the name appears when
    the bytes are whole, and on the server's disk if it can be asked for that.
    """
    fs.put_file(source, path, **_WRITING.get(fs.protocol, {}))
    if fs.protocol == "ssh":
        with fs.open(path, "r+b") as file:
            try:
                file.fsync()
            except Exception as error:
                if "SFTPOpUnsupported" not in _names(error):
                    raise


def reason_of(error: BaseException) -> tuple[Text, Text]:
    """Why a remote failed, in few words, and what to do."""
    for cause in _causes(error):
        kind = _missing_part(cause)
        if kind:
            hint = T("install it: {command}", command=f"pip install 'sopgit[{kind}]'")
            return T("DVC's part for {kind} is not installed", kind=kind), hint
        for name in _names(cause):
            if name in _REASONS:
                return _REASONS[name]
    lines = str(error).splitlines() or [type(error).__name__]
    return T("it said: {reason}", reason=lines[0][:_REASON]), _LATER


def _missing_part(error: BaseException) -> str:
    """`ssh` or `s3`, where that is what cannot be imported; empty for any other error."""
    if "RemoteMissingDepsError" in _names(error):
        return str(getattr(error, "protocol", ""))
    # fsspec's words: "s3 is supported, but requires 'dvc-s3' to be installed"
    kind = str(error).partition(" ")[0] if isinstance(error, ImportError) else ""
    return kind if kind in {"ssh", "s3"} else ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it was raised from."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _names(error: BaseException) -> list[str]:
    return [kind.__name__ for kind in type(error).__mro__]
