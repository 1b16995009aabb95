// The manual is a catalogue of documentation without code: a target of its own, so that the site is made in seconds.
