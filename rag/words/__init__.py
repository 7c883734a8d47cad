"""English, and other languages: names, numbers, verbs, months, spelling, what words mean.

Start with phrases (names and noun phrases of a sentence) and person (what is a person's name).
"""
