"""One server for the page and for programs: HTTP API, OpenAI-compatible endpoint, MCP.

schema.py       what goes in and out, as pydantic models: the OpenAPI document
failures.py     what went wrong -> one JSON shape and the right status
working.py      what blocks, off the event loop, a few at once; who hangs up stops it
streams.py      server-sent events
api.py          /api/ask, /api/retrieve, /api/articles, /api/health
completions.py  /v1/chat/completions, /v1/models
tools.py        the MCP server: /mcp, and `rag mcp` over stdin and stdout
login.py        what opens the door: a name and password, or a token
limits.py       how much a client may ask for
door.py         who is let in: hosts, origins, logins, rates, sizes
serving.py      the application, the port, the end
"""

from __future__ import annotations

from rag.service.login import Login
from rag.service.serving import serve

__all__ = ["Login", "serve"]
