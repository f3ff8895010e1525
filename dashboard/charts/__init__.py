"""Chart forms: data frames in, Altair charts out. Nothing here knows a table or asks a question."""
