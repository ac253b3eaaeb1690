"""Pages go out compressed. Static files are compressed beforehand; the API's and the exports' answers stay as they are.

Compression and a secret beside text that a stranger chooses can give the secret away by the answer's length (BREACH).
So the CSRF token is masked anew on every page (Django's own), and each answer is padded by up to 100 random bytes.
"""

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WORTH_IT = 1000  # bytes


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages of HTML for who can read it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, a page of some length compressed."""
        if not isinstance(response, HttpResponse) or len(response.content) < WORTH_IT:
            return response
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
