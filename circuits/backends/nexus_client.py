"""The client of Quantinuum Nexus, and what its errors mean here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from ...knots.errors import PlaitError
from ...knots.optional import require
from .errors import AuthenticationError, NetworkError

__all__ = ["qnexus", "vendor_errors"]

_PURPOSE: Final = "Quantinuum Nexus"
_TIMEOUT: Final = 120.0


def qnexus() -> Any:
    """The client, which as it comes would wait for an answer without end."""
    qnx = require("qnexus", extra="quantinuum", purpose=_PURPOSE)
    client = require("qnexus.client", extra="quantinuum", purpose=_PURPOSE)
    client.get_nexus_client().timeout = _TIMEOUT
    return qnx


@contextmanager
def vendor_errors(other: type[PlaitError], what: str = "Nexus") -> Iterator[None]:
    """Turn errors of the client into those of this package; ``other`` is for a plain refusal."""
    httpx = require("httpx", extra="quantinuum", purpose=_PURPOSE)
    exceptions = require("qnexus.exceptions", extra="quantinuum", purpose=_PURPOSE)
    try:
        yield
    except exceptions.AuthenticationError as error:
        raise _by_status(401, str(error), other, what) from error
    except httpx.HTTPStatusError as error:
        code = error.response.status_code
        if code == 403 and error.request.url.path.startswith("/auth/"):
            # A token that is not renewed is a login that has expired.
            code = 401
        raise _by_status(code, str(error), other, what) from error
    except httpx.HTTPError as error:
        raise NetworkError(f"cannot reach Nexus: {error or type(error).__name__}") from error
    except (exceptions.ResourceFetchFailed, exceptions.ResourceCreateFailed) as error:
        raise _by_status(error.status_code or 400, str(error), other, what) from error
    except exceptions.ZeroMatches as error:
        raise other(f"{what}: there is no such thing in Nexus") from error
    except (exceptions.NoUniqueMatch, exceptions.DataGone, exceptions.JobError) as error:
        raise other(f"{what}: {error or type(error).__name__}") from error
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        # What the client makes of an answer that is not of the form it expects.
        raise NetworkError(
            f"Nexus gave an answer that its client cannot read: {error!r}"
        ) from error


def _by_status(code: int, message: str, other: type[PlaitError], what: str) -> PlaitError:
    if code == 401:
        return AuthenticationError(
            f"Nexus does not let you in: run `qnx login`, then repeat the same command ({message})"
        )
    if 400 <= code < 500 and code not in (408, 429):
        return other(f"{what}: {message}")
    return NetworkError(f"Nexus cannot answer now: {message}")
