"""A linear model in whole numbers, free of any solver: columns, rows, clauses of at-most-one, objectives."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

FREE = 2**60  # stands for no bound; every activity of a row stays far below it


@dataclass(frozen=True, slots=True)
class Row:
    """`low <= sum(coef * col) <= high`."""

    columns: Sequence[int]
    coefs: Sequence[int]
    low: int
    high: int


@dataclass(slots=True)
class Objective:
    """A sum to be kept low: `constant + sum(coef * col)`."""

    constant: int = 0
    coefs: dict[int, int] = field(default_factory=dict)

    def add(self, column: int, coef: int) -> None:
        """Let a column cost `coef` more."""
        if coef:
            self.coefs[column] = self.coefs.get(column, 0) + coef

    def value(self, values: Sequence[int]) -> int:
        """What the columns' values cost."""
        return self.constant + sum(coef * values[column] for column, coef in self.coefs.items())


@dataclass(slots=True)
class Model:
    """Columns with bounds, rows, and sets of yes-no columns of which at most one is yes."""

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    at_most_one: list[list[int]] = field(default_factory=list)

    def column(self, low: int = 0, high: int = 1) -> int:
        """A new column; yes-no unless bounds say otherwise."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def row(self, terms: Iterable[tuple[int, int]], *, low: int = -FREE, high: int = FREE) -> None:
        """A new row from (column, coef) pairs."""
        columns, coefs = zip(*terms, strict=True)
        self.rows.append(Row(columns, coefs, low, high))

    def one_of(self, columns: Iterable[int]) -> None:
        """At most one of these yes-no columns is yes."""
        distinct = list(columns)
        if len(distinct) > 1:
            self.at_most_one.append(distinct)

    def all_rows(self) -> Iterator[Row]:
        """Every row, the sets of at-most-one first, for engines that know sums only."""
        for columns in self.at_most_one:
            yield Row(columns, [1] * len(columns), -FREE, 1)
        yield from self.rows
