#!/usr/bin/env python3
"""An account provisioner in small: carries out Registrar's orders at a SCIM server, and reports.

Needs pika and httpx (Debian: python3-pika, python3-httpx). With "make demo-keep" running:

    provisioner.py --broker amqp://provisioner:provisioner@127.0.0.1:PORT/%2F \\
        --scim http://127.0.0.1:8080/v2

The environment variable SCIM_TOKEN has the server's bearer token, if it wants one.
"""

import argparse
import json
import os
import sys
import uuid

import httpx
import pika


class Directory:
    """The SCIM server."""

    def __init__(self, base, token):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=base, headers=headers, timeout=30)

    def carry_out(self, operation):
        """Does what is ordered; returns what a bulk response would say of it (RFC 7644 §3.7.3)."""
        method, path, data = operation["method"], operation["path"], operation.get("data")
        location = None
        _, _, condition = path.partition("?filter=")
        if condition:
            user = self.find(condition)
            if user is None:
                return {"method": method, "status": "404"}
            path = f"/Users/{user['id']}"
        response = self.send(method, path, data)
        if response.is_success and response.content:
            location = response.json()["meta"]["location"]
        elif method == "POST" and response.status_code == 409:
            # Somebody has the name. Registrar makes that user the account's, unless it is another's.
            user = self.find(f"userName eq {json.dumps(data['userName'], ensure_ascii=False)}")
            location = user and user["meta"]["location"]
        return {"method": method, "status": str(response.status_code), "location": location}

    def find(self, condition):
        """The one user of whom the condition holds."""
        response = self.http.get("/Users", params={"filter": condition})
        response.raise_for_status()
        users = response.json().get("Resources", [])
        return users[0] if len(users) == 1 else None

    def send(self, method, path, data):
        content = None if data is None else json.dumps(data, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/scim+json"}
        return self.http.request(method, path, content=content, headers=headers)


class Provisioner:
    """What stands between Registrar and the SCIM server."""

    def __init__(self, url, prefix, directory):
        parameters = pika.URLParameters(url)
        self.user = parameters.credentials.username
        self.prefix = prefix
        self.directory = directory
        self.connection = pika.BlockingConnection(parameters)
        self.channel = self.connection.channel()
        # From now on basic_publish returns when the message is safe, and raises if it is not.
        self.channel.confirm_delivery()
        # One order after the other: they are to be carried out in their sequence.
        self.channel.basic_qos(prefetch_count=1)

    def run(self):
        for delivery, _, body in self.channel.consume(f"{self.prefix}.provisioning"):
            try:
                order = json.loads(body)
                account, operation = order["data"]["account"], order["data"]["operation"]
            except (ValueError, KeyError, TypeError) as error:
                # It will not be better next time: off to the dead letters.
                print(f"not an order: {error!r}", file=sys.stderr, flush=True)
                self.channel.basic_reject(delivery.delivery_tag, requeue=False)
                continue
            answer = self.answer(operation)
            # First report, then acknowledge: after a crash in between the order comes again.
            self.report(order, {"account": account, "operation": answer})
            self.channel.basic_ack(delivery.delivery_tag)
            print(f"{operation['method']} {account}: {answer['status']}", flush=True)

    def answer(self, operation):
        """What the server answers. One that cannot be reached is waited for: nobody could do more."""
        while True:
            try:
                return self.directory.carry_out(operation)
            except httpx.HTTPStatusError as error:
                # Looking the user up failed. Registrar tries such orders again.
                status = str(error.response.status_code)
                return {"method": operation["method"], "status": status}
            except httpx.TransportError as error:
                print(f"the SCIM server is not there: {error!r}", file=sys.stderr, flush=True)
                self.connection.sleep(5)

    def report(self, order, data):
        event = {
            "specversion": "1.0",
            # The same report of the same order is the same event: Registrar counts it once.
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, order["id"] + json.dumps(data))),
            "source": f"urn:luccs:{self.user}",
            "type": "lu.etat.do.report.provisioning.v1",
            "time": order["time"],
            "datacontenttype": "application/json",
            "data": data,
        }
        self.channel.basic_publish(
            exchange=f"{self.prefix}.in",
            routing_key="report.provisioning",
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--broker", required=True, help="AMQP URL of the provisioner's login")
    parser.add_argument("--scim", required=True, help="the SCIM server's base URL")
    parser.add_argument("--prefix", default="registrar", help="what the queues' names begin with")
    arguments = parser.parse_args()
    directory = Directory(arguments.scim, os.environ.get("SCIM_TOKEN"))
    try:
        Provisioner(arguments.broker, arguments.prefix, directory).run()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
