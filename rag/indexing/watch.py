"""Following a folder: a sync after each change, while the program runs. Owns watchfiles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

from rag.datatypes import SyncReport
from rag.errors import IndexWrite, RagError

_SETTLE_MS = 600  # how long the folder must be quiet, so that a file is not read half copied
_MOST_MS = 10_000  # and after how long a folder that is never quiet is read anyway
_AGAIN_S = 2.0  # how often a folder that is not there is looked for


def follow(
    folder: Path,
    sync: Callable[[], SyncReport],
    *,
    stop: Event,
    on_report: Callable[[SyncReport], None],
    on_error: Callable[[RagError], None],
    but_not: Path | None = None,
) -> None:
    """Call `sync` after each change below `folder` until `stop` is set.

    What it returns goes to `on_report` where something was built; a RagError goes to `on_error`,
    once as long as it stays the same, and the folder is followed on. A sync that found the index
    locked or the disk full is made again within a second or two. Changes below `but_not` (the
    index, where it stands in the folder) count for nothing.
    """
    from watchfiles import watch

    told = ""
    due = True  # a sync, whether or not a file changes

    def bring_in_step() -> None:
        nonlocal told, due
        try:
            report = sync()
        except RagError as error:
            due = isinstance(error, IndexWrite)
            if str(error) != told:
                told = str(error)
                on_error(error)
            return
        told, due = "", False
        if report.built:
            on_report(report)

    def counts(path: str) -> bool:
        if but_not is not None and Path(path).is_relative_to(but_not.resolve()):
            return False
        below = Path(path).parts[len(folder.resolve().parts) :]
        return not any(part.startswith(".") for part in below)

    while not stop.is_set():
        if not folder.is_dir():
            bring_in_step()
            stop.wait(_AGAIN_S)
            continue
        try:
            changes = watch(
                folder.resolve(),
                watch_filter=lambda _, path: counts(path),
                debounce=_MOST_MS,
                step=_SETTLE_MS,
                rust_timeout=1000,
                yield_on_timeout=True,
                stop_event=stop,
                raise_interrupt=True,
            )
            due = True  # the watching begins with the first step: see what changed before it
            for changed in changes:
                if changed or due:
                    bring_in_step()
                if not folder.is_dir():
                    break
        except (OSError, RuntimeError):  # the folder went away just now
            stop.wait(_AGAIN_S)
