"""A stranger at the port: a terminal written from the message facts alone, and its days.

Nothing here imports the simulator or the bench: what both share by mistake, only this sees.
"""
