"""What a question is and asks for: its form, its time, its topic, its parts.

Start with asked (a number, a date, a name; one thing or several) and dates.
"""
