package io.vagus.journal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The damaged places found so far, each reported once whoever finds it. Thread-safe. */
final class Damages {
  private static final Logger LOG = System.getLogger("io.vagus.journal");

  private final Map<Long, String> byFirstOffset = new ConcurrentSkipListMap<>();
  private final JournalMeters meters;

  Damages(JournalMeters meters) {
    this.meters = meters;
  }

  /** Records from the first offset to before the last cannot be read. */
  void found(Segment segment, long position, long fromOffset, long toOffset) {
    String what =
        segment + " at byte " + position + ": offsets " + fromOffset + " to " + (toOffset - 1);
    if (byFirstOffset.putIfAbsent(fromOffset, what) == null) {
      meters.corruptFound();
      LOG.log(Level.ERROR, "the journal is damaged, passing over " + what);
    }
  }

  /** What retention removed is no concern any more. */
  void forgetBelow(long offset) {
    byFirstOffset.keySet().removeIf(from -> from < offset);
  }

  List<String> all() {
    return List.copyOf(byFirstOffset.values());
  }
}
