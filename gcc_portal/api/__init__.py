"""The API's conventions, each once. The resources stand in each app's own `api` room."""
