"""A live or stored run judged from its files: traces of host and devices, and what people wrote down."""
