#!/usr/bin/env bash
# The pages that Debian 12's theme Furo makes load its script as a classic one, and it is a module:
# it begins with "import", which is a syntax error there (ECMAScript, "Scripts"). So no browser runs it, and
# the contents do not follow the reader. The style besides asks the web server's root for
# /javascript/normalize.css/normalize.css, which is nowhere when a page is opened from a file.
#
# Seen with Debian's furo 2022.12.07+dfsg-1 under Sphinx 5.3.0: Debian ships the
# sources of the script and of the style, without the step that puts them together. The wheel of the same
# version on PyPI has the result, and neither fault.
#
# Output seen:
#   Debian: <script src="_static/scripts/furo.js"></script>
#   Debian: import Gumshoe from "./gumshoe-patched.js";
#   Debian: @import url(/javascript/normalize.css/normalize.css);
#   PyPI: imports in script and style: 0
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd "$folder"
/usr/bin/python3 -m venv environment
environment/bin/python -m pip --disable-pip-version-check install --quiet \
    Sphinx==5.3.0 furo==2022.12.7 sphinx-basic-ng==1.0.0b1 beautifulsoup4==4.11.2 soupsieve==2.4 \
    Pygments==2.14.0 setuptools==75.8.0
package=furo_2022.12.07+dfsg-1_all.deb
# From the archive, or from the mirror that a Debian 12 is set up with.
curl -fsS -o "$package" "https://deb.debian.org/debian/pool/main/f/furo/$package" ||
    apt-get -qq download furo=2022.12.07+dfsg-1
dpkg-deb -x furo_*.deb debian

mkdir source
printf '%s\n' 'html_theme = "furo"' 'project = "A page"' >source/conf.py
printf '%s\n' 'A page' '======' >source/index.rst
PYTHONPATH=$folder/debian/usr/lib/python3/dist-packages \
    environment/bin/python -m sphinx -q -b html source pages 2>warnings || { cat warnings >&2; exit 1; }
wheel=$(environment/bin/python -c 'import furo, pathlib; print(pathlib.Path(furo.__file__).parent)')
static=$wheel/theme/furo/static
{
    grep -o '<script[^>]*furo\.js[^>]*></script>' pages/index.html | sed -E 's/\?[^"]*//; s/^/Debian: /'
    head -n 1 pages/_static/scripts/furo.js | sed 's/^/Debian: /'
    grep -o '^@import[^;]*;' pages/_static/styles/furo.css | sed 's/^/Debian: /'
    printf 'PyPI: imports in script and style: %d\n' \
        "$(cat "$static/scripts/furo.js" "$static/styles/furo.css" | grep -cE '^@?import ' || true)"
} >seen
cat seen
diff seen - <<'TEXT'
Debian: <script src="_static/scripts/furo.js"></script>
Debian: import Gumshoe from "./gumshoe-patched.js";
Debian: @import url(/javascript/normalize.css/normalize.css);
PyPI: imports in script and style: 0
TEXT
