"""What holds no more, and where articles differ: values, their ends, what is newer.

Start with claim, the value that a sentence gives and of what, and disagreement.
"""
