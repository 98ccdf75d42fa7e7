"""A person's browser, without the browser: sign-in, cookies and pages as text."""

import html
import http.cookiejar
import re
import urllib.parse
import urllib.request

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    """Somebody who signed in."""

    def __init__(self, url: str) -> None:
        self._url = url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def sign_in(self, *, username: str, password: str) -> None:
        token = _TOKEN.search(self.page("/sign-in"))[1]
        form = {
            "username": username,
            "password": password,
            "csrfmiddlewaretoken": token,
        }
        body = urllib.parse.urlencode(form).encode()
        with self._opener.open(f"{self._url}/sign-in", body, timeout=30) as answer:
            assert not answer.url.endswith("/sign-in"), "the sign-in was refused"

    def page(self, path: str) -> str:
        """Return a page with its entities resolved, so that text reads as text."""
        with self._opener.open(f"{self._url}{path}", timeout=30) as answer:
            assert answer.status == 200
            return html.unescape(answer.read().decode())
