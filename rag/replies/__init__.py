"""Replies that need no search of passages: about the articles, about one of them, who says what.

rag.repliers lists who replies, in their order.
"""
