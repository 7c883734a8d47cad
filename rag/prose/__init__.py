"""What a chat model is told and what it writes: its citations, its claims, held to the passages.

rag.chat_model speaks to it, rag.writing holds each statement against what it was given.
"""
