"""Följ med: pledges and dated updates in git become a public site."""
