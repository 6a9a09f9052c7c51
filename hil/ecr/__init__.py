"""The link between a till and a terminal: profiles as data, both sides without any line."""
