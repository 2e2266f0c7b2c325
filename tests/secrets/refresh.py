"""Writes found.json: samples of secrets as people write them, and what detect-secrets 1.5.0 finds in each.

    python3 -m venv /tmp/ds && /tmp/ds/bin/pip install detect-secrets==1.5.0 && /tmp/ds/bin/python tests/secrets/refresh.py

The samples are made up by a seeded generator; none was ever a secret. `tests/scanner.rs` checks that all that was found is masked.
"""

import json
import os
import random
import string
import tempfile

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

R = random.Random(20261127)
HEX = "0123456789abcdef"
ALNUM = string.ascii_letters + string.digits


def some(alphabet, length):
    return "".join(R.choice(alphabet) for _ in range(length))


SHAPES = {
    "aws": lambda: "AKIA" + some(string.ascii_uppercase + string.digits, 16),
    "github": lambda: "ghp_" + some(ALNUM, 36),
    "gitlab": lambda: "glpat-" + some(ALNUM, 20),
    "slack": lambda: f"xoxb-{some(string.digits, 12)}-{some(string.digits, 12)}-{some(ALNUM, 24)}",
    "hook": lambda: f"https://hooks.slack.com/services/T{some(ALNUM.upper(), 8)}/B{some(ALNUM.upper(), 8)}/{some(ALNUM, 24)}",
    "stripe": lambda: "sk_live_" + some(ALNUM, 24),
    "sendgrid": lambda: f"SG.{some(ALNUM, 22)}.{some(ALNUM, 43)}",
    "twilio": lambda: "SK" + some(HEX, 32),
    "mailchimp": lambda: some(HEX, 32) + "-us12",
    "npm": lambda: "//registry.npmjs.org/:_authToken=npm_" + some(ALNUM, 36),
    "pypi": lambda: "pypi-AgEIcHlwaS5vcmc" + some(ALNUM, 80),
    "square": lambda: "sq0csp-" + some(ALNUM, 43),
    "telegram": lambda: some("123456789", 10) + ":AA" + some(ALNUM, 33),
    "discord": lambda: "M" + some(ALNUM, 23) + "." + some(ALNUM, 6) + "." + some(ALNUM, 27),
    "openai": lambda: "sk-" + some(ALNUM, 20) + "T3BlbkFJ" + some(ALNUM, 20),
    "jwt": lambda: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + some(ALNUM, 43),
    "azure": lambda: "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=" + some(ALNUM + "+/", 86) + "==",
    "url": lambda: f"postgresql://llm:{some(ALNUM + '.!_', 14)}@db:5432/llm",
    "hex": lambda: some(HEX, 40),
    "base64": lambda: some(ALNUM + "+/", 40),
    "word": lambda: some(string.ascii_lowercase, 9) + some(string.digits, 2),
}
# Names that say nothing stand only before shapes that speak for themselves.
PLAIN = ["note", "x", "setting"]
SECRET = [
    "password", "PASSWORD_OLD", "PGPASSWORD", "redis_password", "api_key", "apiKey", "API_KEY_PROD", "client_secret",
    "SECRET_TOKEN", "aws_secret_access_key", "private_key", "auth_token", "service_pass", "db_passwd", "LITELLM_SALT_KEY",
]
SPEAKS = [name for name in SHAPES if name not in ("hex", "base64", "word")]
PLACES = [
    "{n}: {v}", '{n}: "{v}"', "{n}: '{v}' # note", "# {n}: {v}", "{n}={v}", 'export {n}="{v}"', "- {n}={v}",
    'environment: {{{n}: "{v}", a: b}}', '{{"{n}": "{v}"}}', 'text: "{{\\"{n}\\": \\"{v}\\"}}"', "command: tool --{n}={v}",
    "command: ['--{n}', '{v}']", "env: [{{name: {n}, value: '{v}'}}]", "{n}: ${{X:-{v}}}", "a:\n  # why\n  {n}:\n    {v}", "{n}:\n- {v}",
    "{n}: {{first: '{v}'}}", "url: 'https://h/x?{n}={v}'",
]


def found_in(text):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        file.write(text + "\n")
    secrets = SecretsCollection()
    with default_settings():
        secrets.scan_file(file.name)
    os.unlink(file.name)
    return sorted({secret.secret_value for _, secret in secrets})


samples = []
for place in PLACES:
    for shape, make in SHAPES.items():
        for name in R.sample(SECRET, 3) + (R.sample(PLAIN, 1) if shape in SPEAKS else []):
            text = place.format(n=name, v=make())
            found = found_in(text)
            if found:
                samples.append({"text": text, "found": found})
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "found.json"), "w") as out:
    json.dump(samples, out, indent=1)
    out.write("\n")
print(len(samples), "samples")
