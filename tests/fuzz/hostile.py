# SPDX-License-Identifier: GPL-2.0-only
"""Requests to the console that no browser of ours sends: made from good ones, harmed in places."""

import json
import random
import urllib.parse

# Must come out of no page as it is, and into no head.
MARK = "<x7f3a"
HEAD_MARK = "X-Seventh"

PATHS = ["/login", "/login/code", "/setup", "/setup/again", "/setup/code", "/setup/standard", "/logout", "/",
         "/works", "/works/users", "/unlock", "/revoke", "/audit", "/audit.csv", "/token/install", "/static/page.js"]
FORMS = ["/login"] * 3 + ["/login/code"] * 3 + ["/setup", "/setup/again", "/setup/code", "/setup/standard", "/logout",
                                               "/unlock", "/revoke"]
FIELDS = ["csrf", "attempt", "login_id", "password", "state", "code", "mail", "start", "start_again", "ticket",
          "app", "app_user_id", "user", "confirmation", "search", "which", "page", "reason", "act", "lang", "notice"]
BAD = [MARK, MARK + '">', f"a\r\n{HEAD_MARK}: 1", "\0", "\x1b[31m", "%", "%zz", "\x7f", "'", '"', "' OR 1=1 -- ",
       "../../etc/passwd", "%n%s", "", " ", "Ａ１", "\u202e", "-1", "99999999999", "0", "true", "x" * 129, "x" * 3000]
BAD_BYTES = [b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xe3\x81", b"\xf4\x90\x80\x80", b"\0", b"\r\n", b"\x80"]
METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "POST ", "",
           "G" * 300]
TYPES = ["application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data; boundary=x", "",
         "application/x-www-form-urlencoded; charset=Shift_JIS", "application/jsonx", "x" * 2000]
HEADERS = ["Origin", "Content-Type", "Accept-Language", "Host", "X-Forwarded-For", "SSL_CLIENT_VERIFY",
           "SSL-Client-Verify", "Transfer-Encoding", "Expect", "Referer", "Range", HEAD_MARK + "-" + "x" * 100]
NOWHERE = ["//login", "/./login", "/..%2flogin", "/login%00", "/login/", "*", "/%ff", "http://x/login", "/login;x",
           "/static/../login", "/" + MARK, "/" + "x" * 5000]
COOKIES = ["__Host-seikyo=", "__Host-seikyo=a; __Host-seikyo=b", "; " * 500, "=" * 100, MARK, "a=b; " * 900,
           "__Host-seikyo=" + "f" * 63, "__Host-seikyo-lang=" + MARK]
LENGTHS = ["", "-1", "+1", "0x10", "1e1", " 5", "99999999999999999999", "65537", "999999999", "0", "1", "7", "12, 12"]


class Request:
    """One request, before it is bytes."""

    def __init__(self):
        self.method, self.path, self.query = "GET", "/login", ""
        self.headers, self.body = [], b""
        self.length = None  # what is said of the body; None: the truth
        self.certificate = None  # the name of one, or None
        self.app = False  # to the phone app's address

    def header(self, name, value):
        self.headers.append((name, value))


class Maker:
    """Makes request number n of a seed. What earlier pages held (cookie, token, tickets) is used again."""

    def __init__(self, seed, cast, origins):
        self.seed, self.cast, self.origins = seed, cast, origins
        self.cookies = {}  # a cookie, and the token of its pages
        self.hidden = {"state": ["00" * 150], "ticket": ["00" * 16], "app_user_id": ["0123456789"]}

    def learn(self, name, value):
        """A hidden field of a page that was answered."""
        kept = self.hidden.setdefault(name, [])
        kept.append(value)
        del kept[:-50]

    def make(self, number):
        chance = random.Random(self.seed * 1000003 + number)
        request = Request()
        request.chance = chance
        person = chance.choice(self.cast)
        kind = chance.choice([self.form, self.form, self.form, self.form, self.page, self.install, self.noise])
        kind(request, person)
        if chance.random() < 0.6:
            for _ in range(chance.randint(1, 3)):
                chance.choice([self.harm_header, self.harm_body, self.harm_line, self.harm_cookie])(request)
        return request

    # --- as they should be

    def start(self, request, person):
        chance = request.chance
        request.certificate = chance.choice([person["login"]] * 6 + [None, "foreign", self.cast[0]["login"]])
        cookie = chance.choice(list(self.cookies) or ["00" * 32])
        request.header("Cookie", "__Host-seikyo=" + cookie)
        request.header("Accept-Language", chance.choice(["ja", "en", "fr;q=0.9, en-US", "*", ""]))
        return self.cookies.get(cookie, "00" * 32)

    def page(self, request, person):
        self.start(request, person)
        request.path = request.chance.choice(PATHS)
        if request.chance.random() < 0.5:
            request.query = self.encode(self.some_fields(request.chance))

    def some_fields(self, chance):
        return [(chance.choice(FIELDS), chance.choice(BAD)) for _ in range(chance.randint(1, 3))]

    def form(self, request, person):
        chance = request.chance
        token = self.start(request, person)
        request.method, request.path = "POST", chance.choice(FORMS)
        request.header("Origin", self.origins[0])
        request.header("Content-Type", TYPES[0])
        fields = {"csrf": token, "attempt": "%032x" % chance.getrandbits(128)}
        fields.update(self.fields_of(request.path, person, chance))
        request.fields = list(fields.items())
        request.body = self.encode(request.fields).encode("latin-1")

    def fields_of(self, path, person, chance):
        """What the page's own form would send: never all that a session takes."""
        hidden = {name: chance.choice(values) for name, values in self.hidden.items()}
        password, code = chance.choice([person["password"], "wrong"]), chance.choice(person["codes"])
        setup = {"ticket": hidden["ticket"], "state": hidden["state"], "app": chance.choice(["phone", "standard"])}
        return {
            "/login": {"password": password},
            "/login/code": {"state": hidden["state"], "code": code},
            "/setup": dict(setup, mail="user@docomo.ne.jp", start="2468", start_again="2468"),
            "/setup/again": dict(setup, app_user_id=hidden["app_user_id"]),
            "/setup/code": dict(setup, app_user_id=hidden["app_user_id"], code=code),
            "/setup/standard": dict(setup, app_user_id=hidden["app_user_id"], start="2468"),
            "/unlock": {"user": "general1", "confirmation": password},
            "/revoke": {"user": "general1", "confirmation": password, "reason": "lost"},
        }.get(path, {})

    def install(self, request, _person):
        chance = request.chance
        request.app, request.method, request.path = chance.random() < 0.9, "POST", "/token/install"
        request.header("Origin", self.origins[1])
        request.header("Content-Type", TYPES[1])
        user = chance.choice(self.hidden["app_user_id"])
        service = chance.choice(["SEIKYO", "SEIKYO", MARK])
        start = chance.choice(["0000", "12345678"])
        request.body = json.dumps({"service_id": service, "user_id": user, "start_password": start}).encode()

    def noise(self, request, person):
        """Hardly a request."""
        chance = request.chance
        self.start(request, person)
        request.method, request.path = chance.choice(METHODS), "/" + chance.choice(BAD)
        request.body = chance.randbytes(chance.choice([0, 10, 1000, 70000]))
        request.header("Content-Type", chance.choice(TYPES))

    @staticmethod
    def encode(fields):
        return urllib.parse.urlencode(fields, errors="surrogatepass")

    # --- harmed

    def harm_header(self, request):
        chance = request.chance
        name = chance.choice(HEADERS)
        value = chance.choice(BAD + TYPES + self.origins + ["null", "SUCCESS", "chunked", "100-continue", "bytes=0-"])
        if chance.random() < 0.5:
            request.headers = [pair for pair in request.headers if pair[0] != name]
        request.header(name, value)

    def harm_body(self, request):
        chance = request.chance
        body = bytearray(request.body)
        choice = chance.randint(0, 6)
        if choice == 0:
            request.length = chance.choice(LENGTHS)
        elif choice == 1 and getattr(request, "fields", None):
            request.fields.insert(chance.randint(0, len(request.fields)), self.some_fields(chance)[0])
            body = bytearray(self.encode(request.fields).encode("latin-1"))
        elif choice == 2 and getattr(request, "fields", None):
            at = chance.randrange(len(request.fields))
            request.fields[at] = (request.fields[at][0], chance.choice(BAD))
            body = bytearray(self.encode(request.fields).encode("latin-1"))
        elif choice == 3:
            at = chance.randint(0, len(body))
            body[at:at] = chance.choice(BAD_BYTES)
        elif choice == 4 and body:
            body[chance.randrange(len(body))] ^= 1 << chance.randint(0, 7)
        elif choice == 5:
            del body[chance.randint(0, len(body)) :]
        else:
            body += b"&user=" + b"x" * chance.choice([1, 128, 5000, 65536])
        request.body = bytes(body)

    def harm_line(self, request):
        chance = request.chance
        choice = chance.randint(0, 3)
        if choice == 0:
            request.method = chance.choice(METHODS)
        elif choice == 1:
            request.path = chance.choice(NOWHERE)
        elif choice == 2:
            request.query = chance.choice(BAD) + "=" + "x" * chance.choice([1, 2048, 9000])
        else:
            request.query = self.encode(self.some_fields(chance))

    def harm_cookie(self, request):
        chance = request.chance
        value = chance.choice(COOKIES + ["__Host-seikyo=" + "%064x" % chance.getrandbits(256)])
        request.headers = [pair for pair in request.headers if pair[0] != "Cookie"]
        request.header("Cookie", value)
