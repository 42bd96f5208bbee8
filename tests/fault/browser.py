# SPDX-License-Identifier: GPL-2.0-only
"""A browser with a client certificate at the console, and the phone app's one request."""
import html
import http.client
import json
import re
import ssl
import urllib.parse

SECONDS = 10  # to wait for an answer
START_PASSWORD = "2468"


class Unanswered(Exception):
    """No answer, or an error of the server's: whether it was done nobody knows."""


class Page:
    def __init__(self, status, location, body):
        self.status, self.location, self.body = status, location, body

    def text(self):
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", self.body)))

    def hidden(self, action):
        """The hidden fields of the form that leads there; None: there is no such form."""
        form = re.search(r'<form method="post" action="%s"[^>]*>(.*?)</form>' % re.escape(action), self.body, re.S)
        if form is None:
            return None
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form.group(1))
        return [(name, html.unescape(value)) for name, value in fields]

    def offered(self):
        """The users whom a list lets be chosen."""
        return re.findall(r'<input type="checkbox" name="user" id="user-[0-9]+" value="([^"]*)"', self.body)

    def result(self, login):
        found = re.search(r'rowheader">%s</th>.*?<span class="state [a-z]+">([^<]*)<' % re.escape(login), self.body,
                          re.S)
        return found.group(1) if found else None


class Browser:
    def __init__(self, env, folder, login, seconds=SECONDS):
        self.origin, self.app = env["SEIKYO_CONSOLE_URL"], env["SEIKYO_TOKEN_URL"]
        self.context = ssl.create_default_context(cafile=env["SEIKYO_CA"])
        self.context.load_cert_chain("%s/%s.crt" % (folder, login), "%s/%s.key" % (folder, login))
        self.login, self.cookies, self.seconds = login, {}, seconds

    def ask(self, method, url, body=None, headers=()):
        where = urllib.parse.urlsplit(url)
        connection = http.client.HTTPSConnection(where.hostname, where.port, timeout=self.seconds, context=self.context)
        sent = {"Accept-Language": "en", "Cookie": "; ".join("%s=%s" % item for item in self.cookies.items()),
                **dict(headers)}
        try:
            connection.request(method, where.path + ("?" + where.query if where.query else ""), body, sent)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as failed:
            raise Unanswered(str(failed)) from failed
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status >= 500:
            raise Unanswered("status %d" % answer.status)
        return Page(answer.status, answer.headers.get("Location", ""), text)

    def get(self, path):
        return self.ask("GET", self.origin + path)

    def send(self, page, action, *typed):
        """Sends a form of that page; typed: (name, value) pairs. None: the page has no such form."""
        hidden = page.hidden(action)
        if hidden is None:
            return None
        body = urllib.parse.urlencode(hidden + list(typed))
        return self.ask("POST", self.origin + action, body, {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin})

    def install(self, app_user_id):
        """What the phone sends; gives the answer's status and its JSON."""
        where = urllib.parse.urlsplit(self.app)
        origin = "%s://%s" % (where.scheme, where.netloc)
        page = self.ask("POST", self.app + "install", json.dumps({
            "service_id": "SEIKYO", "user_id": app_user_id, "start_password": START_PASSWORD,
        }), {"Content-Type": "application/json", "Origin": origin})
        try:
            return page.status, json.loads(page.body)
        except ValueError as failed:
            raise Unanswered("no JSON") from failed
