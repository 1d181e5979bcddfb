#!/usr/bin/env bash
# Python's smtplib.send_message sends a mail to nobody, without an error, when its recipient is an
# address literal (RFC 5321 §4.1.3), such as a@[127.0.0.1].
#
# Seen with Debian 12's Python 3.11.2-6+deb12u6 and with Python 3.13.0; not with 3.11.7 and 3.12.1, which
# are older than the strict reading of addresses in email.utils. The mail server is aiosmtpd 1.4.6.
#
# send_message reads the recipients from the header To by email.utils.getaddresses. That has been strict
# by default since the changes for CVE-2023-27043, and gives ('', '') for a valid address literal. The
# command is then RCPT TO:<>, which aiosmtpd takes as well: the server answers 250, and nobody gets the mail.
# With to_addrs= the mail arrives.
#
# Output seen:
#   from the header: ['<>']
#   with to_addrs: ['a@[127.0.0.1]']
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
/usr/bin/python3 -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip --disable-pip-version-check install --quiet --no-deps \
    aiosmtpd==1.4.6 atpublic==9.0.0 attrs==26.1.0
"$folder/environment/bin/python" --version
"$folder/environment/bin/python" - >"$folder/seen" <<'PYTHON'
import smtplib
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class Handler:
    async def handle_DATA(self, server, session, envelope):
        self.recipients = envelope.rcpt_tos
        return "250 OK"


handler = Handler()
controller = Controller(handler, hostname="127.0.0.1", port=18925)
controller.start()
message = EmailMessage()
message["From"] = "luccs@example.lu"
message["To"] = "a@[127.0.0.1]"
message.set_content("Hello")
for how, recipients in (("from the header", None), ("with to_addrs", ["a@[127.0.0.1]"])):
    with smtplib.SMTP("127.0.0.1", 18925) as server:
        server.send_message(message, to_addrs=recipients)
    print(f"{how}: {handler.recipients}")
controller.stop()
PYTHON
cat "$folder/seen"
diff "$folder/seen" - <<'TEXT'
from the header: ['<>']
with to_addrs: ['a@[127.0.0.1]']
TEXT
