"""How well questions without an answer are found in a log, and told apart."""
