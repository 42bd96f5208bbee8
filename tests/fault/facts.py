# SPDX-License-Identifier: GPL-2.0-only
"""What the database has of a round, for the judge: plain rows, by login id."""
import subprocess


def read(ground, people):
    """All that the database says of the round's users, and of the audit chain."""
    return {**rows(ground, people), "verified": verified(ground)}


def rows(ground, people, node=None):
    """What a node has of them; the mailer goes on, so nothing that it writes."""
    contract = people["contract"]
    where = "contract_id = (SELECT id FROM contract WHERE number = '%s')" % contract
    return {
        "users": users(ground, where, node),
        "events": events(ground, where, people["events_from"], node),
        "tokens": tokens(ground, where, node),
        "audit": audit(ground, where, node),
        "mails": mails(ground, where, node),
    }


def differences(ground, people, first):
    """What other nodes of a cluster have otherwise than was read first: nothing, once they are together."""
    for node in range(1, ground.nodes + 1) if ground.nodes > 1 else ():
        for name, other in rows(ground, people, node).items():
            if first[name] != other:
                yield "lost", "nodes", "node %d has other rows of %s" % (node, name)


def table(ground, node, names, rest):
    """Rows as dictionaries: numbers are numbers, NULL is None."""
    words = names.split()
    short = [word.rsplit(".", 1)[-1] for word in words]
    return [dict(zip(short, map(value, row)))
            for row in ground.rows("SELECT %s %s" % (", ".join(words), rest), node)]


def value(text):
    if text == "NULL":
        return None
    # Not what only looks like a number: app user ids begin with zeros.
    return int(text) if text.isdigit() and (text == "0" or text[0] != "0") and len(text) < 10 else text


def users(ground, where, node):
    return table(ground, node, "id login_id password_failures otp_failures otp_locked_at live_token otp_last_step "
                 "login_1_at login_2_at login_3_at login_4_at", "FROM user WHERE %s ORDER BY id" % where)


def events(ground, where, after, node):
    return table(ground, node, "e.id u.login_id e.request e.first e.client e.leg e.verdict e.reason",
                 """FROM (SELECT id, user_id, LOWER(HEX(request_id)) AS request, LOWER(HEX(first_request)) AS first,
                 client, leg, verdict, reason FROM login_event WHERE id > %d) e JOIN user u ON u.id = e.user_id
                 WHERE u.%s ORDER BY e.id""" % (after, where))


def tokens(ground, where, node):
    return table(ground, node, "t.id u.login_id t.state t.app_user_id t.installed_at t.activated_at t.revoked_at",
                 "FROM token t JOIN user u ON u.id = t.user_id WHERE u.%s ORDER BY t.id" % where)


def audit(ground, where, node):
    return table(ground, node, "a.number a.act u.login_id",
                 "FROM audit_event a LEFT JOIN user u ON u.id = a.on_user WHERE a.%s ORDER BY a.number" % where)


def mails(ground, where, node):
    return table(ground, node, "m.id m.kind u.login_id",
                 "FROM mail_outbox m LEFT JOIN user u ON u.id = m.user_id WHERE m.%s ORDER BY m.id" % where)


def verified(ground):
    """What `audit verify` says: empty if the chain is whole."""
    done = subprocess.run([ground.env["SEIKYO_COMMAND"], "audit", "verify"], capture_output=True,
                          text=True, check=False)
    return "" if done.returncode == 0 else "exit %d: %s" % (done.returncode, done.stdout + done.stderr)
