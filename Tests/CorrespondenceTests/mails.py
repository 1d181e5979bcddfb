"""Builds mails as Docs/examples/mailer.py does and reads them with email and html5lib, for the Swift
tests beside this file.

Reads one JSON list of notifications from the file that it is given; writes a list of what each mail
says: headers, text, html, calendar (null where there is none), the blocks of the HTML with their
languages and words, and what is wrong with it.
"""

import email
import email.policy
import importlib.util
import json
import pathlib
import sys

import html5lib

ROOT = pathlib.Path(__file__).resolve().parents[2]
# RFC 5322, 2.1.1.
LONGEST_LINE_BYTES = 998


def example(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "Docs/examples" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mailer = example("mailer")


def content(part):
    return part.get_content().replace("\r\n", "\n")


def words(element):
    """What somebody reads in it, with one blank between words."""
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    for paragraph in element.iter("p"):
        paragraph.tail = "\n" + (paragraph.tail or "")
    return " ".join("".join(element.itertext()).split())


def faults_of(sent, message):
    for part in message.walk():
        for fault in part.defects:
            yield f"{part.get_content_type()}: {fault!r}"
        for name, value in part.items():
            for fault in value.defects:
                yield f"{name}: {fault!r}"
    lines = sent.split(b"\r\n")
    longest = max(len(line) for line in lines)
    if longest > LONGEST_LINE_BYTES:
        yield f"a line of {longest} bytes"
    if any(b"\r" in line or b"\n" in line for line in lines):
        yield "a line that does not end with CRLF"
    if not sent[: sent.index(b"\r\n\r\n")].isascii():
        yield "headers that are not ASCII"


def read(event):
    sent = mailer.mail(event, "LUCCS <luccs@example.lu>").as_bytes()
    message = email.message_from_bytes(sent, policy=email.policy.SMTP)
    faults = list(faults_of(sent, message))
    html = content(message.get_body(("html",)))
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(html)
    faults += [f"HTML, {place}: {code} {data}" for place, code, data in parser.errors]
    calendars = [content(part) for part in message.iter_attachments()]
    return {
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "text": content(message.get_body(("plain",))),
        "html": html,
        "calendar": calendars[0] if calendars else None,
        "title": document.findtext("head/title"),
        "language": document.get("lang"),
        "blocks": [
            {"language": block.get("lang"), "words": words(block)}
            for block in document.iter("section")
        ],
        "faults": faults,
    }


with open(sys.argv[1], encoding="utf-8") as events:
    json.dump([read(event) for event in json.load(events)], sys.stdout)
