"""The live directory: OpenID Connect discovery on the worldwide host, then on the US Government host."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from gcc_portal.identity.tenants.demo import find_in_table, malformed
from gcc_portal.identity.tenants.discovery import HostAnswer, Outcome, ask
from gcc_portal.identity.tenants.kinds import TenantAnswer, TenantKind, canonical, parse_tenant_id

SOURCE = "discovery"
FOUND_CACHED = timedelta(days=1)
OTHERS_CACHED = timedelta(minutes=5)
# To be raised when TenantAnswer changes, so that no answer of the old form is read from the cache.
CACHE_VERSION = 1


class LiveDirectory:
    """Asks the hosts of TENANT_DISCOVERY_HOSTS; tenants that the portal created are in its own table."""

    def find(self, identifier: str) -> TenantAnswer:
        """Return the hosts' answer about a tenant GUID or domain.

        Cached for a day when the cloud is known, for five minutes otherwise; "could not check" is never cached.
        """
        name = canonical(identifier)
        if name is None:
            return malformed(SOURCE)
        own = find_in_table(name)
        if own is not None:
            return own
        key = _cache_key(name)
        answer: TenantAnswer | None = cache.get(key)
        if answer is None:
            answer = _discover(name)
            if answer.kind is not TenantKind.UNCHECKED:
                period = FOUND_CACHED if answer.kind.is_known_cloud else OTHERS_CACHED
                cache.set(key, answer, period.total_seconds())
        return answer


def _discover(name: str) -> TenantAnswer:
    worldwide, *others = settings.TENANT_DISCOVERY_HOSTS
    timeout: float = settings.TENANT_DISCOVERY_TIMEOUT
    answers = [ask(worldwide, name, timeout)]
    for host in others:
        if not _needs_next_host(answers):
            break
        answers.append(ask(host, name, timeout))
    kind = _conclude(answers)
    found = {answer.tenant_id for answer in answers if answer.tenant_id}
    by_id = parse_tenant_id(name)
    return TenantAnswer(
        kind=kind,
        tenant_id=by_id or (found.pop() if len(found) == 1 else None),
        domain=None if by_id else name,
        organization_name=None,
        source=SOURCE,
        detail=_("Asked about %(name)s.") % {"name": name}
        + " "
        + " ".join(answer.words for answer in answers),
        asked_at=timezone.now(),
    )


def _needs_next_host(answers: list[HostAnswer]) -> bool:
    """Return True after "no such tenant", "another cloud", or a US Government tenant of the first host."""
    last = answers[-1]
    if last.outcome in {Outcome.MISSING, Outcome.ELSEWHERE}:
        return True
    return last.kind is not None and last.kind.is_us_government_cloud and len(answers) == 1


def _conclude(answers: list[HostAnswer]) -> TenantKind:
    outcomes = [answer.outcome for answer in answers]
    found = [answer for answer in answers if answer.outcome is Outcome.FOUND]
    if found:
        return _conclude_found(found, worldwide_knows=outcomes[0] is Outcome.FOUND)
    if Outcome.NO_ANSWER in outcomes:
        return TenantKind.UNCHECKED
    if Outcome.ELSEWHERE in outcomes:
        # The tenant exists, in a national cloud of which none of these hosts has the document.
        return TenantKind.UNKNOWN_CLOUD
    return TenantKind.MALFORMED if Outcome.INVALID in outcomes else TenantKind.NOT_FOUND


def _conclude_found(found: list[HostAnswer], *, worldwide_knows: bool) -> TenantKind:
    """Return the kind on which all documents agree; AMBIGUOUS where they differ.

    Also where only the US Government host knows a commercial or GCC tenant, which the worldwide host should know.
    """
    kinds = {answer.kind for answer in found if answer.kind is not None}
    tenants = {answer.tenant_id for answer in found}
    if len(kinds) != 1 or len(tenants) != 1:
        return TenantKind.AMBIGUOUS
    kind = kinds.pop()
    if kind in {TenantKind.COMMERCIAL, TenantKind.GCC} and not worldwide_knows:
        return TenantKind.AMBIGUOUS
    return kind


def _cache_key(name: str) -> str:
    # With the hosts, so that other settings give other answers; hashed, since a cache key has no blanks.
    question = " ".join([name, *settings.TENANT_DISCOVERY_HOSTS])
    return f"tenant-discovery:{CACHE_VERSION}:{hashlib.sha256(question.encode()).hexdigest()}"
