"""What a message means after the turns before it; rag.followup puts it together.

Start with leaning (does a message lean on the turn before?), fragments ("and Alibaba?") and
resolved (what a pronoun means, put in its place).
"""
