"""What a text, a link or a picture shows, as concerns with evidence. Signals ask; packs say what it means."""

from remit.signals.content import NO_SETTINGS, Content, ImageFacts, SignalSettings
from remit.signals.reader import read
from remit.signals.reading import Evidence, Reading, Signal

__all__ = ["NO_SETTINGS", "Content", "Evidence", "ImageFacts", "Reading", "Signal", "SignalSettings", "read"]
