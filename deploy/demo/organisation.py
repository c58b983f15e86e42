"""The invented organisation, the same on every machine: units, people with posts and dates, and who holds which role."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from deploy.demo.fields import FIELDS
from deploy.demo.names import hand, name
from deploy.demo.places import BASE_CELLS, BASES, ROOT
from deploy.demo.work import Field
from events.access import COMMITTEE_ROLES, Role
from events.member import Kind, Track
from events.unit import UnitKind


@dataclass(frozen=True, slots=True)
class Place:
    """A unit. `path`: itself, then those above it, the root last."""

    id: str
    kind: UnitKind
    name: str
    path: tuple[str, ...]
    field: str

    @property
    def parent(self) -> str | None:
        """The unit above, None for the root."""
        return self.path[1] if len(self.path) > 1 else None

    @property
    def is_cell(self) -> bool:
        """Whether people are members of it."""
        return self.kind in {UnitKind.CELL, UnitKind.BASE_CELL}


@dataclass(frozen=True, slots=True)
class Someone:
    """A person and their one membership."""

    person: str
    member: str
    name: str
    birth_year: int
    cell: str
    kind: Kind
    track: Track
    post: str
    admitted_on: date
    official_on: date | None


@dataclass(frozen=True, slots=True)
class Post:
    """A role that somebody holds in a unit."""

    person: str
    role: Role
    unit: str


@dataclass(frozen=True)
class Organisation:
    """Everything that is the same on every machine. `first_year`: the year before this one, whole in the log."""

    first_year: int
    places: dict[str, Place]
    people: tuple[Someone, ...]
    posts: tuple[Post, ...]
    open_cell: str
    cells: dict[str, tuple[Someone, ...]] = field(default_factory=dict)

    def holder(self, unit: str, *roles: Role) -> str:
        """The first person with the first of the roles that anybody holds in a unit."""
        return next(self._holders[role, unit] for role in roles if (role, unit) in self._holders)

    def seats(self, person: str) -> tuple[str, ...]:
        """Units whose committee a person sits in."""
        return self._seats.get(person, ())

    @cached_property
    def _holders(self) -> dict[tuple[Role, str], str]:
        return {(post.role, post.unit): post.person for post in reversed(self.posts)}

    @cached_property
    def _seats(self) -> dict[str, tuple[str, ...]]:
        seated = [post for post in self.posts if post.role in COMMITTEE_ROLES]
        return {post.person: tuple(one.unit for one in seated if one.person == post.person) for post in seated}

    @cached_property
    def peers(self) -> dict[str, tuple[Someone, ...]]:
        """The official members of each cell: who votes, and who criticises."""
        return {cell: tuple(one for one in them if one.kind is Kind.OFFICIAL) for cell, them in self.cells.items()}

    @cached_property
    def root(self) -> str:
        """The root's id."""
        return next(place.id for place in self.places.values() if place.kind is UnitKind.ROOT)

    @cached_property
    def office(self) -> str:
        """Who acts for the organisation office."""
        return self.holder(self.root, Role.ORGANISATION_OFFICE)


@dataclass(frozen=True, slots=True)
class Shape:
    """How large: how many of the bases, of their cells each, of the one-cell bases, and how many members in all."""

    bases: int
    cells_each: int
    base_cells: int
    members: int


BLOC = Shape(bases=14, cells_each=9, base_cells=50, members=2247)
"""64 base organisations, 102 cells, 2,247 members."""

SMALL = Shape(bases=2, cells_each=3, base_cells=2, members=68)
"""The same by the same code, for tests."""

OPEN_CELL_MEMBERS = 12


def organisation(first_year: int, shape: Shape = BLOC) -> Organisation:
    """The organisation as it is at the beginning of `first_year`, and who is admitted in that year."""
    places = {place.id: place for place in _places(shape)}
    cells = [place for place in places.values() if place.is_cell]
    open_cell = cells[0].id
    sizes = _sizes(len(cells), shape.members)
    by_cell: dict[str, tuple[Someone, ...]] = {}
    number = 0
    for place, size in zip(cells, sizes, strict=True):
        by_cell[place.id] = tuple(
            _someone(number + n, n, place, first_year, is_open=place.id == open_cell) for n in range(1, size + 1)
        )
        number += size
    people = tuple(one for members in by_cell.values() for one in members)
    return Organisation(first_year, places, people, tuple(_posts(places, by_cell)), open_cell, by_cell)


def _places(shape: Shape) -> Iterator[Place]:
    root = "u1"
    yield Place(root, UnitKind.ROOT, ROOT, (root,), "office")
    number = 1
    for title, what, cells in BASES[: shape.bases]:
        number += 1
        base = f"u{number}"
        yield Place(base, UnitKind.BASE, f"Đảng bộ {title}", (base, root), what)
        for cell in cells[: shape.cells_each]:
            number += 1
            part, _, own = cell.partition("|")
            called = (
                part
                if sum(other.startswith(part) for _, _, many in BASES for other in many) == 1
                else f"{part} – {title}"
            )
            called = called.replace("Sở – Sở", "Sở")
            yield Place(f"u{number}", UnitKind.CELL, f"Chi bộ {called}", (f"u{number}", base, root), own or what)
    for title, what in BASE_CELLS[: shape.base_cells]:
        number += 1
        yield Place(f"u{number}", UnitKind.BASE_CELL, f"Chi bộ {title}", (f"u{number}", root), what)


def _sizes(cells: int, members: int) -> list[int]:
    """Sizes between 6 and 48, the open cell's first, that add up."""
    rng = hand("sizes")
    wanted = [rng.triangular(0.35, 2.1, 0.8) for _ in range(cells - 1)]
    left = members - OPEN_CELL_MEMBERS
    sizes = [min(48, max(6, round(left * share / sum(wanted)))) for share in wanted]
    while (off := left - sum(sizes)) != 0:
        index = rng.randrange(len(sizes))
        step = 1 if off > 0 else -1
        if 6 <= sizes[index] + step <= 48:
            sizes[index] += step
    return [OPEN_CELL_MEMBERS, *sizes]


def _someone(number: int, place_in_cell: int, cell: Place, first_year: int, *, is_open: bool) -> Someone:
    rng = hand(cell.id, place_in_cell)
    what = FIELDS[cell.field]
    leads = place_in_cell <= 2 or (place_in_cell <= 5 and rng.random() < 0.4)
    track = Track.LEADER if leads else Track.NON_LEADER
    if cell.field == "enterprise" and not leads and rng.random() < 0.25:
        track = Track.OUTSIDE
    age = round(rng.triangular(27, 59, 41)) + (3 if leads else 0)
    admitted = date(
        first_year - max(2, round((age - 25) * rng.uniform(0.3, 0.95))),
        rng.randint(1, 12),
        rng.choice([3, 19, 2, 7, 26]),
    )
    someone = Someone(
        person=f"p{number:04d}",
        member=f"m{number:04d}",
        name=name(rng),
        birth_year=first_year - min(age, 60),
        cell=cell.id,
        kind=Kind.OFFICIAL,
        track=track,
        post=_post(what, place_in_cell, rng.randrange(60), leads=leads),
        admitted_on=admitted,
        official_on=admitted.replace(year=admitted.year + 1),
    )
    chance = rng.random()
    if is_open or place_in_cell <= 6:
        return someone
    if chance < 0.015:
        admitted = date(first_year, rng.randint(7, 11), rng.choice([3, 19]))
        return replace(
            someone,
            kind=Kind.PROBATIONARY,
            admitted_on=admitted,
            official_on=None,
            birth_year=first_year - rng.randint(22, 33),
        )
    if chance < 0.035:
        return replace(someone, kind=Kind.EXEMPT, birth_year=first_year - rng.randint(57, 61))
    if chance < 0.037:
        return replace(someone, kind=Kind.SUSPENDED)
    return someone


def _post(what: Field, place_in_cell: int, draw: int, *, leads: bool) -> str:
    """Secretary and deputy have the field's first two posts."""
    if place_in_cell <= 2:
        return what.leaders[place_in_cell - 1]
    among = what.leaders[1:] if leads else what.posts
    return among[draw % len(among)]


def _posts(places: dict[str, Place], cells: dict[str, tuple[Someone, ...]]) -> Iterator[Post]:
    """Cell officers are the first of each cell; committees above are people without a post in their cell."""
    root = next(place.id for place in places.values() if place.kind is UnitKind.ROOT)
    for cell, members in cells.items():
        yield Post(members[0].person, Role.CELL_SECRETARY, cell)
        yield Post(members[1].person, Role.CELL_DEPUTY, cell)
        if len(members) >= 15:
            yield Post(members[2].person, Role.CELL_COMMITTEE, cell)
    bases = [place.id for place in places.values() if place.kind is UnitKind.BASE]
    for base in bases:
        below = [cell for cell in cells if places[cell].parent == base]
        others = below[1:] if next(iter(cells)) in below else below  # the open cell keeps its members to itself
        chosen = [cells[cell][place] for place in (3, 4) for cell in others][: max(3, min(5, len(below)))]
        yield from (Post(one.person, Role.BASE_COMMITTEE, base) for one in chosen)
    single = [cell for cell in cells if places[cell].parent == root]
    office = cells[single[0]]
    yield Post(office[3].person, Role.ORGANISATION_OFFICE, root)
    yield Post(office[4].person, Role.ORGANISATION_OFFICE, root)
    yield Post(office[5].person, Role.OPERATOR, root)
    seats = [cells[cell][place] for place in (3, 4, 5) for cell in single[1:]][:5]
    yield from (Post(one.person, Role.SUPERIOR_COMMITTEE, root) for one in seats)
    spare = [cells[cell][place] for place in (5, 4) for cell in reversed(single[1:])]
    spare = [one for one in spare if one not in seats][:5]
    for one, role in zip(
        spare, (Role.PROPAGANDA_BOARD, Role.INSPECTION_COMMISSION, *(Role.AREA_SUPERVISOR,) * 3), strict=False
    ):
        yield Post(
            one.person,
            role,
            root if role is not Role.AREA_SUPERVISOR or not bases else bases[spare.index(one) % len(bases)],
        )
