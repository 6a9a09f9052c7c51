"""Every boundary of every transaction, and thousands of sales in a row."""
