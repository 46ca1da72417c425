"""Where beside a face there is room for what is to be written."""

from collections.abc import Iterator, Sequence

from edge.contract.records import Box

CROWDED = 0.2
"""Share of itself with which a card may cover faces and other cards."""


def place(box: Box, size: tuple[int, int], photo: tuple[int, int], taken: Sequence[Box], gap: int) -> Box | None:
    """The best place for a card, wholly inside the photo; None where there is none that is free enough.

    Args:
        box: the face.
        size: width and height of the card.
        photo: width and height of the photo.
        taken: all faces and the cards placed so far.
        gap: pixels between face and card.
    """
    if size[0] > photo[0] or size[1] > photo[1]:
        return None
    places = [_inside(x, y, size, photo) for x, y in _around(box, size, gap)]
    best = min(places, key=lambda one: _covered(one, taken))
    return best if _covered(best, taken) <= CROWDED else None


def attached(box: Box, size: tuple[int, int], photo: tuple[int, int], taken: Sequence[Box]) -> Box:
    """The best place of a short label, at one of a face's corners: above it, below it, or inside, if all else fails."""
    left, right = box.x, box.x + box.width - size[0]
    rows = (box.y - size[1], box.y + box.height, box.y, box.y + box.height - size[1])
    places = [_inside(x, y, size, photo) for y in rows for x in (left, right)]
    return min(places, key=lambda one: _covered(one, taken))


def _around(box: Box, size: tuple[int, int], gap: int) -> Iterator[tuple[int, int]]:
    """In the order of preference: where people look for what belongs to a face."""
    width, height = size
    right, left = box.x + box.width + gap, box.x - gap - width
    below, above = box.y + box.height + gap, box.y - gap - height
    for x in (right, left):
        yield from ((x, box.y), (x, box.y + box.height - height))
    for y in (below, above):
        yield from ((box.x + (box.width - width) // 2, y), (box.x, y), (box.x + box.width - width, y))


def _inside(x: int, y: int, size: tuple[int, int], photo: tuple[int, int]) -> Box:
    """Moved into the photo; what is larger than that begins at its edge."""
    return Box(max(0, min(x, photo[0] - size[0])), max(0, min(y, photo[1] - size[1])), *size)


def _covered(place: Box, taken: Sequence[Box]) -> float:
    """The share of a place that others have, counted once for each of them."""
    return sum(_shared(place, other) for other in taken) / max(place.area, 1)


def _shared(one: Box, other: Box) -> int:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(across, 0) * max(down, 0)
