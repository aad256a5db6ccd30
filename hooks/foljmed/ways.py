"""Ways in: the pledges by status, area and party, and the updates by year and party.

Each is a plain page of links that works by itself. ``facets`` on each row are what a filter in the browser combines
them by: ``status-kept part-polisen``.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby

from foljmed.catalog import Period, Pledge, Update
from foljmed.model import Kind
from foljmed.shown import (
    SILENT,
    UNSTATED,
    Group,
    Link,
    PledgeLine,
    Row,
    UpdatesView,
    WayIn,
    capital,
    status_view,
)
from foljmed.spans import month_name
from foljmed.views import GLANCE, Views

UPDATES = "uppdateringar/"
# A first page of updates shows whole years, newest first, until it has at least so many.
UPDATES_AT_ONCE = 60


def pledges_address(period: Period) -> str:
    """Return the address of a period's ways in."""
    return f"{period.address}loften/"


def pledge_ways(views: Views, period: Period) -> tuple[WayIn, ...]:
    """Return a period's pledges by area, status and party, each group with its rows in the document's order."""
    rows = [_row(views, pledge, period) for pledge in period.pledges]
    statuses = (*map(status_view, GLANCE), UNSTATED, SILENT)
    return (
        _way("omrade", "Område", ((area.id, area.title) for area in period.file.areas), rows),
        _way("status", "Status", ((each.name, each.label) for each in statuses), rows),
        _way("part", "Part", ((id_, party.name) for id_, party in period.file.parties.items()), rows),
    )


def _row(views: Views, pledge: Pledge, period: Period) -> PledgeLine:
    card = views.card(pledge)
    parties = (f"part-{each}" for each in pledge.file.responsible)
    area = period.areas[pledge.file.goal].id
    return PledgeLine(
        title=card.title,
        address=card.address,
        status=card.status,
        latest=card.latest.published if card.latest else None,
        facets=" ".join((f"omrade-{area}", f"status-{card.status.name}", *parties)),
    )


def _way(id_: str, title: str, groups: Iterable[tuple[str, str]], rows: Iterable[PledgeLine | Row]) -> WayIn:
    """Return the groups that hold anything, each with its rows."""
    found: dict[str, list[PledgeLine | Row]] = {}
    for row in rows:
        for facet in row.facets.split():
            found.setdefault(facet, []).append(row)
    held = ((group, name, found.get(f"{id_}-{group}", ())) for group, name in groups)
    return WayIn(id_, title, tuple(Group(name, tuple(its), group) for group, name, its in held if its))


def update_pages(views: Views, rows: Mapping[str, Row]) -> Mapping[str, UpdatesView]:
    """Return every page of updates by address within the site: all, each party's, and of both one for each year.

    ``rows`` are the updates' lines by ref.
    """
    every = sorted(views.catalog.all_updates(), key=lambda update: (*update.order, update.ref), reverse=True)
    names = {id_: party.name for period in views.catalog.periods for id_, party in period.file.parties.items()}
    told: dict[str, list[Update]] = {}
    for update in every:
        for party in update.file.by:
            told.setdefault(party, []).append(update)
    parties = tuple(Link(name, f"parter/{id_}/", str(len(told[id_]))) for id_, name in names.items() if id_ in told)
    pages = _by_year(UPDATES, "Uppdateringar", every, rows)
    for id_, name in names.items():
        pages |= _by_year(f"parter/{id_}/", f"Uppdateringar från {name}", told.get(id_, []), rows)
    return {address: view._replace(parties=parties, ways=_ways(view, names)) for address, view in pages.items()}


def facets(update: Update) -> str:
    """Return what a filter knows an update by."""
    return " ".join((*(f"part-{each}" for each in update.file.by), f"typ-{update.file.kind}"))


def _by_year(first: str, title: str, updates: list[Update], rows: Mapping[str, Row]) -> dict[str, UpdatesView]:
    years = {year: list(found) for year, found in groupby(updates, lambda update: update.day.year)}
    links = tuple(Link(str(year), f"{first}{year}/", str(len(found))) for year, found in years.items())
    newest: list[Update] = []
    for found in years.values():
        if len(newest) < UPDATES_AT_ONCE:
            newest += found
    is_all = len(newest) == len(updates)
    pages = {first: UpdatesView(title, first, first, is_all, _months(newest, rows), links)}
    for year, found in years.items():
        address = f"{first}{year}/"
        pages[address] = UpdatesView(f"{title} {year}", address, first, is_all, _months(found, rows), links)
    return pages


def _months(updates: Iterable[Update], rows: Mapping[str, Row]) -> tuple[Group, ...]:
    months = groupby(updates, lambda update: (update.day.year, update.day.month))
    return tuple(
        Group(f"{capital(month_name(month))} {year}", tuple(rows[update.ref] for update in found))
        for (year, month), found in months
    )


def _ways(view: UpdatesView, names: Mapping[str, str]) -> tuple[WayIn, ...]:
    """Return what the filter of a page of updates may choose among: what stands on the page."""
    rows = [row for month in view.months for row in month.items if isinstance(row, Row)]
    kinds = ((kind.value, capital(kind)) for kind in Kind)
    return _way("part", "Part", names.items(), rows), _way("typ", "Typ", kinds, rows)
