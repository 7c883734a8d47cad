"""Around the search: passages ordered anew, by their dates, by or about somebody, as points.

rag.retrieve is the search itself.
"""
