"""Directions of meaning as numbers: kept small, and compared by the angle between them.

At rest a vector is a signed byte a number, its largest at 127: the angle is all that counts, and
what rounding takes from it is less than a hundredth. numpy compares them where it is installed
(`convene[meaning]`); plain Python does for few.
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from heapq import nlargest
from importlib import import_module
from importlib.util import find_spec
from math import sqrt
from operator import itemgetter, mul
from typing import Any

Vector = Sequence[float]
_MOST = 127


def has_numpy() -> bool:
    """Whether many vectors can be compared quickly."""
    return find_spec("numpy") is not None


def packed(vector: Vector) -> bytes:
    """A vector as it is kept."""
    largest = max(map(abs, vector), default=0.0) or 1.0
    return array("b", [round(one / largest * _MOST) for one in vector]).tobytes()


@dataclass(slots=True)
class Vectors:
    """The vectors of some events, ready to be compared."""

    ids: tuple[str, ...]
    blobs: InitVar[Sequence[bytes]]
    """As `packed`, one an event; what is of another length than most is left out."""
    _matrix: Any = field(default=None, init=False)
    _kept: Sequence[tuple["array[int]", float]] = field(default=(), init=False)
    """Without numpy: vectors with their lengths."""

    def __post_init__(self, blobs: Sequence[bytes]) -> None:
        if not blobs:
            return
        size = Counter(map(len, blobs)).most_common(1)[0][0]
        alike = [
            (id_, blob) for id_, blob in zip(self.ids, blobs, strict=True) if len(blob) == size
        ]
        self.ids = tuple(id_ for id_, _ in alike)
        if has_numpy():
            self._matrix = _matrix([blob for _, blob in alike])
        else:
            self._kept = [_measured(array("b", blob)) for _, blob in alike]

    def closest(self, vector: Vector, least: float, most: int) -> list[tuple[float, str]]:
        """Closeness (the cosine of the angle, 1 at most) and ids of those at least so close, the
        closest first, as close ones in their order; none where vectors are of another length."""
        if not self.ids:
            return []
        length = sqrt(sum(one * one for one in vector)) or 1.0
        wanted = [one / length for one in vector]
        if self._matrix is not None:
            return self._quickly(wanted, least, most)
        if len(self._kept[0][0]) != len(wanted):
            return []
        scores = [sum(map(mul, kept, wanted)) / length for kept, length in self._kept]
        found = nlargest(most, zip(scores, self.ids, strict=True), key=itemgetter(0))
        return [(score, id_) for score, id_ in found if score >= least]

    def _quickly(self, wanted: Vector, least: float, most: int) -> list[tuple[float, str]]:
        numpy = import_module("numpy")
        if self._matrix.shape[1] != len(wanted):
            return []
        # Not `@`: that spreads such a little work over all processors, and waits for them.
        scores = numpy.einsum("ij,j->i", self._matrix, numpy.asarray(wanted, dtype="float32"))
        if len(scores) > most:
            # As close as the last of those that are told: not all are put in order.
            least = max(least, numpy.partition(scores, -most)[-most])
        (places,) = numpy.nonzero(scores >= least)
        best = places[numpy.argsort(-scores[places], kind="stable")[:most]]
        return [(float(scores[place]), self.ids[place]) for place in best]


def _matrix(blobs: Sequence[bytes]) -> Any:
    numpy = import_module("numpy")
    found = numpy.frombuffer(b"".join(blobs), dtype="int8").reshape(len(blobs), -1)
    matrix = found.astype("float32")
    matrix /= numpy.maximum(numpy.linalg.norm(matrix, axis=1, keepdims=True), 1)
    return matrix


def _measured(vector: "array[int]") -> tuple["array[int]", float]:
    return vector, sqrt(sum(map(mul, vector, vector))) or 1.0
