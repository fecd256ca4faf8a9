"""Whether the desk's findings are right: a log with labels, asked of one real article."""
