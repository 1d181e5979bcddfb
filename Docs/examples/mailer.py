#!/usr/bin/env python3
"""A mailer in small: hands Registrar's notifications to a mail server by SMTP.

Needs pika (Debian: python3-pika). With "make demo-keep" running:

    mailer.py --broker amqp://mailer:mailer@127.0.0.1:PORT/%2F \\
        --smtp 127.0.0.1:25 --sender "LUCCS <luccs@example.lu>"
"""

import argparse
import json
import smtplib
import sys
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy

import pika


class Policy(EmailPolicy):
    """As email.policy.SMTP, which may lose a blank where it breaks a long subject that is not ASCII."""

    def fold(self, name, value):
        if name != "Subject" or str(value).isascii():
            return super().fold(name, value)
        text = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {text}{self.linesep}"

    def fold_binary(self, name, value):
        if name != "Subject":
            return super().fold_binary(name, value)
        return self.fold(name, value).encode()


SMTP = Policy(linesep="\r\n")


def address(name, email):
    # In two parts: as a whole, Python takes no name before the @ that is not ASCII, such as "zoë".
    username, _, domain = email.rpartition("@")
    return Address(name or "", username, domain)


def mail(event, sender):
    """The mail that a notification asks for."""
    data = event["data"]
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = [address(to["name"], to["email"]) for to in data["to"]]
    message["Subject"] = data["subject"]
    message.set_content(data["text"])
    message.add_alternative(data["html"], subtype="html")
    if "calendar" in data:
        method = "CANCEL" if "METHOD:CANCEL" in data["calendar"] else "PUBLISH"
        message.add_attachment(
            data["calendar"].encode(), "text", "calendar", filename="entry.ics",
            params={"method": method, "charset": "utf-8"},
        )
    # Message-ID is among them, and the same whenever the same mail comes again. Only now: what begins
    # with Content- would have become the first part's.
    for name, value in data["headers"].items():
        message[name] = value
    return message


def is_final(error):
    """Whether the mail server will never take the mail, as opposed to not now."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPNotSupportedError):
        # The address needs SMTPUTF8 (RFC 6531), which the server does not have.
        return True
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


class Mailer:
    """What stands between Registrar and the mail server."""

    def __init__(self, url, prefix, host, port, sender, pause_seconds):
        self.prefix, self.host, self.port, self.sender = prefix, host, port, sender
        self.pause_seconds = pause_seconds
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self.connection.channel()
        self.channel.basic_qos(prefetch_count=10)

    def run(self):
        for delivery, _, body in self.channel.consume(f"{self.prefix}.notifications"):
            try:
                event = json.loads(body)
                message = mail(event, self.sender)
                recipients = [to["email"] for to in event["data"]["to"]]
            except (ValueError, KeyError, TypeError) as error:
                # It will not be better next time: off to the dead letters.
                print(f"not a notification: {error!r}", file=sys.stderr, flush=True)
                self.channel.basic_reject(delivery.delivery_tag, requeue=False)
                continue
            try:
                self.send(message, recipients)
            except (smtplib.SMTPException, OSError) as error:
                self.put_aside(delivery, message, error)
            else:
                # First send, then acknowledge: after a crash in between the mail goes out twice,
                # with the same Message-ID, and is not lost.
                self.channel.basic_ack(delivery.delivery_tag)
                print(f"sent {message['Message-ID']}", flush=True)

    def send(self, message, recipients):
        with smtplib.SMTP(self.host, self.port, timeout=30) as server:
            # Not as read from the header: Python does not find every address in it again.
            server.send_message(message, to_addrs=recipients)

    def put_aside(self, delivery, message, error):
        print(f"not sent {message['Message-ID']}: {error!r}", file=sys.stderr, flush=True)
        if is_final(error):
            # To the dead letters, where an operator sees it.
            self.channel.basic_reject(delivery.delivery_tag, requeue=False)
        else:
            self.connection.sleep(self.pause_seconds)
            self.channel.basic_nack(delivery.delivery_tag, requeue=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--broker", required=True, help="AMQP URL of the mailer's login")
    parser.add_argument("--smtp", required=True, help="the mail server, as host:port")
    parser.add_argument("--sender", required=True, help="whom the mails are from")
    parser.add_argument("--prefix", default="registrar", help="what the queues' names begin with")
    parser.add_argument("--pause", type=float, default=30, help="seconds before a mail is tried again")
    arguments = parser.parse_args()
    host, _, port = arguments.smtp.rpartition(":")
    mailer = Mailer(
        arguments.broker, arguments.prefix, host, int(port), arguments.sender, arguments.pause
    )
    try:
        mailer.run()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
