"""Maps, reports and facts about a link that was done."""
