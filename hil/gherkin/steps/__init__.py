"""The sentences themselves, a module for each topic; each says in its two patterns what its few lines do."""
