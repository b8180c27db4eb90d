"""Files that an action makes beside its first: a driver's map and report.

The action makes all of its files or none, but SCons compares each of them with every dependency
and writes each comparison down: with nothing to do, a map costs as much as its image. A file of
this kind is what its first is. What is hard is what it must keep for itself: that it is there, and
by which action it was made, or one from elsewhere would pass for ours.
"""

from collections.abc import Sequence
from typing import Any

import SCons.Node
import SCons.Node.FS


class Beside(SCons.Node.FS.File):  # type: ignore[misc] # SCons has no types
    """A target that is changed when the first of its action is.

    A node becomes one by its ``__class__``, as SCons's own do when it turns out what they are: a
    SConscript may have named the file before.
    """

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
        # All files of an action are asked this in turn, and nothing is made in between.
        return bool(first.changed(None if node is None else before, allowcache=True))

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
        if self.state == SCons.Node.up_to_date:
            return  # a second visit, by the task that did nothing
        made = self.state == SCons.Node.executed
        self.store_info = int(made)  # type: ignore[misc] # a row of SCons's table: 0 does nothing
        super().visited()

    def explain(self) -> Any:
        """Why it is made, for ``--debug=explain``."""
        if not self.exists() or self.always_build:
            return super().explain()
        return f"rebuilding `{self}' because it was not made with `{self.first}'\n"
