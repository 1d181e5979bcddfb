#!/usr/bin/env bash
# Python's email.headerregistry.Address refuses an address whose local part is not ASCII (RFC 6531), such
# as zoë@example.lu, when it is given whole, and takes it when it is given in two parts.
#
# Seen with every Python from 3.6 to 3.13 that was at hand (3.11.2 here), although the policies of the same
# package, and smtplib, know SMTPUTF8. The error is a defect that the parser notes for every such address,
# and that Address raises whatever it is.
#
# Output seen:
#   whole: NonASCIILocalPartDefect('local-part contains non-ASCII characters)')
#   in two parts: Zoë <zoë@example.lu>
#   in a header: Zoë <zoë@example.lu>
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
/usr/bin/python3 --version
/usr/bin/python3 - >"$folder/seen" <<'PYTHON'
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8

try:
    print("whole:", Address("Zoë", addr_spec="zoë@example.lu"))
except Exception as error:
    print("whole:", repr(error))
address = Address("Zoë", "zoë", "example.lu")
print("in two parts:", address)
message = EmailMessage(policy=SMTPUTF8)
message["To"] = address
print("in a header:", message["To"])
PYTHON
cat "$folder/seen"
diff "$folder/seen" - <<'TEXT'
whole: NonASCIILocalPartDefect('local-part contains non-ASCII characters)')
in two parts: Zoë <zoë@example.lu>
in a header: Zoë <zoë@example.lu>
TEXT
