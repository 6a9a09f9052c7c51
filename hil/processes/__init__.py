"""Processes of a bench: started, asked, stopped or killed; forked from a warm parent where many are."""
