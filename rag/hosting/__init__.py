"""Around a server and its conversations: waiting, ending, room for so many, what is kept.

rag.backend is what the page and the server need.
"""
