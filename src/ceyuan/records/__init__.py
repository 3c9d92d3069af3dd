"""Records: files become typed, checked tables; every row is stored or quarantined, none is lost."""
