"""Tables as they come: delimited text and sheets become rows of text, each cell with its address, nothing interpreted."""
