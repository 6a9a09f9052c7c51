"""The trace: typed records of all that happened, who hands them on, and how several become one."""
