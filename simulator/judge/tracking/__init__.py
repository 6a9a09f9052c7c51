"""What several rules read: how far messages, sales, batches, postings and payouts are; judges nothing."""
