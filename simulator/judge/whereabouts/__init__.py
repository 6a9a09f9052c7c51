"""Where the money of each sale is, and all sums of it; no rule."""
