"""What places are good at, and what they could become good at: from counts of places × fields, by period.

``counts`` reads them, ``quotients`` compares shares, ``relatedness`` says how near fields are to each other, ``complexity``
ranks places and fields, ``change`` asks whether entries and exits follow relatedness.
"""
