"""The account of a prepared data set: for prepare.json, and for people."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from train.datasets.collection import Account, Collection
from train.datasets.examples import Splits
from train.datasets.repeats import Repeats
from train.datasets.tasks import LABELS, SIZE
from train.run_folder import command, revision


def report_of(
    found: Collection, kept: Collection, repeats: Repeats, splits: Splits, choices: dict[str, Any]
) -> dict[str, Any]:
    """All there is to know of a preparation, as JSON takes it.

    Keys: command, revision, the choices by name, labels, size (height, width), sources (each with its pictures' sizes
    as WIDTHxHEIGHT), counts (split, label), duplicates and contradictions (each group's places, the first one first),
    copies_dropped (how many duplicates each source has of which, and how many of them were in another split than the
    copy that is kept), unreadable, unmapped (class, pictures), others (the same of the classes that became "other").
    """
    labels = LABELS[choices["task"]]
    three = (splits.train, splits.validation, splits.test)
    return {
        "command": command(),
        "revision": revision(),
        **choices,
        "labels": labels,
        "size": SIZE,
        "sources": [_source(account, index, found, kept) for index, account in enumerate(found.accounts)],
        "counts": {
            name: dict(zip(labels, np.bincount(part.labels, minlength=len(labels)).tolist(), strict=True))
            for name, part in zip(splits.names, three, strict=True)
        },
        "copies_dropped": _pairs(repeats, found),
        "duplicates": [[found.where[position] for position in group] for group in repeats.duplicates],
        "contradictions": [
            {found.where[position]: labels[found.examples.labels[position]] for position in group}
            for group in repeats.contradictions
        ],
        "unreadable": [line for account in found.accounts for line in account.unreadable],
        "unmapped": _named(account.unmapped for account in found.accounts),
        "others": _named(account.others for account in found.accounts),
    }


def _named(counts: Iterable[Counter[str]]) -> dict[str, int]:
    """The sums by name, the largest first."""
    return dict(sum(counts, Counter[str]()).most_common())


def _source(account: Account, index: int, found: Collection, kept: Collection) -> dict[str, Any]:
    form: dict[str, Any] = {
        "path": str(account.path),
        "pictures": int((found.origins == index).sum()),
        "kept": int((kept.origins == index).sum()),
        "unreadable": len(account.unreadable),
        "unmapped": account.unmapped.total(),
        "sizes": {f"{width}x{height}": number for (height, width), number in account.sizes.most_common()},
    }
    return {**form, "sha256": _sha256(account.path)} if account.path.is_file() else form


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pairs(repeats: Repeats, found: Collection) -> list[dict[str, Any]]:
    paths = [str(account.path) for account in found.accounts]
    copies: Counter[tuple[int, int]] = Counter()
    leaks: Counter[tuple[int, int]] = Counter()
    for first, *others in repeats.duplicates:
        for other in others:
            pair = int(found.origins[first]), int(found.origins[other])
            copies[pair] += 1
            leaks[pair] += int(found.parts[first] != found.parts[other])
    return [
        {"kept": paths[one], "dropped": paths[other], "pictures": number, "in_another_split": leaks[one, other]}
        for (one, other), number in sorted(copies.items())
    ]


def describe(report: dict[str, Any], out: Path) -> str:
    """The account for a terminal: a table of counts, then one line for each thing worth knowing."""
    return "\n".join([*_table(report["counts"], report["labels"]), "", *_notes(report), f"prepared: {out}"])


def _table(counts: dict[str, dict[str, int]], labels: tuple[str, ...]) -> list[str]:
    rows = [[label, *(part[label] for part in counts.values())] for label in labels]
    rows.append(["all", *(sum(part.values()) for part in counts.values())])
    head = f"{'':10}" + "".join(f"{name:>12}" for name in (*counts, "all"))
    return [head, *(f"{name:10}" + "".join(f"{value:12,}" for value in (*row, sum(row))) for name, *row in rows)]


def _notes(report: dict[str, Any]) -> list[str]:
    notes = [_of_source(source) for source in report["sources"]]
    for pair in report["copies_dropped"]:
        again = "itself" if pair["kept"] == pair["dropped"] else pair["kept"]
        leaks = f" ({pair['in_another_split']:,} in another split)" if pair["in_another_split"] else ""
        notes.append(f"duplicates: {pair['pictures']:,} of {pair['dropped']} are in {again} already{leaks}; left out")
    if groups := report["contradictions"]:
        fate = "the first copy of each kept" if report["keep_contradictions"] else "all left out"
        copies = sum(map(len, groups))
        notes.append(f"contradictions: {len(groups):,} pictures with several labels ({copies:,} copies); {fate}")
    if report["unreadable"]:
        notes.append(f"unreadable: {len(report['unreadable']):,}; left out")
    if report["unmapped"]:
        notes.append(f"no label for: {_list(report['unmapped'])}; left out (--map NAME=LABEL takes them)")
    if report["others"]:
        notes.append(f"taken as other: {_list(report['others'])} (--map NAME=human where they are people)")
    return notes


def _list(counts: dict[str, int]) -> str:
    return ", ".join(f"{name or '(in no class folder)'} {number:,}" for name, number in counts.items())


def _of_source(source: dict[str, Any]) -> str:
    sizes = [f"{number:,} of {size}" for size, number in source["sizes"].items()]
    more = f" and {len(sizes) - 3:,} other sizes" if len(sizes) > 3 else ""
    shown = f" ({', '.join(sizes[:3])}{more})" if sizes else ""
    return f"{source['path']}: {source['pictures']:,} pictures{shown}, {source['kept']:,} kept"
