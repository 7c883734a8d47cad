"""The Model view's values -> HTML: the servers to choose from, and what is reached through them.

A key is never among these values: of a server that needs one, the name of its variable is told and
whether it is set. An address that a visitor types gets no key, unless it is the configured one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from rag.errors import ConfigError
from rag.providers import PROVIDERS, Endpoint, checked_url, endpoint
from rag.ui.markup import escape, shorten

CONFIGURED = "configured"  # the server that the settings name
TYPED = "address"  # one whose address the visitor types
NO_KEY = (
    "It is sent no key. A server that needs one and is not in this list, such as Azure OpenAI, is "
    "named when the program is started: --model azure:NAME --base-url ADDRESS."
)
NAME_CHARS = 200  # of a model's name or an address
SHOWN_CHARS = 60


def reached(server: str, address: str, model: str, configured: Endpoint | None) -> Endpoint:
    """Return what a choice in the view reaches; `model` "" is the server alone.

    Raises:
        ConfigError: there is no such server, or the address is not one.
    """
    model = model.strip()[:NAME_CHARS]
    if server == CONFIGURED and configured is not None:
        return replace(configured, model=model)
    if server == TYPED:
        if not address.strip():
            raise ConfigError("type the server's address first, such as http://127.0.0.1:11434/v1")
        try:
            typed = checked_url(address[:NAME_CHARS])
        except ConfigError as error:
            raise ConfigError(str(error).replace("base_url", "the address", 1)) from error
        if configured is not None and typed == configured.base_url:
            return replace(configured, model=model)
        return Endpoint(model, typed, key_variable="")
    preset = PROVIDERS.get(server)
    if preset is None or not preset.base_url:
        raise ConfigError("that server is not offered here: reload the page")
    return replace(endpoint(preset.name), model=model)


def view_html(configured: Endpoint | None, environ: Mapping[str, str]) -> str:
    """The view: the servers, and the way back to no model."""
    servers = [
        (one.name, one.title, _key_told(endpoint(one.name), environ))
        for one in PROVIDERS.values()
        if one.base_url
    ]
    if configured is not None:
        place = f"The configured server ({urlsplit(configured.base_url).netloc})"
        servers.insert(0, (CONFIGURED, place, _key_told(configured, environ)))
    servers.append((TYPED, "Another address", NO_KEY))
    options = "".join(
        f'<option value="{escape(name)}" data-key="{escape(key)}">{escape(title)}</option>'
        for name, title, key in servers
    )
    return (
        '<section class="model" aria-label="Model">'
        '<p class="back"><a href="#chat">‹ Back to the questions</a></p><h2>Model</h2>'
        '<p class="lead">Answers are the articles’ own sentences. A language model can write them '
        "instead; what it writes is checked against the articles, sentence by sentence. Your "
        "choice is for this page alone, until it is closed or loaded again.</p>"
        '<form data-form="model"><label><span>Server</span>'
        f'<select name="server" aria-describedby="model-key">{options}</select></label>'
        '<label class="address" hidden><span>Address</span><input name="address" type="text"'
        f' inputmode="url" maxlength="{NAME_CHARS}" autocomplete="off" spellcheck="false"'
        ' placeholder="http://127.0.0.1:11434/v1"></label>'
        f'<p class="key" id="model-key">{escape(servers[0][2])}</p>'
        '<p class="do"><button type="submit">Test connection</button>'
        '<button type="button" data-do="plain">Answer without a model</button></p></form></section>'
    )


def _key_told(reached: Endpoint, environ: Mapping[str, str]) -> str:
    """What is told of a server's key: where it stands, never what it is."""
    if not reached.key_variable:
        return "It needs no key."
    if reached.found_key(environ):
        return f"Its key is set, in the variable {reached.key_variable}."
    needs = "It needs a key" if reached.needs_key else "A key, if it needs one, is read from"
    if reached.needs_key:
        return f"{needs}: start the program with the variable {reached.key_variable} set."
    return f"{needs} the variable {reached.key_variable}, which is not set."


def pick_html(server: str, address: str, names: Sequence[str], chosen: str) -> str:
    """The models of a server that was reached; without a list of them, a name is typed."""
    kept = (
        f'<input type="hidden" name="server" value="{escape(server)}">'
        f'<input type="hidden" name="address" value="{escape(address[:NAME_CHARS])}">'
    )
    if names:
        options = "".join(
            f'<option value="{escape(name)}"{" selected" if name == chosen else ""}>'
            f"{escape(shorten(name, SHOWN_CHARS))}</option>"
            for name in names
        )
        field = f'<select name="model">{options}</select>'
    else:
        field = (
            f'<input name="model" type="text" maxlength="{NAME_CHARS}" autocomplete="off"'
            f' spellcheck="false" value="{escape(chosen)}">'
        )
    return (
        f'<form class="pick" data-form="model-use">{kept}<label><span>Model</span>{field}</label>'
        '<p class="do"><button type="submit">Use this model</button></p></form>'
    )


def told_html(message: str) -> str:
    """What came of it, in a line; "" shows nothing."""
    return f'<p role="status" dir="auto">{escape(message)}</p>' if message else ""


def answers_told(names: Sequence[str], place: str) -> str:
    """What is told of a server that answered: how many models it has."""
    if not names:
        return f"{place} answers, with an empty list of models: type the name of one."
    return f"{place} answers. It has {len(names):,} model{'s' if len(names) != 1 else ''}."


def line_html(model: str) -> str:
    """The line below the question box: who writes the answers, and the way to change that."""
    who = (
        f"Answers are written by <bdi>{escape(shorten(model, SHOWN_CHARS))}</bdi>"
        if model
        else "Answers are the articles’ own sentences"
    )
    change = (
        '<a class="view" href="#model" aria-label="Change who writes the answers">'
        f"{'Change' if model else 'Use a model'}</a>"
    )
    return f'<p class="writer{"" if model else " plain"}">{who}. {change}</p>'
