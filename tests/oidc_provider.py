"""A small identity provider (OpenID Connect) on a port of this machine, which can also tell lies."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

SECRET = "known to both, and to nobody else"  # noqa: S105 - of these tests
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}) for _ in range(2))  # fmt: skip
Change = Callable[[dict[str, Any], dict[str, Any]], None]


def _coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Issuer:
    """An identity provider on a port of this machine.

    Attributes:
        issuer: its name.
        says: what it calls itself in its configuration.
        change: changes header and claims of the tokens that it gives.
        key: what it signs with.
        subject: who a browser is that comes there.
    """

    def __init__(self) -> None:
        self.change: Change = lambda _header, _claims: None
        self.key: Any = KEY
        self.subject = "s-1"
        self.asked: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/authorize"):
                    # As somebody who is signed in there already.
                    self.send_response(302)
                    self.send_header("Location", provider.sign_in(self.path, provider.subject))
                    self.end_headers()
                else:
                    self._answer(*provider.get(self.path))

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(sent).items()}
                self._answer(*provider.token(form, self.headers.get("Authorization", "")))

            def _answer(self, status: int, content: dict[str, Any]) -> None:
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.issuer = self.says = f"http://127.0.0.1:{self.server.server_port}"

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        if path == "/jwks":
            return 200, {"keys": [KEY.as_dict(private=False)]}
        if path == "/.well-known/openid-configuration":
            at = self.issuer
            return 200, {
                "issuer": self.says, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/jwks",
            }  # fmt: skip
        return 404, {}

    def sign_in(self, url: str, subject: str) -> str:
        """What a person does there; the address that her browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked | {"subject": subject}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.asked.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "").encode()
        challenge = _coded(hashlib.sha256(verifier).digest())
        known = base64.b64encode(f"ceyuan:{SECRET}".encode()).decode()
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
            or authorization != f"Basic {known}"
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        header = {"alg": "RS256", "kid": "one"}
        claims: dict[str, Any] = {
            "iss": self.issuer, "aud": "ceyuan", "sub": asked["subject"], "nonce": asked["nonce"], "iat": now,
            "exp": now + 300,
        }  # fmt: skip
        self.change(header, claims)
        if isinstance(self.key, bytes):  # by hand: no library of ours signs like that
            said = ".".join(_coded(json.dumps(part).encode()) for part in (header, claims))
            signed = hmac.digest(self.key, said.encode(), "sha256") if self.key else b""
            return 200, {"id_token": f"{said}.{_coded(signed)}"}
        token = jwt.encode(header, claims, self.key, algorithms=[header["alg"]])
        return 200, {"id_token": token, "access_token": "a", "token_type": "Bearer"}

    def close(self) -> None:
        """Let the port go."""
        self.server.shutdown()
        self.server.server_close()
