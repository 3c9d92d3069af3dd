"""The pages of the site as addresses: what a link preview, a search engine and a feed reader are told of each."""
