"""This program beside other libraries; see `__main__.py`."""
