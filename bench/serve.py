"""What gunicorn serves for a contestant: its Django, counted when asked."""

from django.core.wsgi import get_wsgi_application

from bench.counting import CountsWhenAsked

application = CountsWhenAsked(get_wsgi_application())
