"""What went wrong and where the money is, from what merchant, acquirer, banks and providers have.

Knows no fault that was injected, no machine and no world; judges nobody.
"""
