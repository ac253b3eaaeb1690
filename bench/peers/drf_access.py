"""What the settings name: who a token is, and how a list is cut into pages."""

from rest_framework.authentication import TokenAuthentication
from rest_framework.pagination import PageNumberPagination


class BearerAuthentication(TokenAuthentication):
    """The framework's token, under the usual word."""

    keyword = "Bearer"


class Pages(PageNumberPagination):
    """Counted pages of a size that is asked for."""

    page_size, max_page_size, page_size_query_param = 100, 500, "size"
