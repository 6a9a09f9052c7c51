"""The emergency plan at work: what an acquirer watches, who is told and acts, what merchants are paid."""
