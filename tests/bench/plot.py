# SPDX-License-Identifier: GPL-2.0-only
#
# The logins of each contender as bars, on a logarithmic scale, drawn as SVG.
import math
import statistics
from xml.sax.saxutils import escape

BARS = [
    ("limit_a", "limit A: files, no code", "#999999"),
    ("direct", "limit B: the database alone", "#999999"),
    ("one", "ours, one request", "#1f5fa8"),
    ("challenge", "ours, challenge", "#1f5fa8"),
    ("rlm_sql", "rlm_sql (no code)", "#c07820"),
    ("rlm_totp", "rlm_sql + rlm_totp", "#c07820"),
    ("pam_ga", "google-authenticator", "#c07820"),
    ("pam_oath", "pam_oath", "#c07820"),
    ("hash", "yescrypt alone", "#999999"),
    ("hashed", "ours with yescrypt", "#1f5fa8"),
]
LEFT, WIDTH, HEIGHT, BAR = 220, 520, 26, 18


def svg(rounds):
    rates = {key: statistics.median(r[key]["rate"] for r in rounds) for key, *_ in BARS if key in rounds[0]}
    top = math.ceil(math.log10(max(max(rates.values()), 10)))
    bottom = LEFT + WIDTH + 80
    height = HEIGHT * (len(BARS) + 2)
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" '
           'font-size="13">' % (bottom, height),
           '<title>Logins per second</title>', '<rect width="100%" height="100%" fill="white"/>']
    for power in range(top + 1):
        x = LEFT + WIDTH * power / top
        out.append('<path d="M%.1f %d V%d" stroke="#dddddd"/>' % (x, HEIGHT, height - HEIGHT))
        out.append('<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (x, height - 8, 10 ** power))
    out.append('<text x="%d" y="18">logins per second, median of %d rounds</text>' % (LEFT, len(rounds)))
    for row, (key, text, colour) in enumerate(BARS):
        if key not in rates:
            continue
        y = HEIGHT * (row + 1) + 4
        long = WIDTH * math.log10(max(rates[key], 1)) / top
        out.append('<text x="%d" y="%d" text-anchor="end">%s</text>' % (LEFT - 8, y + 14, escape(text)))
        out.append('<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>' % (LEFT, y, long, BAR, colour))
        out.append('<text x="%.1f" y="%d">%.0f</text>' % (LEFT + long + 6, y + 14, rates[key]))
    return "\n".join(out + ["</svg>"]) + "\n"
