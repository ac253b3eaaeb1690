"""Django's admin as a peer of the customers list: the same partner's rows on a plain `ModelAdmin`'s changelist.

A superuser's session on the product's own database; 25 rows a page in the order of their names, with domain,
qualifications in force, agreement and date; the search and the filter are the admin's own. A deep page is the admin's
`p`, counted from 1. What the admin asks beside the rows (two counts) is how it comes.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from bench.core import Contestant
from bench.ground import Ground
from bench.web import Client, Failed

OPERATOR = "operator@bench.example"
ROWS = 25
ROW = b'class="field-name'

_clients: "WeakKeyDictionary[ExitStack, Client]" = WeakKeyDictionary()  # one server for all that a stack asks


def contestant(ground: Ground, stack: ExitStack, query: Mapping[str, object]) -> Contestant:
    """Return the changelist with this query: `q`, `qualification`, `p`. Its server ends with the stack."""
    if stack not in _clients:
        server = stack.enter_context(
            ground.serve("admin", ground.scale, settings="bench.peers.admin_settings", peer=True)
        )
        _clients[stack] = server.client(ground.session(ground.scale, OPERATOR, bare=True))
    client, url = _clients[stack], f"/admin/customers/customer/?{urlencode(query)}"

    def times(count: int) -> Sequence[float]:
        return [_page(client, url) for _each in range(count)]

    return Contestant("peer", "Django admin's changelist", times, client.counted(url))


def _page(client: Client, url: str) -> float:
    answer = client.get(url)
    if answer.body.count(ROW) != ROWS:
        raise Failed(f"admin: {url} shows {answer.body.count(ROW)} rows, not {ROWS}")
    return answer.seconds
