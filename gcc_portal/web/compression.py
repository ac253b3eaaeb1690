"""Compresses HTML pages. Static files are compressed beforehand; answers of the API and downloads stay as they are.

When a page holds a secret and text that an attacker chooses, the length of its compressed form can reveal the secret
(BREACH). So Django masks the CSRF token anew on each page, and `GZipMiddleware` adds up to 100 random bytes.
"""

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WORTH_IT = 1000  # bytes


class CompressionMiddleware(GZipMiddleware):
    """Compresses HTML pages of `WORTH_IT` bytes or more for browsers that accept gzip."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response, compressed where it is a page worth it."""
        if not isinstance(response, HttpResponse) or len(response.content) < WORTH_IT:
            return response
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
