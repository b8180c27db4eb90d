"""Nodes of targets that are cheaper than SCons's own: objects, images, and an image's side files.

The action that makes an image also makes its map and report, all or none. SCons compares each of
them with every dependency and stores each comparison, so that with nothing to do a map costs as
much as its image. Here the first target of an action is compared for all of them. Each side target
still checks for itself that it exists and that the same action made it; otherwise a file made by
something else would count as up to date.

These classes override methods of SCons's `File` (4.8 to 4.11). `tests/scons/test_oldest_scons.py`
runs their tests with the oldest version allowed, all other tests with the installed one.
"""

from collections.abc import Sequence
from typing import Any

import SCons.Node
import SCons.Node.FS


class Target(SCons.Node.FS.File):  # type: ignore[misc] # SCons has no types
    """A target that is compared and stored once in a build; SCons itself does both twice.

    `add_step` sets ``__class__`` of a plain `File` node: a SConscript may have named the file, and
    thereby made its node, before the driver is declared.
    """

    __slots__ = ()

    def srcnode(self) -> Any:
        """The file of this name among the sources: a plain one, where SCons makes one like this."""
        folders = self.dir.srcdir_list()
        return folders[0].File(self.name) if folders else self

    def make_ready(self) -> None:
        """Gather what the target is compared by. SCons also looks for sources in repositories."""
        self.get_binfo()

    def changed(self, node: Any = None, allowcache: Any = False) -> bool:  # noqa: ARG002, FBT002
        """Whether it must be made. The answer is cached until it is made or gets a dependency."""
        return bool(super().changed(node, allowcache=True))

    def visited(self) -> None:
        """Store the signature, unless the target was up to date and it is stored already."""
        if self.state != SCons.Node.up_to_date:
            super().visited()


class SideTarget(Target):
    """A further target of an action, such as a map: it is changed when the first one is."""

    __slots__ = ()

    @property
    def first(self) -> Any:
        """The first target of the action, which is compared with the dependencies."""
        return self.target_peers[0]

    def add_dependency(self, depend: Sequence[Any]) -> None:
        """Add to the first target: a dependency of one target is one of the action."""
        self.first.add_dependency(depend)

    def all_children(self, scan: Any = True) -> list[Any]:  # noqa: FBT002 - as SCons has it
        """The children of the first target."""
        children: list[Any] = self.first.all_children(scan)
        return children

    def children(self, scan: Any = True) -> list[Any]:  # noqa: FBT002 - as SCons has it
        """The children of the first target, without ignored ones."""
        children: list[Any] = self.first.children(scan)
        return children

    def make_ready(self) -> None:
        """Nothing: the dependencies are those of the first target."""

    def changed(self, node: Any = None, allowcache: Any = False) -> bool:  # noqa: ARG002, FBT002
        """Whether the first target is changed, or another action made this file.

        ``node``: the file in a repository that stands for a missing local one. It only fits a first
        target from the same repository; with a local one the file must be made.
        """
        first = self.first
        before = first if node is None else first.rfile()
        if node is not None and before is first:
            return True
        made_by = (node or self).get_stored_info().binfo.bactsig
        if made_by is None or made_by != before.get_stored_info().binfo.bactsig:
            return True
        return bool(first.changed(None if node is None else before))

    def get_binfo(self) -> Any:
        """The build information to store: only the action; the first target has the rest."""
        first, own = self.first.get_binfo(), self.new_binfo()
        own.bact, own.bactsig = first.bact, first.bactsig
        own.bsources = own.bdepends = own.bimplicit = ()
        return own

    def get_contents_sig(self) -> str:
        """The signature of the action."""
        return str(self.first.get_contents_sig())

    def visited(self) -> None:
        """Store the signature when the target was made; otherwise the stored one is still true."""
        made = self.state == SCons.Node.executed
        self.store_info = int(made)  # type: ignore[misc] # index of SCons's table of functions: 0 does nothing
        super().visited()

    def explain(self) -> Any:
        """The reason why it is made, for ``--debug=explain``."""
        if not self.exists() or self.always_build:
            return super().explain()
        return f"rebuilding `{self}' because it was not made with `{self.first}'\n"
