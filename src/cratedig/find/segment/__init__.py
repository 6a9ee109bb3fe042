"""What finding reads, in the process: columns by row and postings by lexeme, immutable, kept in one file a build."""
