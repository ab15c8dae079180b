"""The steps by which a hub's database comes to the schema of `fieldlog.office.tables`; `upgrade` takes them."""
