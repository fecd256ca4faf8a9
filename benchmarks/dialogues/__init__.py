"""How well follow-up questions are understood, over dialogues of our own."""
