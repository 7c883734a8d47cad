"""The steps that finish a draft: what is stated with a sentence, and what comes first.

rag.finishing lists them in their order.
"""
