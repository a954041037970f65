"""Database, mail, clock, language, problems and identity: what every feature stands on."""
