"""How well coverage tells sections that FAQ pairs account for from those that none does."""
