"""What stands in an article beside its prose: headlines, bylines, dates, captions, repeats.

Start with layout, which rag.corpus reads every text with; what is known of all articles at once is
in catalogue.
"""
