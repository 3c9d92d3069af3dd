"""How a bulletin is printed: HTML, Markdown, DOCX and PDF, all from one annotated document."""
