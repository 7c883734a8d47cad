"""Sentences of the passages, judged: do they answer, of whom do they tell, what is missing?

Start with drafting (sentences that were judged -> a draft) and weighed (how the reading model's
word is weighed); rag.read and rag.extract are the two that answer.
"""
