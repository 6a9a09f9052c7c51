"""The commands of ``daozhang``: each a plain function and its face on the command line."""
