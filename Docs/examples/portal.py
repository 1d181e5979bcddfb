#!/usr/bin/env python3
"""A portal in small: registers a company with Registrar, and follows what becomes of it.

It also plays the customs authority's back office, which grants the request. Needs pika
("apt-get install python3-pika"). With "make demo-keep" running:

    portal.py --portal amqp://ntp-portal:ntp-portal@127.0.0.1:PORT/%2F \\
        --back-office amqp://customs-backoffice:customs-backoffice@127.0.0.1:PORT/%2F
"""

import argparse
import json
import sys
import uuid
from datetime import datetime, timezone

import pika


class Registrar:
    """One login's way to Registrar, and back; what it made at the broker goes when it ends."""

    def __init__(self, url, prefix):
        parameters = pika.URLParameters(url)
        self.user = parameters.credentials.username
        self.prefix = prefix
        self.queue = None
        self.connection = pika.BlockingConnection(parameters)
        self.channel = self.connection.channel()
        # From now on basic_publish returns when the message is safe, and raises if it is not.
        self.channel.confirm_delivery()

    def send(self, routing_key, data, subject=None):
        event = {
            "specversion": "1.0",
            # Keep the event until this method has returned. After an error, send it again as it
            # is, with the same id: Registrar acts on it once, however often it comes.
            "id": str(uuid.uuid4()),
            "source": f"urn:luccs:{self.user}",
            "type": f"lu.etat.do.{routing_key}.v1",
            "time": datetime.now(timezone.utc).isoformat(),
            "datacontenttype": "application/json",
            "data": data,
        }
        if subject is not None:
            event["subject"] = subject
        self.channel.basic_publish(
            exchange=f"{self.prefix}.in",
            routing_key=routing_key,
            body=json.dumps(event, ensure_ascii=False).encode(),
            properties=pika.BasicProperties(
                content_type="application/cloudevents+json",
                delivery_mode=pika.spec.PERSISTENT_DELIVERY_MODE,
                message_id=event["id"],
                type=event["type"],
                # The login: RabbitMQ checks it, and Registrar looks up what it may say.
                user_id=self.user,
            ),
            # An error if no queue takes it, instead of a loss.
            mandatory=True,
        )

    def subscribe(self, *patterns):
        """Makes a queue of the login's own, for what Registrar says under these routing keys."""
        self.queue = f"{self.user}.events"
        self.channel.queue_declare(self.queue, durable=True, arguments={"x-queue-type": "quorum"})
        for pattern in patterns:
            self.channel.queue_bind(self.queue, f"{self.prefix}.out", pattern)

    def events(self, patience_seconds):
        """What Registrar says, until it has said nothing for so long."""
        # After a crash Registrar may say a thing again, with the same id. A real portal remembers
        # ids in its database, in the transaction that does what follows from the event.
        seen = set()
        for delivery, _, body in self.channel.consume(
            self.queue, inactivity_timeout=patience_seconds
        ):
            if delivery is None:
                return
            event = json.loads(body)
            if event["id"] not in seen:
                seen.add(event["id"])
                yield event
            self.channel.basic_ack(delivery.delivery_tag)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.connection.is_open:
            # A real portal keeps its queue, which fills while the portal is away. On a channel of
            # its own, since the other may be in the middle of something, or closed.
            if self.queue is not None:
                self.connection.channel().queue_delete(self.queue)
            self.connection.close()


def register(portal, eori):
    """Asks for access for a company; returns the request's id, which the portal chooses."""
    request = str(uuid.uuid4())
    data = {
        "requestId": request,
        "applicant": {
            "subject": "eaccess:7f3c",
            "authentication": "luxtrust",
            "familyName": "Weber",
            "givenName": "Anne",
            "email": "anne.weber@example.lu",
            "languages": ["fr", "en"],
        },
        "eori": eori,
        "operations": ["import", "transit"],
        "termsAccepted": True,
    }
    portal.send("registration.access.company", data, subject=request)
    return request


def grant(back_office, request, revision):
    """Grants one of the two operations, if the request is still as the officer saw it."""
    data = {
        "requestId": request,
        "actor": {"role": "customs-authority", "subject": "eaccess:4711", "name": "Jo Muller"},
        "outcome": "granted",
        "operations": ["import"],
        "remarks": "Transit needs a guarantee.",
        "revision": revision,
    }
    back_office.send("approval.decision", data, subject=request)


def show(problem):
    """Prints what was refused, and why: the code, what it means, what happened, and where."""
    code = problem["type"].removeprefix("urn:luccs:problem:")
    print(f"refused as {code}: {problem['title']}")
    print(f"  {problem['detail']}")
    for error in problem["errors"]:
        print(f"  {error['pointer']}: {error['detail']}")


def follow(portal, back_office, request):
    """Prints what becomes of the request; true once there is an account."""
    for event in portal.events(patience_seconds=30):
        data = event["data"]
        # Not everything is about a request: status.dead-letter is not.
        if data.get("requestId") != request:
            continue
        if event["type"] == "lu.etat.do.problem.request.v1":
            show(data)
            return False
        if event["type"] == "lu.etat.do.status.request.v1":
            print(f"request {request} is {data['status']}, revision {data['revision']}")
            if data["status"] == "pending":
                grant(back_office, request, data["revision"])
            elif data["status"] != "granted":
                # The rule's code, or what the officer said.
                for why in filter(None, (data.get("reason"), data["remarks"])):
                    print(f"  {why}")
                return False
        if event["type"] == "lu.etat.do.status.account.v1":
            operations = ", ".join(data["operations"])
            print(f"account {data['account']} is {data['status']}, for {operations}")
            return True
    print("Registrar did not answer", file=sys.stderr)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--portal", required=True, help="AMQP URL of the portal's login")
    parser.add_argument("--back-office", required=True, help="that of the customs authority's")
    parser.add_argument("--prefix", default="registrar", help="what the exchanges' names begin with")
    parser.add_argument("--eori", default="LU12345678")
    arguments = parser.parse_args()
    with (
        Registrar(arguments.portal, arguments.prefix) as portal,
        Registrar(arguments.back_office, arguments.prefix) as back_office,
    ):
        # First listen, then speak: what is said before the queue is bound is not in it.
        portal.subscribe("status.#", "problem.#")
        request = register(portal, arguments.eori)
        print(f"request {request} is sent", flush=True)
        return 0 if follow(portal, back_office, request) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
