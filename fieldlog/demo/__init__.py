"""The sample township 云阳县后叶镇: plainly invented people and premises, real entries, months of work."""

from fieldlog.demo.build import build_demo, is_demo

__all__ = ["build_demo", "is_demo"]
