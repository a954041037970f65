"""Ministries, regions and the lending agreements between them."""
