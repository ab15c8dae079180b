"""What a person can do: each function checks the rules, then writes entries through the book.

Screens, commands and `fieldlog record` call nothing else. Every function takes the book, the id of the person who acts,
and the document; it returns what was written, or raises `Refused` with the rule in the way.
"""
