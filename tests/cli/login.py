"""What a server says to credentials: of the user "user" with the password "pw", or
of the token "token". For mirror.py and login_app.py.

/login/SCHEMES?PARAMETERS: schemes with commas, of basic, bearer, digest and
negotiate. Parameters, of Digest (RFC 7616):
  alg=NAME   MD5 (the usual one, not named), MD5-sess, SHA-256...; several with commas
  qop=LIST   auth is the usual one; "" for none (RFC 2069)
  uses=N     a nonce is good for so many answers; then it is stale
  silent=1   ... but that is not said
  next=1     each answer names the nonce of the next one
  userhash=1, opaque=TEXT
"""
import base64
import hashlib
import re
import secrets
import threading

USER, PASSWORD, TOKEN, REALM = "user", "pw", "token", 'the "realm"'
HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256,
          "SHA-512-256": lambda data: hashlib.new("sha512_256", data)}
nonces = {}
lock = threading.Lock()


def new_nonce():
    nonce = secrets.token_hex(8)
    nonces[nonce] = set()
    return nonce


def parameters(text):
    found = re.findall(r'([\w*-]+)=("(?:[^"\\]|\\.)*"|[^\s,]+)', text)
    return {name: re.sub(r"\\(.)", r"\1", value[1:-1]) if value[0] == '"' else value
            for name, value in found}


def response_of(given, method, body):
    algorithm = given.get("algorithm", "MD5")
    base = algorithm.removesuffix("-sess")

    def digest(*parts):
        return HASHES[base](":".join(parts).encode()).hexdigest()

    secret = digest(USER, REALM, PASSWORD)
    if algorithm.endswith("-sess"):
        secret = digest(secret, given["nonce"], given["cnonce"])
    what = [method, given["uri"]]
    if given.get("qop") == "auth-int":
        what.append(HASHES[base](body).hexdigest())
    if "qop" not in given:
        return digest(secret, given["nonce"], digest(*what))
    return digest(secret, given["nonce"], given["nc"], given["cnonce"], given["qop"], digest(*what))


def judge_digest(text, method, target, body, query):
    """None: good; else whether the nonce is the reason."""
    given = parameters(text)
    nonce = given.get("nonce")
    if nonce not in nonces:
        return True
    name = USER
    if query.get("userhash"):
        algorithm = given.get("algorithm", "MD5").removesuffix("-sess")
        name = HASHES[algorithm](f"{USER}:{REALM}".encode()).hexdigest()
    if (given.get("username") != name or given.get("uri") != target
            or given.get("realm") != REALM or given.get("opaque") != query.get("opaque")
            or given.get("response") != response_of(given, method, body)):
        return False
    if "qop" in given:
        if given["nc"] in nonces[nonce]:
            return False  # it was listened to
        nonces[nonce].add(given["nc"])
    return len(nonces[nonce]) > int(query.get("uses", 1 << 30)) or None


def challenges(schemes, query, is_stale):
    for scheme in schemes:
        if scheme == "digest":
            for algorithm in query.get("alg", "").split(","):
                value = 'Digest realm="%s", nonce="%s"' % (REALM.replace('"', '\\"'), new_nonce())
                if query.get("qop", "auth"):
                    value += ', qop="%s"' % query.get("qop", "auth")
                if algorithm:
                    value += ", algorithm=" + algorithm
                if is_stale and not query.get("silent"):
                    value += ", stale=true"
                if query.get("userhash"):
                    value += ", userhash=true"
                if query.get("opaque"):
                    value += ', opaque="%s"' % query["opaque"]
                yield value
        elif scheme == "negotiate":
            yield "Negotiate"
        else:
            yield '%s realm="%s"' % (scheme.capitalize(), REALM.replace('"', '\\"'))


def judge(path, query, method, target, authorization, body):
    """The status and the fields of the answer."""
    schemes = path.split("/")[2].split(",")
    scheme, _, rest = (authorization or "").partition(" ")
    scheme = scheme.lower()
    is_stale = False
    with lock:
        if scheme in schemes:
            if scheme == "basic":
                is_good = base64.b64decode(rest).decode() == f"{USER}:{PASSWORD}"
            elif scheme == "bearer":
                is_good = rest == TOKEN
            else:
                is_stale = judge_digest(rest, method, target, body, query)
                is_good = is_stale is None
            if is_good:
                named = query.get("next") and scheme == "digest"
                return 200, [("Authentication-Info", 'nextnonce="%s"' % new_nonce())] if named else []
        return 401, [("WWW-Authenticate", value) for value in challenges(schemes, query, is_stale)]
