"""What an index is made of on disk, how a build goes on, and how a folder is followed.

rag.store holds the generations, rag.sync makes them.
"""
