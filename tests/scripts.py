"""Strings that are scripts where a page lets them be, and how to see that none is."""

from __future__ import annotations

import re
from html.parser import HTMLParser

FLAG = "window.hacked=1"
PAYLOADS = [
    f"<script>{FLAG}</script>",
    f"</script><script>{FLAG}</script>",
    f"</title><script>{FLAG}</script>",
    f"</textarea></style><script>{FLAG}</script>",
    f"<img src=x onerror={FLAG}>",
    f'"><img src=x onerror="{FLAG}">',
    f"'><svg onload={FLAG}>",
    f'" autofocus onfocus="{FLAG}" x="',
    f"' onmouseover='{FLAG}",
    f"<svg><animate onbegin={FLAG} attributeName=x dur=1s>",
    f"<svg><script>{FLAG}</script></svg>",
    f"<math><mtext><img src=x onerror={FLAG}>",
    f'<iframe srcdoc="<script>parent.{FLAG}</script>"></iframe>',
    f"<iframe src=javascript:parent.{FLAG}></iframe>",
    f"<object data=javascript:{FLAG}>",
    f"<embed src=javascript:{FLAG}>",
    f"<a href=javascript:{FLAG}>x</a>",
    f"javascript:{FLAG}",
    f"\tjava\nscript:{FLAG}",
    f"data:text/html,<script>{FLAG}</script>",
    f"<details open ontoggle={FLAG}>",
    f"<body onload={FLAG}>",
    f"<form><button formaction=javascript:{FLAG}>x",
    f"<base href=javascript:{FLAG}//>",
    f"<meta http-equiv=refresh content='0;url=javascript:{FLAG}'>",
    f"<link rel=stylesheet href=javascript:{FLAG}>",
    "<style>@import 'javascript:x'</style>",
    f"<!--><script>{FLAG}</script>-->",
    f"<![CDATA[<script>{FLAG}</script>]]>",
    f"<noscript><p title='</noscript><img src=x onerror={FLAG}>'>",
    f"{{{{ ''.__class__ }}}}<script>{FLAG}</script>",
    f"{{% raw %}}<script>{FLAG}</script>",
    f"\u2028{FLAG}//",
    f"<scr<script>ipt>{FLAG}</scr</script>ipt>",
    f"&lt;script&gt;{FLAG}&lt;/script&gt;",
    f"<ſcript>{FLAG}</ſcript>",
    f"+ADw-script+AD4-{FLAG}+ADw-/script+AD4-",
]

_LEADS = {"href", "src", "action", "formaction", "data", "xlink:href", "srcset", "poster", "background", "ping"}
_STRANGE = {"iframe", "object", "embed", "base", "frame", "applet", "math", "animate", "style", "noscript", "textarea"}
_OURS = {("textarea", "lyric")}
"""Of those, what our own pages have: the box for a pasted lyric."""
_RUNS = re.compile(r"[\x00-\x20]*(java|vb)[\x00-\x20]*script|[\x00-\x20]*data:", re.IGNORECASE)


class Executable(HTMLParser):
    """What of a page a browser would run, besides our own script files."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.found.append(f"<script {given}>")
        if (tag in _STRANGE and (tag, given.get("id")) not in _OURS) or (tag == "meta" and "http-equiv" in given):
            self.found.append(f"<{tag} {given}>")
        for name, value in attrs:
            if name.startswith("on") or name in {"srcdoc", "style"}:
                self.found.append(f"<{tag} {name}={value}>")
            if name in _LEADS and _RUNS.match(value or ""):
                self.found.append(f"<{tag} {name}={value}>")


def executable(page: str) -> list[str]:
    """The nodes of a page that would run; [] in every page of ours."""
    parser = Executable()
    parser.feed(page)
    parser.close()
    return parser.found
