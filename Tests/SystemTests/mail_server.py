"""A mail server on loopback that keeps what it takes: aiosmtpd's.

    mail_server.py PORT [--without-smtputf8]

Writes a line of JSON for each mail. Whoever is called "nobody" is refused for good, whoever is called
"later" once.
"""

import asyncio
import json
import sys
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP


class Keeper:
    def __init__(self):
        self.asked = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.partition("@")[0]
        if name == "nobody":
            return "550 5.1.1 no such mailbox"
        if name == "later" and address not in self.asked:
            self.asked.add(address)
            return "451 4.7.1 later, please"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.original_content, policy=policy.SMTPUTF8)
        kept = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "smtputf8": envelope.smtp_utf8,
            "headers": {name: str(value) for name, value in message.items()},
            "text": message.get_body(["plain"]).get_content(),
            "html": message.get_body(["html"]).get_content(),
        }
        print(json.dumps(kept), flush=True)
        return "250 2.0.0 OK"


async def serve(port, has_smtputf8):
    keeper = Keeper()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=has_smtputf8), "127.0.0.1", port
    )
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), "--without-smtputf8" not in sys.argv))
