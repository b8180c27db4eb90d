"""A CacheDir whose entries are checked when they are fetched.

SCons delivers what lies in a cache folder as it is: a damaged object would be linked, a damaged
image shipped. Here each entry has a file next to it with its size and SHA-256, written before the
entry. What does not match, or has no such file, is removed with a warning and made again.
"""

import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import SCons.Action
import SCons.CacheDir

from .screen.ending import note_fetched

_SUFFIX: Final = ".sha256"


class CheckedCache(SCons.CacheDir.CacheDir):  # type: ignore[misc] # SCons has no types
    """SCons's cache with a digest for every entry."""

    def retrieve(self, node: Any) -> bool:
        """Fetch a node from the cache; False when it must be made."""
        if not self.is_enabled():
            return False
        entry = Path(self.cachepath(node)[1])
        if SCons.Action.execute_actions and os.path.lexists(entry):
            wrong = _damage(entry)
            if wrong:
                self._discard(node, entry, wrong)
                return False
        if SCons.CacheDir.cache_show or _is_shown(node):
            fetched = bool(super().retrieve(node))
        else:
            action = SCons.CacheDir.CacheRetrieveSilent
            fetched = bool(action(node, [], node.get_build_env(), execute=1) == 0)
        if fetched and SCons.Action.execute_actions:
            note_fetched(node)
        return fetched

    def push(self, node: Any) -> Any:
        """Put a file that was made into the cache, its digest first."""
        if self.is_readonly() or not self.is_enabled() or node.nocache:
            return None
        entry = Path(self.cachepath(node)[1])
        made = Path(node.get_internal_path())
        if entry.exists() and (wrong := _damage(entry)):
            # SCons fetches an action's files until one is missing; this is one that came after.
            self._discard(node, entry, wrong)
        if not entry.exists() and made.is_file():
            with suppress(OSError):  # SCons itself warns of a cache that cannot be written
                entry.parent.mkdir(parents=True, exist_ok=True)
                digest = _digest_file(entry)
                new = digest.with_name(f"{digest.name}.{os.getpid()}-{id(node)}")
                new.write_text(_digest(made), encoding="ascii")
                new.replace(digest)
        return super().push(node)

    def _discard(self, node: Any, entry: Path, wrong: str) -> None:
        done = "is not used" if self.is_readonly() else "is removed"
        if not self.is_readonly():
            for path in (entry, _digest_file(entry)):
                with suppress(OSError):
                    path.unlink()
        name = node.get_internal_path()
        sys.stderr.write(
            f"scons: warning: {name}: its cache entry {entry.name} {done}: {wrong}; "
            "the file is made again\n"
        )


def _is_shown(node: Any) -> bool:
    """Whether a line tells that a node was fetched: an image or a library, not what is beside."""
    return hasattr(node.attributes, "ntbuild_counted") or node.get_suffix() == ".lib"


def _digest_file(entry: Path) -> Path:
    return entry.with_name(entry.name + _SUFFIX)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return f"{digest} {file.tell()}\n"


def _damage(entry: Path) -> str:
    """What is wrong with a cache entry; empty when it is as it was stored."""
    try:
        stored = _digest_file(entry).read_text(encoding="ascii", errors="replace")
    except OSError:
        return "it has no digest"
    try:
        return "" if _digest(entry) == stored else "it is not what was stored"
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
