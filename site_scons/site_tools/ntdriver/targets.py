"""Targets that cost less than SCons's own: objects, images, and what is made beside an image.

The action that makes an image makes its map and report, all or none, but SCons compares each of
them with every dependency and writes each comparison down: with nothing to do, a map costs as much
as its image. So here the first of an action's files answers for all. What is hard is what each must
keep for itself: that it is there, and by which action it was made, or one from elsewhere would pass
for ours.
"""

from collections.abc import Sequence
from typing import Any

import SCons.Node
import SCons.Node.FS


class Made(SCons.Node.FS.File):  # type: ignore[misc] # SCons has no types
    """A target that is compared and written down once in a build; SCons itself does both twice.

    A node becomes one by its ``__class__``, as SCons's own do when it turns out what they are: a
    SConscript may have named the file before.
    """

    __slots__ = ()

    def make_ready(self) -> None:
        """Gather what it is compared by; where a source may come from does not matter."""
        self.get_binfo()

    def changed(self, node: Any = None, allowcache: Any = False) -> bool:  # noqa: ARG002, FBT002
        """Whether it must be made; what makes it or adds a dependency forgets the answer."""
        return bool(super().changed(node, allowcache=True))

    def visited(self) -> None:
        """Write it down, but not again after the task that had nothing to do."""
        if self.state != SCons.Node.up_to_date:
            super().visited()


class Beside(Made):
    """A target that is changed when the first of its action is."""

    __slots__ = ()

    @property
    def first(self) -> Any:
        """The node that is compared with what the action depends on."""
        return self.target_peers[0]

    def add_dependency(self, depend: Sequence[Any]) -> None:
        """What one of an action's files depends on, all do."""
        self.first.add_dependency(depend)

    def all_children(self, scan: Any = True) -> list[Any]:  # noqa: FBT002 - as SCons has it
        """Those of the first."""
        children: list[Any] = self.first.all_children(scan)
        return children

    def children(self, scan: Any = True) -> list[Any]:  # noqa: FBT002 - as SCons has it
        """Those of the first."""
        children: list[Any] = self.first.children(scan)
        return children

    def make_ready(self) -> None:
        """What it depends on is asked of the first."""

    def changed(self, node: Any = None, allowcache: Any = False) -> bool:  # noqa: ARG002, FBT002
        """Whether the first is, or whether another action made this file.

        ``node`` is the file in a repository that stands for one that is not here.
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
        """What is written down of it: the action. All else is written down with the first."""
        first, own = self.first.get_binfo(), self.new_binfo()
        own.bact, own.bactsig = first.bact, first.bactsig
        own.bsources = own.bdepends = own.bimplicit = ()
        return own

    def get_contents_sig(self) -> str:
        """The signature of the action."""
        return str(self.first.get_contents_sig())

    def visited(self) -> None:
        """Write it down when it was made; that of one that is up to date says the same already."""
        made = self.state == SCons.Node.executed
        self.store_info = int(made)  # type: ignore[misc] # a row of SCons's table: 0 does nothing
        super().visited()

    def explain(self) -> Any:
        """Why it is made, for ``--debug=explain``."""
        if not self.exists() or self.always_build:
            return super().explain()
        return f"rebuilding `{self}' because it was not made with `{self.first}'\n"
